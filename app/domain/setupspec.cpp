// SPDX-License-Identifier: Apache-2.0
#include "domain/setupspec.h"

#include "domain/words.h"

namespace causeway {

QString toText(Cloud value) { return wordOf(value); }
QString toText(HighAvailability value) { return wordOf(value); }
QString toText(DnsMode value) { return wordOf(value); }
QString toText(EndpointApproval value) { return wordOf(value); }
QString toText(IntegrationKind value) { return wordOf(value); }
QString toText(ApprovalMode value) { return wordOf(value); }
QString toText(AuthenticationType value) { return wordOf(value); }
QString toText(ServicePrincipalCredential value) { return wordOf(value); }
QString toText(AccountSelection value) { return wordOf(value); }
QString toText(EncryptionMethod value) { return wordOf(value); }
QString toText(EncryptionMethodV1 value) { return wordOf(value); }

//! Case and the separators of libpq's spelling ("verify-ca") say nothing.
static QString bareWord(const QString &text)
{
    QString bare;
    for (const QChar c : text.left(64))
        if (c.isLetterOrNumber())
            bare += c.toLower();
    return bare;
}

template <class E>
static std::optional<E> fromLooseWord(const QString &text)
{
    const QStringList words = allWords<E>();
    for (int i = 0; i < words.size(); ++i)
        if (bareWord(words.at(i)) == bareWord(text))
            return E(i);
    return std::nullopt;
}

std::optional<EncryptionMethod> encryptionFromText(const QString &text)
{
    bool isNumber = false;
    const int number = text.toInt(&isNumber);
    if (isNumber)
        return number >= 0 && number <= int(EncryptionMethod::VerifyFull) ? std::optional(EncryptionMethod(number)) : std::nullopt;
    // Article 001 writes "Disabled" for 0.
    if (bareWord(text) == QLatin1String("disabled"))
        return EncryptionMethod::Disable;
    return fromLooseWord<EncryptionMethod>(text);
}

std::optional<AuthenticationType> authenticationFromText(const QString &text)
{
    // The generic PostgreSQL connector's word (azure-data-factory.md §7.5 row 2).
    if (bareWord(text) == QLatin1String("basic"))
        return AuthenticationType::BasicAuth;
    return fromLooseWord<AuthenticationType>(text);
}

} // namespace causeway
