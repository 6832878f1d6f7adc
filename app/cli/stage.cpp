// SPDX-License-Identifier: Apache-2.0
#include "cli/stage.h"

#include "azure/arm/resourcesapi.h"
#include "engine/journal.h"
#include "session/reach.h"

#include <QDir>
#include <QJsonArray>
#include <algorithm>

namespace causeway {

//! The account in the tenant whose subscription is in use.
class Stage::Acting final : public TokenCredential
{
public:
    explicit Acting(TokenCredential &account) : m_account(account) {}
    void use(const QString &tenant)
    {
        m_tenant = tenant;
        ++m_changes;
    }
    QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) override
    {
        if (request.tenant.isEmpty())
            request.tenant = m_tenant;
        Result<AccessToken> token = co_await m_account.token(request, context);
        co_return token;
    }
    [[nodiscard]] quint64 generation() const override { return m_account.generation() + m_changes; }

private:
    TokenCredential &m_account;
    QString m_tenant;
    quint64 m_changes = 0;
};

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
    if (m_parts.credential)
        m_acting = std::make_unique<Acting>(*m_parts.credential);
    m_pipeline = std::make_unique<HttpPipeline>(*m_transport, *m_parts.clock, m_planes, credential());
    m_arm = std::make_unique<ArmClient>(*m_pipeline, *m_parts.clock);
}

// What calls goes before what answers.
Stage::~Stage()
{
    m_arm.reset();
    m_pipeline.reset();
    m_transport.reset();
    m_acting.reset();
    m_parts.credential.reset();
}

TokenCredential *Stage::credential() const
{
    return m_acting.get();
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

static QList<SubscriptionEntry> entriesIn(const QJsonArray &all)
{
    QList<SubscriptionEntry> entries;
    for (const QJsonValue &each : all)
        entries.append({each[QLatin1String("subscriptionId")].toString(), each[QLatin1String("displayName")].toString(), each[QLatin1String("tenantId")].toString(), {}});
    return entries;
}

static const SubscriptionEntry *subscriptionMeant(const QString &wanted, const QList<SubscriptionEntry> &all)
{
    const auto found = std::find_if(all.cbegin(), all.cend(), [&wanted](const SubscriptionEntry &each) {
        return wanted.isEmpty() || each.id.compare(wanted, Qt::CaseInsensitive) == 0 || each.name.compare(wanted, Qt::CaseInsensitive) == 0;
    });
    return found == all.cend() ? nullptr : &*found;
}

static Error subscriptionNotThere(const QString &wanted, const Reach &reach)
{
    QStringList names, closed;
    for (const SubscriptionEntry &each : reach.subscriptions)
        names << QStringLiteral("\"%1\" (%2)").arg(each.name, each.id);
    for (const TenantEntry &each : reach.tenants) {
        if (each.refusal)
            closed << QStringLiteral("%1 (%2, %3)").arg(each.name.left(100), each.id, each.refusal->code.left(60));
    }
    QString there = names.isEmpty() ? QStringLiteral("this account sees no subscription at all") : QStringLiteral("this account sees %1").arg(names.mid(0, 10).join(QStringLiteral(", ")));
    if (!closed.isEmpty()) // the window has a button there
        there += QStringLiteral("; tenants that do not say, perhaps until one signs in to them (causewayctl sign-in --tenant ID): %1").arg(closed.mid(0, 5).join(QStringLiteral(", ")));
    return Error::invalid(QStringLiteral("SubscriptionUnknown"), QStringLiteral("No subscription is called \"%1\" here; %2.").arg(wanted.left(100), there), QStringLiteral("subscription"));
}

QCoro::Task<Result<RunIdentity>> Stage::identity(QString subscription, Cloud cloud, Context context)
{
    ResourcesApi resources(*m_arm, version::subscriptions);
    const Result<QJsonArray> own = co_await resources.subscriptions(context);
    if (!own)
        co_return own.error();
    if (subscription.startsWith(QLatin1Char('{')) && subscription.endsWith(QLatin1Char('}')))
        subscription = subscription.mid(1, subscription.size() - 2);
    RunIdentity identity;
    identity.cloud = cloud;
    identity.user = m_parts.user;
    Reach reach;
    reach.subscriptions = entriesIn(*own);
    if (const SubscriptionEntry *mine = subscriptionMeant(subscription, reach.subscriptions)) {
        identity.subscription = mine->id;
        identity.tenant = m_parts.tenant.isEmpty() ? mine->tenant : m_parts.tenant;
        co_return identity;
    }
    ArmClient *const client = m_arm.get();
    const Result<Reach> all = co_await reachOf(client, context); // each tenant wants a token of its own, so only now
    if (context.cancelled())
        co_return Error::cancelled();
    if (all)
        reach = *all;
    const SubscriptionEntry *const elsewhere = subscriptionMeant(subscription, reach.subscriptions);
    if (!elsewhere)
        co_return subscriptionNotThere(subscription, reach);
    identity.subscription = elsewhere->id;
    identity.tenant = elsewhere->tenant;
    if (m_acting)
        m_acting->use(elsewhere->tenant);
    co_return identity;
}

} // namespace causeway
