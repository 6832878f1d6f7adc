// SPDX-License-Identifier: Apache-2.0
#include "wizard/account/signincontroller.h"

#include <QPointer>
#include <algorithm>

namespace causeway::wizard {

namespace {

const QString &cliId()
{
    static const QString id = QStringLiteral("azure-cli");
    return id;
}

AccountChoice choiceOf(const StoredAccount &account)
{
    return {account.username, account.name, {}, account.homeTenant, account.homeAccountId};
}

bool isUserOf(const AccountChoice &account, const QString &user)
{
    return account.user.compare(user, Qt::CaseInsensitive) == 0;
}

Error anotherAccount(const QString &wanted, const QString &got)
{
    Error error = Error::invalid(QStringLiteral("AnotherAccount"), QStringLiteral("This needs %1, but %2 signed in.").arg(wanted, got));
    error.kind = ErrorKind::Unauthorized;
    return error;
}

// Why a call that waited for a sign-in ended without one; the words are in text/errortext.
Error endedNeed(const char *code, const char *message, const std::optional<SignInNeed> &need = std::nullopt)
{
    Error error = Error::invalid(QLatin1String(code), QLatin1String(message));
    error.kind = ErrorKind::Unauthorized;
    if (need)
        error.details.append(need->why);
    return error;
}

Error accountReplaced()
{
    return endedNeed("AccountChanged", "Another account or tenant came into use before this was sent.");
}

Error signedOutMeanwhile()
{
    return endedNeed("SignedOut", "The account was signed out before this was sent.");
}

Error notSignedIn()
{
    Error error = Error::invalid(QStringLiteral("NotSignedIn"), QStringLiteral("Nobody is signed in."));
    error.kind = ErrorKind::Unauthorized;
    return error;
}

} // namespace

SignInController::SignInController(std::shared_ptr<SignIns> signIns, Places places, QObject *parent) : QObject(parent), m_signIns(std::move(signIns)), m_places(std::move(places))
{
    book().setAsker(this);
    connect(&book(), &AccountBook::changed, this, &SignInController::accountsChanged);
}

SignInController::~SignInController()
{
    book().setAsker(nullptr);
    m_stop.request_stop();
    if (const auto waiting = std::exchange(m_answer, std::nullopt))
        waiting->fire(Error::cancelled());
}

void SignInController::restore()
{
    load();
}

QCoro::Task<> SignInController::load()
{
    const QPointer<SignInController> alive(this);
    const std::shared_ptr<SignIns> signIns = m_signIns;
    const Result<> loaded = co_await signIns->book().load(Context());
    if (!alive)
        co_return;
    if (!loaded)
        Q_EMIT trouble(loaded.error());
    if (const QList<StoredAccount> stored = book().accounts(); !m_current && !stored.isEmpty())
        take(choiceOf(signIns->accountMeant(QString()).valueOr(stored.first())));
    Q_EMIT accountsChanged();
}

// The command line means it, too, where it is told no other. It is a comfort: where it cannot be written, the first is offered again.
void SignInController::remember(const QString &home)
{
    if (home != cliId() && book().vaultState() == Vault::State::Kept)
        (void)m_signIns->currentAccount().write(home);
}

QList<AccountChoice> SignInController::accounts() const
{
    QList<AccountChoice> all;
    for (const StoredAccount &stored : book().accounts())
        all.append(choiceOf(stored));
    if (m_cli && m_current)
        all.append(*m_current);
    if (!m_places.offered)
        return all;
    for (AccountChoice offer : m_places.offered()) {
        const auto same = std::find_if(all.begin(), all.end(), [&offer](const AccountChoice &each) { return isUserOf(each, offer.user); });
        if (same == all.end())
            all.append(offer);
        else
            same->description = offer.description;
    }
    return all;
}

SignInPlace SignInController::placeOf(const QString &tenant) const
{
    return {cloud().authority, tenant, book().clientId(), cloud().portal, Surface::Window};
}

bool SignInController::isBusy() const
{
    return m_attempt.phase != SignInAttempt::Phase::None && m_attempt.phase != SignInAttempt::Phase::Failed;
}

void SignInController::setWork(Work work)
{
    if (work == m_work)
        return;
    m_work = work;
    if (isHeld() && isBusy() && !m_attempt.forNeed)
        cancel();
    if (work == Work::StoppingRun)
        endNeed(Error::cancelled());
    if (work == Work::None) {
        m_putOff.reset();
        setTenant(std::exchange(m_tenantLater, QString()));
    }
    Q_EMIT workChanged();
}

void SignInController::use(const AccountChoice &account)
{
    if (isHeld())
        return;
    if (account.id.isEmpty()) {
        start(SignInMethod::Browser, account.tenant, account.user);
    } else if (account.id == cliId()) {
        start(SignInMethod::AzureCli);
    } else {
        cancel();
        take(account);
        remember(account.id);
    }
}

void SignInController::take(const AccountChoice &account)
{
    if (account.id != cliId())
        m_cli.reset();
    m_current = account;
    m_tenant = account.tenant;
    ++m_generation;
    endNeed(accountReplaced());
    Q_EMIT accountsChanged();
    Q_EMIT currentChanged();
}

void SignInController::setTenant(const QString &tenant)
{
    if (isHeld())
        m_tenantLater = tenant;
    if (tenant.isEmpty() || tenant == m_tenant || isHeld())
        return;
    m_tenant = tenant;
    ++m_generation;
    if (m_need && m_need->tenant != tenant)
        endNeed(accountReplaced());
}

void SignInController::start(SignInMethod method, const QString &tenant, const QString &user, const QByteArray &claims)
{
    if (isHeld())
        return;
    Order order;
    order.method = method;
    order.tenant = tenant;
    order.user = user;
    order.claims = claims;
    begin(order);
}

void SignInController::begin(Order order)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    ++m_run;
    m_attempt = SignInAttempt();
    m_attempt.method = order.method;
    m_attempt.tenant = order.tenant;
    m_attempt.user = order.user;
    m_attempt.forNeed = order.forNeed;
    setPhase(order.method == SignInMethod::Browser ? SignInAttempt::Phase::Browser : SignInAttempt::Phase::Finishing);
    Context context;
    context.stop = m_stop.get_token();
    run(std::move(order), std::move(context));
}

