// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/keychainstore.h"
#include "session/signins.h"
#include "tests/support/coro.h"
#include "tests/support/openidprovider.h"

#include <QTemporaryDir>

namespace causeway::test {

inline QString pageOf(const Result<ProcessOutcome> &visit)
{
    return visit ? QString::fromUtf8(visit->out + visit->err).trimmed() : visit.error().message;
}

inline QByteArray bytesOf(const Result<AccessToken> &token)
{
    return token ? token->token.reveal() : "error " + token.error().code.toUtf8();
}

//! One keychain and one file; each start() is another run of the product.
class ProviderDesk
{
public:
    explicit ProviderDesk(OpenIdProvider &provider) : m_provider(provider) {}

    std::unique_ptr<SignIns> start()
    {
        SignIns::Means means;
        means.settings.clientId = OpenIdProvider::clientId();
        means.cloud = m_provider.cloud();
        means.keychain = m_keychain;
        means.vaultFile = m_folder.filePath(QStringLiteral("state/vault"));
        means.wall = std::make_shared<SystemClock>();
        std::unique_ptr<SignIns> made = std::move(*SignIns::make(means));
        const Result<> loaded = test::await(made->book().load(Context())); // vaultState() says how it went
        Q_UNUSED(loaded)
        return made;
    }

    struct Visit {
        Visit() {}
        bool formPost = true;
        QStringList options;                 //!< of the person
        std::function<QUrl(QUrl)> tampering; //!< with the address on its way to the browser
    };
    //! The code flow; `page`: what the browser shows at the end.
    Result<TokenAnswer> signIn(SignIns &signIns, const Visit &visit = {}, QString *page = nullptr)
    {
        std::optional<QCoro::Task<Result<ProcessOutcome>>> tab;
        SignIns::Browser how;
        how.prompt = QStringLiteral("consent"); // OpenID Connect Core §11: for offline_access
        how.words.formPost = visit.formPost;
        how.words.successTitle = QStringLiteral("Signed in");
        how.words.failureTitle = QStringLiteral("Not signed in");
        how.words.strayTitle = QStringLiteral("Stray");
        how.openBrowser = [&](const QUrl &address) {
            tab.emplace(m_provider.visit(visit.tampering ? visit.tampering(address) : address, visit.options));
            return true;
        };
        Result<TokenAnswer> answer = test::await(signIns.byBrowser(how, Context()));
        const QString shown = tab ? pageOf(test::await(std::move(*tab))) : QStringLiteral("no browser");
        if (page)
            *page = shown;
        return answer;
    }
    //! Signed in and kept.
    StoredAccount signedIn(SignIns &signIns)
    {
        const auto answer = signIn(signIns);
        return answer ? test::await(signIns.keep(*answer, QString(), Context())).valueOr(StoredAccount()) : StoredAccount();
    }
    //! Another token than `old`, which the book is told that a service refused.
    static QCoro::Task<Result<AccessToken>> another(SignIns &signIns, const StoredAccount &account, const AccessToken &old)
    {
        TokenRequest request(clouds().first().scope);
        request.refused = old.token;
        return signIns.book().token(account.homeAccountId, request, Context());
    }
    static Result<AccessToken> token(SignIns &signIns, const StoredAccount &account) { return test::await(signIns.book().token(account.homeAccountId, TokenRequest(clouds().first().scope), Context())); }
    QByteArray kept()
    {
        Vault vault(*m_keychain, m_folder.filePath(QStringLiteral("state/vault")));
        return test::await(vault.open(Context())).content.reveal();
    }
    QByteArray keptRefreshToken(const StoredAccount &account)
    {
        return MsalCache::fromJson(kept())->refreshToken(account.homeAccountId, m_provider.cloud(), OpenIdProvider::clientId()).reveal();
    }
    QTemporaryDir &folder() { return m_folder; }

private:
    OpenIdProvider &m_provider;
    QTemporaryDir m_folder;
    std::shared_ptr<SecretStore> m_keychain = memoryStore();
};

//! Signs in again when the book asks.
class ProviderPerson final : public SignInAsker
{
public:
    ProviderPerson(OpenIdProvider &provider, SignIns &signIns) : m_provider(provider), m_signIns(signIns) {}
    int asked = 0;

    QCoro::Task<Result<TokenAnswer>> ask(SignInNeed need, Context context) override
    {
        ++asked;
        SignIns::Browser how;
        how.tenant = need.tenant;
        how.prompt = QStringLiteral("consent");
        how.claims = need.claims;
        how.openBrowser = [this](const QUrl &address) {
            m_tab.emplace(m_provider.visit(address));
            return true;
        };
        Result<TokenAnswer> answer = co_await m_signIns.byBrowser(how, context);
        co_return answer;
    }

private:
    OpenIdProvider &m_provider;
    SignIns &m_signIns;
    std::optional<QCoro::Task<Result<ProcessOutcome>>> m_tab;
};

} // namespace causeway::test
