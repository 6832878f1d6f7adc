// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/accountbook.h"
#include "azure/auth/currentaccount.h"
#include "azure/auth/devicecode.h"
#include "azure/auth/interactivesignin.h"
#include "azure/auth/signinsettings.h"

#include <functional>
#include <memory>

namespace causeway {

//! What signing in to one cloud with one client id stands on, made in order: transport, token endpoint, vault, account book.
//! Window and command line share it.
class SignIns
{
public:
    struct Means {
        SignInSettings settings;
        CloudProfile cloud;
        std::shared_ptr<SecretStore> keychain;
        QString vaultFile;
        std::shared_ptr<Clock> wall;  //!< tokens are judged by real time, also where a sandbox's runs faster
        QnamOptions network;
    };
    //! InvalidInput: a login host that is none.
    static Result<std::unique_ptr<SignIns>> make(Means means);
    Q_DISABLE_COPY_MOVE(SignIns)

    [[nodiscard]] AccountBook &book() { return *m_book; }
    [[nodiscard]] Vault &vault() { return *m_vault; }
    [[nodiscard]] TokenEndpoint &endpoint() { return *m_endpoint; }
    [[nodiscard]] HttpTransport &transport() { return *m_transport; }
    [[nodiscard]] Clock &wall() const { return *m_means.wall; }
    [[nodiscard]] const Means &means() const { return m_means; }
    //! For what follows: a keychain may give its password late.
    void setProxy(const ProxyChoice &proxy);
    //! The setting's, or organizations; `tenant` wins over it.
    [[nodiscard]] QString tenantOr(const QString &tenant) const;

    struct Browser {
        Browser() {} // no aggregate: it is passed to coroutines
        QString tenant;     //!< empty: the setting's
        QString prompt = QStringLiteral("select_account");
        QString loginHint;
        QByteArray claims;  //!< of a challenge
        std::function<bool(const QUrl &)> openBrowser;
        std::function<void(const QUrl &)> onAddress;
        InteractiveRequest words; //!< its texts for the browser's last page, formPost, patience and domainHint; the rest is filled in
    };
    //! What the service gave; nothing is kept yet. InvalidInput "ClientIdMissing".
    QCoro::Task<Result<TokenAnswer>> byBrowser(Browser how, Context context);
    //! `onCode` shows the code.
    QCoro::Task<Result<TokenAnswer>> byDeviceCode(QString tenant, QByteArray claims, std::function<void(const DeviceCode &)> onCode, Context context);
    //! Keeps it.
    QCoro::Task<Result<StoredAccount>> keep(TokenAnswer answer, QString tenant, Context context);
    //! The account that a word means: user name or home account id, ignoring case; an empty word: the current one, else the only one there is.
    //! NotFound "NotSignedIn", InvalidInput "AccountUnknown", "AccountAmbiguous" or "SeveralAccounts" name the ones there are.
    [[nodiscard]] Result<StoredAccount> accountMeant(const QString &word) const;
    //! Which of them is meant where none is named.
    [[nodiscard]] const CurrentAccount &currentAccount() const { return m_current; }

private:
    explicit SignIns(Means means);
    Means m_means;
    CurrentAccount m_current;
    std::unique_ptr<QnamTransport> m_transport;
    std::unique_ptr<TokenEndpoint> m_endpoint;
    std::unique_ptr<Vault> m_vault;
    std::unique_ptr<AccountBook> m_book;
};

//! Options for every transport, as the settings say.
QnamOptions networkOf(const SignInSettings &settings, const Secret &proxyPassword);
//! The same; the proxy's password is read from the keychain when a user is set.
QCoro::Task<Result<QnamOptions>> networkOptions(SignInSettings settings, SecretStore *keychain, Context context);

//! Asks an ARM endpoint where its callers sign in (GET /metadata/endpoints, the Azure CLI's question) and for which audience. Only for
//! endpoints outside the table of clouds; a login host that is neither Microsoft's nor on loopback is refused.
QCoro::Task<Result<CloudProfile>> askCloud(CloudProfile cloud, QnamOptions network, std::shared_ptr<Clock> wall, Context context);

//! Names of keychain entries. What a setup may name (keychain:NAME) is kept apart from our own, so that no setup that somebody sends can
//! have a key or the proxy's password put into a server.
QString setupSecretName(const QString &name);
inline QString proxyPasswordName() { return QStringLiteral("proxy-password"); }

} // namespace causeway