void SignInController::cancel()
{
    if (isBusy())
        leaveAttempt();
}

void SignInController::leave()
{
    setWork(Work::StoppingRun);
    cancel();
}

void SignInController::leaveAttempt()
{
    m_stop.request_stop();
    ++m_run;
    m_attempt = SignInAttempt();
    Q_EMIT attemptChanged();
}

void SignInController::browserEnded(const Error &error)
{
    if (m_attempt.phase != SignInAttempt::Phase::Browser)
        return;
    m_stop.request_stop();
    ++m_run;
    fail(error);
}

void SignInController::setPhase(SignInAttempt::Phase phase)
{
    m_attempt.phase = phase;
    Q_EMIT attemptChanged();
}

void SignInController::fail(const Error &error)
{
    m_attempt.error = error;
    setPhase(SignInAttempt::Phase::Failed);
}

QCoro::Task<> SignInController::run(Order order, Context context)
{
    const QPointer<SignInController> alive(this);
    const std::shared_ptr<SignIns> signIns = m_signIns; // for as long as this takes, also without us
    const quint64 ticket = m_run;
    if (order.method == SignInMethod::AzureCli) {
        co_await azureCli(context);
        co_return;
    }
    Result<TokenAnswer> answer = Error::cancelled();
    if (order.method == SignInMethod::Browser)
        answer = co_await browser(order, context);
    else
        answer = co_await deviceCode(order, context);
    if (!alive || ticket != m_run)
        co_return;
    if (!answer) {
        fail(answer.error());
        co_return;
    }
    setPhase(SignInAttempt::Phase::Finishing);
    const TokenAnswer given = *answer;
    co_await keep(order, given, context);
}

