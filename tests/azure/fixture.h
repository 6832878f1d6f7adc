// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/http/memorytransport.h"
#include "azure/http/pipeline.h"
#include "tests/support/coro.h"

namespace causeway::test {

//! A client over a script and a clock that jumps.
struct Scripted {
    VirtualClock clock{TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    MemoryTransport transport{clock};
    Planes planes{Planes::Entry{*Origin::parse(QStringLiteral("https://management.azure.com")), QString()}};
    HttpPipeline pipeline{transport, clock, planes, nullptr, options()};
    ArmClient client{pipeline, clock};

    static PipelineOptions options()
    {
        PipelineOptions settings;
        settings.random = [] { return 0.5; };
        return settings;
    }
    //! Seconds of the clock between two requests.
    [[nodiscard]] double gap(int before) const
    {
        return double((transport.times().at(before + 1) - transport.times().at(before)).count()) / 1000.0;
    }
};

inline HttpHeaders headers(std::initializer_list<QPair<QByteArray, QByteArray>> list)
{
    return HttpHeaders(list);
}

inline ArmRequest armRequest(const QByteArray &method, const QByteArray &target)
{
    ArmRequest request;
    request.method = method;
    request.rawTarget = target;
    return request;
}

} // namespace causeway::test
