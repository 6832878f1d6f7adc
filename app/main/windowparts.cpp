// SPDX-License-Identifier: Apache-2.0
#include "main/windowparts.h"

#include "azure/auth/cloud.h"
#include "azure/auth/keychainstore.h"
#include "main/signedstage.h"
#include "sandbox/postgres/ground.h"
#include "sandbox/signin/headlessbrowser.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QDir>
#include <QPointer>
#include <QRegularExpression>
#include <QUrlQuery>

namespace causeway {

namespace {

//! For the sandbox: what its users sign in with is kept nowhere.
class NothingKept final : public SecretStore
{
public:
    QCoro::Task<Result<Secret>> read(QString, Context) override { co_return refusal(); }
    QCoro::Task<Result<>> write(QString, Secret, Context) override { co_return refusal(); }
    QCoro::Task<Result<>> remove(QString, Context) override { co_return Result<>(); }

private:
    static Error refusal() { return Error::internal(QStringLiteral("KeychainAbsent"), QStringLiteral("A sandbox keeps no secrets.")); }
};

//! What a page of the sandbox's authority says, as the token endpoint would have said it.
Error refusalOn(const QString &page)
{
    static const QRegularExpression number(QStringLiteral("AADSTS\\d+"));
    static const QRegularExpression correlation(QStringLiteral("Correlation ID:? *([0-9a-fA-F-]{36})"), QRegularExpression::CaseInsensitiveOption);
    Error error;
    error.kind = ErrorKind::Unauthorized;
    error.code = number.match(page).captured();
    const QString words = error.code.isEmpty() ? page : page.section(error.code + QStringLiteral(": "), -1);
    error.message = words.section(QStringLiteral(" Trace ID"), 0, 0).left(600);
    error.correlationId = correlation.match(page).captured(1);
    return error;
}

} // namespace

Result<std::unique_ptr<WindowParts>> WindowParts::make(const WindowOptions &options)
{
    std::unique_ptr<WindowParts> parts(new WindowParts);
    parts->m_proxyPassword = options.proxyPassword;
    parts->m_setup = options.setup ? options.setup : std::make_shared<wizard::SetupModel>();
    if (const Result<> laid = options.world ? parts->lay(options) : parts->layLive(options); !laid)
        return laid.error();
    if (const Result<> built = parts->build(options); !built)
        return built.error();
    return parts;
}

// What takes time: the sandbox and the journal. On this thread: one without Qt's event dispatcher starts no timers, and
// beside the window's making it was no faster (measured).
Result<> WindowParts::lay(const WindowOptions &options)
{
    const QString folder = sandboxFolder(*options.world);
    const TimePoint now = wallNow();
    m_clock = std::make_shared<SystemClock>(options.speed, folder.isEmpty() ? now : std::max(now, sandbox::Sandbox::savedTime(folder).value_or(now)));
    EmbeddedOptions how;
    how.world = *options.world;
    how.user = options.user;
    how.clock = m_clock.get();
    Result<EmbeddedSandbox> embedded = embedSandbox(how);
    if (!embedded)
        return embedded.error();
    m_embedded = std::move(*std::move(embedded));
    m_folder = folder;
    if (m_folder.isEmpty()) {
        m_thrownAway = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/causeway-run-XXXXXX"));
        m_folder = m_thrownAway->path();
        sandbox::markAsOurs(m_folder); // swept by the next one if this process is killed
    }
    Result<std::unique_ptr<Journal>> journal = Journal::open(m_folder + QStringLiteral("/journal.sqlite"));
    if (!journal)
        return journal.error();
    m_journal = std::move(*std::move(journal));
    return {};
}

Result<> WindowParts::layLive(const WindowOptions &options)
{
    m_clock = options.clock ? options.clock : std::make_shared<SystemClock>();
    m_keychain = options.keychain ? options.keychain : keychainStore();
    m_folder = stateFolder();
    QDir().mkpath(m_folder);
    Result<std::unique_ptr<Journal>> journal = Journal::open(m_folder + QStringLiteral("/journal.sqlite"));
    if (!journal)
        return journal.error();
    m_journal = std::move(*std::move(journal));
    m_recents = std::make_unique<Recents>(m_folder + QStringLiteral("/recent.ini"));
    return {};
}

// The sandbox is signed in to by the very same code, at its own authority, by a browser that needs no screen.
Result<SignIns::Means> WindowParts::means()
{
    SignIns::Means means;
    means.wall = m_clock;
    if (box()) {
        m_keychain = std::make_shared<NothingKept>();
        means.cloud = cloudAt(QStringLiteral("sandbox"), box()->arm(), box()->arm());
        means.settings.clientId = sandboxClientId();
        means.vaultFile = m_folder + QStringLiteral("/sessions.cwv"); // never written: there is no keychain
        means.keychain = m_keychain;
        return means;
    }
    means.keychain = m_keychain;
    means.settings = loadSignInSettings();
    const Result<CloudProfile> profile = means.settings.profile();
    if (!profile)
        return profile.error();
    means.cloud = *profile;
    means.network = networkOf(means.settings, m_proxyPassword);
    means.vaultFile = m_folder + QStringLiteral("/sessions.cwv"); // the command line's as well
    return means;
}

Result<> WindowParts::build(const WindowOptions &options)
{
    Clock &clock = *m_clock;
    Result<SignIns::Means> means = this->means();
    if (!means)
        return means.error();
    const CloudProfile cloud = means->cloud;
    const QnamOptions network = means->network;
    Result<std::unique_ptr<SignIns>> signIns = SignIns::make(*std::move(means));
    if (!signIns)
        return signIns.error();
    m_signIns = std::move(*std::move(signIns));
    wizard::SignInController::Places places;
    places.openBrowser = options.openBrowser ? options.openBrowser : [](const QUrl &address) { return QDesktopServices::openUrl(address); };
    if (box()) {
        places.offered = [this] { return sandboxUsers(); };
        places.openBrowser = [this](const QUrl &address) {
            openSandboxBrowser(address);
            return true;
        };
    }
    m_signIn = std::make_unique<wizard::SignInController>(m_signIns, places);
    const Result<Planes> planes = cloud.planes();
    if (!planes)
        return planes.error();
    m_transport = std::make_unique<QnamTransport>(*planes, clock, network);
    m_pipeline = std::make_unique<HttpPipeline>(*m_transport, clock, *planes, m_signIn.get());
    m_client = std::make_unique<ArmClient>(*m_pipeline, clock);
    m_session = std::make_unique<AzureSession>(*m_client, clock, Account{{}, {}, box() != nullptr, cloudOf(cloud)});
    QObject::connect(m_signIn.get(), &wizard::SignInController::currentChanged, m_session.get(), [this] { follow(m_signIn->current()); });
    const CatalogueBase &subscriptions = m_session->subscriptions();
    const auto tenantMoved = [this, &subscriptions] {
        if (subscriptions.isReady()) // they say whose it is
            m_signIn->setTenant(m_session->tenant());
    };
    QObject::connect(m_session.get(), &AzureSession::subscriptionChosen, m_signIn.get(), tenantMoved);
    QObject::connect(&subscriptions, &CatalogueBase::changed, m_signIn.get(), tenantMoved);
    SecretStore *const keychain = box() ? nullptr : m_keychain.get(); // nothing of a sandbox's outlives it
    m_secrets = std::make_unique<wizard::SetupSecrets>(*m_setup, keychain);
    m_engine = std::make_unique<Engine>(Apis{*m_client}, clock, *m_secrets, m_journal.get(), keychain);
    m_run = std::make_unique<wizard::RunControl>(*m_engine, RunIdentity());
    QObject::connect(m_run.get(), &wizard::RunControl::runChanged, m_signIn.get(), [this] { runMoved(); });
    if (!box()) {
        restore(settings());
        return {};
    }
    for (const AccountChoice &user : sandboxUsers()) {
        if (user.user == m_embedded.user)
            m_signIn->use(user);
    }
    return {};
}

void WindowParts::follow(const std::optional<AccountChoice> &account)
{
    Account now;
    now.sandbox = box() != nullptr;
    now.cloud = cloudOf(m_signIns->means().cloud);
    if (account) {
        now.user = account->user;
        now.tenant = account->tenant;
    }
    m_run->setUser(now.user);
    m_session->setAccount(now);
}

// While a run is under way its account stays, and so does everything that it works on.
void WindowParts::runMoved()
{
    using Run = wizard::RunControl::Run;
    using Work = wizard::SignInController::Work;
    const Run run = m_run->runState();
    m_signIn->setWork(run == Run::Running ? Work::Run : run == Run::Stopping ? Work::StoppingRun : Work::None);
}

std::optional<Error> WindowParts::runObjection() const
{
    if (!m_signIn->isHeld())
        return std::nullopt;
    return Error::invalid(QStringLiteral("RunUnderWay"), QStringLiteral("A run is under way; nothing was stored."));
}

QList<AccountChoice> WindowParts::sandboxUsers() const
{
    QList<AccountChoice> choices;
    box()->visit([&choices](sandbox::World &world) {
        const sandbox::State &state = world.state();
        for (const sandbox::Principal &principal : state.principals) {
            if (principal.kind != QLatin1String("User") || !principal.home.isEmpty()) // a guest is one of those already
                continue;
            QStringList roles;
            for (const sandbox::RoleAssignment &role : state.roles) {
                if (role.principal == principal.objectId && !roles.contains(role.role))
                    roles.append(role.role);
            }
            choices.append(AccountChoice{principal.userPrincipalName, principal.displayName, roles.join(QStringLiteral(", ")), principal.tenant});
        }
    });
    return choices;
}

// It presses the buttons of the authority's own pages; its answer comes to the listener, whose time runs on. A page that
// refuses is the end: somebody would read it and close the browser.
QCoro::Task<> WindowParts::openSandboxBrowser(QUrl address)
{
    const QString hint = QUrlQuery(address).queryItemValue(QStringLiteral("login_hint"), QUrl::FullyDecoded);
    const QString user = hint.isEmpty() ? m_embedded.user : hint;
    const sandbox::BrowserOptions options;
    const QPointer<wizard::SignInController> signIn = m_signIn.get();
    Context context;
    context.stop = m_gone.get_token();
    const Result<sandbox::BrowserEnd> end = co_await sandbox::signInAs(address, user, options, context);
    if (!signIn || signIn->attempt().address != address || (end && end->delivered))
        co_return;
    signIn->browserEnded(end ? refusalOn(end->text) : end.error());
}

SignInSettings WindowParts::settings() const
{
    return m_signIns->means().settings;
}

QCoro::Task<Result<>> WindowParts::use(SignInSettings settings, Secret proxyPassword)
{
    if (const auto objection = runObjection())
        co_return *objection;
    Context context; // a keychain and a cloud may take their time, and this may be gone by then
    context.stop = m_gone.get_token();
    Secret unkept = m_proxyPassword; // none new: as it was
    if (!proxyPassword.isEmpty()) {
        const QString name = proxyPasswordName();
        const std::shared_ptr<SecretStore> keychain = m_keychain;
        const Result<> written = co_await keychain->write(name, proxyPassword, context);
        if (context.cancelled())
            co_return Error::cancelled();
        if (!written && written.error().kind == ErrorKind::InvalidInput) // nothing that a keychain takes
            co_return written.error();
        unkept = written ? Secret() : proxyPassword;
    }
    if (settings.cloud == QLatin1String("custom") && settings.customAuthority.isEmpty()) { // ARM knows where its callers sign in
        const Result<CloudProfile> asked = co_await askedCloud(settings, proxyPassword, context);
        if (context.cancelled())
            co_return Error::cancelled();
        if (!asked)
            co_return asked.error();
        settings.customAuthority = asked->authority;
    }
    if (const auto objection = runObjection()) // one that began meanwhile
        co_return *objection;
    const Result<> saved = saveSignInSettings(settings);
    if (!saved)
        co_return saved.error();
    if (m_renew)
        m_renew(unkept);
    co_return Result<>();
}

QCoro::Task<Result<CloudProfile>> WindowParts::askedCloud(SignInSettings settings, Secret proxyPassword, Context context)
{
    const Result<CloudProfile> profile = settings.profile();
    if (!profile)
        co_return profile.error();
    const CloudProfile cloud = *profile;
    const QnamOptions network = networkOf(settings, proxyPassword.isEmpty() ? m_signIns->means().network.proxy.password : proxyPassword);
    const std::shared_ptr<Clock> wall = m_clock;
    Result<CloudProfile> asked = co_await askCloud(cloud, network, wall, context);
    co_return asked;
}

// The keychain may take its time, and the window does not wait for it. Stored sessions wait for the proxy's password: before it,
// whatever they ask would be asked in vain.
QCoro::Task<> WindowParts::restore(SignInSettings settings)
{
    if (m_proxyPassword.isEmpty()) {
        const std::shared_ptr<SecretStore> keychain = m_keychain;
        Context context;
        context.stop = m_gone.get_token();
        SecretStore *const store = keychain.get();
        const Result<QnamOptions> network = co_await networkOptions(settings, store, context);
        if (context.cancelled())
            co_return;
        if (network && !network->proxy.password.isEmpty()) {
            m_signIns->setProxy(network->proxy);
            m_transport->setProxy(network->proxy);
        }
    }
    m_signIn->restore();
}

// What was cancelled still has to end: replies that were aborted, sleepers that were woken.
WindowParts::~WindowParts()
{
    m_gone.request_stop();
    m_run.reset();
    if (m_signIn)
        m_signIn->leave();
    m_session.reset();
    while ((m_client && m_client->active() > 0) || (m_engine && m_engine->active() > 0))
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QCoreApplication::processEvents(); // sign-ins end at once, but on the event loop, which may have been left for good
    if (box())
        box()->stop();
}

wizard::Parts WindowParts::parts()
{
    if (box())
        return wizard::Parts{*m_session, *m_setup, *m_run, *m_clock, m_signIn.get(), this, m_secrets.get()};
    return wizard::Parts{*m_session, *m_setup, *m_run, *m_clock, m_signIn.get(), this, m_secrets.get(), this, m_recents.get()};
}

QString WindowParts::note(const WindowOptions &options)
{
    if (!options.world)
        return {};
    return QCoreApplication::translate("WindowParts", "Sandbox, not Azure. Its clock runs %1 times as fast.").arg(options.speed);
}

std::optional<Error> WindowParts::objection(const SetupSpec &spec) const
{
    if (box())
        return std::nullopt;
    if (auto sandboxIds = sandboxIdsIn(spec))
        return sandboxIds;
    const CloudProfile &cloud = m_signIns->means().cloud;
    if (cloud.name == profileOf(cloudOf(cloud)).name && spec.cloud != cloudOf(cloud))
        return Error::invalid(QStringLiteral("AnotherCloud"), QCoreApplication::translate("WindowParts", "This setup is for %1, and Causeway is set up for %2. Choose the other cloud under “Sign-in and network”.").arg(profileOf(spec.cloud).name, cloud.name), QStringLiteral("cloud"));
    return std::nullopt;
}

QStringList WindowParts::adopt(SetupSpec &spec)
{
    if (!box())
        return {};
    const Result<std::optional<GrownWorld>> grown = growInto(*box(), spec);
    if (!grown || !*grown)
        return {};
    spec = mapped(spec, **grown);
    for (const AccountChoice &user : m_signIn->accounts()) {
        if (user.user == (*grown)->owner)
            m_signIn->use(user);
    }
    return (*grown)->lines();
}

} // namespace causeway
