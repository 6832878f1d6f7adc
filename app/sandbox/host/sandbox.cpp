// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/sandbox.h"

#include "sandbox/host/worldhost.h"
#include "sandbox/postgres/ground.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QThread>

namespace causeway::sandbox {

namespace {

// Asks nobody: the key and the clock are all that a token needs. It stands for somebody who is signed in everywhere she is
// known and approves whatever a challenge asks for.
class SandboxCredential final : public TokenCredential
{
public:
    //! The same person in one tenant; the first one counts where no tenant is asked for.
    struct Identity {
        Principal principal;
        QString domain, issuer;
    };
    SandboxCredential(std::shared_ptr<const TokenMint> mint, std::shared_ptr<Clock> clock, WorldTime time, std::vector<Identity> identities)
        : m_mint(std::move(mint)), m_clock(std::move(clock)), m_time(time), m_identities(std::move(identities))
    {}

    QCoro::Task<Result<AccessToken>> token(TokenRequest wanted, Context context) override
    {
        if (context.cancelled())
            co_return Error::cancelled();
        QString scope = wanted.scope;
        if (scope.endsWith(QLatin1String("/.default")))
            scope.chop(int(qstrlen(".default")));
        const auto found = std::find_if(m_identities.begin(), m_identities.end(), [&wanted](const Identity &one) {
            return wanted.tenant.isEmpty() || isAnyTenant(wanted.tenant) || one.principal.tenant.compare(wanted.tenant, Qt::CaseInsensitive) == 0
                || one.domain.compare(wanted.tenant, Qt::CaseInsensitive) == 0;
        });
        if (found == m_identities.end()) {
            const Principal &known = m_identities.front().principal;
            Error error;
            error.kind = ErrorKind::Unauthorized;
            error.code = QStringLiteral("AADSTS50020");
            error.message = StsError(50020, {known.userPrincipalName, m_identities.front().issuer, wanted.tenant, QStringLiteral("sandbox")}).text();
            co_return error;
        }
        const TimePoint now = m_time.now();
        const QJsonObject proven = wanted.claims.isEmpty() ? QJsonObject() : QJsonObject{{QStringLiteral("acrs"), QJsonArray{QStringLiteral("p1")}}};
        AccessToken access{m_mint->issue(found->principal, scope, found->issuer, now, TokenMint::usualLife, proven),
                           m_time.clock->now() + TokenMint::usualLife, {}};
        co_return access;
    }

private:
    std::shared_ptr<const TokenMint> m_mint;
    std::shared_ptr<Clock> m_clock; // kept alive
    WorldTime m_time;
    std::vector<Identity> m_identities;
};

} // namespace

static QString keptServers(const QString &stateFolder)
{
    return stateFolder + QStringLiteral("/postgres");
}

struct Sandbox::Private {
    Options options;
    std::shared_ptr<Clock> clock;
    WorldTime time;
    std::shared_ptr<TokenMint> mint = std::make_shared<TokenMint>();
    std::unique_ptr<QTemporaryDir> thrownAway; // of the certificates
    std::unique_ptr<LocalPostgres> postgres;
    std::unique_ptr<QThread> thread;
    WorldHost *host = nullptr;
    QString arm;
    QString caFile;

