// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/pipeline.h"
#include "core/context.h"

#include <QCoroTask>
#include <QString>
#include <QStringList>
#include <optional>

class QTextStream;

namespace causeway {

class ArmClient;
struct ArmResponse;

struct RestOptions {
    QString method = QStringLiteral("GET");
    QString uri;                          //!< path and query, or an absolute URL below the configured origin; sent as written
    std::optional<QString> body;          //!< JSON, or @FILE
    QStringList headers;                  //!< "NAME: VALUE"; with every try, poll, final GET and page
    bool wait = false;                    //!< follow a long-running operation to its end
    bool allPages = false;                //!< follow next links and print one {"value":[…]}
    std::optional<Milliseconds> pollInterval; //!< where the service names none
};

//! `causewayctl rest`: one ARM call through the pipeline that everything else uses (design.md §5). Sends nothing but this call.
class RestCommand
{
public:
    //! What it works on; all of it outlives the command. It makes a pipeline of its own, whose session cookies end with it.
    struct Parts {
        HttpTransport &transport;
        Clock &clock;
        Planes planes;
        TokenCredential *credential = nullptr; //!< none: no Authorization is sent
    };

    RestCommand(Parts parts, QTextStream &out, QTextStream &err) : m_parts(std::move(parts)), m_out(out), m_err(err) {}

    //! The exit code: 0 done, 1 failed, 2 bad input (nothing was sent), 3 not permitted (403), 130 cancelled.
    QCoro::Task<int> run(RestOptions options, Context context);

private:
    int fail(const Error &error);
    void print(const QJsonValue &body);

    Parts m_parts;
    QTextStream &m_out;
    QTextStream &m_err;
};

} // namespace causeway
