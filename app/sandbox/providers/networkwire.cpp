// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkwire.h"

#include <QRegularExpression>

#include <algorithm>

namespace causeway::sandbox::network {

// --- ids ------------------------------------------------------------------------------------

QString nameOf(const QString &id)
{
    return id.section(QLatin1Char('/'), -1);
}

QString parentOf(const QString &id)
{
    return id.section(QLatin1Char('/'), 0, -3);
}

QString partOf(const QString &id, const QString &segment)
{
    const QStringList parts = id.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    for (qsizetype at = 0; at + 1 < parts.size(); at += 2) {
        if (parts[at].compare(segment, Qt::CaseInsensitive) == 0)
            return parts[at + 1];
    }
    return {};
}

bool sameId(const QString &one, const QString &other)
{
    return key(one) == key(other);
}

QString typeOf(const QString &id)
{
    const QStringList parts = id.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (parts.size() < 8 || parts.size() % 2 != 0 || parts[4].compare(QLatin1String("providers"), Qt::CaseInsensitive) != 0)
        return {};
    QString type = parts[5];
    for (qsizetype at = 6; at < parts.size(); at += 2)
        type += QLatin1Char('/') + parts[at];
    return type;
}

bool isOfType(const QString &id, const QString &type)
{
    return typeOf(id).compare(type, Qt::CaseInsensitive) == 0;
}

QString weakEtag(State &state)
{
    return QStringLiteral("W/\"%1\"").arg(state.newGuid());
}

QJsonObject propertiesOf(const Resource &resource)
{
    return resource.body.value(member::properties).toObject();
}

QString provisioningState(const Resource &resource)
{
    return propertiesOf(resource).value(member::provisioningState).toString();
}

bool inProgress(const Resource &resource)
{
    const QString state = provisioningState(resource);
    return state == QLatin1String("Updating") || state == QLatin1String("Deleting") || state == QLatin1String("Creating");
}

void setProperties(State &state, Resource &resource, const QJsonObject &properties)
{
    resource.body.insert(member::properties, properties);
    resource.body.insert(member::etag, weakEtag(state));
    resource.changed = state.now;
}

void setProvisioningState(State &state, Resource &resource, const QString &value)
{
    QJsonObject properties = propertiesOf(resource);
    properties.insert(member::provisioningState, value);
    setProperties(state, resource, properties);
}

// --- errors ----------------------------------------------------------------------------------

QJsonObject errorObject(const QString &code, const QString &message)
{
    return {{QStringLiteral("code"), code}, {QStringLiteral("message"), message}, {QStringLiteral("details"), QJsonArray()}};
}

Response cannotParse(const QString &detailCode, const QString &detail)
{
    const QJsonObject inner{{QStringLiteral("code"), detailCode}, {QStringLiteral("message"), detail}};
    return Response::error(400, QStringLiteral("InvalidRequestFormat"), QStringLiteral("Cannot parse the request."), {}, {inner});
}

Response notFound(const State &state, const QString &id, const QString &type)
{
    if (type.count(QLatin1Char('/')) > 1) {
        if (state.find(parentOf(id)))
            return Response::error(404, QStringLiteral("NotFound"), QStringLiteral("Resource %1 not found.").arg(id));
        return Response::error(404, QStringLiteral("ParentResourceNotFound"),
                               QStringLiteral("Can not perform requested operation on nested resource. Parent resource '%1' not found.")
                                   .arg(nameOf(parentOf(id))));
    }
    return missingResource(id);
}

Response parentNotFound(const QString &id, const QString &type)
{
    return Response::error(404, QStringLiteral("ParentResourceNotFound"),
                           QStringLiteral("Failed to perform 'write' on resource(s) of type '%1', because the parent resource '%2' could "
                                          "not be found.")
                               .arg(type.section(QLatin1Char('/'), 1), parentOf(id)));
}

Response badReference(const QString &referenced, const QString &by)
{
    return Response::error(400, QStringLiteral("InvalidResourceReference"),
                           QStringLiteral("Resource %1 referenced by resource %2 was not found. Please make sure that the referenced "
                                          "resource exists, and that both resources are in the same region.")
                               .arg(referenced, by));
}

Response busy(Call &call, const Resource &resource)
{
    Response response = Response::error(
        call.state.setting(QStringLiteral("networkBusyStatus"), 409).toInt(), QStringLiteral("AnotherOperationInProgress"),
        QStringLiteral("Another operation on this or dependent resource is in progress. Resource: %1.").arg(resource.id));
    response.headers.append({"retry-after", QByteArray::number(call.state.retryAfter(10))});
    return response;
}

std::optional<Response> linkedForbidden(Call &call, const QString &ownAction, const QString &action, const QString &linked,
                                        const QString &shownAction)
{
    if (call.world.allowed(call.request.principal, action, linked))
        return std::nullopt;
    return Response::error(
        403, QStringLiteral("LinkedAuthorizationFailed"),
        QStringLiteral("The client '%1' with object id '%2' has permission to perform action '%3' on scope '%4'; however, it does not "
                       "have permission to perform action '%5' on the linked scope(s) '%6' or the linked scope(s) are invalid.")
            .arg(call.state.userName(call.request.principal), call.request.principal, ownAction, call.id,
                 shownAction.isEmpty() ? action : shownAction, linked));
}

std::optional<Response> linkedLocked(Call &call, const QString &linked)
{
    const QStringList locks = call.world.locksAgainst(linked, false);
    return locks.isEmpty() ? std::nullopt : std::optional(World::locked(linked, locks, false));
}

std::optional<Response> badName(const QString &name, int least)
{
    static const QRegularExpression words(QStringLiteral("^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?$"));
    if (name.size() >= least && name.size() <= 80 && words.match(name).hasMatch())
        return std::nullopt;
    return Response::error(400, QStringLiteral("InvalidResourceName"),
                           QStringLiteral("Resource name %1 is invalid. The name can be up to 80 characters long. It must begin with a word "
                                          "character, and it must end with a word character or with '_'. The name may contain word "
                                          "characters or '.', '-', '_'.")
                               .arg(name.left(100)));
}

QString normalLocation(const QString &location)
{
    return location.toLower().remove(QLatin1Char(' '));
}

std::optional<Response> badLocation(Call &call, const Resource *known)
{
    const QString wanted = normalLocation(call.body.value(member::location).toString());
    if (wanted.isEmpty())
        return Response::error(400, QStringLiteral("LocationRequired"), QStringLiteral("The location property is required for this definition."));
    if (!known && (call.state.locations.isEmpty() || call.state.locations.contains(wanted)))
        return std::nullopt;
    if (!known)
        return Response::error(400, QStringLiteral("LocationNotAvailableForResourceType"),
                               QStringLiteral("The provided location '%1' is not available for resource type '%2'. List of available regions "
                                              "for the resource type is '%3'.")
                                   .arg(wanted, typeOf(call.id), call.state.locations.keys().join(QLatin1Char(','))));
    const QString location = known->body.value(member::location).toString();
    if (normalLocation(location) == wanted)
        return std::nullopt;
    return Response::error(409, QStringLiteral("InvalidResourceLocation"),
                           QStringLiteral("The resource '%1' already exists in location '%2' in resource group '%3'. A resource with the same "
                                          "name cannot be created in location '%4'. Please select a new resource name.")
                               .arg(known->name, location, partOf(known->id, QStringLiteral("resourceGroups")), wanted));
}

static bool isOfKind(const QJsonValue &value, char kind)
{
    const auto every = [&](QJsonValue::Type wanted) {
        const QJsonArray items = value.toArray();
        return value.isArray() && std::all_of(items.begin(), items.end(), [&](const QJsonValue &one) { return one.type() == wanted; });
    };
    switch (kind) {
    case 's':
        return value.isString();
    case 'n':
        return value.isDouble();
    case 'b':
        return value.isBool();
    case 'o':
        return value.isObject();
    case 'S':
        return every(QJsonValue::String);
    case 'a':
        return every(QJsonValue::Object);
    default:
        return true;
    }
}

std::optional<QString> foreignMember(const QJsonObject &object, const QString &model, QLatin1String members, const QString &path)
{
    QHash<QString, char> kinds;
    for (const QString &one : QString(members).split(QLatin1Char(' '), Qt::SkipEmptyParts))
        kinds.insert(one.section(QLatin1Char(':'), 0, 0), one.back().toLatin1());
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString place = path.isEmpty() ? it.key() : path + QLatin1Char('.') + it.key();
        if (!kinds.contains(it.key()))
            return QStringLiteral("Could not find member '%1' on object of type '%2'. Path '%3'.").arg(it.key(), model, place);
        if (!it->isNull() && !isOfKind(*it, kinds.value(it.key())))
            return QStringLiteral("Error converting value to the type of member '%1' of '%2'. Path '%3'.").arg(it.key(), model, place);
    }
    return std::nullopt;
}

