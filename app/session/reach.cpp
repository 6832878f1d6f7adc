// SPDX-License-Identifier: Apache-2.0
#include "session/reach.h"

#include "azure/arm/resourcesapi.h"
#include "core/waiting.h"

#include <QJsonArray>
#include <QJsonObject>
#include <algorithm>

namespace causeway {

namespace {

TenantEntry tenantEntry(const QJsonObject &item)
{
    const QString name = item[QLatin1String("displayName")].toString();
    return {item[QLatin1String("tenantId")].toString(), name.isEmpty() ? item[QLatin1String("defaultDomain")].toString() : name, {}};
}

SubscriptionEntry subscriptionEntry(const QJsonObject &item, const QString &tenant)
{
    const QString own = item[QLatin1String("tenantId")].toString();
    return {item[QLatin1String("subscriptionId")].toString(), item[QLatin1String("displayName")].toString(), own.isEmpty() ? tenant : own,
            item[QLatin1String("state")].toString()};
}

void take(Reach &reach, const QJsonArray &items, const QString &tenant)
{
    for (const QJsonValue item : items) {
        const SubscriptionEntry entry = subscriptionEntry(item.toObject(), tenant);
        const bool known = std::any_of(reach.subscriptions.cbegin(), reach.subscriptions.cend(), [&entry](const SubscriptionEntry &each) {
            return each.id.compare(entry.id, Qt::CaseInsensitive) == 0;
        });
        if (!known)
            reach.subscriptions.append(entry);
    }
}

} // namespace

QCoro::Task<Result<Reach>> reachOf(ArmClient *client, Context context)
{
    ResourcesApi resources(*client);
    const Result<QJsonArray> tenants = co_await resources.tenants(context);
    if (!tenants)
        co_return tenants.error();
    Reach reach;
    for (const QJsonValue item : *tenants)
        reach.tenants.append(tenantEntry(item.toObject()));
    std::vector<QCoro::Task<Result<QJsonArray>>> lists;
    lists.reserve(std::size_t(reach.tenants.size()));
    for (const TenantEntry &tenant : std::as_const(reach.tenants)) // one tenant is the one in use: it needs no token of its own
        lists.push_back(resources.subscriptions(context, reach.tenants.size() == 1 ? QString() : tenant.id));
    const std::vector<Result<QJsonArray>> answers = co_await whenAll(std::move(lists));
    if (context.cancelled())
        co_return Error::cancelled();
    for (qsizetype i = 0; i < reach.tenants.size(); ++i) {
        const Result<QJsonArray> &answer = answers.at(std::size_t(i));
        if (answer)
            take(reach, *answer, reach.tenants.at(i).id);
        else
            reach.tenants[i].refusal = answer.error();
    }
    const auto refused = [](const TenantEntry &tenant) { return tenant.refusal.has_value(); };
    if (!reach.tenants.isEmpty() && std::all_of(reach.tenants.cbegin(), reach.tenants.cend(), refused))
        co_return *reach.tenants.first().refusal;
    co_return reach;
}

} // namespace causeway
