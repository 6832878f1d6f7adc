// SPDX-License-Identifier: Apache-2.0
#include "main/windowparts.h"

#include "azure/auth/cloud.h"
#include "sandbox/postgres/ground.h"

#include <QCoreApplication>
#include <QDir>

namespace causeway {

SandboxAccounts::SandboxAccounts(sandbox::Sandbox &box, Clock &clock, const QString &user)
    : m_box(box), m_clock(clock), m_user(user), m_credential(box.credential(user))
{}

QList<AccountChoice> SandboxAccounts::choices() const
{
    QList<AccountChoice> choices;
    m_box.visit([&choices](sandbox::World &world) {
        const sandbox::State &state = world.state();
        for (const sandbox::Principal &principal : state.principals) {
            if (principal.kind != QLatin1String("User"))
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

AccountChoice SandboxAccounts::current() const
{
    for (const AccountChoice &choice : choices()) {
        if (choice.user == m_user)
            return choice;
    }
    return AccountChoice{m_user, m_user, {}, {}};
}

void SandboxAccounts::use(const QString &user)
{
    if (user == m_user)
        return;
    m_user = user;
    m_credential = m_box.credential(user);
    if (m_changed)
        m_changed(current());
}

QCoro::Task<Result<AccessToken>> SandboxAccounts::token(TokenRequest wanted, Context context)
{
    if (!m_credential)
        co_return Error::internal(QStringLiteral("NoSuchUser"), QStringLiteral("This user is not in the sandbox any more."));
    Result<AccessToken> token = co_await m_credential->token(wanted, context);
    if (!token)
        co_return token.error();
    AccessToken once = *token;
    once.expires = m_clock.now();
    co_return once;
}

Result<std::unique_ptr<WindowParts>> WindowParts::make(const WindowOptions &options)
{
    std::unique_ptr<WindowParts> parts(new WindowParts);
    if (const Result<> laid = parts->lay(options); !laid)
        return laid.error();
    if (const Result<> built = parts->build(); !built)
        return built.error();
    return parts;
}

// What takes time: the sandbox and the journal. On this thread: one without Qt's event dispatcher starts no timers, and
// beside the window's making it was no faster (measured).
Result<> WindowParts::lay(const WindowOptions &options)
{
    const QString folder = sandboxFolder(options.world);
    const TimePoint now = wallNow();
    m_clock = std::make_unique<SystemClock>(options.speed, folder.isEmpty() ? now : std::max(now, sandbox::Sandbox::savedTime(folder).value_or(now)));
    EmbeddedOptions how;
    how.world = options.world;
    how.user = options.user;
    how.clock = m_clock.get();
    Result<EmbeddedSandbox> embedded = embedSandbox(how);
    if (!embedded)
        return embedded.error();
    m_embedded = std::move(*std::move(embedded));
    QString journalFolder = folder;
    if (journalFolder.isEmpty()) {
        m_thrownAway = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/causeway-run-XXXXXX"));
        journalFolder = m_thrownAway->path();
        sandbox::markAsOurs(journalFolder); // swept by the next one if this process is killed
    }
    Result<std::unique_ptr<Journal>> journal = Journal::open(journalFolder + QStringLiteral("/journal.sqlite"));
    if (!journal)
        return journal.error();
    m_journal = std::move(*std::move(journal));
    return {};
}

Result<> WindowParts::build()
{
    Clock &clock = *m_clock;
    m_accounts = std::make_unique<SandboxAccounts>(*box(), clock, m_embedded.user);
    Result<Planes> planes = cloudAt(QStringLiteral("sandbox"), box()->arm()).planes();
    if (!planes)
        return planes.error();
    m_transport = std::make_unique<QnamTransport>(*planes, clock);
    m_pipeline = std::make_unique<HttpPipeline>(*m_transport, clock, *planes, m_accounts.get());
    m_client = std::make_unique<ArmClient>(*m_pipeline, clock);

    const AccountChoice user = m_accounts->current();
    m_session = std::make_unique<AzureSession>(*m_client, clock, Account{user.user, user.tenant, true});
    m_accounts->onChange([this](const AccountChoice &choice) { m_session->setAccount(Account{choice.user, choice.tenant, true}); });
    m_secrets = std::make_unique<wizard::SetupSecrets>(m_setup, nullptr);
    m_engine = std::make_unique<Engine>(Apis{*m_client}, clock, *m_secrets, m_journal.get());
    m_run = std::make_unique<wizard::RunControl>(*m_engine, RunIdentity());
    return {};
}

// What was cancelled still has to end: replies that were aborted, sleepers that were woken.
WindowParts::~WindowParts()
{
    m_run.reset();
    m_session.reset();
    while (m_client && m_client->active() > 0)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    if (box())
        box()->stop();
}

wizard::Parts WindowParts::parts()
{
    return wizard::Parts{*m_session, m_setup, *m_run, *m_clock, m_accounts.get(), this, m_secrets.get()};
}

QString WindowParts::note(const WindowOptions &options)
{
    return QCoreApplication::translate("WindowParts", "Sandbox, not Azure. Its clock runs %1 times as fast.").arg(options.speed);
}

QStringList WindowParts::adopt(SetupSpec &spec)
{
    const Result<std::optional<GrownWorld>> grown = growInto(*box(), spec);
    if (!grown || !*grown)
        return {};
    spec = mapped(spec, **grown);
    if (!(*grown)->owner.isEmpty())
        m_accounts->use((*grown)->owner);
    return (*grown)->lines();
}

} // namespace causeway
