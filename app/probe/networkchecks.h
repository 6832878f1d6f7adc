// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/waiting.h"
#include "domain/check.h"
#include "probe/hostprobe.h"

#include <QUrl>
#include <functional>

namespace causeway {

//! A host that is talked to, and what it answers to anybody.
struct ProbedEndpoint {
    QString name;          //!< login, arm, graph, portal
    QUrl url;              //!< GET of that
    bool needed = true;    //!< else what is bad is a warning
    bool json = true;      //!< answers 200 and JSON; HTML is somebody else's (a captive portal)
    bool clock = false;    //!< its Date is believed
};

//! How the network is reached; the same choices as the calls to Azure make.
struct NetworkMeans {
    Clock *wall = nullptr;                                //!< bounds the waits
    std::function<TimePoint()> now;                       //!< this machine's time, for the comparison; empty: the wall's
    std::function<QNetworkProxy(const QUrl &)> proxyFor;  //!< empty: none
    //! Why a TLS connection was refused: code "TlsUntrusted" …, message.
    std::function<Error(const QList<QSslError> &, const QString &host, const QString &otherwise)> tlsReason;
    QString caFile;
    Milliseconds patience = std::chrono::seconds(10);
};

//! Certificates, then for each endpoint: proxy, name, connection, answer; last the clock. All endpoints at once.
QCoro::Task<Result<QList<Check>>> networkChecks(NetworkMeans means, QList<ProbedEndpoint> endpoints, CheckListener listener, Context context);

//! How far this clock is from the host's: Good up to a minute, Bad from five on (tokens would not be believed).
Check clockCheck(const QString &host, const QByteArray &date, TimePoint now);

} // namespace causeway
