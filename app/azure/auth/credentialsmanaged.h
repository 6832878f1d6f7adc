// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"
#include "azure/http/origin.h"
#include "core/secret.h"

#include <QProcessEnvironment>

namespace causeway {

//! Where a host in Azure gives tokens to what runs on it, and how it wants to be asked (sign-in.md §11).
struct IdentityHost {
    enum class Kind { AppService, ServiceFabric, MachineLearning, CloudShell, Arc, Imds };
    Kind kind = Kind::Imds;
    Origin origin;
    QByteArray path;
    Secret secret;         //!< that a header has to carry; may be empty
    QByteArray thumbprint; //!< of Service Fabric's own certificate

    [[nodiscard]] QString name() const;
    //! InvalidInput when this host has no user-assigned identities, or not by that kind of name.
    [[nodiscard]] Result<HttpRequest> request(const QString &resource, const QString &identity) const;
};
//! As the environment says. InvalidInput for an endpoint that is not of this machine.
Result<IdentityHost> identityHostOf(const QProcessEnvironment &environment);
//! "https://management.azure.com/.default" → "https://management.azure.com": v1's word for it.
QString identityResource(const QString &scope);
//! Numbers may be text; a token that lives for more than two hours is worth renewing after half of it.
Result<AccessToken> identityToken(const HttpResponse &response, TimePoint now);
//! The key file that Azure Arc names in its challenge: below `folder`, *.key, at most 4 KiB; nothing else of this machine is read.
Result<Secret> arcKey(const QString &file, const QString &folder);
QString arcKeyFolder();
//! How long to wait before the next try of a metadata service that is starting, moving or busy; nothing: no more.
std::optional<Milliseconds> identityPause(int status, int tries);

} // namespace causeway
