// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QMetaType>
#include <optional>

namespace causeway {

//! A token or password. It cannot be printed, put into a QVariant or compared in variable time; reveal() is
//! the one way to its bytes, so that a search for it finds every place where a secret leaves our hands.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray utf8) : m_utf8(std::move(utf8)) {}

    [[nodiscard]] bool isEmpty() const { return m_utf8.isEmpty(); }
    [[nodiscard]] const QByteArray &reveal() const { return m_utf8; }
    //! Constant in time for equal lengths.
    [[nodiscard]] bool equals(const Secret &other) const;

private:
    bool operator==(const Secret &) const = delete;
    QByteArray m_utf8;
};

//! Where secrets are kept between runs: the keychain, or memory when there is none.
class SecretStore
{
public:
    SecretStore() = default;
    virtual ~SecretStore() = default;
    Q_DISABLE_COPY_MOVE(SecretStore)

    //! NotFound when there is no such entry.
    virtual QCoro::Task<Result<Secret>> read(QString name, Context context) = 0;
    virtual QCoro::Task<Result<>> write(QString name, Secret secret, Context context) = 0;
    virtual QCoro::Task<Result<>> remove(QString name, Context context) = 0;
};

struct AccessToken {
    Secret token;
    TimePoint expires;
    std::optional<TimePoint> refreshOn; //!< worth renewing from then on, though still good
};

//! What a token is wanted for.
struct TokenRequest {
    TokenRequest(QString scopeWanted = {}, QString tenantWanted = {}, QByteArray claimsWanted = {})
        : scope(std::move(scopeWanted)), tenant(std::move(tenantWanted)), claims(std::move(claimsWanted))
    {}
    QString scope;     //!< as Entra words it: https://management.azure.com/.default
    QString tenant;    //!< GUID or domain; empty: the credential's own
    QByteArray claims; //!< JSON of a claims challenge; no token from before the challenge will do
    Secret refused;    //!< a token that the service did not take, without saying why: another one is wanted
};

//! Gives bearer tokens.
class TokenCredential
{
public:
    TokenCredential() = default;
    virtual ~TokenCredential() = default;
    Q_DISABLE_COPY_MOVE(TokenCredential)

    virtual QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) = 0;
    //! Changes when somebody else signs in: tokens of another generation are not used any more.
    [[nodiscard]] virtual quint64 generation() const { return 0; }
};

} // namespace causeway
