// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/resourcesapi.h"

#include "azure/arm/armerror.h"

namespace causeway {

QCoro::Task<Result<QJsonArray>> ResourcesApi::tenants(Context context)
{
    return client().list(QStringLiteral("/tenants"), version::subscriptions, context);
}

QCoro::Task<Result<QJsonArray>> ResourcesApi::subscriptions(Context context, QString tenant)
{
    ArmRequest all = request("GET", QStringLiteral("/subscriptions"));
    all.apiVersion = version::subscriptions;
    all.tenant = tenant;
    return client().listPages(all, context);
}

QCoro::Task<Result<QJsonArray>> ResourcesApi::locations(ResourceId subscription, Context context)
{
    return client().list(subscription.toString() + QStringLiteral("/locations"), version::subscriptions, context);
}

QCoro::Task<Result<QJsonArray>> ResourcesApi::groups(ResourceId subscription, Context context)
{
    return children(subscription, QStringLiteral("resourcegroups"), context);
}

QCoro::Task<Result<bool>> ResourcesApi::groupExists(ResourceId group, Context context)
{
    const ArmRequest question = request("HEAD", group.toString());
    const Result<ArmResponse> answer = co_await client().send(question, context);
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        co_return false;
    if (!answer)
        co_return answer.error();
    co_return true;
}

QCoro::Task<Result<QJsonArray>> ResourcesApi::resources(ResourceId groupOrSubscription, Context context)
{
    return children(groupOrSubscription, QStringLiteral("resources"), context);
}

static QString providerPath(const ResourceId &subscription, const QString &providerNamespace)
{
    return subscription.toString() + QStringLiteral("/providers/") + providerNamespace;
}

QCoro::Task<Result<QJsonObject>> ResourcesApi::provider(ResourceId subscription, QString providerNamespace, Context context)
{
    return client().get(providerPath(subscription, providerNamespace), version::providers, context);
}

QCoro::Task<Result<QJsonObject>> ResourcesApi::registerProvider(ResourceId subscription, QString providerNamespace, Context context)
{
    ArmRequest order = request("POST", providerPath(subscription, providerNamespace) + QStringLiteral("/register"));
    order.apiVersion = version::providers;
    const Result<ArmResponse> answer = co_await client().send(order, context);
    if (!answer)
        co_return answer.error();
    co_return answer->body.toObject();
}

QCoro::Task<Result<QJsonArray>> ResourcesApi::locks(ResourceId scope, Context context)
{
    return client().list(scope.toString() + QStringLiteral("/providers/Microsoft.Authorization/locks"), version::locks, context);
}

QCoro::Task<Result<QJsonArray>> ResourcesApi::permissions(ResourceId scope, Context context)
{
    return client().list(scope.toString() + QStringLiteral("/providers/Microsoft.Authorization/permissions"), version::permissions, context);
}

QCoro::Task<Result<QJsonValue>> ResourcesApi::validate(ResourceId scope, QString deployment, QJsonObject body, Context context)
{
    const QString path = scope.toString() + QStringLiteral("/providers/Microsoft.Resources/deployments/%1/validate").arg(deployment);
    const Result<ArmOperation> started = co_await act(path, body, context);
    if (!started)
        co_return started.error();
    const Result<QJsonValue> verdict = co_await finish(*started, context);
    if (!verdict)
        co_return verdict.error();
    if (verdict->toObject().value(QStringLiteral("error")).isObject()) {
        HttpResponse answer;
        answer.status = started->initial.status;
        answer.headers = started->initial.headers;
        co_return errorFromState(QStringLiteral("InvalidTemplateDeployment"), *verdict, answer);
    }
    co_return *verdict;
}

} // namespace causeway
