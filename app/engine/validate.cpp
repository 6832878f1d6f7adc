// SPDX-License-Identifier: Apache-2.0
// Azure's own validation before anything is made: the plan's resources as ARM templates, one a resource group
// (azure-postgresql-and-network.md §6.5). Nothing is deployed.
#include "domain/rules.h"
#include "domain/types.h"
#include "engine/engine.h"
#include "plan/targets.h"

#include <QMap>

namespace causeway {
namespace {

const QString schemaBase = QStringLiteral("https://schema.management.azure.com/schemas/");

//! What one template holds: the resources of one group, or the groups themselves with what will be in them.
struct Batch {
    ResourceId group;
    QString location; //!< of a group that is made by this plan; empty: it is there
    QJsonArray resources;
    QStringList ids;  //!< of steps in it
};

bool hasPlace(const QString &text) { return text.contains(QLatin1Char('{')); }

//! The step's body as a template takes it: secrets become a parameter, a text that looks like an expression stays a text.
QJsonValue templateValue(const QJsonValue &value, const QString &fqdn, bool &usable)
{
    if (value.isArray()) {
        QJsonArray out;
        for (const QJsonValue &each : value.toArray())
            out.append(templateValue(each, fqdn, usable));
        return out;
    }
    if (value.isString() && value.toString().startsWith(QLatin1Char('[')))
        return QString(QLatin1Char('[') + value.toString());
    if (!value.isObject())
        return value;
    const QJsonObject object = value.toObject();
    if (object.contains(QStringLiteral("secret")) && object.contains(QStringLiteral("field")))
        return QStringLiteral("[parameters('secret')]");
    if (object.contains(QStringLiteral("from")) && object.contains(QStringLiteral("value"))) {
        usable = usable && object.value(QStringLiteral("value")).toString() == QLatin1String("properties.fullyQualifiedDomainName");
        return fqdn;
    }
    QJsonObject out;
    for (auto each = object.begin(); each != object.end(); ++each)
        out.insert(each.key(), templateValue(each.value(), fqdn, usable));
    return out;
}

//! "adf/default/mpe" of a child's id.
QString templateName(const ResourceId &id)
{
    QStringList names;
    const QStringList parts = id.type().split(QLatin1Char('/'));
    ResourceId at = id;
    for (qsizetype level = 1; level < parts.size(); ++level) {
        names.prepend(at.name());
        at = at.parent();
    }
    return names.join(QLatin1Char('/'));
}

QString resourceIdExpression(const ResourceId &id)
{
    return QStringLiteral("[resourceId('%1', '%2')]").arg(id.type(), templateName(id).replace(QLatin1String("/"), QLatin1String("', '")));
}

QMap<QString, Batch> batchesOf(const Plan &plan)
{
    QMap<QString, Batch> batches;
    const auto targets = targetsOf(plan.spec, Observed(), plan.identity);
    const QString fqdn = (targets ? targets->server.name() : QStringLiteral("server")) + serverSuffix(plan.spec.cloud);
    for (const PlannedStep &step : plan.steps) {
        if (step.change != Change::Create || step.calls.isEmpty() || step.calls.first().method != "PUT" || hasPlace(step.target.toString()))
            continue;
        if (step.kind == StepKind::ResourceGroup) {
            Batch &batch = batches[step.target.key()];
            batch.group = step.target;
            batch.location = step.calls.first().body.toObject().value(QStringLiteral("location")).toString();
            continue;
        }
        const ResourceId group = ResourceId::resourceGroup(step.target.subscriptionId(), step.target.group());
        if (step.target.group().isEmpty() || step.kind == StepKind::Approval || step.kind == StepKind::EndpointApproval)
            continue;
        bool usable = true;
        QJsonObject resource = templateValue(step.calls.first().body, fqdn, usable).toObject();
        if (!usable)
            continue;
        Batch &batch = batches[group.key()];
        batch.group = group;
        resource.insert(QStringLiteral("type"), step.target.type());
        resource.insert(QStringLiteral("apiVersion"), step.calls.first().apiVersion);
        resource.insert(QStringLiteral("name"), templateName(step.target));
        QJsonArray needs;
        for (const QString &id : step.dependsOn) {
            if (batch.ids.contains(id))
                needs.append(resourceIdExpression(plan.step(id)->target));
        }
        if (!needs.isEmpty())
            resource.insert(QStringLiteral("dependsOn"), needs);
        batch.resources.append(resource);
        batch.ids << step.id;
    }
    return batches;
}

QJsonObject templateOf(const QJsonArray &resources, const char *schema)
{
    return {{QStringLiteral("$schema"), schemaBase + QLatin1String(schema)},
            {QStringLiteral("contentVersion"), QStringLiteral("1.0.0.0")},
            {QStringLiteral("parameters"), QJsonObject{{QStringLiteral("secret"), QJsonObject{{QStringLiteral("type"), QStringLiteral("securestring")}}}}},
            {QStringLiteral("resources"), resources}};
}

//! A password that only has to pass the rules: nothing is made with it.
QJsonObject templateParameters(const QString &login)
{
    return {{QStringLiteral("secret"), QJsonObject{{QStringLiteral("value"), QString::fromUtf8(generatePassword(login).reveal())}}}};
}

ArmRequest validation(const Batch &batch, const Plan &plan)
{
    const QString name = QStringLiteral("causeway-") + plan.fingerprint.left(12);
    const QString login = plan.spec.server && plan.spec.server->create ? plan.spec.server->create->administratorLogin : QString();
    QJsonObject inner{{QStringLiteral("mode"), QStringLiteral("Incremental")}, {QStringLiteral("parameters"), templateParameters(login)}};
    QJsonObject body;
    ArmRequest request;
    request.method = "POST";
    request.apiVersion = version::resources;
    if (batch.location.isEmpty()) {
        inner.insert(QStringLiteral("template"), templateOf(batch.resources, "2019-04-01/deploymentTemplate.json#"));
        request.path = batch.group.toString() + QStringLiteral("/providers/Microsoft.Resources/deployments/%1/validate").arg(name);
    } else {
        // The group is not there yet: it and what will be in it are validated from the subscription.
        const QJsonObject group{{QStringLiteral("type"), type::resourceGroup}, {QStringLiteral("apiVersion"), version::resources}, {QStringLiteral("name"), batch.group.name()}, {QStringLiteral("location"), batch.location}};
        const QJsonObject nested{{QStringLiteral("mode"), QStringLiteral("Incremental")},
                                 {QStringLiteral("expressionEvaluationOptions"), QJsonObject{{QStringLiteral("scope"), QStringLiteral("inner")}}},
                                 {QStringLiteral("parameters"), QJsonObject{{QStringLiteral("secret"), QJsonObject{{QStringLiteral("value"), QStringLiteral("[parameters('secret')]")}}}}},
                                 {QStringLiteral("template"), templateOf(batch.resources, "2019-04-01/deploymentTemplate.json#")}};
        const QJsonObject deployment{{QStringLiteral("type"), QStringLiteral("Microsoft.Resources/deployments")}, {QStringLiteral("apiVersion"), version::resources},
                                     {QStringLiteral("name"), QStringLiteral("resources")}, {QStringLiteral("resourceGroup"), batch.group.name()},
                                     {QStringLiteral("dependsOn"), QJsonArray{QStringLiteral("[subscriptionResourceId('%1', '%2')]").arg(type::resourceGroup, batch.group.name())}},
                                     {QStringLiteral("properties"), nested}};
        inner.insert(QStringLiteral("template"), templateOf(QJsonArray{group, deployment}, "2018-05-01/subscriptionDeploymentTemplate.json#"));
        body.insert(QStringLiteral("location"), batch.location);
        request.path = QStringLiteral("/subscriptions/%1/providers/Microsoft.Resources/deployments/%2/validate").arg(batch.group.subscriptionId(), name);
    }
    body.insert(QStringLiteral("properties"), inner);
    request.body = QJsonValue(body);
    return request;
}

Error refusalFrom(const QJsonObject &json)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = json.value(QStringLiteral("code")).toString();
    error.message = json.value(QStringLiteral("message")).toString();
    error.target = json.value(QStringLiteral("target")).toString();
    for (const QJsonValue &each : json.value(QStringLiteral("details")).toArray())
        error.details << refusalFrom(each.toObject());
    return error;
}

} // namespace

QCoro::Task<Result<>> Engine::validateRemotely(Plan plan, Context context)
{
    const QMap<QString, Batch> batches = batchesOf(plan);
    ArmClient &client = arm(); // it outlives the engine
    for (const Batch &batch : batches) {
        if (batch.resources.isEmpty() && batch.location.isEmpty())
            continue;
        const ArmRequest request = validation(batch, plan);
        const Result<QJsonValue> answer = co_await client.sendAndWait(request, context);
        if (!answer) {
            // Who may not validate may still be allowed each of the steps; preflight has looked at those rights.
            const bool mayNot = answer.error().kind == ErrorKind::Forbidden && answer.error().message.contains(QLatin1String("deployments/validate"), Qt::CaseInsensitive);
            if (!mayNot)
                co_return answer.error();
            continue;
        }
        const QJsonObject refusal = answer->toObject().value(QStringLiteral("error")).toObject(); // sometimes with status 200
        if (!refusal.isEmpty())
            co_return refusalFrom(refusal);
    }
    co_return Result<>();
}

} // namespace causeway
