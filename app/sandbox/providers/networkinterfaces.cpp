// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"

namespace causeway::sandbox::network {

//! The only address of an interface: those of private endpoints have one for each member, and PostgreSQL has one member.
static QJsonObject ipConfigurationOf(const Resource &interface)
{
    return propertiesOf(interface).value(member::ipConfigurations).toArray().at(0).toObject();
}

QList<Allocation> allocationsIn(const State &state, const QString &subnet)
{
    QList<Allocation> found;
    const QString subscription = QStringLiteral("/subscriptions/") + partOf(subnet, QStringLiteral("subscriptions"));
    for (const Resource *one : state.list(subscription, type::networkInterface)) {
        const QJsonObject configuration = ipConfigurationOf(*one);
        const QJsonObject properties = configuration.value(member::properties).toObject();
        if (!sameId(properties.value(member::subnet).toObject().value(member::id).toString(), subnet))
            continue;
        found.append({configuration.value(member::id).toString(),
                      propertiesOf(*one).value(QLatin1String("privateEndpoint")).toObject().value(member::id).toString(),
                      addressFromText(properties.value(QLatin1String("privateIPAddress")).toString()).value_or(0)});
    }
    return found;
}

QSet<quint32> takenAddresses(const State &state, const QString &subnet)
{
    QSet<quint32> taken;
    for (const Allocation &one : allocationsIn(state, subnet))
        taken.insert(one.address);
    return taken;
}

Resource &createInterface(State &state, const Resource &endpoint, const QString &id, const QString &subnet, quint32 address, bool isStatic)
{
    const QString name = QStringLiteral("privateEndpointIpConfig.") + state.newGuid();
    const QString etag = weakEtag(state);
    const QJsonObject privateLink{{QStringLiteral("groupId"), QStringLiteral("postgresqlServer")},
                             {QStringLiteral("requiredMemberName"), QStringLiteral("postgresqlServer")},
                             {QStringLiteral("fqdns"), QJsonArray()}};
    const QJsonObject address4{{member::provisioningState, QStringLiteral("Succeeded")},
                               {QStringLiteral("privateIPAddress"), addressText(address)},
                               {QStringLiteral("privateIPAllocationMethod"), isStatic ? QStringLiteral("Static") : QStringLiteral("Dynamic")},
                               {member::subnet, QJsonObject{{member::id, subnet}}},
                               {QStringLiteral("primary"), true},
                               {QStringLiteral("privateIPAddressVersion"), QStringLiteral("IPv4")},
                               {QStringLiteral("privateLinkConnectionProperties"), privateLink}};
    const QJsonObject configuration{{member::name, name},
                                    {member::id, id + QStringLiteral("/ipConfigurations/") + name},
                                    {member::etag, etag},
                                    {QStringLiteral("type"), QStringLiteral("Microsoft.Network/networkInterfaces/ipConfigurations")},
                                    {member::properties, address4}};
    const QJsonObject dns{{QStringLiteral("dnsServers"), QJsonArray()},
                          {QStringLiteral("appliedDnsServers"), QJsonArray()},
                          {QStringLiteral("internalDomainNameSuffix"), state.newGuid().remove(QLatin1Char('-')).left(26) + QStringLiteral(".internal.cloudapp.net")}};
    Resource interface;
    interface.id = id;
    interface.type = type::networkInterface;
    interface.name = nameOf(id);
    interface.body = {{member::name, interface.name},
                      {member::id, id},
                      {member::etag, etag},
                      {QStringLiteral("type"), interface.type},
                      {member::location, endpoint.body.value(member::location)},
                      {member::properties, QJsonObject{{member::provisioningState, QStringLiteral("Succeeded")},
                                                       {member::resourceGuid, state.newGuid()},
                                                       {member::ipConfigurations, QJsonArray{configuration}},
                                                       {QStringLiteral("dnsSettings"), dns},
                                                       {QStringLiteral("macAddress"), QString()},
                                                       {QStringLiteral("enableAcceleratedNetworking"), false},
                                                       {QStringLiteral("vnetEncryptionSupported"), false},
                                                       {QStringLiteral("enableIPForwarding"), false},
                                                       {QStringLiteral("disableTcpStateTracking"), false},
                                                       {QStringLiteral("hostedWorkloads"), QJsonArray()},
                                                       {QStringLiteral("tapConfigurations"), QJsonArray()},
                                                       {QStringLiteral("nicType"), QStringLiteral("Standard")},
                                                       {QStringLiteral("privateEndpoint"), QJsonObject{{member::id, endpoint.id}}}}}};
    return state.put(interface);
}

QString addressOf(const State &state, const Resource &endpoint)
{
    const QJsonObject reference = propertiesOf(endpoint).value(member::networkInterfaces).toArray().at(0).toObject();
    const Resource *interface = state.find(reference.value(member::id).toString());
    if (!interface)
        return {};
    return ipConfigurationOf(*interface).value(member::properties).toObject().value(QLatin1String("privateIPAddress")).toString();
}

// --- routes ---------------------------------------------------------------------------------------

static Response getInterface(Call &call)
{
    const Resource *interface = call.state.find(call.id);
    return interface ? ok(interface->body) : notFound(call.state, call.id, type::networkInterface);
}

static Response listInterfaces(Call &call)
{
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::networkInterface))
        items.append(one->body);
    return call.world.page(call, items);
}

//! Every interface of a world belongs to a private endpoint and goes with it.
static Response deleteInterface(Call &call)
{
    const Resource *interface = call.state.find(call.id);
    if (!interface)
        return Response::empty(204);
    return Response::error(400, QStringLiteral("NicInUseWithPrivateEndpoint"),
                           QStringLiteral("Network interface %1 is currently in use with an private endpoint %2 and cannot be deleted.")
                               .arg(interface->id, propertiesOf(*interface).value(QLatin1String("privateEndpoint")).toObject().value(member::id).toString()));
}

Routes interfaceRoutes()
{
    const QString all = groupPattern(QStringLiteral("networkInterfaces"));
    const auto action = [](const char *what) { return QString(type::networkInterface) + QLatin1String(what); };
    return {{"GET", subscriptionPattern(QStringLiteral("networkInterfaces")), action("/read"), listInterfaces, false},
            {"GET", all, action("/read"), listInterfaces, false},
            {"GET", all + QStringLiteral("/{n}"), action("/read"), getInterface, false},
            {"DELETE", all + QStringLiteral("/{n}"), action("/delete"), deleteInterface}};
}

} // namespace causeway::sandbox::network
