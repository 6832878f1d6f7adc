// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/localpostgres.h"

#include "core/logging.h"
#include "sandbox/postgres/ground.h"
#include "sandbox/postgres/serverwork.h"

#include <QCryptographicHash>
#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QThread>
#include <clocale>
#include <deque>
#include <map>

namespace causeway::sandbox {

namespace {

struct Order {
    Effect effect;
    LocalPostgres::Done done;
};

struct Place {
    std::unique_ptr<ServerWork> work;
    std::deque<Order> orders;
    bool busy = false;
};

// Lives on the thread.
class ServerFloor : public QObject
{
public:
    explicit ServerFloor(LocalPostgres::Options options) : m_options(std::move(options)) {}

    void open();
    void accept(Order order);
    QCoro::Task<> shutDown();
    std::stop_source &stopSource() { return m_stop; }

private:
    QCoro::Task<> prepare();
    QCoro::Task<> drain(Place *place);
    QCoro::Task<bool> prepared();
    Place &placeOf(const QString &server);
    Result<> makeAuthorities();
    [[nodiscard]] QString templateFolder(const QByteArray &version) const;
    [[nodiscard]] Context context() const { return Context{m_stop.get_token(), {}, {}}; }

    enum class Readiness { NotYet, Ready, Failed };

    LocalPostgres::Options m_options;
    std::optional<PostgresPrograms> m_programs;
    ServerAccount m_account = ServerAccount::choose();
    std::unique_ptr<ServerGround> m_ground;
    QString m_home; // of the clusters
    ServerShop m_shop;
    std::map<QString, Place> m_places;
    Readiness m_readiness = Readiness::NotYet;
    std::vector<OneShot<bool>> m_waiting;
    std::stop_source m_stop;
    SystemClock m_wall;
    locale_t m_english = nullptr;
    int m_running = 0; // coroutines; they are not held, so nobody goes before this is 0
};

void ServerFloor::open()
{
    // libpq's texts in English on this thread, whatever language the window speaks.
    m_english = ::newlocale(LC_MESSAGES_MASK, "C", ::duplocale(LC_GLOBAL_LOCALE));
    if (m_english)
        ::uselocale(m_english);
    if (m_options.enabled)
        m_programs = PostgresPrograms::find();
    if (!m_programs) {
        removeLeftOvers(m_account); // certificates and journals of processes that were killed
        return;
    }
    m_ground = std::make_unique<ServerGround>(m_account);
    m_home = m_options.keptFolder.isEmpty() ? m_ground->folder() : reachableFolder(m_options.keptFolder, m_account);
    QDir().mkpath(m_home);
    if (!m_options.keptFolder.isEmpty()) {
        QDir().mkpath(m_options.keptFolder);
        markOrigin(m_home, m_options.keptFolder);
    }
    prepare();
}

Result<> ServerFloor::makeAuthorities()
{
    const QString folder = (m_options.keptFolder.isEmpty() ? m_ground->folder() : m_options.keptFolder) + QStringLiteral("/authorities");
    QDir().mkpath(folder);
    auto azure = CertificateAuthority::openOrMake(folder, QStringLiteral("azure"), QStringLiteral("Causeway sandbox Azure root"));
    auto other = CertificateAuthority::openOrMake(folder, QStringLiteral("other"), QStringLiteral("Some other root"));
    if (!azure || !other)
        return azure ? other.error() : azure.error();
    m_shop.azureAuthority = *azure;
    m_shop.azureFile = folder + QStringLiteral("/azure.crt");
    m_shop.otherFile = folder + QStringLiteral("/other.crt");
    return {};
}

QString ServerFloor::templateFolder(const QByteArray &version) const
{
    const QString cache = m_options.cacheFolder.isEmpty()
        ? QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/causeway") : m_options.cacheFolder;
    // Another recipe is another template: one made by an older build is never taken for this build's.
    const QByteArray key = QCryptographicHash::hash(version + ' ' + QByteArray::number(m_account.uid) + ' ' + templateRecipe(), QCryptographicHash::Sha256);
    return cache + QStringLiteral("/postgresql-template-") + QString::fromLatin1(key.toHex().left(12));
}

QCoro::Task<> ServerFloor::prepare()
{
    ++m_running;
    Context untilStop = context();
    Result<> made = makeAuthorities();
    const QString postgres = m_programs->path(QStringLiteral("postgres"));
    const QStringList asking{QStringLiteral("--version")};
    const auto version = co_await runProcess(postgres, asking, untilStop);
    if (made && !version)
        made = version.error();
    if (made) {
        m_shop.templateFolder = templateFolder(version->out.trimmed());
        if (!QFile::exists(m_shop.templateFolder + QStringLiteral("/PG_VERSION"))) {
            const QString folder = m_ground->folder();
            const QString target = m_shop.templateFolder;
            const PostgresPrograms programs = *m_programs;
            made = co_await makeTemplate(programs, m_account, folder, target, untilStop);
        }
    }
    m_readiness = made ? Readiness::Ready : Readiness::Failed;
    if (!made && made.error().kind != ErrorKind::Cancelled)
        qCWarning(lcSandbox, "no local PostgreSQL: %s", qUtf8Printable(describe(made.error())));
    for (const auto &waiting : m_waiting)
        waiting.fire(made.ok());
    m_waiting.clear();
    if (const int gone = removeLeftOvers(m_account)) // after what somebody may be waiting for
        qCInfo(lcSandbox, "removed %d left-over server folders", gone);
    --m_running;
}

QCoro::Task<bool> ServerFloor::prepared()
{
    if (m_readiness != Readiness::NotYet)
        co_return m_readiness == Readiness::Ready;
    OneShot<bool> shot;
    m_waiting.push_back(shot);
    const bool ready = co_await shot.wait();
    co_return ready;
}

Place &ServerFloor::placeOf(const QString &server)
{
    Place &place = m_places[server];
    if (!place.work) {
        const QByteArray name = QCryptographicHash::hash(server.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
        const QString folder = m_home + QStringLiteral("/pg-") + QString::fromLatin1(name);
        const QString sockets = m_ground->folder() + QStringLiteral("/s") + QString::fromLatin1(name);
        auto cluster = std::make_unique<Cluster>(folder, sockets, *m_programs, m_account);
        place.work = std::make_unique<ServerWork>(m_shop, std::move(cluster), folder + QStringLiteral("/notes.json"));
    }
    return place;
}

void ServerFloor::accept(Order order)
{
    if (m_stop.stop_requested())
        return;
    if (!m_programs) {
        order.done(order.effect.id, computedOutcome());
        return;
    }
    Place &place = placeOf(order.effect.server);
    place.orders.push_back(std::move(order));
    if (!place.busy)
        drain(&place);
}

QCoro::Task<> ServerFloor::drain(Place *place)
{
    ++m_running;
    place->busy = true;
    const Context untilStop = context();
    while (!place->orders.empty() && !untilStop.cancelled()) {
        const Order order = std::move(place->orders.front());
        place->orders.pop_front();
        const bool ready = co_await prepared();
        QJsonObject outcome = computedOutcome(); // PostgreSQL is installed, but cannot be used here
        const Effect effect = order.effect;
        if (ready)
            outcome = co_await place->work->carryOut(effect, untilStop);
        if (!untilStop.cancelled())
            order.done(effect.id, outcome);
    }
    place->busy = false;
    --m_running;
}

QCoro::Task<> ServerFloor::shutDown()
{
    m_stop.request_stop();
    for (const auto &waiting : m_waiting)
        waiting.fire(false);
    const Context notStopped;
    while (m_running > 0)
        co_await sleepFor(m_wall, Milliseconds(2), notStopped);
    const bool thrownAway = m_options.keptFolder.isEmpty();
    std::vector<QCoro::Task<>> stopping;
    for (auto &[server, place] : m_places)
        stopping.push_back(place.work->cluster().stop(thrownAway));
    for (auto &task : stopping)
        co_await task;
    m_places.clear();
    m_ground.reset();
    ::uselocale(LC_GLOBAL_LOCALE);
    if (m_english)
        ::freelocale(m_english);
}

} // namespace

struct LocalPostgres::Private {
    std::unique_ptr<QThread> thread;
    ServerFloor *floor = nullptr; // lives and ends on the thread
};

LocalPostgres::LocalPostgres(Options options) : m_private(std::make_unique<Private>())
{
    m_private->thread = std::make_unique<QThread>();
    m_private->thread->setObjectName(QStringLiteral("postgres"));
    m_private->floor = new ServerFloor(std::move(options));
    ServerFloor *floor = m_private->floor;
    floor->moveToThread(m_private->thread.get());
    m_private->thread->start();
    QMetaObject::invokeMethod(floor, [floor] { floor->open(); }, Qt::QueuedConnection);
}

LocalPostgres::~LocalPostgres()
{
    stop();
}

bool LocalPostgres::installed()
{
    return PostgresPrograms::find().has_value();
}

void LocalPostgres::eraseKept(const QString &keptFolder)
{
    eraseServersBelow(rootsFolder(keptFolder)); // also where it could be reached now: a folder that is not there hides nothing yet
    eraseServersBelow(keptFolder);
}

void LocalPostgres::carryOut(const Effect &effect, Done done)
{
    ServerFloor *floor = m_private->floor;
    if (!floor)
        return;
    QMetaObject::invokeMethod(floor, [floor, order = Order{effect, std::move(done)}]() mutable { floor->accept(std::move(order)); },
                              Qt::QueuedConnection);
}

static QCoro::Task<> closeFloor(ServerFloor *floor, QThread *thread)
{
    co_await floor->shutDown();
    floor->deleteLater();
    thread->quit(); // deferred deletions run before the thread ends
}

void LocalPostgres::stop()
{
    ServerFloor *floor = std::exchange(m_private->floor, nullptr);
    if (!floor)
        return;
    floor->stopSource().request_stop();
    QThread *thread = m_private->thread.get();
    QMetaObject::invokeMethod(floor, [floor, thread] { closeFloor(floor, thread); }, Qt::QueuedConnection);
    if (thread->wait(8000))
        return;
    // Something is stuck in the kernel. Leaving the thread behind costs less than never ending: the servers go with it.
    qCWarning(lcSandbox, "PostgreSQL's thread did not end");
    m_private->thread.release();
}

} // namespace causeway::sandbox
