// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/planes.h"
#include "azure/http/proxychoice.h"

#include <QString>
#include <memory>

class QNetworkReply;
class QNetworkRequest;

namespace causeway {

struct QnamOptions {
    QString extraCaFile;                                  //!< PEM; trusted beside the system's (the sandbox's own CA)
    Milliseconds transferTimeout = std::chrono::seconds(75); //!< more than ARM's own 60 s
    qint64 maxBody = 10 * 1024 * 1024;                       //!< ARM's front door takes no more than 8 MB from a provider
    QByteArray thumbprint;                                   //!< SHA-1, hexadecimal: the one certificate that is taken without a root (Service Fabric)
    ProxyChoice proxy;                                       //!< loopback is never reached through one
};

//! QNetworkAccessManager without its surprises (reliability-security-performance.md §A9): it sends once, follows nothing, keeps no
//! cookie and no cache, speaks HTTP/1.1, gives up in time, and believes an answer only when all of it has come. A head that is too large
//! ends a call at once; one that never ends cannot be seen from here (QNAM reads some 2 MiB of it a second) and goes with the time-out.
//! It opens at most six connections to a host at once; more requests queue. An answer on its way may outlive it. Lives in one thread.
class QnamTransport final : public HttpTransport
{
public:
    QnamTransport(Planes planes, Clock &clock, QnamOptions options = {});
    ~QnamTransport() override;

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) override;
    //! For the requests that follow: a keychain may give the proxy's password late.
    void setProxy(const ProxyChoice &proxy);

private:
    Result<QNetworkRequest> makeRequest(const HttpRequest &request) const;
    struct Wire;
    static void outlast(std::shared_ptr<Wire> wire);
    Planes m_planes;
    Clock &m_clock;
    std::shared_ptr<Wire> m_wire;
};

} // namespace causeway
