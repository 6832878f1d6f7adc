// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"
#include "sandbox/providers/privatedns.h"

namespace causeway::sandbox::privatedns {

// Virtual network links. A network can be linked to only one zone of a given name, in whatever group or subscription (facts §4.2).

using namespace network; // inside this namespace only

static constexpr QLatin1String linkMembers("virtualNetwork:o registrationEnabled:b virtualNetworkLinkState:s provisioningState:s");
static constexpr QLatin1String newerLinkMembers("virtualNetwork:o registrationEnabled:b virtualNetworkLinkState:s provisioningState:s resolutionPolicy:s");

static QString networkOfLink(const QJsonObject &properties)
{
    return properties.value(QLatin1String("virtualNetwork")).toObject().value(member::id).toString();
}

static const Resource *rivalOf(const State &state, const QString &id, const QString &virtualNetwork)
{
    for (const auto &[place, one] : state.resources) {
        if (one.type == type::link && !sameId(one.id, id) && sameId(networkOfLink(propertiesOf(one)), virtualNetwork)
            && nameOf(parentOf(one.id)).compare(nameOf(parentOf(id)), Qt::CaseInsensitive) == 0)
            return &one;
    }
    return nullptr;
}

static Refusal badLink(Call &call, const Resource *known)
{
    const bool newer = call.version >= QLatin1String("2024-06-01"); // resolutionPolicy came with it (facts §0.1)
    if (Refusal refused = badTopLevel(call, QStringLiteral("VirtualNetworkLink"), newer ? newerLinkMembers : linkMembers))
        return refused;
    const QJsonObject properties = call.body.value(member::properties).toObject();
    const QString policy = properties.value(QLatin1String("resolutionPolicy")).toString(QStringLiteral("Default"));
    if (policy != QLatin1String("Default") && policy != QLatin1String("NxDomainRedirect"))
        return badRequest(QStringLiteral("The resolution policy '%1' is invalid.").arg(policy.left(100)));
    const QString before = known ? networkOfLink(propertiesOf(*known)) : QString();
    const QString wanted = networkOfLink(properties);
    if (call.request.method == "PATCH" && wanted.isEmpty())
        return std::nullopt;
    if (!isOfType(wanted, type::virtualNetwork))
        return badRequest(QStringLiteral("The virtual network id '%1' of the link is missing or malformed.").arg(wanted.left(300)));
    if (known && !sameId(before, wanted))
        return badRequest(QStringLiteral("The virtual network of link '%1' cannot be changed.").arg(known->name));
    if (Refusal refused = linkedForbidden(call, QStringLiteral("Microsoft.Network/privateDnsZones/virtualNetworkLinks/write"),
                                          QStringLiteral("Microsoft.Network/virtualNetworks/join/action"), wanted))
        return refused;
    if (Refusal refused = linkedLocked(call, wanted))
        return refused;
    if (!call.state.find(wanted))
        return badRequest(QStringLiteral("The virtual network '%1' does not exist.").arg(wanted));
    return std::nullopt;
}

static void writeLink(Call &call, Resource &link)
{
    QJsonObject changes{{QStringLiteral("virtualNetworkLinkState"), QStringLiteral("InProgress")}};
    const QJsonObject wanted = call.body.value(member::properties).toObject();
    for (const char *name : {"virtualNetwork", "registrationEnabled", "resolutionPolicy"}) {
        if (wanted.contains(QLatin1String(name)))
            changes.insert(QLatin1String(name), wanted.value(QLatin1String(name)));
    }
    if (call.body.contains(member::tags))
        link.body.insert(member::tags, call.body.value(member::tags));
    changes.insert(member::provisioningState, link.body.contains(member::etag) ? QStringLiteral("Updating") : QStringLiteral("Creating"));
    setDns(call.state, link, changes);
}

static Resource &newLink(Call &call)
{
    Resource link;
    link.id = call.id;
    link.type = type::link;
    link.name = nameOf(call.id);
    link.body = {{member::id, link.id}, {member::name, link.name}, {QStringLiteral("type"), link.type}, {member::location, QStringLiteral("global")},
                 {member::properties, QJsonObject{{QStringLiteral("registrationEnabled"), false}}}};
    return call.state.put(link);
}

static Response putLink(Call &call)
{
    if (!call.state.find(parentOf(call.id)))
        return parentNotFound(call.id, type::link);
    Resource *known = call.state.find(call.id);
    if (Refusal refused = badName(nameOf(call.id)))
        return *refused;
    if (Refusal refused = badLink(call, known))
        return *refused;
    if (Refusal refused = preconditionFailed(call, known))
        return *refused;
    const QString duration = QStringLiteral("privateDnsLinkSeconds");
    const QString wanted = networkOfLink(call.body.value(member::properties).toObject());
    if (const Resource *rival = rivalOf(call.state, call.id, wanted))
        return acceptedDns(call, {QStringLiteral("dns.linkRefused"), call.id, duration, {{QStringLiteral("rival"), nameOf(parentOf(rival->id))}}}, {});
    const bool created = !known;
    Resource &link = known ? *known : newLink(call);
    writeLink(call, link);
    call.state.record(link.id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return acceptedDns(call, {QStringLiteral("dns.linkWritten"), link.id, duration, {}},
                       [&] { return Response::json(created ? 201 : 200, link.body); });
}

static Response missingLink(Call &call)
{
    return call.state.find(parentOf(call.id)) ? missingResource(call.id) : notFound(call.state, call.id, type::link);
}

static Response patchLink(Call &call)
{
    Resource *link = call.state.find(call.id);
    if (!link)
        return missingLink(call);
    if (Refusal refused = badLink(call, link))
        return *refused;
    if (Refusal refused = preconditionFailed(call, link))
        return *refused;
    writeLink(call, *link);
    call.state.record(link->id, QStringLiteral("updated"), call.now, call.request.principal);
    return acceptedDns(call, {QStringLiteral("dns.linkWritten"), link->id, QStringLiteral("privateDnsLinkSeconds"), {}},
                       [&] { return Response::json(200, link->body); });
}

static Response getLink(Call &call)
{
    const Resource *link = call.state.find(call.id);
    return link ? Response::json(200, link->body) : missingLink(call);
}

static Response listLinks(Call &call)
{
    if (!call.state.find(call.id))
        return missingResource(call.id);
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::link))
        items.append(one->body);
    return call.world.page(call, items);
}

