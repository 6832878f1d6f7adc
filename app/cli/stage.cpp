// SPDX-License-Identifier: Apache-2.0
#include "cli/stage.h"

#include "azure/arm/resourcesapi.h"
#include "engine/journal.h"

#include <QDir>
#include <QJsonArray>

namespace causeway {

Result<std::unique_ptr<Stage>> Stage::make(Parts parts)
{
    auto planes = parts.cloud.planes();
    if (!planes)
        return planes.error();
    return std::unique_ptr<Stage>(new Stage(std::move(parts), std::move(*planes)));
}

Stage::Stage(Parts parts, Planes planes) : m_parts(std::move(parts)), m_planes(std::move(planes))
{
    QnamOptions options;
    options.extraCaFile = m_parts.caFile;
    options.proxy = m_parts.proxy;
    m_transport = std::make_unique<QnamTransport>(m_planes, *m_parts.clock, options);
    m_pipeline = std::make_unique<HttpPipeline>(*m_transport, *m_parts.clock, m_planes, m_parts.credential.get());
    m_arm = std::make_unique<ArmClient>(*m_pipeline, *m_parts.clock);
}

// What calls goes before what answers.
Stage::~Stage()
{
    m_arm.reset();
    m_pipeline.reset();
    m_transport.reset();
    m_parts.credential.reset();
}

QString Stage::journalFile() const
{
    return m_parts.stateFolder.isEmpty() ? QString() : QDir(m_parts.stateFolder).filePath(QStringLiteral("journal.sqlite"));
}

Result<std::unique_ptr<Journal>> Stage::journal() const
{
    return Journal::open(journalFile());
}

SetupSpec Stage::known(const SetupSpec &spec) const
{
    return m_parts.grown ? mapped(spec, *m_parts.grown) : spec;
}

static Error subscriptionNotThere(const QString &wanted, const QJsonArray &all)
{
    QStringList names;
    for (const QJsonValue &each : all)
        names << QStringLiteral("\"%1\" (%2)").arg(each[QLatin1String("displayName")].toString(), each[QLatin1String("subscriptionId")].toString());
    const QString there = names.isEmpty() ? QStringLiteral("this account sees no subscription at all") : QStringLiteral("this account sees %1").arg(names.mid(0, 10).join(QStringLiteral(", ")));
    return Error::invalid(QStringLiteral("SubscriptionUnknown"), QStringLiteral("No subscription is called \"%1\" here; %2.").arg(wanted.left(100), there), QStringLiteral("subscription"));
}

QCoro::Task<Result<RunIdentity>> Stage::identity(QString subscription, Cloud cloud, Context context)
{
    ResourcesApi resources(*m_arm, version::subscriptions);
    const Result<QJsonArray> all = co_await resources.subscriptions(context);
    if (!all)
        co_return all.error();
    if (subscription.startsWith(QLatin1Char('{')) && subscription.endsWith(QLatin1Char('}')))
        subscription = subscription.mid(1, subscription.size() - 2);
    for (const QJsonValue &each : *all) {
        const QString id = each[QLatin1String("subscriptionId")].toString();
        const QString name = each[QLatin1String("displayName")].toString();
        const bool first = subscription.isEmpty();
        if (!first && id.compare(subscription, Qt::CaseInsensitive) != 0 && name.compare(subscription, Qt::CaseInsensitive) != 0)
            continue;
        RunIdentity found;
        found.cloud = cloud;
        found.tenant = m_parts.tenant.isEmpty() ? each[QLatin1String("tenantId")].toString() : m_parts.tenant;
        found.subscription = id;
        found.user = m_parts.user;
        co_return found;
    }
    co_return subscriptionNotThere(subscription, *all);
}

} // namespace causeway
