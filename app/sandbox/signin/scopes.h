// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/signin/stserror.h"

namespace causeway::sandbox {

//! A service that tokens are for.
struct Audience {
    const char *name;        //!< "Azure Resource Manager"
    const char *applicationId;
    QStringList identifiers; //!< without the slash at the end
};

//! What a `scope` asks for (facts: scopes). The resource keeps its spelling, with or without a slash at its end: it is the
//! audience of the token, and Azure's clients compare it.
struct WantedScopes {
    bool openId = false;
    bool profile = false;
    bool offline = false;
    QString resource;        //!< empty: none; "https://management.azure.com/" of "https://management.azure.com//.default"
    QStringList permissions; //!< ".default", "user_impersonation"
    const Audience *audience = nullptr;

    //! As the answer lists them: what .default stands for, then what was asked.
    [[nodiscard]] QString granted() const;
};

//! `origin` is one more identifier of Azure Resource Manager. Several resources are an error (28000) unless `severalAllowed`
//! (authorize: consent for all; the first one counts), an unknown one is 500011, an unknown permission 70011.
StsResult<WantedScopes> wantedScopes(const QString &scope, const QByteArray &origin, const QString &tenant, bool severalAllowed);

} // namespace causeway::sandbox
