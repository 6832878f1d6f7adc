// SPDX-License-Identifier: Apache-2.0
#include "sandbox/odatafilter.h"
#include "sandbox/providers/resources.h"

namespace causeway::sandbox {

//! Tracked resources have a location; what lies inside them (databases, rules, records) is not listed.
static bool isTracked(const Resource &resource)
{
    return resource.body.contains(QLatin1String("location")) && resource.type != QLatin1String("Microsoft.Resources/resourceGroups");
}

static QJsonObject resourceSummary(const Resource &resource, const QString &expand)
{
    QJsonObject summary{{QStringLiteral("id"), resource.id}, {QStringLiteral("name"), resource.name}, {QStringLiteral("type"), resource.type}};
    for (const char *name : {"location", "tags", "sku", "kind", "identity", "managedBy", "zones"}) {
        if (resource.body.contains(QLatin1String(name)))
            summary.insert(QLatin1String(name), resource.body.value(QLatin1String(name)));
    }
    if (expand.contains(QLatin1String("createdTime"), Qt::CaseInsensitive))
        summary.insert(QStringLiteral("createdTime"), toText(resource.created));
    if (expand.contains(QLatin1String("changedTime"), Qt::CaseInsensitive))
        summary.insert(QStringLiteral("changedTime"), toText(resource.changed));
    if (expand.contains(QLatin1String("provisioningState"), Qt::CaseInsensitive))
        summary.insert(
            QStringLiteral("provisioningState"),
            resource.body.value(QLatin1String("properties")).toObject().value(QLatin1String("provisioningState")).toString(QStringLiteral("Succeeded")));
    return summary;
}

static QString filterValue(const Resource &resource, const QString &property, const QString &tagName)
{
    const QString asked = property.toLower();
    const QJsonObject tags = resource.body.value(QLatin1String("tags")).toObject();
    if (asked == QLatin1String("resourcegroup"))
        return resource.id.section(QLatin1Char('/'), 4, 4);
    if (asked == QLatin1String("resourcetype"))
        return resource.type;
    if (asked == QLatin1String("name"))
        return resource.name;
    if (asked == QLatin1String("location"))
        return locationName(resource.body.value(QLatin1String("location")).toString());
    if (asked == QLatin1String("tagname"))
        return tags.contains(tagName) ? tagName : QString();
    return asked == QLatin1String("tagvalue") ? tags.value(tagName).toString() : QString();
}

static Response listResources(Call &call)
{
    const auto filter = ODataFilter::parse(call.request.queryValue(QStringLiteral("$filter")));
    if (!filter)
        return Response::error(400, QStringLiteral("InvalidFilterInQueryString"), QStringLiteral("Invalid $filter specified in the query string."));
    const QString tagName = filter->equalTo(QStringLiteral("tagName"));
    const QString expand = call.request.queryValue(QStringLiteral("$expand"));
    const int top = call.request.queryValue(QStringLiteral("$top")).toInt();
    QJsonArray items;
    for (const Resource *one : call.state.below(call.id)) {
        if (!isTracked(*one) || !filter->accepts([&](const QString &property) { return filterValue(*one, property, tagName); }))
            continue;
        if (call.world.allowed(call.request.principal, one->type + QStringLiteral("/read"), one->id) && (top <= 0 || items.size() < top))
            items.append(resourceSummary(*one, expand));
    }
    return call.world.page(call, items);
}

void addResourceListRoutes(std::vector<Route> &routes)
{
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}/resources"), {}, listResources});
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}/resourceGroups/{g}/resources"), {}, listResources});
}

} // namespace causeway::sandbox
