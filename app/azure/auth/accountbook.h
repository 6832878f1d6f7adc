// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/msalcache.h"
#include "azure/auth/tokenendpoint.h"
#include "azure/auth/vault.h"

#include <QObject>
#include <map>

namespace causeway {

//! What a silent token request could not get by itself.
struct SignInNeed {
    StoredAccount account;
    QString tenant;
    QString scope;
    QByteArray claims;
    Error why;
};

//! Whoever can ask a person: the window, or a terminal. Called once for everybody who waits for the same.
class SignInAsker
{
public:
    SignInAsker() = default;
    virtual ~SignInAsker() = default;
    Q_DISABLE_COPY_MOVE(SignInAsker)
    //! Signs in with the need's account, tenant and claims. Cancelled when the person does not want to.
    virtual QCoro::Task<Result<TokenAnswer>> ask(SignInNeed need, Context context) = 0;
};

//! The signed-in accounts of one cloud and client id, and their tokens: from memory, from the vault, or refreshed (once for everybody
//! who asks, rotated, stored before it is given). Answers that need a person are not asked for again for two minutes.
class AccountBook final : public QObject
{
    Q_OBJECT
public:
    //! All outlive the book.
    AccountBook(TokenEndpoint &endpoint, Vault &vault, QString clientId, QObject *parent = nullptr);

    [[nodiscard]] const QString &clientId() const { return m_clientId; }
    void setAsker(SignInAsker *asker) { m_asker = asker; }
    //! Reads the vault; again when another process wrote it.
    QCoro::Task<Result<>> load(Context context);
    [[nodiscard]] Vault::State vaultState() const { return m_state; }
    [[nodiscard]] const QString &vaultReason() const { return m_reason; }
    [[nodiscard]] QList<StoredAccount> accounts() const;
    //! Keeps what an interactive or device-code sign-in gave; its account.
    QCoro::Task<Result<StoredAccount>> add(TokenAnswer answer, QString realm, Context context);
    //! By (account, tenant, scope). With claims: past the cache; asks the person when the refresh says that one is needed.
    QCoro::Task<Result<AccessToken>> token(QString homeAccountId, TokenRequest request, Context context);
    //! The same, but never asks a person: Unauthorized when one is needed.
    QCoro::Task<Result<AccessToken>> silentToken(QString homeAccountId, TokenRequest request, Context context);
    //! Also with a damaged vault.
    QCoro::Task<Result<>> signOut(QString homeAccountId, Context context);
    //! All accounts, file and key.
    QCoro::Task<Result<>> purge(Context context);
    //! For "1,000 requests, one refresh".
    [[nodiscard]] int refreshes() const { return m_refreshes; }

Q_SIGNALS:
    void changed();

private:
    TokenEndpoint &m_endpoint;
    Vault &m_vault;
    QString m_clientId;
    SignInAsker *m_asker = nullptr;
    MsalCache m_cache;
    Vault::State m_state = Vault::State::Kept;
    QString m_reason;
    int m_refreshes = 0;
};

//! One account of the book, as the pipeline wants it. `tenant` is used where a request names none.
class AccountCredential final : public TokenCredential
{
public:
    explicit AccountCredential(AccountBook &book) : m_book(book) {}
    void use(const QString &homeAccountId, const QString &tenant);
    [[nodiscard]] const QString &tenant() const { return m_tenant; }
    QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) override;
    [[nodiscard]] quint64 generation() const override { return m_generation; }

private:
    AccountBook &m_book;
    QString m_home;
    QString m_tenant;
    quint64 m_generation = 0;
};

} // namespace causeway
