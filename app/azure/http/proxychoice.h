// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

#include <QString>

class QNetworkProxy;
class QUrl;

namespace causeway {

//! Through which proxy the network is reached. Loopback is never reached through one.
struct ProxyChoice {
    enum class Kind {
        System, //!< the desktop's, or http_proxy, https_proxy, no_proxy (a user and password may stand in their URL)
        None,
        Manual  //!< an HTTP proxy
    };
    Kind kind = Kind::System;
    QString host;
    quint16 port = 8080;
    QString user;
    Secret password;
};

//! The proxy in use for that URL; QNetworkProxy::NoProxy for none. Reads the system's configuration: not for every byte.
QNetworkProxy proxyFor(const ProxyChoice &choice, const QUrl &url);

} // namespace causeway