QCoro::Task<Result<TokenAnswer>> SignInController::browser(Order order, Context context)
{
    SignIns::Browser how;
    how.tenant = order.tenant;
    how.prompt = order.user.isEmpty() ? QStringLiteral("select_account") : QString();
    how.loginHint = order.user;
    how.claims = order.claims;
    how.words.successTitle = tr("You are signed in");
    how.words.successText = tr("You can close this tab and go back to Causeway.");
    how.words.failureTitle = tr("The sign-in did not work");
    how.words.failureText = tr("Go back to Causeway: it says why, and what to do.");
    const QPointer<SignInController> alive(this);
    const quint64 ticket = m_run;
    how.onAddress = [alive, ticket](const QUrl &address) {
        if (alive && alive->m_run == ticket) {
            alive->m_attempt.address = address;
            Q_EMIT alive->attemptChanged();
        }
    };
    how.openBrowser = [alive, ticket](const QUrl &address) {
        if (!alive || alive->m_run != ticket)
            return false;
        alive->m_attempt.browserOpened = alive->m_places.openBrowser && alive->m_places.openBrowser(address);
        Q_EMIT alive->attemptChanged();
        return alive->m_attempt.browserOpened;
    };
    return m_signIns->byBrowser(std::move(how), std::move(context));
}

QCoro::Task<Result<TokenAnswer>> SignInController::deviceCode(Order order, Context context)
{
    const QPointer<SignInController> alive(this);
    const quint64 ticket = m_run;
    return m_signIns->byDeviceCode(order.tenant, order.claims, [alive, ticket](const DeviceCode &code) {
        if (!alive || alive->m_run != ticket)
            return;
        alive->m_attempt.code = code;
        alive->setPhase(SignInAttempt::Phase::Code);
    }, std::move(context));
}

// What a call waits for has to come from the account that it waits for.
void SignInController::handOver(const TokenAnswer &answer)
{
    const QString user = answer.idClaims.value(QLatin1String("preferred_username")).toString();
    if (!user.isEmpty() && user.compare(m_need->account.username, Qt::CaseInsensitive) != 0)
        return fail(anotherAccount(m_need->account.username, user));
    const auto waiting = std::exchange(m_answer, std::nullopt);
    m_need.reset();
    m_attempt = SignInAttempt();
    Q_EMIT needChanged();
    Q_EMIT attemptChanged();
    if (waiting)
        waiting->fire(answer);
}

// Whoever signed in is kept and used.
QCoro::Task<> SignInController::keep(Order order, TokenAnswer answer, Context context)
{
    if (order.forNeed) {
        if (m_need)
            handOver(answer);
        co_return;
    }
    const QPointer<SignInController> alive(this);
    const Result<StoredAccount> account = co_await m_signIns->keep(answer, order.tenant, context);
    if (!alive || context.cancelled())
        co_return;
    if (!account) {
        fail(account.error());
        co_return;
    }
    m_attempt = SignInAttempt();
    remember(account->homeAccountId);
    const bool sameAccount = m_current && m_current->id == account->homeAccountId;
    if (!sameAccount)
        take(choiceOf(*account));
    Q_EMIT attemptChanged();
    if (sameAccount)
        Q_EMIT reachChanged();
}

QCoro::Task<> SignInController::azureCli(Context context)
{
    const QPointer<SignInController> alive(this);
    const quint64 ticket = m_run;
    const std::shared_ptr<NamedCredential> cli = azCliCredential(clock(), settings().tenant);
    const TokenRequest wanted(cloud().scope);
    const Result<AccessToken> token = co_await cli->token(wanted, context);
    if (!alive || ticket != m_run)
        co_return;
    if (!token) {
        fail(token.error());
        co_return;
    }
    const TokenClaims claims = claimsOf(token->token);
    AccountChoice account;
    account.id = cliId();
    account.user = claims.user;
    account.displayName = claims.name;
    account.description = cli->name();
    account.tenant = claims.tenant;
    m_cli = cli;
    m_attempt = SignInAttempt();
    take(account);
    Q_EMIT attemptChanged();
}

