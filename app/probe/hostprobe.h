// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/context.h"
#include "core/result.h"

#include <QCoroTask>
#include <QNetworkProxy>
#include <QSslError>
#include <QStringList>

namespace causeway {

//! One look at a host, step by step, by a socket of its own: nothing is sent again, no redirect followed, no secret sent.
struct HostProbe {
    QString host;
    quint16 port = 443;
    bool secure = true;
    QByteArray target = "/";     //!< GET of that
    QNetworkProxy proxy = QNetworkProxy::NoProxy;
    QString caFile;              //!< PEM, trusted beside the system's
    Milliseconds patience = std::chrono::seconds(10); //!< for each step
};

struct ProbedHost {
    enum class Step { Name, Connection, Tls, Answer, Done };
    Step step = Step::Name;      //!< the one that failed; Done: none
    bool late = false;           //!< it did not fail, it did not end
    QString reason;              //!< the socket's words
    QStringList addresses;       //!< of the name; empty through a proxy, which asks itself
    QString proxyAsks;           //!< realm of a proxy that wants to know who we are
    QList<QSslError> refusals;   //!< what TLS did not like
    QString tlsVersion;          //!< "TLS 1.3"
    QString issuer;              //!< of the host's certificate
    bool ownAuthority = false;   //!< trusted because of caFile
    int status = 0;
    QByteArray contentType;
    QByteArray location;
    QByteArray date;             //!< as sent
    qint64 roundTrip = 0;        //!< ms from the request to the answer's head
};

//! Never fails: what stands in the way is the finding. Cancelled is the only error. `wall`: a clock that runs.
QCoro::Task<Result<ProbedHost>> probeHost(Clock *wall, HostProbe wanted, Context context);

//! The certificates of a PEM file; empty when it cannot be read or holds none.
int certificatesIn(const QString &file);

//! HTTP's date (RFC 9110 §5.6.7, the preferred form); nothing when it is none.
std::optional<TimePoint> httpDate(const QByteArray &text);

} // namespace causeway
