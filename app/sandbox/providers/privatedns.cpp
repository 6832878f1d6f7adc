// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/privatedns.h"

#include "sandbox/operations.h"
#include "sandbox/providers/networkparts.h"

#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox {

namespace privatedns {

using namespace network; // how Microsoft.Network speaks; inside this namespace only

// --- answers -------------------------------------------------------------------------------------

Response badRequest(const QString &message)
{
    return Response::error(400, QStringLiteral("BadRequest"), message);
}

Refusal preconditionFailed(const Call &call, const Resource *known)
{
    const QString current = known ? known->body.value(member::etag).toString() : QString();
    const auto stripped = [&](const char *header) { return QString::fromUtf8(call.request.header(header)).remove(QLatin1Char('"')); };
    const QString match = stripped("if-match");
    const QString noneMatch = stripped("if-none-match");
    const bool ok = (match.isEmpty() || (known && (match == QLatin1String("*") || match == current)))
                    && (noneMatch.isEmpty() || !known || (noneMatch != QLatin1String("*") && noneMatch != current));
    if (ok)
        return std::nullopt;
    return Response::error(412, QStringLiteral("PreconditionFailed"),
                           QStringLiteral("The condition '%1' in the %2 header was not satisfied. The current was '%3'.")
                               .arg(match.isEmpty() ? noneMatch : match, match.isEmpty() ? QStringLiteral("If-None-Match") : QStringLiteral("If-Match"),
                                    known ? current : QStringLiteral("null")));
}

Refusal badTopLevel(Call &call, const QString &model, QLatin1String members)
{
    if (const auto refused = badEnvelope(call.body, model))
        return refused;
    if (const auto wrong = foreignMember(call.body.value(member::properties).toObject(), model, members, QStringLiteral("properties")))
        return badRequest(*wrong);
    const QString location = call.body.value(member::location).toString();
    if (call.request.method == "PATCH" || location.compare(QLatin1String("global"), Qt::CaseInsensitive) == 0)
        return std::nullopt;
    if (location.isEmpty())
        return Response::error(400, QStringLiteral("LocationRequired"), QStringLiteral("The location property is required for this definition."));
    return Response::error(400, QStringLiteral("LocationNotAvailableForResourceType"),
                           QStringLiteral("The provided location '%1' is not available for resource type '%2'. List of available regions for the "
                                          "resource type is 'global'.")
                               .arg(location.left(100), typeOf(call.id)));
}

void setDns(State &state, Resource &resource, const QJsonObject &changes)
{
    QJsonObject properties = propertiesOf(resource);
    for (auto it = changes.begin(); it != changes.end(); ++it)
        properties.insert(it.key(), *it);
    resource.body.insert(member::properties, properties);
    resource.body.insert(member::etag, state.newGuid());
    resource.changed = state.now;
}

static QString dnsOperationPath(const Call &call, const char *collection, const Operation &operation)
{
    return QStringLiteral("/subscriptions/%1/resourceGroups/%2/providers/Microsoft.Network/%3/%4")
        .arg(call.subscription, call.resourceGroup, QLatin1String(collection), operation.id);
}

Response acceptedDns(Call &call, const LaterDns &later, const std::function<Response()> &done)
{
    Operation &operation = call.state.startOperation(nameSpace, later.target, call.now);
    Transition transition;
    transition.due = call.now + call.state.duration(later.setting, 30);
    transition.provider = nameSpace;
    transition.kind = later.kind;
    transition.target = later.target;
    transition.operation = operation.id;
    transition.arguments = later.arguments;
    transition.arguments.insert(member::by, call.request.principal);
    if (call.state.setting(QStringLiteral("privateDnsAnswer"), QStringLiteral("asynchronous")) == QLatin1String("synchronous")) {
        applyDns(transition, call.world, call.now);
        return operation.error.isEmpty() ? done() : Response::json(400, {{QStringLiteral("error"), operation.error}});
    }
    call.state.schedule(transition);
    return Response::empty(202, pollHeaders(call, dnsOperationPath(call, "privateDnsOperationStatuses", operation),
                                            dnsOperationPath(call, "privateDnsOperationResults", operation), 60));
}

// --- zones -----------------------------------------------------------------------------------------

QJsonObject shownZone(const State &state, const Resource &zone)
{
    int records = 0;
    int links = 0;
    int registering = 0;
    for (const Resource *one : state.below(zone.id)) {
        const bool isLink = one->type == type::link;
        links += isLink;
        registering += isLink && propertiesOf(*one).value(QLatin1String("registrationEnabled")).toBool();
        records += !isLink && one->type.startsWith(type::zone);
    }
    QJsonObject properties = propertiesOf(zone);
    const std::pair<const char *, int> numbers[] = {{"maxNumberOfRecordSets", 25000},
                                                    {"numberOfRecordSets", records},
                                                    {"maxNumberOfVirtualNetworkLinks", 1000},
                                                    {"numberOfVirtualNetworkLinks", links},
                                                    {"maxNumberOfVirtualNetworkLinksWithRegistration", 100},
                                                    {"numberOfVirtualNetworkLinksWithRegistration", registering}};
    for (const auto &[name, number] : numbers)
        properties.insert(QLatin1String(name), number);
    QJsonObject body = zone.body;
    body.insert(member::properties, properties);
    return body;
}

static bool isZoneName(const QString &name)
{
    static const QRegularExpression label(QStringLiteral("^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$"));
    const QStringList labels = name.split(QLatin1Char('.'));
    return labels.size() >= 2 && labels.size() <= 34
           && std::all_of(labels.begin(), labels.end(), [&](const QString &one) { return label.match(one).hasMatch(); });
}

static constexpr QLatin1String zoneMembers(
    "internalId:s maxNumberOfRecordSets:n maxNumberOfVirtualNetworkLinks:n maxNumberOfVirtualNetworkLinksWithRegistration:n "
    "numberOfRecordSets:n numberOfVirtualNetworkLinks:n numberOfVirtualNetworkLinksWithRegistration:n provisioningState:s");

static Response putZone(Call &call)
{
    Resource *known = call.state.find(call.id);
    if (Refusal refused = badTopLevel(call, QStringLiteral("PrivateZone"), zoneMembers))
        return *refused;
    if (!isZoneName(nameOf(call.id)))
        return badRequest(QStringLiteral("The domain name '%1' is invalid. The provided zone name must have 2 to 34 labels of 1 to 63 letters, "
                                         "digits, hyphens or underscores.").arg(nameOf(call.id).left(300)));
    if (Refusal refused = preconditionFailed(call, known))
        return *refused;
    const bool created = !known;
    if (created) {
        Resource zone;
        zone.id = call.id;
        zone.type = type::zone;
        zone.name = nameOf(call.id);
        zone.body = {{member::id, zone.id}, {member::name, zone.name}, {QStringLiteral("type"), zone.type}, {member::location, QStringLiteral("global")}};
        known = &call.state.put(zone);
        setDns(call.state, *known, {{QStringLiteral("internalId"), call.state.newGuid()}});
    }
    known->body.insert(member::tags, call.body.value(member::tags).toObject());
    setDns(call.state, *known, {{member::provisioningState, created ? QStringLiteral("Creating") : QStringLiteral("Updating")}});
    call.state.record(known->id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    const QString id = known->id;
    if (created) {
        writeStartOfAuthority(call.state, id);
        call.state.record(id + QStringLiteral("/SOA/@"), QStringLiteral("created"), call.now, call.request.principal);
    }
    return acceptedDns(call, {QStringLiteral("dns.zoneWritten"), id, QStringLiteral("privateDnsZoneSeconds"), {}},
                       [&] { return Response::json(created ? 201 : 200, shownZone(call.state, *call.state.find(id))); });
}

static Response patchZone(Call &call)
{
    Resource *zone = call.state.find(call.id);
    if (!zone)
        return missingResource(call.id);
    if (Refusal refused = badTopLevel(call, QStringLiteral("PrivateZone"), zoneMembers))
        return *refused;
    if (Refusal refused = preconditionFailed(call, zone))
        return *refused;
    zone->body.insert(member::tags, call.body.value(member::tags).toObject());
    setDns(call.state, *zone, {});
    call.state.record(zone->id, QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(200, shownZone(call.state, *zone));
}

static Response getZone(Call &call)
{
    const Resource *zone = call.state.find(call.id);
    return zone ? Response::json(200, shownZone(call.state, *zone)) : missingResource(call.id);
}

static Response listZones(Call &call)
{
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::zone))
        items.append(shownZone(call.state, *one));
    return call.world.page(call, items);
}

static Response deleteZone(Call &call)
{
    Resource *zone = call.state.find(call.id);
    if (!zone)
        return Response::empty(204);
    if (Refusal refused = preconditionFailed(call, zone))
        return *refused;
    const QList<const Resource *> links = call.state.list(zone->id, type::link);
    if (!links.isEmpty())
        return Response::error(409, call.state.setting(QStringLiteral("privateDnsLinkedZoneCode"), QStringLiteral("CannotDeleteResource")).toString(),
                               QStringLiteral("Cannot delete resource while nested resources exist. Some existing nested resource IDs include: "
                                              "'%1'. Please delete all nested resources before deleting this resource.")
                                   .arg(links.first()->id));
    setDns(call.state, *zone, {{member::provisioningState, QStringLiteral("Deleting")}});
    return acceptedDns(call, {QStringLiteral("dns.removed"), zone->id, QStringLiteral("privateDnsZoneSeconds"), {}}, [] { return Response::empty(200); });
}

std::vector<Route> zoneRoutes()
{
    const QString all = groupPattern(QStringLiteral("privateDnsZones"));
    const QString one = all + QStringLiteral("/{z}");
    const auto action = [](const char *what) { return QString(type::zone) + QLatin1String(what); };
    return {{"GET", subscriptionPattern(QStringLiteral("privateDnsZones")), action("/read"), listZones, false},
            {"GET", all, action("/read"), listZones, false},
            {"GET", one, action("/read"), getZone, false},
            {"PUT", one, action("/write"), putZone},
            {"PATCH", one, action("/write"), patchZone},
            {"DELETE", one, action("/delete"), deleteZone}};
}

// --- the provider --------------------------------------------------------------------------------------

static Response dnsOperation(Call &call)
{
    return operationStatus(call, call.names.last(), StatusShape::StatusOnly, 60);
}

static Response dnsOperationResult(Call &call)
{
    const Operation *operation = call.state.operation(call.names.last());
    const Resource *about = operation && operation->ended ? call.state.find(operation->resource) : nullptr;
    if (about && operation->error.isEmpty() && call.world.signatureHolds(call))
        return Response::json(200, about->type == type::zone ? shownZone(call.state, *about) : about->body);
    return operationResult(call, call.names.last(), 60, 204);
}

void applyDns(const Transition &transition, World &world, TimePoint now)
{
    if (!transition.kind.startsWith(QLatin1String("dns.")) || applyLink(transition, world, now))
        return;
    State &state = world.state();
    if (Resource *zone = state.find(transition.target); zone && transition.kind == QLatin1String("dns.zoneWritten"))
        setDns(state, *zone, {{member::provisioningState, QStringLiteral("Succeeded")}});
    else if (transition.kind == QLatin1String("dns.removed"))
        world.removeTree(transition.target, now, transition.arguments.value(member::by).toString());
    finish(state, transition.operation, now);
}

namespace {

class PrivateDnsProvider final : public Provider
{
public:
    //! The same namespace as the network's; its transitions are called "dns.…".
    [[nodiscard]] QString name() const override { return nameSpace; }

