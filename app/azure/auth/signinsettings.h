// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/cloud.h"

namespace causeway {

//! What a person set up for signing in and for the network. No secret is in it.
struct SignInSettings {
    QString cloud = QStringLiteral("AzureCloud"); //!< a name of clouds(), or "custom"
    QString customArm;             //!< of "custom": ARM's origin; its login host is asked of it
    QString customAuthority;
    QString clientId;              //!< GUID of one's own registration; no Microsoft id is shipped (sign-in.md §3)
    QString tenant;                //!< GUID or domain; empty: organizations
    quint16 redirectPort = 0;      //!< 0: any
    bool deviceCode = false;       //!< off unless chosen: many tenants block it, and it is phishing's favourite
    enum class Proxy { System, None, Manual };
    Proxy proxy = Proxy::System;
    QString proxyHost;
    quint16 proxyPort = 8080;
    QString proxyUser;             //!< its password is in the keychain: "proxy-password"
    QString caFile;                //!< PEM, trusted beside the system's
    friend bool operator==(const SignInSettings &, const SignInSettings &) = default;

    [[nodiscard]] Result<CloudProfile> profile() const;
};
//! What is wrong with it, by field; empty: nothing.
QList<Error> check(const SignInSettings &settings);

//! The file below the configuration folder (`causeway/sign-in.ini`); CAUSEWAY_CLIENT_ID, CAUSEWAY_TENANT, CAUSEWAY_CLOUD, CAUSEWAY_CA and
//! REQUESTS_CA_BUNDLE (as the Azure CLI reads it) win over it where it says nothing.
SignInSettings loadSignInSettings(const QString &file = {});
Result<> saveSignInSettings(const SignInSettings &settings, const QString &file = {});
QString signInSettingsFile();

} // namespace causeway
