// SPDX-License-Identifier: Apache-2.0
#include "support/growworld.h"

#include "text/plain.h"

#include <QCryptographicHash>
#include <QUuid>

namespace causeway {

namespace {

const QLatin1String guidMark("cafe5a4d-b0c5-4"); // "sandbox", as far as hexadecimal goes

void mapGuid(QString &text, const GrownWorld &grown)
{
    const QUuid guid = QUuid::fromString(text);
    for (const GrownWorld::Mapping &each : grown.mapping) {
        if (!guid.isNull() && each.theirs.compare(guid.toString(QUuid::WithoutBraces), Qt::CaseInsensitive) == 0)
            text = each.marked;
    }
}

void mapId(ResourceId &id, const GrownWorld &grown)
{
    QString guid = id.subscriptionId();
    if (guid.isEmpty())
        return;
    mapGuid(guid, grown);
    QString text = id.toString();
    const auto ours = ResourceId::parse(text.replace(id.subscriptionId(), guid, Qt::CaseInsensitive));
    if (ours)
        id = *ours;
}

} // namespace

QString markedGuid(const QString &theirs)
{
    const QByteArray hash = QCryptographicHash::hash(theirs.toLower().toUtf8(), QCryptographicHash::Sha256).toHex();
    const QString text = QString::fromLatin1(hash);
    return guidMark + text.left(3) + QStringLiteral("-8") + text.mid(3, 3) + QLatin1Char('-') + text.mid(6, 12);
}

bool isMarked(const QString &guid)
{
    return guid.startsWith(guidMark, Qt::CaseInsensitive);
}

Secret grownPassword()
{
    return Secret(QByteArrayLiteral("Grown-Sandbox-0nly!"));
}

QStringList subscriptionsIn(const SetupSpec &spec)
{
    QStringList all;
    const auto add = [&all](const QString &one) {
        if (!one.isEmpty() && !all.contains(one, Qt::CaseInsensitive))
            all.append(one);
    };
    add(spec.subscription);
    if (spec.server)
        add(spec.server->id.subscriptionId());
    if (spec.privateEndpoint) {
        add(spec.privateEndpoint->subscription);
        add(spec.privateEndpoint->virtualNetwork.subscriptionId());
        if (const auto zone = ResourceId::parse(spec.privateEndpoint->dnsZone))
            add(zone->subscriptionId());
    }
    if (spec.linkedService)
        add(spec.linkedService->authentication.identity.subscriptionId());
    return all;
}

SetupSpec mapped(const SetupSpec &spec, const GrownWorld &grown)
{
    SetupSpec ours = spec;
    mapGuid(ours.subscription, grown);
    if (ours.server)
        mapId(ours.server->id, grown);
    if (ours.privateEndpoint) {
        mapGuid(ours.privateEndpoint->subscription, grown);
        mapId(ours.privateEndpoint->virtualNetwork, grown);
        if (auto zone = ResourceId::parse(ours.privateEndpoint->dnsZone)) {
            mapId(*zone, grown);
            ours.privateEndpoint->dnsZone = zone->toString();
        }
    }
    if (ours.linkedService) {
        mapId(ours.linkedService->authentication.identity, grown);
        mapGuid(ours.linkedService->authentication.tenant, grown);
        mapGuid(ours.linkedService->authentication.servicePrincipalId, grown);
        mapGuid(ours.linkedService->authentication.servicePrincipalObjectId, grown);
    }
    return ours;
}

QStringList GrownWorld::lines() const
{
    QStringList lines{QStringLiteral("A sandbox world was grown for this setup. Ids of ours stand in for theirs, names stay:")};
    for (const Mapping &each : mapping)
        lines << QStringLiteral("  mapped %1 %2 → %3").arg(each.what, plainText(each.theirs, 80), each.marked);
    lines << QStringLiteral("  Their passwords are not here: where one is asked for, the grown world's own is taken.");
    return lines;
}

QJsonArray GrownWorld::mappingJson() const
{
    QJsonArray all;
    for (const Mapping &each : mapping)
        all.append(QJsonObject{{QStringLiteral("what"), each.what}, {QStringLiteral("theirs"), each.theirs}, {QStringLiteral("sandbox"), each.marked}});
    return all;
}

} // namespace causeway