std::optional<Response> badEnvelope(const QJsonObject &body, const QString &model)
{
    if (const auto wrong = foreignMember(body, model, QLatin1String("id:s name:s type:s etag:s location:s tags:o properties:o extendedLocation:o"), {}))
        return cannotParse(QStringLiteral("InvalidJson"), *wrong);
    const QJsonObject tags = body.value(member::tags).toObject();
    for (const QJsonValue &tag : tags) {
        if (!tag.isString())
            return cannotParse(QStringLiteral("InvalidJson"), QStringLiteral("Error converting value to type 'System.String'. Path 'tags'."));
    }
    return std::nullopt;
}

// --- answers and operations --------------------------------------------------------------------

Response ok(const QJsonObject &body)
{
    return Response::json(200, body, {{"etag", body.value(member::etag).toString().toUtf8()}});
}

static QString operationPath(const Call &call, const QString &collection, const Operation &operation)
{
    return QStringLiteral("/subscriptions/%1/providers/Microsoft.Network/locations/%2/%3/%4")
        .arg(call.subscription, operation.extra.value(member::location).toString(), collection, operation.id);
}

static Operation &startLater(Call &call, const Later &later)
{
    Operation &operation = call.state.startOperation(nameSpace, later.target, call.now);
    const Resource *about = call.state.find(later.target);
    while (about && !about->body.contains(member::location))
        about = call.state.find(parentOf(about->id));
    operation.extra.insert(member::location, about ? about->body.value(member::location) : QJsonValue(QStringLiteral("westeurope")));
    Transition transition;
    transition.due = call.now + later.after;
    transition.provider = nameSpace;
    transition.kind = later.kind;
    transition.target = later.target;
    transition.operation = operation.id;
    transition.arguments = later.arguments;
    transition.arguments.insert(member::by, call.request.principal);
    call.state.schedule(transition);
    return operation;
}

static Headers operationHeaders(Call &call, const Operation &operation, bool withResult)
{
    const QString result = withResult ? operationPath(call, QStringLiteral("operationResults"), operation) : QString();
    return pollHeaders(call, operationPath(call, QStringLiteral("operations"), operation), result, 10) + Headers{{"azure-asyncnotification", "Enabled"}};
}

Response acceptedPut(Call &call, bool created, const QJsonObject &body, const Later &later)
{
    const Operation &operation = startLater(call, later);
    return Response::json(created ? 201 : 200, body, operationHeaders(call, operation, false));
}

Response accepted(Call &call, const Later &later)
{
    const Operation &operation = startLater(call, later);
    return Response::empty(202, operationHeaders(call, operation, true));
}

void finish(State &state, const QString &operation, TimePoint now, const QJsonObject &error)
{
    Operation *known = state.operation(operation);
    if (!known)
        return;
    known->status = error.isEmpty() ? QStringLiteral("Succeeded") : QStringLiteral("Failed");
    known->error = error;
    known->ended = now;
}

} // namespace causeway::sandbox::network
