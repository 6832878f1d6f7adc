// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/serve.h"

#include "core/waiting.h"
#include "sandbox/worldfile.h"

#include <QFile>
#include <QFileDevice>
#include <QJsonDocument>
#include <atomic>
#include <csignal>
#include <sys/eventfd.h>
#include <unistd.h>

namespace causeway::sandbox {

namespace {

std::atomic<int> endSignalPipe{-1}; // a signal handler can reach nothing else

// Turns SIGINT, SIGTERM and SIGHUP (a terminal that is closed) into a readable descriptor as long as it lives.
class EndSignals
{
public:
    EndSignals() : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        endSignalPipe = m_descriptor;
        struct sigaction action{};
        action.sa_handler = [](int) {
            const quint64 one = 1;
            [[maybe_unused]] const auto written = ::write(endSignalPipe.load(), &one, sizeof one);
        };
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGINT, &action, &m_interrupt);
        ::sigaction(SIGTERM, &action, &m_terminate);
        ::sigaction(SIGHUP, &action, &m_hangUp);
        if (m_hangUp.sa_handler == SIG_IGN) // under nohup it goes on
            ::sigaction(SIGHUP, &m_hangUp, nullptr);
    }
    ~EndSignals()
    {
        ::sigaction(SIGINT, &m_interrupt, nullptr);
        ::sigaction(SIGTERM, &m_terminate, nullptr);
        ::sigaction(SIGHUP, &m_hangUp, nullptr);
        ::close(m_descriptor);
    }
    Q_DISABLE_COPY_MOVE(EndSignals)
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
    struct sigaction m_interrupt{};
    struct sigaction m_terminate{};
    struct sigaction m_hangUp{};
};

Result<QList<Fault>> readFaults(const QString &path)
{
    if (path.isEmpty())
        return QList<Fault>();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error::invalid(QStringLiteral("FaultsNotRead"), path + QStringLiteral(": ") + file.errorString());
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (!document.isArray())
        return Error::invalid(QStringLiteral("FaultsNotRead"), path + QStringLiteral(": a JSON list is expected. ") + problem.errorString());
    return faultsFromJson(document.array());
}

QByteArray readyLine(const Sandbox &sandbox)
{
    QString subscription;
    QString principal;
    sandbox.visit([&](World &world) {
        if (!world.state().subscriptions.isEmpty())
            subscription = world.state().subscriptions.first().id;
        if (!world.state().principals.isEmpty())
            principal = world.state().principals.first().objectId;
    });
    // As long as the process lives: the token's key is the process's own.
    const Secret token = sandbox.token(principal, std::chrono::hours(24 * 365 * 10));
    const QJsonObject line{{QStringLiteral("ready"), true},
                           {QStringLiteral("arm"), sandbox.arm()},
                           {QStringLiteral("authority"), sandbox.arm()},
                           {QStringLiteral("ledger"), sandbox.arm() + QStringLiteral("/sandbox/ledger")},
                           {QStringLiteral("ca"), sandbox.caFile()},
                           {QStringLiteral("token"), QString::fromLatin1(token.reveal())},
                           {QStringLiteral("subscription"), subscription}};
    return QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

Result<State> readWorld(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error::invalid(QStringLiteral("WorldNotRead"), path + QStringLiteral(": ") + file.errorString(), path);
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (!document.isObject())
        return Error::invalid(QStringLiteral("WorldNotRead"),
                              QStringLiteral("%1: byte %2: %3").arg(path).arg(problem.offset).arg(problem.errorString()), path);
    QString complaint;
    auto state = stateFromWorld(document.object(), &complaint);
    if (!state)
        return Error::invalid(QStringLiteral("WorldNotRead"), path + QStringLiteral(": ") + complaint, path);
    return std::move(*state);
}

QCoro::Task<Result<>> serve(ServeOptions options, QIODevice *out, Context context)
{
    auto faults = readFaults(options.faultsFile);
    if (!faults)
        co_return faults.error();
    const EndSignals signals;
    Sandbox::Options parts;
    parts.world = std::move(options.world);
    if (options.seed)
        parts.world.seed = *options.seed;
    parts.tls = options.tls;
    parts.port = options.port;
    parts.postgres = options.postgres;
    parts.stateFolder = options.stateFolder;
    parts.timeScale = options.timeScale;
    Sandbox sandbox(std::move(parts));
    auto started = sandbox.start();
    if (!started)
        co_return started.error();
    for (const Fault &fault : *faults)
        sandbox.addFault(fault);
    out->write(readyLine(sandbox));
    if (auto *file = qobject_cast<QFileDevice *>(out))
        file->flush();
    SocketEvent event = SocketEvent::DeadlinePassed;
    while (event == SocketEvent::DeadlinePassed) {
        const int descriptor = signals.descriptor();
        event = co_await socketEvent(descriptor, SocketWait::Readable, std::chrono::hours(24), context);
    }
    sandbox.stop();
    co_return Result<>();
}

} // namespace causeway::sandbox
