// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"

#include <array>

namespace causeway {

//! The wire words of an enum, in the order of its values: the one list that reading, writing and the schema use.
template <class E>
struct Words;

template <>
struct Words<Cloud> {
    static constexpr std::array all{"AzurePublic", "AzureChina", "AzureUsGovernment"};
};
template <>
struct Words<HighAvailability> {
    static constexpr std::array all{"Disabled", "SameZone", "ZoneRedundant"};
};
template <>
struct Words<DnsMode> {
    static constexpr std::array all{"zone", "policy", "none"};
};
template <>
struct Words<EndpointApproval> {
    static constexpr std::array all{"automatic", "manual"};
};
template <>
struct Words<IntegrationKind> {
    static constexpr std::array all{"DataFactory", "Synapse"};
};
template <>
struct Words<ApprovalMode> {
    static constexpr std::array all{"approve-own", "wait"};
};
template <>
struct Words<AuthenticationType> {
    static constexpr std::array all{"BasicAuth", "ServicePrincipal", "SystemAssignedManagedIdentity", "UserAssignedManagedIdentity"};
};
template <>
struct Words<ServicePrincipalCredential> {
    static constexpr std::array all{"ServicePrincipalKey", "ServicePrincipalCert"};
};
template <>
struct Words<AccountSelection> {
    static constexpr std::array all{"fromSubscription", "manual"};
};
template <>
struct Words<EncryptionMethod> {
    static constexpr std::array all{"Disable", "Allow", "Prefer", "Require", "VerifyCa", "VerifyFull"};
};
template <>
struct Words<EncryptionMethodV1> {
    static constexpr std::array all{"NoEncryption", "SSL", "RequestSSL"};
};

// A value added to an enum must be given its word here.
static_assert(Words<Cloud>::all.size() == size_t(Cloud::AzureUsGovernment) + 1);
static_assert(Words<AuthenticationType>::all.size() == size_t(AuthenticationType::UserAssignedManagedIdentity) + 1);
static_assert(Words<EncryptionMethod>::all.size() == size_t(EncryptionMethod::VerifyFull) + 1);
static_assert(Words<EncryptionMethodV1>::all.size() == size_t(EncryptionMethodV1::RequestSsl) + 1);

template <class E>
QString wordOf(E value)
{
    return QString::fromLatin1(Words<E>::all.at(size_t(value)));
}

//! Exactly one of the words; anything else is nullopt.
template <class E>
std::optional<E> fromWord(const QString &text)
{
    for (size_t i = 0; i < Words<E>::all.size(); ++i)
        if (text == QLatin1String(Words<E>::all[i]))
            return E(i);
    return std::nullopt;
}

template <class E>
QStringList allWords()
{
    QStringList words;
    for (const char *word : Words<E>::all)
        words << QString::fromLatin1(word);
    return words;
}

} // namespace causeway
