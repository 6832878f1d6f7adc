// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/cloud.h"
#include "azure/http/http.h"
#include "core/clock.h"

namespace causeway {

//! Where somebody signs in: a login host and a tenant (GUID, domain, "organizations" or "common").
struct Authority {
    Origin origin;
    QString tenant = QStringLiteral("organizations");

    //! InvalidInput: no https origin (http on loopback only), a tenant that is neither GUID, domain nor one of the two words.
    static Result<Authority> make(const CloudProfile &cloud, const QString &tenant = {});
    [[nodiscard]] Authority withTenant(const QString &other) const;
    //! "/{tenant}/oauth2/v2.0/token"; what: "authorize", "token", "devicecode".
    [[nodiscard]] QByteArray path(const char *what) const;
    [[nodiscard]] QString url(const char *what) const;
    //! True for "organizations" and "common": which tenant it is shows only in the answer.
    [[nodiscard]] bool isGeneral() const;
    //! May this issuer have signed a token of ours? Same host, an alias of the cloud's, or the literal {tenantid} filled in (sign-in.md §2).
    [[nodiscard]] bool acceptsIssuer(const QString &issuer, const QString &tokenTenant, const CloudProfile &cloud) const;
};

struct AuthorityMetadata {
    QString issuer;
    QString tenantId;      //!< GUID of a domain that somebody typed; empty for the general ones
};
//! The OpenID configuration: NotFound "TenantUnknown" for a 4xx (no such directory), Protocol for what is no metadata or names endpoints
//! of another host. `transport`: Plane::SignIn is the authority's host.
QCoro::Task<Result<AuthorityMetadata>> readMetadata(HttpTransport *transport, Authority authority, CloudProfile cloud, Context context);
//! Microsoft's instance discovery, for a login host outside the table of clouds: InvalidInput "NotAMicrosoftHost" when it is none of theirs.
//! `microsoft`: Plane::SignIn is login.microsoftonline.com. Not asked for loopback, nor where a person said that the host is her own.
QCoro::Task<Result<>> askWhoseHost(HttpTransport *microsoft, Authority authority, Context context);

} // namespace causeway
