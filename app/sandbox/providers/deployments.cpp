// SPDX-License-Identifier: Apache-2.0
#include "sandbox/policy.h"
#include "sandbox/providers/rehearsal.h"
#include "sandbox/providers/resources.h"
#include "sandbox/providers/template.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QMap>
#include <QRegularExpression>
#include <QtEndian>

// Deployments as a check before the fact: validate and what-if (facts: azure-postgresql-and-network §6.5).

namespace causeway::sandbox {

namespace {

QJsonObject templateError(const QString &code, const QString &message, const QString &target = {})
{
    QJsonObject error{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}};
    if (!target.isEmpty())
        error.insert(QStringLiteral("target"), target);
    return error;
}

Response invalidTemplate(const QString &message)
{
    return Response::error(400, QStringLiteral("InvalidTemplate"), QStringLiteral("Deployment template validation failed: '%1'.").arg(message));
}

//! Api-versions of a full type; nothing when nobody serves it.
QStringList versionsOfType(const World &world, const QString &type)
{
    const QString space = type.section(QLatin1Char('/'), 0, 0), rest = type.section(QLatin1Char('/'), 1);
    QStringList versions;
    for (const Provider *provider : world.allProviders()) {
        if (provider->name().compare(space, Qt::CaseInsensitive) != 0)
            continue;
        for (const QString &known : provider->resourceTypes()) {
            if (known.compare(rest, Qt::CaseInsensitive) == 0)
                versions += provider->apiVersions(known);
        }
    }
    return versions;
}

//! What ARM finds wrong with one resource of a template before anybody acts on it.
std::optional<QJsonObject> resourceProblem(const Call &call, const TemplateResource &resource)
{
    const QStringList versions = versionsOfType(call.world, resource.type);
    const QString space = resource.type.section(QLatin1Char('/'), 0, 0), rest = resource.type.section(QLatin1Char('/'), 1);
    const QString location = resource.body.value(QLatin1String("location")).toString();
    if (!call.world.provider(space))
        return templateError(QStringLiteral("InvalidResourceNamespace"), QStringLiteral("The resource namespace '%1' is invalid.").arg(space), resource.id);
    if (versions.isEmpty())
        return templateError(QStringLiteral("InvalidResourceType"),
                             QStringLiteral("The resource type '%1' could not be found in the namespace '%2'.").arg(rest, space), resource.id);
    if (!versions.contains(resource.apiVersion, Qt::CaseInsensitive))
        return templateError(
            QStringLiteral("NoRegisteredProviderFound"),
            QStringLiteral("No registered resource provider found for location '%1' and API version '%2' for type '%3'. The supported api-versions are '%4'. "
                           "The supported locations are '%5'.")
                .arg(location, resource.apiVersion, rest, versions.join(QLatin1String(", ")), call.state.locations.keys().join(QLatin1String(", "))),
            resource.id);
    if (!location.isEmpty() && !location.startsWith(QLatin1Char('[')) && location != QLatin1String("global") &&
        !call.state.locations.contains(locationName(location)))
        return templateError(QStringLiteral("LocationNotAvailableForResourceType"),
                             QStringLiteral("The provided location '%1' is not available for resource type '%2'. List of available regions for the "
                                            "resource type is '%3'.")
                                 .arg(location, resource.type, call.state.locations.keys().join(QLatin1Char(','))),
                             resource.id);
    const QString action = resource.type + QStringLiteral("/write");
    if (!call.world.allowed(call.request.principal, action, resource.id))
        return templateError(QStringLiteral("AuthorizationFailed"),
                             QStringLiteral("The client '%1' with object id '%2' does not have permission to perform action '%3' at scope '%4'.")
                                 .arg(call.state.userName(call.request.principal), call.request.principal, action, resource.id));
    return policyDenial(call.state, resource.id, resource.type, resource.body);
}

//! Groups that nested deployments go to and that neither are there nor are made by the template.
QJsonArray missingGroups(const State &state, const QList<TemplateResource> &resources)
{
    QStringList known;
    QJsonArray missing;
    for (const TemplateResource &one : resources) {
        const QString group = key(one.id.section(QLatin1Char('/'), 0, 4)); // "/subscriptions/S/resourceGroups/G"
        if (known.contains(group) || !group.contains(QLatin1String("/resourcegroups/")))
            continue;
        known.append(group);
        if (key(one.id) == group || state.find(group) || group.contains(QLatin1Char('[')))
            continue;
        const QString name = one.id.section(QLatin1Char('/'), 4, 4);
        missing.append(templateError(QStringLiteral("ResourceGroupNotFound"), QStringLiteral("Resource group '%1' could not be found.").arg(name), one.id));
    }
    return missing;
}

struct Checked {
    std::optional<Response> refusal;
    QList<TemplateResource> resources;
};

Checked checkDeployment(Call &call)
{
    static const QRegularExpression nameForm(QStringLiteral("^[-\\w._()]{1,64}$"));
    const QJsonObject properties = call.body.value(QLatin1String("properties")).toObject();
    const QString mode = properties.value(QLatin1String("mode")).toString();
    if (!nameForm.match(call.names.last()).hasMatch())
        return {Response::error(400, QStringLiteral("InvalidDeploymentName"), QStringLiteral("The deployment name '%1' is invalid.").arg(call.names.last())),
                {}};
    if (mode.compare(QLatin1String("Incremental"), Qt::CaseInsensitive) != 0 && mode.compare(QLatin1String("Complete"), Qt::CaseInsensitive) != 0)
        return {Response::error(400, QStringLiteral("InvalidRequestContent"),
                                QStringLiteral("The request content was invalid: 'properties.mode' is required and is 'Incremental' or 'Complete'.")),
                {}};
    const auto placeOf = [&call](const QString &subscription, const QString &name) {
        const Resource *group = call.state.find(QStringLiteral("/subscriptions/%1/resourceGroups/%2").arg(subscription, name));
        return group ? group->body.value(QLatin1String("location")).toString() : QString();
    };
    const TemplateReading reading =
        readTemplate(properties.value(QLatin1String("template")).toObject(), properties.value(QLatin1String("parameters")).toObject(),
                     {call.subscription, call.resourceGroup, placeOf(call.subscription, call.resourceGroup), placeOf});
    if (!reading.problem.isEmpty())
        return {invalidTemplate(reading.problem), {}};
    QJsonArray details = missingGroups(call.state, reading.resources);
    Rehearsal rehearsal(call, reading.resources);
    for (const TemplateResource &resource : reading.resources) {
        auto problem = resourceProblem(call, resource);
        if (!problem)
            problem = rehearsal.refusal(resource);
        if (problem)
            details.append(*problem);
    }
    if (details.isEmpty())
        return {std::nullopt, reading.resources};
    const QString text = QStringLiteral(
        "The template deployment '%1' is not valid according to the validation procedure. The tracking id is '%2'. See inner errors for details.");
    return {Response::error(400, QStringLiteral("InvalidTemplateDeployment"), text.arg(call.names.last(), call.state.newGuid()), {}, details), {}};
}

QJsonArray providersOf(const QList<TemplateResource> &resources)
{
    QMap<QString, QMap<QString, QString>> types;
    for (const TemplateResource &one : resources)
        types[one.type.section(QLatin1Char('/'), 0, 0)].insert(one.type.section(QLatin1Char('/'), 1), one.body.value(QLatin1String("location")).toString());
    QJsonArray providers;
    for (auto space = types.begin(); space != types.end(); ++space) {
        QJsonArray list;
        for (auto type = space->begin(); type != space->end(); ++type)
            list.append(QJsonObject{{QStringLiteral("resourceType"), type.key()}, {QStringLiteral("locations"), QJsonArray{type.value()}}});
        providers.append(QJsonObject{{QStringLiteral("namespace"), space.key()}, {QStringLiteral("resourceTypes"), list}});
    }
    return providers;
}

Response validateDeployment(Call &call)
{
    const Checked checked = checkDeployment(call);
    if (checked.refusal)
        return *checked.refusal;
    QJsonArray validated;
    for (const TemplateResource &one : checked.resources)
        validated.append(QJsonObject{{QStringLiteral("id"), one.id}});
    const QJsonObject properties = call.body.value(QLatin1String("properties")).toObject();
    const QByteArray hash =
        QCryptographicHash::hash(QJsonDocument(properties.value(QLatin1String("template")).toObject()).toJson(), QCryptographicHash::Sha256);
    return Response::json(
        200, {{QStringLiteral("id"), call.id},
              {QStringLiteral("name"), call.names.last()},
              {QStringLiteral("type"), QStringLiteral("Microsoft.Resources/deployments")},
              {QStringLiteral("properties"), QJsonObject{{QStringLiteral("templateHash"), QString::number(qFromBigEndian<quint64>(hash.constData()))},
                                                         {QStringLiteral("mode"), properties.value(QLatin1String("mode"))},
                                                         {QStringLiteral("provisioningState"), QStringLiteral("Succeeded")},
                                                         {QStringLiteral("timestamp"), toText(call.now)},
                                                         {QStringLiteral("duration"), QStringLiteral("PT0S")},
                                                         {QStringLiteral("correlationId"), call.state.newGuid()},
                                                         {QStringLiteral("providers"), providersOf(checked.resources)},
                                                         {QStringLiteral("dependencies"), QJsonArray{}},
                                                         {QStringLiteral("validatedResources"), validated}}}});
}

//! The members that a template would change, as what-if lists them.
void addDelta(const QJsonObject &before, const QJsonObject &after, const QString &path, QJsonArray &delta)
{
    for (auto it = after.begin(); it != after.end(); ++it) {
        const QString here = path.isEmpty() ? it.key() : path + QLatin1Char('.') + it.key();
        const QJsonValue old = before.value(it.key());
        if (old.isObject() && it->isObject())
            addDelta(old.toObject(), it->toObject(), here, delta);
        else if (old != *it && here != QLatin1String("location"))
            delta.append(QJsonObject{{QStringLiteral("path"), here},
                                     {QStringLiteral("propertyChangeType"), old.isUndefined() ? QStringLiteral("Create") : QStringLiteral("Modify")},
                                     {QStringLiteral("before"), old.isUndefined() ? QJsonValue() : old},
                                     {QStringLiteral("after"), *it}});
    }
}

QJsonObject changeOf(const State &state, const TemplateResource &resource)
{
    const Resource *known = state.find(resource.id);
    if (!known)
        return {
            {QStringLiteral("resourceId"), resource.id}, {QStringLiteral("changeType"), QStringLiteral("Create")}, {QStringLiteral("after"), resource.body}};
    QJsonArray delta;
    addDelta(known->body, resource.body, {}, delta);
    QJsonObject change{{QStringLiteral("resourceId"), known->id},
                       {QStringLiteral("changeType"), delta.isEmpty() ? QStringLiteral("NoChange") : QStringLiteral("Modify")},
                       {QStringLiteral("before"), known->body},
                       {QStringLiteral("after"), resource.body}};
    if (!delta.isEmpty())
        change.insert(QStringLiteral("delta"), delta);
    return change;
}

Response whatIf(Call &call)
{
    const Checked checked = checkDeployment(call);
    if (checked.refusal)
        return *checked.refusal;
    QJsonArray changes;
    for (const TemplateResource &one : checked.resources)
        changes.append(changeOf(call.state, one));
    Operation &operation = call.state.startOperation(QStringLiteral("Microsoft.Resources"), call.id, call.now);
    operation.result = {{QStringLiteral("status"), QStringLiteral("Succeeded")},
                        {QStringLiteral("properties"), QJsonObject{{QStringLiteral("changes"), changes}}}};
    Transition done;
    done.due = call.now + call.state.duration(QStringLiteral("whatIfSeconds"), 5);
    done.provider = QStringLiteral("Microsoft.Resources");
    done.kind = QStringLiteral("whatIfDone");
    done.operation = operation.id;
    call.state.schedule(done);
    return Response::empty(202, pollHeaders(call, {}, QStringLiteral("/subscriptions/%1/operationresults/%2").arg(call.subscription, operation.id), 5));
}

} // namespace

void addDeploymentRoutes(std::vector<Route> &routes)
{
    const QString right = QStringLiteral("Microsoft.Resources/deployments/%1/action");
    for (const char *scope : {"/subscriptions/{s}/resourceGroups/{g}", "/subscriptions/{s}"}) {
        const QString one = QLatin1String(scope) + QStringLiteral("/providers/Microsoft.Resources/deployments/{name}/");
        routes.push_back({"POST", one + QStringLiteral("validate"), right.arg(QLatin1String("validate")), validateDeployment, false});
        routes.push_back({"POST", one + QStringLiteral("whatIf"), right.arg(QLatin1String("whatIf")), whatIf, false});
    }
}

} // namespace causeway::sandbox