    [[nodiscard]] QStringList apiVersions(const QString &type) const override
    {
        if (!type.startsWith(QLatin1String("privateDns"), Qt::CaseInsensitive))
            return {};
        return {QStringLiteral("2024-06-01"), QStringLiteral("2020-06-01"), QStringLiteral("2020-01-01"), QStringLiteral("2018-09-01")};
    }

    [[nodiscard]] QStringList resourceTypes() const override
    {
        QStringList types{QStringLiteral("privateDnsZones"), QStringLiteral("privateDnsZones/virtualNetworkLinks"),
                          QStringLiteral("privateDnsOperationStatuses"), QStringLiteral("privateDnsOperationResults"),
                          QStringLiteral("privateDnsZones/all")};
        for (const char *record : {"A", "AAAA", "CNAME", "MX", "PTR", "SOA", "SRV", "TXT"})
            types.append(QStringLiteral("privateDnsZones/") + QLatin1String(record));
        return types;
    }

    [[nodiscard]] std::vector<Route> routes() override
    {
        const auto action = [](const char *what) { return QStringLiteral("Microsoft.Network/") + QLatin1String(what); };
        std::vector<Route> all{
            {"GET", groupPattern(QStringLiteral("privateDnsOperationStatuses/{o}")), action("privateDnsOperationStatuses/read"), dnsOperation, false},
            {"GET", groupPattern(QStringLiteral("privateDnsOperationResults/{o}")), action("privateDnsOperationResults/read"), dnsOperationResult, false}};
        for (const std::vector<Route> &part : {zoneRoutes(), linkRoutes(), recordRoutes()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }

    void apply(const Transition &transition, World &world, TimePoint now) override { applyDns(transition, world, now); }
};

} // namespace
} // namespace privatedns

std::unique_ptr<Provider> makePrivateDnsProvider()
{
    return std::make_unique<privatedns::PrivateDnsProvider>();
}

} // namespace causeway::sandbox
