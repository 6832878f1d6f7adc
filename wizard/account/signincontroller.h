// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/credentials.h"
#include "core/waiting.h"
#include "session/accountchoice.h"
#include "session/signins.h"
#include "text/signintext.h"

#include <QObject>
#include <QUrl>
#include <optional>

namespace causeway::wizard {

//! How one signs in: the system browser, a code typed elsewhere, or with what the Azure CLI is signed in.
enum class SignInMethod { Browser, DeviceCode, AzureCli };

//! What a sign-in that is under way shows.
struct SignInAttempt {
    enum class Phase { None, Browser, Code, Finishing, Failed };
    Phase phase = Phase::None;
    SignInMethod method = SignInMethod::Browser;
    QString tenant;            //!< asked for; empty: any
    QString user;              //!< asked for; empty: whoever is chosen in the browser
    bool forNeed = false;      //!< a call waits for it: the bar above the pages shows it, not the account's card
    QUrl address;              //!< of Phase::Browser: for a link that can be copied
    bool browserOpened = true; //!< false: the link is the only way
    DeviceCode code;           //!< of Phase::Code
    Error error;               //!< of Phase::Failed; see text/signintext
};

//! Signing in, without a widget: who is signed in, an attempt under way, and what a call that needs more of a sign-in waits for.
//! It is the credential of the window's pipeline. One attempt at a time: starting another one cancels the first.
class SignInController final : public QObject, public TokenCredential, public SignInAsker
{
    Q_OBJECT
public:
    struct Places {
        std::function<bool(const QUrl &)> openBrowser;
        std::function<QList<AccountChoice>()> offered; //!< the users of a sandbox; empty in Azure
    };
    //! The sign-ins live as long as anything that is under way on them.
    SignInController(std::shared_ptr<SignIns> signIns, Places places, QObject *parent = nullptr);
    ~SignInController() override;

    [[nodiscard]] const std::shared_ptr<SignIns> &signIns() const { return m_signIns; }
    [[nodiscard]] const CloudProfile &cloud() const { return m_signIns->means().cloud; }
    [[nodiscard]] const SignInSettings &settings() const { return m_signIns->means().settings; }
    [[nodiscard]] AccountBook &book() const { return m_signIns->book(); }
    [[nodiscard]] Clock &clock() const { return m_signIns->wall(); }
    //! For advice in the window.
    [[nodiscard]] SignInPlace placeOf(const QString &tenant) const;
    [[nodiscard]] bool isSandbox() const { return bool(m_places.offered); }
    //! Reads what is stored and takes the first account.
    void restore();

    [[nodiscard]] QList<AccountChoice> accounts() const;               //!< signed in, then those that are offered
    [[nodiscard]] const std::optional<AccountChoice> &current() const { return m_current; }
    [[nodiscard]] const SignInAttempt &attempt() const { return m_attempt; }
    [[nodiscard]] bool isBusy() const;

    //! What goes on beside. A run keeps its account and tenant: nobody else can be chosen, signed in or out until it has ended, and
    //! "Not now" holds as long. One that is being stopped asks nobody.
    enum class Work { None, Run, StoppingRun };
    void setWork(Work work);
    [[nodiscard]] bool isHeld() const { return m_work != Work::None; }
    //! Somebody has just pressed something that needs the sign-in: what was put off is asked again.
    void askAgain() { m_putOff.reset(); }

    //! A stored account at once; somebody who is only offered signs in.
    void use(const AccountChoice &account);
    //! `tenant`: GUID or domain, empty: organizations. `user`: a hint; with none, the account is chosen in the browser. `claims`: of a refusal.
    void start(SignInMethod method, const QString &tenant = {}, const QString &user = {}, const QByteArray &claims = {});
    void cancel();
    //! The end of it: whatever is under way and whoever waits is cancelled, and nobody is asked any more.
    void leave();
    //! The browser stands at a page that leads no further: a sandbox sees that, in Azure the person cancels.
    void browserEnded(const Error &error);
    void signOut(const AccountChoice &account);
    //! All accounts, the file and its key; also with a damaged file.
    void purge();
    //! Whose subscription is in use: calls that name no tenant get this one's token.
    void setTenant(const QString &tenant);

    //! A call waits for more of a sign-in (conditional access, an ended session).
    [[nodiscard]] const std::optional<SignInNeed> &need() const { return m_need; }
    void answerNeed();
    //! Not now: the call fails with StepUpPutOff. It also ends with AccountChanged or SignedOut when that happens meanwhile.
    void declineNeed();

    QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) override;
    [[nodiscard]] quint64 generation() const override { return m_generation; }
    QCoro::Task<Result<TokenAnswer>> ask(SignInNeed need, Context context) override;

Q_SIGNALS:
    void accountsChanged(); //!< the list
    void currentChanged();  //!< another account is in use
    void attemptChanged();
    void reachChanged(); //!< the account in use signed in once more: it may see more tenants
    void needChanged();
    void workChanged();
    void trouble(const causeway::Error &error); //!< the vault could not be written or wiped

private:
    struct Order {
        SignInMethod method = SignInMethod::Browser;
        QString tenant;
        QString user;
        QByteArray claims;
        bool forNeed = false;
    };
    QCoro::Task<> run(Order order, Context context);
    QCoro::Task<Result<TokenAnswer>> browser(Order order, Context context);
    QCoro::Task<Result<TokenAnswer>> deviceCode(Order order, Context context);
    QCoro::Task<> azureCli(Context context);
    QCoro::Task<> keep(Order order, TokenAnswer answer, Context context);
    void handOver(const TokenAnswer &answer);
    QCoro::Task<> forget(QString home);
    QCoro::Task<> load();
    void begin(Order order);
    void fail(const Error &error);
    void setPhase(SignInAttempt::Phase phase);
    void remember(const QString &home);
    void take(const AccountChoice &account);
    void leaveAttempt();
    void endNeed(const Error &error);

    std::shared_ptr<SignIns> m_signIns;
    Places m_places;
    std::optional<AccountChoice> m_current;
    QString m_tenant;
    std::shared_ptr<NamedCredential> m_cli; //!< while the Azure CLI's account is in use
    quint64 m_generation = 1;
    SignInAttempt m_attempt;
    std::stop_source m_stop;
    quint64 m_run = 0;
    std::optional<SignInNeed> m_need;
    std::optional<OneShot<Result<TokenAnswer>>> m_answer;
    quint64 m_asked = 0; //!< needs so far: one that ends late does not end the next
    Work m_work = Work::None;
    QString m_tenantLater; //!< chosen during a run
    std::optional<Error> m_putOff;
};

} // namespace causeway::wizard