static Response deleteLink(Call &call)
{
    Resource *link = call.state.find(call.id);
    if (!link)
        return Response::empty(204);
    if (Refusal refused = preconditionFailed(call, link))
        return *refused;
    setDns(call.state, *link, {{member::provisioningState, QStringLiteral("Deleting")}});
    return acceptedDns(call, {QStringLiteral("dns.removed"), link->id, QStringLiteral("privateDnsLinkSeconds"), {}}, [] { return Response::empty(200); });
}

bool applyLink(const Transition &transition, World &world, TimePoint now)
{
    State &state = world.state();
    if (transition.kind == QLatin1String("dns.linkRefused")) {
        const QString zone = nameOf(parentOf(transition.target));
        finish(state, transition.operation, now,
               errorObject(QStringLiteral("BadRequest"),
                           QStringLiteral("A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link "
                                          "virtual network with '%1' and '%2' zones.")
                               .arg(transition.arguments.value(QLatin1String("rival")).toString(), zone)));
        return true;
    }
    if (transition.kind != QLatin1String("dns.linkWritten"))
        return false;
    if (Resource *link = state.find(transition.target))
        setDns(state, *link, {{QStringLiteral("virtualNetworkLinkState"), QStringLiteral("Completed")}, {member::provisioningState, QStringLiteral("Succeeded")}});
    finish(state, transition.operation, now);
    return true;
}

std::vector<Route> linkRoutes()
{
    const QString all = groupPattern(QStringLiteral("privateDnsZones/{z}/virtualNetworkLinks"));
    const QString one = all + QStringLiteral("/{n}");
    const auto action = [](const char *what) { return QString(type::link) + QLatin1String(what); };
    return {{"GET", all, action("/read"), listLinks, false},
            {"GET", one, action("/read"), getLink, false},
            {"PUT", one, action("/write"), putLink},
            {"PATCH", one, action("/write"), patchLink},
            {"DELETE", one, action("/delete"), deleteLink}};
}

} // namespace causeway::sandbox::privatedns
