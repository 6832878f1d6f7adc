// SPDX-License-Identifier: Apache-2.0
#include "sandbox/odatafilter.h"
#include "sandbox/providers/resources.h"

#include <QRegularExpression>
#include <algorithm>

// Resource groups (facts: azure-postgresql-and-network §6.2, §12).

namespace causeway::sandbox {

static const QString groupType = QStringLiteral("Microsoft.Resources/resourceGroups");

static Response groupMissing(const Call &call)
{
    return Response::error(404, QStringLiteral("ResourceGroupNotFound"), QStringLiteral("Resource group '%1' could not be found.").arg(call.resourceGroup));
}

static Response headGroup(Call &call)
{
    return call.state.find(call.id) ? Response::empty(204) : groupMissing(call);
}

static Response showGroup(Call &call)
{
    const Resource *group = call.state.find(call.id);
    return group ? Response::json(200, group->body) : groupMissing(call);
}

static QString tagOf(const QJsonObject &body, const QString &name)
{
    const QJsonObject tags = body.value(QLatin1String("tags")).toObject();
    for (auto it = tags.begin(); it != tags.end(); ++it) {
        if (it.key().compare(name, Qt::CaseInsensitive) == 0)
            return it.value().toString();
    }
    return {};
}

static Response listGroups(Call &call)
{
    const auto filter = ODataFilter::parse(call.request.queryValue(QStringLiteral("$filter")));
    if (!filter)
        return Response::error(400, QStringLiteral("InvalidFilterInQueryString"), QStringLiteral("Invalid $filter specified in the query string."));
    const QString tagName = filter->equalTo(QStringLiteral("tagName"));
    const int top = call.request.queryValue(QStringLiteral("$top")).toInt();
    QJsonArray items;
    for (const Resource *group : call.state.list(call.id, groupType)) {
        const auto value = [&](const QString &property) {
            if (property.compare(QLatin1String("tagName"), Qt::CaseInsensitive) == 0)
                return tagOf(group->body, tagName).isEmpty() ? QString() : tagName;
            return property.compare(QLatin1String("tagValue"), Qt::CaseInsensitive) == 0 ? tagOf(group->body, tagName) : QString();
        };
        const bool seen = call.world.allowed(call.request.principal, QStringLiteral("Microsoft.Resources/subscriptions/resourceGroups/read"), group->id);
        if (seen && filter->accepts(value) && (top <= 0 || items.size() < top))
            items.append(group->body);
    }
    return call.world.page(call, items);
}

static bool holdsTextsOnly(const QJsonObject &tags)
{
    return std::all_of(tags.begin(), tags.end(), [](const QJsonValue &value) { return value.isString() || value.isNull(); });
}

std::optional<Response> wrongEnvelope(const QJsonObject &body)
{
    for (const char *name : {"location", "managedBy", "tags"}) {
        const QLatin1String member(name);
        const QJsonValue value = body.value(member);
        const bool tags = member == QLatin1String("tags");
        if (value.isUndefined() || value.isNull() || (tags ? value.isObject() && holdsTextsOnly(value.toObject()) : value.isString()))
            continue;
        return Response::error(400, QStringLiteral("InvalidRequestContent"),
                               QStringLiteral("The request content was invalid and could not be deserialized: 'Error converting the value to type '%1'. Path '%2'.'.")
                                   .arg(tags ? QStringLiteral("System.Collections.Generic.Dictionary`2[System.String,System.String]") : QStringLiteral("System.String"),
                                        member));
    }
    return std::nullopt;
}

static std::optional<Response> refuseGroup(const Call &call, const Resource *known)
{
    if (auto wrong = wrongEnvelope(call.body))
        return wrong;
    static const QRegularExpression form(QStringLiteral("^[-\\w._()]{0,89}[-\\w_()]$"), QRegularExpression::UseUnicodePropertiesOption);
    if (!form.match(call.resourceGroup).hasMatch())
        return Response::error(
            400, QStringLiteral("InvalidResourceGroup"),
            QStringLiteral("The provided resource group name '%1' has these invalid characters or form: it may hold up to 90 letters, digits, "
                           "underscores, hyphens, periods and parentheses, and may not end in a period.")
                .arg(call.resourceGroup));
    const QString location = call.body.value(QLatin1String("location")).toString();
    if (location.isEmpty())
        return Response::error(400, QStringLiteral("LocationRequired"), QStringLiteral("The location property is required for this definition."));
    if (!call.state.locations.contains(locationName(location)))
        return Response::error(400, QStringLiteral("LocationNotAvailableForResourceGroup"),
                               QStringLiteral("The provided location '%1' is not available for resource group. List of available regions is '%2'.")
                                   .arg(location, call.state.locations.keys().join(QLatin1Char(','))));
    if (!known)
        return std::nullopt;
    if (known->hidden.value(QLatin1String("deleting")).toBool())
        return Response::error(409, QStringLiteral("ResourceGroupBeingDeleted"),
                               QStringLiteral("The resource group '%1' is in deprovisioning state and cannot perform this operation.").arg(known->name));
    const QString present = known->body.value(QLatin1String("location")).toString();
    if (locationName(present) != locationName(location))
        return Response::error(
            409, QStringLiteral("InvalidResourceGroupLocation"),
            QStringLiteral("Invalid resource group location '%1'. The Resource group already exists in location '%2'.").arg(location, present));
    return std::nullopt;
}

static Response putGroup(Call &call)
{
    const Resource *known = call.state.find(call.id);
    if (auto refusal = refuseGroup(call, known))
        return *refusal;
    const bool isNew = known == nullptr;
    const QString id =
        isNew ? QStringLiteral("/subscriptions/%1/resourceGroups/%2").arg(call.state.subscription(call.subscription)->id, call.resourceGroup) : known->id;
    const QString name = isNew ? call.resourceGroup : known->name;
    QJsonObject body{{QStringLiteral("id"), id},
                     {QStringLiteral("name"), name},
                     {QStringLiteral("type"), groupType},
                     {QStringLiteral("location"), locationName(call.body.value(QLatin1String("location")).toString())},
                     {QStringLiteral("properties"), QJsonObject{{QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}}}};
    for (const char *kept : {"tags", "managedBy"}) {
        if (call.body.contains(QLatin1String(kept)))
            body.insert(QLatin1String(kept), call.body.value(QLatin1String(kept)));
    }
    call.state.put({id, groupType, name, body, {}, {}, {}});
    call.state.record(id, isNew ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(isNew ? 201 : 200, body);
}

static Response patchGroup(Call &call)
{
    Resource *group = call.state.find(call.id);
    if (!group)
        return groupMissing(call);
    if (auto wrong = wrongEnvelope(call.body))
        return *wrong;
    for (const char *member : {"tags", "managedBy"}) {
        if (call.body.contains(QLatin1String(member)))
            group->body.insert(QLatin1String(member), call.body.value(QLatin1String(member)));
    }
    group->changed = call.now;
    call.state.record(group->id, QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(200, group->body);
}

static Response deleteGroup(Call &call)
{
    Resource *group = call.state.find(call.id);
    if (!group)
        return groupMissing(call);
    Operation &operation = call.state.startOperation(QStringLiteral("Microsoft.Resources"), group->id, call.now);
    QJsonObject properties = group->body.value(QLatin1String("properties")).toObject();
    properties.insert(QStringLiteral("provisioningState"), QStringLiteral("Deleting"));
    group->body.insert(QStringLiteral("properties"), properties);
    group->hidden.insert(QStringLiteral("deleting"), true);
    Transition gone;
    gone.due = call.now + call.state.duration(QStringLiteral("groupDeleteSeconds"), 60);
    gone.provider = QStringLiteral("Microsoft.Resources");
    gone.kind = QStringLiteral("groupDeleted");
    gone.target = group->id;
    gone.operation = operation.id;
    gone.arguments.insert(QStringLiteral("by"), call.request.principal);
    call.state.schedule(gone);
    const QString poll = QStringLiteral("/subscriptions/%1/operationresults/%2").arg(call.subscription, operation.id);
    return Response::empty(202, pollHeaders(call, {}, poll, 15));
}

//! What uses goes before what is used, as Azure's own engine orders it.
static int removalRank(const QString &type)
{
    static const QStringList order{QStringLiteral("microsoft.datafactory/factories"),           QStringLiteral("microsoft.network/privateendpoints"),
                                   QStringLiteral("microsoft.dbforpostgresql/flexibleservers"), QStringLiteral("microsoft.network/privatednszones"),
                                   QStringLiteral("microsoft.network/networkinterfaces"),       QStringLiteral("microsoft.network/virtualnetworks")};
    const qsizetype rank = order.indexOf(type.toLower());
    return int(rank < 0 ? order.size() : rank);
}

void applyGroupDeletion(const Transition &transition, World &world, TimePoint now)
{
    State &state = world.state();
    Operation *operation = state.operation(transition.operation);
    const QString by = transition.arguments.value(QLatin1String("by")).toString();
    if (const QStringList locks = world.locksAgainst(transition.target, true); !locks.isEmpty()) { // locked meanwhile
        if (Resource *group = state.find(transition.target))
            group->hidden.remove(QStringLiteral("deleting"));
        if (operation)
            fail(*operation, QStringLiteral("ScopeLocked"), World::lockedText(transition.target, locks, true), now);
        return;
    }
    QList<std::pair<int, QString>> tops;
    for (const Resource *one : state.below(transition.target)) {
        if (one->type.count(QLatin1Char('/')) == 1)
            tops.append({removalRank(one->type), one->id});
    }
    std::stable_sort(tops.begin(), tops.end(), [](const auto &left, const auto &right) { return left.first < right.first; });
    for (const auto &[rank, id] : std::as_const(tops))
        world.removeTree(id, now, by);
    world.removeTree(transition.target, now, by);
    if (operation)
        succeed(*operation, now);
}

void addGroupRoutes(std::vector<Route> &routes)
{
    const QString group = QStringLiteral("/subscriptions/{s}/resourceGroups/{g}");
    const QString right = QStringLiteral("Microsoft.Resources/subscriptions/resourceGroups/%1");
    routes.push_back({"HEAD", group, right.arg(QLatin1String("read")), headGroup});
    routes.push_back({"GET", group, right.arg(QLatin1String("read")), showGroup});
    routes.push_back({"PUT", group, right.arg(QLatin1String("write")), putGroup});
    routes.push_back({"PATCH", group, right.arg(QLatin1String("write")), patchGroup});
    routes.push_back({"DELETE", group, right.arg(QLatin1String("delete")), deleteGroup});
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}/resourceGroups"), {}, listGroups});
    routes.push_back(
        {"GET", QStringLiteral("/subscriptions/{s}/operationresults/{id}"), {}, [](Call &call) { return operationResult(call, call.names.last(), 15); }});
}

} // namespace causeway::sandbox
