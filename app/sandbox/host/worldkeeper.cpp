// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/worldkeeper.h"

#include "sandbox/tls/certificates.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

namespace causeway::sandbox {

QString WorldKeeper::fileIn(const QString &folder)
{
    return folder + QStringLiteral("/state.json");
}

WorldKeeper::WorldKeeper(const QString &folder) : m_folder(folder), m_lock(folder + QStringLiteral("/lock"))
{
    m_lock.setStaleLockTime(0); // only a dead process makes it stale, not a long one
}

Result<std::unique_ptr<WorldKeeper>> WorldKeeper::open(const QString &folder)
{
    if (!QDir().mkpath(folder))
        return Error::internal(QStringLiteral("StateFolderNotMade"), folder);
    QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    std::unique_ptr<WorldKeeper> keeper(new WorldKeeper(folder));
    if (!keeper->m_lock.tryLock(500)) {
        qint64 pid = 0;
        QString host;
        QString program;
        keeper->m_lock.getLockInfo(&pid, &host, &program);
        return Error::internal(QStringLiteral("SandboxInUse"),
                               QStringLiteral("%1 (process %2) uses this sandbox now: %3").arg(program).arg(pid).arg(folder));
    }
    return keeper;
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

Result<std::optional<KeptWorld>> WorldKeeper::load() const
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
    const QJsonObject json = QJsonDocument::fromJson(file.readAll(), &problem).object();
    if (problem.error != QJsonParseError::NoError)
        return unreadable(problem.errorString());
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
    const QJsonObject json{{QStringLiteral("state"), state.toJson()}, {QStringLiteral("inFlight"), effects}};
    return writePrivately(fileIn(m_folder), QJsonDocument(json).toJson(QJsonDocument::Compact), 0600);
}

} // namespace causeway::sandbox