    void onThread(const std::function<void()> &work) const
    {
        if (!thread || QThread::currentThread() == thread.get())
            work();
        else
            QMetaObject::invokeMethod(host, work, Qt::BlockingQueuedConnection);
    }
    Result<std::optional<TlsIdentity>> makeIdentity();
    Result<WorldHost::Parts> makeParts();
    [[nodiscard]] std::optional<Principal> principal(const QString &word) const;
    [[nodiscard]] QString issuerOf(const Principal &principal) const { return Authority::issuer(arm.toUtf8(), principal.tenant); }
};

Sandbox::Sandbox(Options options) : m_private(std::make_unique<Private>())
{
    Private &d = *m_private;
    d.options = std::move(options);
    if (!d.options.stateFolder.isEmpty())
        d.options.stateFolder = QDir(d.options.stateFolder).absolutePath();
    if (d.options.clock)
        d.clock = std::shared_ptr<Clock>(d.options.clock, [](Clock *) {});
    else
        d.clock = std::make_shared<SystemClock>();
    d.time.clock = d.clock.get();
    LocalPostgres::Options postgres;
    postgres.enabled = d.options.postgres == Postgres::Auto;
    if (!d.options.stateFolder.isEmpty())
        postgres.keptFolder = keptServers(d.options.stateFolder);
    // Servers of an earlier world in this folder are not this one's.
    if (!postgres.keptFolder.isEmpty() && !QFile::exists(WorldKeeper::fileIn(d.options.stateFolder)))
        LocalPostgres::eraseKept(postgres.keptFolder);
    d.postgres = std::make_unique<LocalPostgres>(postgres); // as early as can be: a first template takes half a second
}

Sandbox::~Sandbox()
{
    stop();
}

Result<std::optional<TlsIdentity>> Sandbox::Private::makeIdentity()
{
    if (!options.tls)
        return std::optional<TlsIdentity>();
    QString folder = options.stateFolder + QStringLiteral("/tls");
    if (options.stateFolder.isEmpty()) {
        thrownAway = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/causeway-tls-XXXXXX"));
        folder = thrownAway->path();
        markAsOurs(folder);
    }
    QDir().mkpath(folder);
    const auto authority = CertificateAuthority::openOrMake(folder, QStringLiteral("ca"), QStringLiteral("Causeway sandbox"));
    if (!authority)
        return authority.error();
    caFile = QDir(folder).absoluteFilePath(QStringLiteral("ca.crt"));
    auto identity = authority->issue({QStringLiteral("localhost"), QStringLiteral("127.0.0.1"), QStringLiteral("::1")});
    if (!identity)
        return identity.error();
    return std::optional<TlsIdentity>(std::move(*identity));
}

Result<WorldHost::Parts> Sandbox::Private::makeParts()
{
    WorldHost::Parts parts;
    parts.state = std::move(options.world);
    parts.mint = mint;
    parts.postgres = postgres.get();
    parts.timeRuns = dynamic_cast<VirtualClock *>(clock.get()) == nullptr;
    if (!options.stateFolder.isEmpty()) {
        auto keeper = WorldKeeper::open(options.stateFolder);
        if (!keeper)
            return keeper.error();
        auto kept = (*keeper)->load();
        if (!kept)
            return kept.error();
        if (*kept) {
            parts.state = std::move((*kept)->state);
            parts.unfinished = std::move((*kept)->inFlight);
        }
        parts.keeper = std::move(*keeper);
    }
    parts.state.timeScale = options.timeScale;
    time.ahead = std::max(Milliseconds(0), std::chrono::duration_cast<Milliseconds>(parts.state.now - clock->now()));
    parts.time = time;
    return parts;
}

Result<> Sandbox::start()
{
    Private &d = *m_private;
    auto identity = d.makeIdentity();
    if (!identity)
        return identity.error();
    auto parts = d.makeParts();
    if (!parts)
        return parts.error();
    d.host = new WorldHost(std::move(*parts));
    if (d.options.ownThread) {
        d.thread = std::make_unique<QThread>();
        d.thread->setObjectName(QStringLiteral("sandbox"));
        d.host->moveToThread(d.thread.get());
        d.thread->start();
    }
    Result<quint16> port = quint16(0);
    d.onThread([&] { port = d.host->listen(d.options.port, *identity); });
    if (!port)
        return port.error();
    d.arm = QStringLiteral("%1://127.0.0.1:%2").arg(d.options.tls ? QStringLiteral("https") : QStringLiteral("http")).arg(*port);
    return {};
}

// First nobody comes in, then the servers go, then the world is saved and ends.
void Sandbox::stop()
{
    Private &d = *m_private;
    if (d.host)
        d.onThread([&d] { d.host->front().close(); });
    if (d.postgres)
        d.postgres->stop();
    WorldHost *host = std::exchange(d.host, nullptr);
    if (d.thread) {
        host->deleteLater(); // runs when the thread ends
        d.thread->quit();
        d.thread->wait();
        d.thread.reset();
    } else {
        delete host;
    }
    d.postgres.reset();
    d.thrownAway.reset();
}

QString Sandbox::arm() const
{
    return m_private->arm;
}

QString Sandbox::caFile() const
{
    return m_private->caFile;
}

std::optional<Principal> Sandbox::Private::principal(const QString &word) const
{
    std::optional<Principal> found;
    if (!host)
        return found;
    onThread([&] {
        const auto &principals = host->world().state().principals;
        const Principal *named = word.isEmpty() ? (principals.isEmpty() ? nullptr : &principals.first()) : host->authority().principalNamed(word);
        if (named)
            found = *named;
    });
    return found;
}

Secret Sandbox::token(const QString &principalObjectId, std::chrono::seconds life) const
{
    const auto principal = m_private->principal(principalObjectId);
    if (!principal)
        return {};
    return m_private->mint->issue(*principal, QStringLiteral("https://management.azure.com/"), m_private->issuerOf(*principal),
                                  m_private->time.now(), life);
}

void Sandbox::join(const State &other) const
{
    visit([&other](World &world) { world.join(other, world.state().now); });
}

Secret Sandbox::tokenFor(const QString &userPrincipalName) const
{
    return token(userPrincipalName);
}

std::unique_ptr<TokenCredential> Sandbox::credential(const QString &userPrincipalName) const
{
    const auto principal = m_private->principal(userPrincipalName);
    if (!principal)
        return nullptr;
    std::vector<SandboxCredential::Identity> identities{{*principal, {}, m_private->issuerOf(*principal)}};
    visit([&](World &world) {
        for (const Tenant *tenant : tenantsOf(world.state(), *principal)) {
            const Principal &there = *personIn(world.state(), *principal, tenant->id);
            identities.push_back({there, tenant->defaultDomain, m_private->issuerOf(there)});
        }
    });
    return std::make_unique<SandboxCredential>(m_private->mint, m_private->clock, m_private->time, std::move(identities));
}

QList<LedgerEntry> Sandbox::ledger() const
{
    QList<LedgerEntry> entries;
    visit([&entries](World &world) { entries = world.state().ledger; });
    return entries;
}

void Sandbox::visit(const std::function<void(World &)> &visitor) const
{
    const Private &d = *m_private;
    if (d.host)
        d.onThread([&] {
            d.host->advance();
            visitor(d.host->world());
            d.host->advance(); // what it caused begins now
        });
}

void Sandbox::addFault(const Fault &fault)
{
    const Private &d = *m_private;
    if (d.host)
        d.onThread([&] { d.host->front().addFault(fault); });
}

void Sandbox::onRequest(std::function<void(const QByteArray &, const QByteArray &, int)> observer)
{
    const Private &d = *m_private;
    if (d.host)
        d.onThread([&] { d.host->front().setObserver(std::move(observer)); });
}

Result<> Sandbox::reset(const QString &stateFolder)
{
    const QString folder = QDir(stateFolder).absolutePath();
    const auto keeper = WorldKeeper::open(folder); // alone with it
    if (!keeper)
        return keeper.error();
    LocalPostgres::eraseKept(keptServers(folder));
    QDir(folder + QStringLiteral("/tls")).removeRecursively();
    for (const QString &file : {WorldKeeper::fileIn(folder), WorldSeal::fileIn(folder)}) { // the world before its key
        if (QFile::exists(file) && !QFile::remove(file))
            return Error::internal(QStringLiteral("WorldNotRemoved"), file);
    }
    return {};
}

std::optional<TimePoint> Sandbox::savedTime(const QString &stateFolder)
{
    QFile file(WorldKeeper::fileIn(stateFolder));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto state = State::fromJson(QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("state")).toObject());
    return state ? std::optional<TimePoint>(state->now) : std::nullopt;
}

} // namespace causeway::sandbox
