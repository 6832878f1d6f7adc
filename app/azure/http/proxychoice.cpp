// SPDX-License-Identifier: Apache-2.0
#include "azure/http/proxychoice.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QUrl>

namespace causeway {

static bool isLoopbackHost(const QString &host)
{
    return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

QNetworkProxy proxyFor(const ProxyChoice &choice, const QUrl &url)
{
    if (choice.kind == ProxyChoice::Kind::None || isLoopbackHost(url.host()))
        return QNetworkProxy::NoProxy;
    if (choice.kind == ProxyChoice::Kind::Manual)
        return {QNetworkProxy::HttpProxy, choice.host, choice.port, choice.user, QString::fromUtf8(choice.password.reveal())};
    // Asked for directly, so that it does not matter whether this build of Qt has system proxies on by default.
    const QList<QNetworkProxy> all = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(url));
    return all.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : all.first();
}

} // namespace causeway
