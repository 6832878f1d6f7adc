// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/msalcache.h"
#include "azure/auth/tokenendpoint.h"
#include "azure/auth/vault.h"
#include "core/waiting.h"

#include <QObject>
#include <map>
#include <vector>

namespace causeway {

//! What a silent token request could not get by itself.
struct SignInNeed {
    StoredAccount account;
    QString tenant;
    QString scope;
    QByteArray claims; //!< of the challenge and of the refused refresh together; claimsParameter() makes the parameter of it
    Error why;
};

//! Whoever can ask a person: the window, or a terminal. Called once for everybody who waits for the same.
class SignInAsker
{
public:
    SignInAsker() = default;
    virtual ~SignInAsker() = default;
    Q_DISABLE_COPY_MOVE(SignInAsker)
    //! Signs in with the need's account, tenant and claims. Cancelled when the person does not want to. The context ends when nobody
    //! waits any more.
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
    ~AccountBook() override;

    [[nodiscard]] const QString &clientId() const { return m_clientId; }
    void setAsker(SignInAsker *asker) { m_asker = asker; }
    //! Reads the vault; again when another process wrote it. Fails only when cancelled: vaultState() says how it went.
    QCoro::Task<Result<>> load(Context context);
    [[nodiscard]] Vault::State vaultState() const { return m_state; }
    [[nodiscard]] const QString &vaultReason() const { return m_reason; }
    [[nodiscard]] QList<StoredAccount> accounts() const;
    //! Keeps what an interactive or device-code sign-in gave; its account.
    QCoro::Task<Result<StoredAccount>> add(TokenAnswer answer, QString realm, Context context);
    //! By (account, tenant, scope); a general tenant or none is the account's own. With claims: past the cache; asks the person when the
    //! refresh says that one is needed. Unauthorized "AccountDiffers" when somebody else signed in then (nothing of it is kept).
    QCoro::Task<Result<AccessToken>> token(QString homeAccountId, TokenRequest request, Context context);
    //! The same, but never asks a person: Unauthorized when one is needed ("SignInNeeded": there is nothing to refresh with).
    QCoro::Task<Result<AccessToken>> silentToken(QString homeAccountId, TokenRequest request, Context context);
    //! Also with a damaged vault. An error: a file is left that could not be opened, so that only purge() removes what may be in it.
    QCoro::Task<Result<>> signOut(QString homeAccountId, Context context);
    //! All accounts, file and key.
    QCoro::Task<Result<>> purge(Context context);
    //! For "1,000 requests, one refresh".
    [[nodiscard]] int refreshes() const { return m_refreshes; }

Q_SIGNALS:
    void changed();

private:
    //! What a person gave, for the scope that was asked about first.
    struct Asked {
        QString scope;
        AccessToken token;
    };
    template <class T>
    struct Flight {
        std::vector<OneShot<Result<T>>> waiting;
        int interested = 0;
        std::stop_source stop;
    };
    struct Refusal {
        Error error;
        TimePoint until;
        Secret refreshToken;
    };
    struct Answered { //!< a challenge, with a token: whoever brings the same one next gets the same
        AccessToken token;
        TimePoint until;
    };
    using Alive = std::weak_ptr<bool>;

    [[nodiscard]] const CloudProfile &cloud() const { return m_endpoint.cloud(); }
    [[nodiscard]] TimePoint now() const { return m_endpoint.clock().now(); }
    [[nodiscard]] QString realmOf(const QString &home, const QString &tenant) const;
    [[nodiscard]] StoredAccount account(const QString &home) const;
    [[nodiscard]] std::optional<AccessToken> kept(const QString &home, const QString &realm, const TokenRequest &request, Milliseconds margin) const;
    //! Nothing to be done: it holds, and need not be renewed.
    [[nodiscard]] std::optional<AccessToken> good(const QString &home, const QString &realm, const TokenRequest &request) const;
    void adopt(const Vault::Opened &opened, const std::optional<MsalCache> &cache);
    //! Of what was refused or answered lately.
    void forgetLately(const QString &home);
    void refuse(const QString &key, const Error &error, const Secret &refreshToken);
    [[nodiscard]] Result<> mayRefresh(const QString &key, const Secret &refreshToken);

    QCoro::Task<> fly(QString key, QString home, QString realm, TokenRequest request);
    QCoro::Task<Result<AccessToken>> fetched(QString key, QString home, QString realm, TokenRequest request);
    QCoro::Task<Result<TokenAnswer>> refreshed(QString realm, Secret refreshToken, TokenRequest request);
    //! `home` of a refreshed account, which must still be there; empty: a sign-in. What was stored.
    QCoro::Task<Result<QString>> store(TokenAnswer answer, QString realm, QString home, Context context);
    QCoro::Task<> askPerson(QString key, SignInNeed need);
    QCoro::Task<Result<Asked>> asked(QString key, SignInNeed need, Context context);

    TokenEndpoint &m_endpoint;
    Vault &m_vault;
    QString m_clientId;
    SignInAsker *m_asker = nullptr;
    MsalCache m_cache;
    Vault::State m_state = Vault::State::Kept;
    QString m_reason;
    int m_refreshes = 0;
    std::map<QString, Flight<AccessToken>> m_flights; // by account, tenant, scope and claims
    std::map<QString, Flight<Asked>> m_asks;          // by account, tenant and claims
    std::map<QString, Refusal> m_refusals;
    std::map<QString, Answered> m_answered;
    QMap<QString, QString> m_domains; // tenant ids of domains that tokens were asked for
    std::stop_source m_gone;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

//! One account of the book, as the pipeline wants it. `tenant` is used where a request names none.
class AccountCredential final : public TokenCredential
{
public:
    explicit AccountCredential(AccountBook &book) : m_book(book) {}
    void use(const QString &homeAccountId, const QString &tenant);
    [[nodiscard]] const QString &account() const { return m_home; }
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