void SignInController::signOut(const AccountChoice &account)
{
    if (!isHeld())
        forget(account.id);
}

void SignInController::purge()
{
    if (!isHeld())
        forget({});
}

// Empty: everybody.
QCoro::Task<> SignInController::forget(QString home)
{
    const QPointer<SignInController> alive(this);
    const std::shared_ptr<SignIns> signIns = m_signIns;
    const Context always;
    cancel();
    if (m_need && (home.isEmpty() || m_need->account.homeAccountId == home))
        endNeed(signedOutMeanwhile());
    Result<> gone;
    if (home == cliId())
        m_cli.reset();
    else if (home.isEmpty())
        gone = co_await signIns->book().purge(always);
    else
        gone = co_await signIns->book().signOut(home, always);
    if (home.isEmpty())
        signIns->currentAccount().clearAll();
    else
        (void)signIns->currentAccount().forget(home);
    if (!alive)
        co_return;
    if (!gone)
        Q_EMIT trouble(gone.error());
    if (m_current && (home.isEmpty() || m_current->id == home)) {
        m_cli.reset();
        m_current.reset();
        m_tenant.clear();
        ++m_generation;
        endNeed(signedOutMeanwhile()); // one that came while the file was written
        Q_EMIT currentChanged();
    }
    Q_EMIT accountsChanged();
}

// A request that names a tenant looks around (which subscriptions are there?) and asks nobody to sign in.
QCoro::Task<Result<AccessToken>> SignInController::token(TokenRequest request, Context context)
{
    if (!m_current)
        co_return notSignedIn();
    const bool looksAround = !request.tenant.isEmpty();
    if (!looksAround)
        request.tenant = m_tenant;
    const QString home = m_current->id;
    const std::shared_ptr<NamedCredential> cli = m_cli; // another account may come while it runs
    const std::shared_ptr<SignIns> signIns = m_signIns; // whose clock it uses
    Result<AccessToken> token = Error::cancelled();
    if (cli)
        token = co_await cli->token(request, context);
    else if (looksAround)
        token = co_await book().silentToken(home, request, context);
    else
        token = co_await book().token(home, request, context);
    co_return token;
}

QCoro::Task<Result<TokenAnswer>> SignInController::ask(SignInNeed need, Context context)
{
    if (m_work == Work::StoppingRun)
        co_return Error::cancelled();
    if (m_putOff)
        co_return Error(*m_putOff);
    if (m_answer) // two tenants at once: one after the other would puzzle the person
        co_return need.why;
    m_need = need;
    OneShot<Result<TokenAnswer>> shot;
    m_answer = shot;
    const quint64 mine = ++m_asked;
    const QPointer<SignInController> alive(this);
    Q_EMIT needChanged();
    const std::stop_callback onStop(context.stop, [shot] { shot.fire(Error::cancelled()); });
    Result<TokenAnswer> answer = co_await shot.wait();
    if (alive && m_answer && m_asked == mine) // its caller went away
        endNeed(Error::cancelled());
    co_return answer;
}

void SignInController::answerNeed()
{
    if (!m_need)
        return;
    Order order;
    order.tenant = m_need->tenant;
    order.user = m_need->account.username;
    order.claims = m_need->claims;
    order.forNeed = true;
    begin(order);
}

void SignInController::declineNeed()
{
    if (!m_need)
        return;
    const Error error = endedNeed("StepUpPutOff", "Another sign-in was asked for, and put off.", m_need);
    if (m_work == Work::Run) // what else the run does would ask for the same
        m_putOff = error;
    endNeed(error);
}

// Whoever waits is told; a sign-in that is under way for it leads nowhere any more.
void SignInController::endNeed(const Error &error)
{
    const auto waiting = std::exchange(m_answer, std::nullopt);
    m_need.reset();
    if (!waiting)
        return;
    waiting->fire(error);
    if (m_attempt.forNeed)
        leaveAttempt();
    Q_EMIT needChanged();
}

} // namespace causeway::wizard
