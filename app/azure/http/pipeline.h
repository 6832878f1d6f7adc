// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/planes.h"
#include "core/secret.h"

#include <functional>
#include <memory>
#include <vector>

namespace causeway {

class HttpPolicy;

//! What follows a policy: the next one, and in the end the transport.
class HttpNext
{
public:
    HttpNext(const std::vector<std::unique_ptr<HttpPolicy>> &policies, HttpTransport &transport, std::size_t index = 0)
        : m_policies(&policies), m_transport(&transport), m_index(index)
    {}
    [[nodiscard]] QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) const;

private:
    const std::vector<std::unique_ptr<HttpPolicy>> *m_policies;
    HttpTransport *m_transport;
    std::size_t m_index;
};

//! One link of the pipeline.
class HttpPolicy
{
public:
    HttpPolicy() = default;
    virtual ~HttpPolicy() = default;
    Q_DISABLE_COPY_MOVE(HttpPolicy)
    virtual QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) = 0;
};

struct PipelineOptions {
    QByteArray correlationId;        //!< x-ms-correlation-request-id of every request; empty: one is made
    std::function<double()> random;  //!< uniform in [0, 1); empty: the system's
    int maxTries = 6;                //!< of one logical request
    Milliseconds retryBudget = std::chrono::minutes(5);
    bool sessionCookies = false;     //!< kept in memory for this pipeline only; ARM needs none, test servers do
};

//! request ids → retry → redirect → cookies → authorization → log → transport. The order is fixed here.
//! What a caller sends as x-ms-client-request-id, x-ms-correlation-request-id or Authorization is kept.
class HttpPipeline
{
public:
    //! Transport, credential and clock outlive the pipeline. Without a credential no Authorization is sent.
    HttpPipeline(HttpTransport &transport, Clock &clock, Planes planes, TokenCredential *credential = nullptr, PipelineOptions options = {});
    ~HttpPipeline();
    Q_DISABLE_COPY_MOVE(HttpPipeline)

    //! Any final status is a response; a redirect that may not be followed is a Protocol error.
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context);

    [[nodiscard]] const Planes &planes() const { return m_planes; }
    [[nodiscard]] const QByteArray &correlationId() const { return m_correlationId; }

private:
    HttpTransport &m_transport;
    Planes m_planes;
    QByteArray m_correlationId;
    std::vector<std::unique_ptr<HttpPolicy>> m_policies;
};

} // namespace causeway
