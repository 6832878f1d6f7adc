// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/worldkeeper.h"

#include "sandbox/tls/certificates.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QThread>

namespace causeway::sandbox {

QString WorldKeeper::fileIn(const QString &folder)
{
    return folder + QStringLiteral("/state.json");
}

WorldKeeper::WorldKeeper(const QString &folder, std::unique_ptr<ProcessLock> lock) : m_folder(folder), m_lock(std::move(lock)) {}

Result<std::unique_ptr<WorldKeeper>> WorldKeeper::open(const QString &folder)
{
    if (!QDir().mkpath(folder))
        return Error::invalid(QStringLiteral("StateFolderNotMade"), QStringLiteral("The sandbox is kept in %1, and this folder cannot be made. Another place: XDG_STATE_HOME, an absolute path; or keep nothing: --sandbox=fresh.").arg(folder));
    QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QString file = folder + QStringLiteral("/lock");
    std::unique_ptr<ProcessLock> lock = ProcessLock::tryTake(file);
    for (int turn = 0; turn < 50 && !lock; ++turn) { // one that ends right now is waited for
        QThread::msleep(10);
        lock = ProcessLock::tryTake(file);
    }
    if (!lock) {
        Error inUse = Error::internal(QStringLiteral("SandboxInUse"),
                                      QStringLiteral("Process %1 uses this sandbox now: %2. Wait for its end, or take another one: --sandbox=fresh.").arg(ProcessLock::holder(file)).arg(folder));
        inUse.kind = ErrorKind::Conflict;
        return inUse;
    }
    return std::unique_ptr<WorldKeeper>(new WorldKeeper(folder, std::move(lock)));
}

static QJsonObject effectJson(const Effect &effect)
{
    return {{QStringLiteral("id"), QString::number(effect.id)}, {QStringLiteral("kind"), effect.kind},
            {QStringLiteral("server"), effect.server}, {QStringLiteral("arguments"), effect.arguments}};
}

static Effect effectFrom(const QJsonObject &json)
{
    return {json.value(QLatin1String("id")).toString().toULongLong(), json.value(QLatin1String("kind")).toString(),
            json.value(QLatin1String("server")).toString(), json.value(QLatin1String("arguments")).toObject()};
}

Result<std::optional<KeptWorld>> WorldKeeper::load()
{
    QFile file(fileIn(m_folder));
    if (!file.exists())
        return std::optional<KeptWorld>();
    const auto unreadable = [&file](const QString &why) {
        return Error::internal(QStringLiteral("WorldNotRead"),
                               QStringLiteral("%1: %2. `sandbox reset` begins a new world.").arg(file.fileName(), why));
    };
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(file.errorString());
    QJsonParseError problem;
    QJsonObject json = QJsonDocument::fromJson(file.readAll(), &problem).object();
    if (problem.error != QJsonParseError::NoError)
        return unreadable(problem.errorString());
    m_seal = WorldSeal::open(m_folder);
    if (WorldSeal::isSealed(json)) { // those of older builds are not
        const QString keyFile = WorldSeal::fileIn(m_folder);
        if (!m_seal)
            return unreadable(QStringLiteral("its secrets are sealed, and the key %1 is missing or no key").arg(keyFile));
        auto plain = m_seal->unseal(json);
        if (!plain)
            return unreadable(QStringLiteral("its secrets are sealed with another key than %1, or were changed").arg(keyFile));
        json = std::move(*plain);
    }
    auto state = State::fromJson(json.value(QLatin1String("state")).toObject());
    if (!state)
        return unreadable(QStringLiteral("not a saved world"));
    KeptWorld kept{std::move(*state), {}};
    const QJsonArray inFlight = json.value(QLatin1String("inFlight")).toArray();
    for (const QJsonValue &value : inFlight) {
        Effect effect = effectFrom(value.toObject());
        kept.inFlight.emplace(effect.id, std::move(effect));
    }
    return std::optional<KeptWorld>(std::move(kept));
}

Result<> WorldKeeper::save(const State &state, const std::map<quint64, Effect> &inFlight)
{
    QJsonArray effects;
    for (const auto &[id, effect] : inFlight)
        effects.append(effectJson(effect));
    if (!m_seal) {
        auto made = WorldSeal::make(m_folder);
        if (!made)
            return made.error();
        m_seal = std::move(*made);
    }
    const auto sealed = m_seal->seal({{QStringLiteral("state"), state.toJson()}, {QStringLiteral("inFlight"), effects}});
    if (!sealed)
        return sealed.error();
    return writePrivately(fileIn(m_folder), QJsonDocument(*sealed).toJson(QJsonDocument::Compact), 0600);
}

} // namespace causeway::sandbox
