// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace causeway {

//! Somebody who is signed in, or who could be with one click (a user of a sandbox).
struct AccountChoice {
    QString user;          //!< user principal name
    QString displayName;
    QString description;   //!< "Owner of the first subscription"
    QString tenant;        //!< GUID of the home tenant
    QString id = {};       //!< home account id, or "azure-cli"; empty: has not signed in yet
    friend bool operator==(const AccountChoice &, const AccountChoice &) = default;
};

} // namespace causeway
