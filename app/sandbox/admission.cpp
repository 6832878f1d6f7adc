// SPDX-License-Identifier: Apache-2.0
#include "sandbox/admission.h"

#include "sandbox/access.h"
#include "sandbox/jsonc.h"
#include "sandbox/policy.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox {

namespace {

using Refusal = std::optional<Response>;

bool segmentIs(const QStringList &segments, qsizetype at, const char *word)
{
    return at < segments.size() && segments[at].compare(QLatin1String(word), Qt::CaseInsensitive) == 0;
}

bool changesSomething(const QByteArray &method)
{
    return method != "GET" && method != "HEAD";
}

Response notUnderstood(const Request &request, World &world, bool pathKnown)
{
    const QStringList &segments = request.segments;
    if (pathKnown)
        return Response::error(
            405, QStringLiteral("MethodNotAllowed"),
            QStringLiteral("The HTTP method '%1' is not supported at '%2'.").arg(QString::fromLatin1(request.method), QString::fromLatin1(request.rawPath)));
    const qsizetype providers = lastProviders(segments);
    if (providers < 0 || providers + 1 >= segments.size())
        return Response::error(404, QStringLiteral("MissingSubscription"),
                               QStringLiteral("The request did not have a subscription or a valid tenant level resource provider."));
    const QString space = segments[providers + 1];
    if (!world.provider(space))
        return Response::error(404, QStringLiteral("InvalidResourceNamespace"), QStringLiteral("The resource namespace '%1' is invalid.").arg(space));
    QStringList types;
    for (qsizetype at = providers + 2; at < segments.size(); at += 2)
        types.append(segments[at]);
    return Response::error(404, QStringLiteral("InvalidResourceType"),
                           QStringLiteral("The resource type '%1' could not be found in the namespace '%2' for api version '%3'.")
                               .arg(types.join(QLatin1Char('/')), space, request.apiVersion()));
}

const Resource *groupOf(const Call &call)
{
    return call.state.find(QStringLiteral("/subscriptions/%1/resourceGroups/%2").arg(call.subscription, call.resourceGroup));
}

QString locationOfGroup(const Call &call)
{
    const Resource *group = groupOf(call);
    return group ? group->body.value(QLatin1String("location")).toString() : QString();
}

Refusal checkVersion(const Call &call, const BoundRoute &route)
{
    if (call.version.isEmpty())
        return Response::error(400, QStringLiteral("MissingApiVersionParameter"),
                               QStringLiteral("The api-version query parameter (?api-version=) is required for all requests."));
    if (route.versions.contains(call.version, Qt::CaseInsensitive))
        return std::nullopt;
    static const QRegularExpression form(QStringLiteral("^\\d{4}-\\d{2}-\\d{2}(-[a-z]+)?$"), QRegularExpression::CaseInsensitiveOption);
    const QString supported = route.versions.join(QLatin1String(", "));
    const bool ownPlane = route.provider->name() == QLatin1String("Microsoft.Resources");
    if (ownPlane || !form.match(call.version).hasMatch())
        return Response::error(400, QStringLiteral("InvalidApiVersionParameter"),
                               QStringLiteral("The api-version '%1' is invalid. The supported versions are '%2'.").arg(call.version, supported));
    return Response::error(400, QStringLiteral("NoRegisteredProviderFound"),
                           QStringLiteral("No registered resource provider found for location '%1' and API version '%2' for type '%3'. "
                                          "The supported api-versions are '%4'. The supported locations are '%5'.")
                               .arg(locationOfGroup(call), call.version, route.type, supported, call.state.locations.keys().join(QLatin1String(", "))));
}

Refusal checkTenant(const Call &call, const Subscription &subscription)
{
    const Principal *caller = call.caller();
    if (!caller || caller->tenant.compare(subscription.tenant, Qt::CaseInsensitive) == 0)
        return std::nullopt;
    return Response::error(401, QStringLiteral("InvalidAuthenticationTokenTenant"),
                           QStringLiteral("The access token is from the wrong issuer 'https://sts.windows.net/%1/'. It must match the tenant "
                                          "'https://sts.windows.net/%2/' associated with this subscription. Please use the authority (URL) "
                                          "'https://login.windows.net/%2' to get the token.")
                               .arg(caller->tenant, subscription.tenant));
}

Refusal checkSubscription(const Call &call, const BoundRoute &route)
{
    if (call.subscription.isEmpty())
        return std::nullopt;
    static const QRegularExpression guid(QStringLiteral("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
    const Subscription *known = call.state.subscription(call.subscription);
    if (!known && !guid.match(call.subscription).hasMatch())
        return Response::error(400, QStringLiteral("InvalidSubscriptionId"),
                               QStringLiteral("The provided subscription identifier '%1' is malformed or invalid.").arg(call.subscription));
    if (!known)
        return Response::error(404, QStringLiteral("SubscriptionNotFound"), QStringLiteral("The subscription '%1' could not be found.").arg(call.subscription));
    if (Refusal refusal = checkTenant(call, *known))
        return refusal;
    if (!changesSomething(call.request.method))
        return std::nullopt;
    if (known->state == QLatin1String("Disabled") || known->state == QLatin1String("Deleted"))
        return Response::error(409, QStringLiteral("ReadOnlyDisabledSubscription"),
                               QStringLiteral("The subscription '%1' is disabled and therefore marked as read only. You cannot perform any write actions "
                                              "on this subscription until it is re-enabled.")
                                   .arg(known->id));
    const QString space = route.provider->name();
    const bool always = space == QLatin1String("Microsoft.Resources") || space == QLatin1String("Microsoft.Authorization");
    if (always || known->registrations.value(space) == QLatin1String("Registered"))
        return std::nullopt;
    const QString code = QStringLiteral("MissingSubscriptionRegistration");
    const QString text =
        QStringLiteral("The subscription is not registered to use namespace '%1'. See https://aka.ms/rps-not-found for how to register subscriptions.")
            .arg(space);
    return Response::error(409, code, text, {},
                           {QJsonObject{{QStringLiteral("code"), code}, {QStringLiteral("target"), space}, {QStringLiteral("message"), text}}});
}

Refusal checkGroup(const Call &call, const BoundRoute &route)
{
    const bool isGroupItself = call.request.segments.size() <= 4;
    if (call.resourceGroup.isEmpty() || isGroupItself)
        return std::nullopt;
    const Resource *group = groupOf(call);
    const bool makesSomething = call.request.method == "PUT" && route.provider->name() != QLatin1String("Microsoft.Authorization");
    if (group && makesSomething && group->hidden.value(QLatin1String("deleting")).toBool())
        return Response::error(409, QStringLiteral("ResourceGroupBeingDeleted"),
                               QStringLiteral("The resource group '%1' is in deprovisioning state and cannot perform this operation.").arg(group->name));
    if (group)
        return std::nullopt;
    return Response::error(404, QStringLiteral("ResourceGroupNotFound"), QStringLiteral("Resource group '%1' could not be found.").arg(call.resourceGroup));
}

//! A list over a subscription or a group, by somebody who has a role on a part of it.
bool holdsRoleBelow(const Call &call)
{
    const bool wide =
        !call.id.isEmpty() && !call.id.contains(QLatin1String("/providers/"), Qt::CaseInsensitive) && call.id.size() < call.request.rawPath.size();
    return wide && std::any_of(call.state.roles.begin(), call.state.roles.end(), [&](const RoleAssignment &role) {
               return role.principal == call.request.principal && role.scope.size() > call.id.size() && withinScope(role.scope, call.id);
           });
}

//! Lists over a scope leave out what the caller may not read, as ARM's do.
Response onlyReadable(Response response, const Call &call, const QString &action)
{
    if (response.status != 200)
        return response;
    QJsonObject body = QJsonDocument::fromJson(response.body).object();
    QJsonArray kept;
    for (const QJsonValue &one : body.value(QLatin1String("value")).toArray()) {
        if (call.world.allowed(call.request.principal, action, one.toObject().value(QLatin1String("id")).toString()))
            kept.append(one);
    }
    body.insert(QStringLiteral("value"), kept);
    return Response::json(200, body, response.headers);
}

Refusal checkRights(const Call &call, const BoundRoute &route)
{
    const QString &action = route.route.action;
    if (action.isEmpty() || call.world.allowed(call.request.principal, action, call.id))
        return std::nullopt;
    if (call.request.method == "GET" && holdsRoleBelow(call))
        return std::nullopt; // the list shows what the caller may read: see onlyReadable()
    // Whoever holds a signed operation URL was allowed to start the operation.
    if (call.request.method == "GET" && !call.request.queryValue(QStringLiteral("t")).isEmpty() && call.world.signatureHolds(call))
        return std::nullopt;
    return call.world.forbidden(call.request.principal, action, call.id);
}

Refusal readBody(Call &call, const BoundRoute &route)
{
    if (call.request.body.trimmed().isEmpty()) {
        const bool needed = route.route.needsBody && (call.request.method == "PUT" || call.request.method == "PATCH");
        return needed ? Refusal(Response::error(400, QStringLiteral("InvalidRequestContent"),
                                                QStringLiteral("The request content was invalid and could not be deserialized: 'a body is required'.")))
                      : std::nullopt;
    }
    QString problem;
    std::optional<QJsonObject> body = objectFromBody(call.request.body, &problem);
    if (!body)
        return Response::error(400, QStringLiteral("InvalidRequestContent"),
                               QStringLiteral("The request content was invalid and could not be deserialized: '%1'.").arg(problem));
    call.body = std::move(*body);
    return std::nullopt;
}

QJsonObject patchedBody(QJsonObject base, const QJsonObject &patch)
{
    for (auto it = patch.begin(); it != patch.end(); ++it) {
        const QJsonValue old = base.value(it.key());
        base.insert(it.key(), it.value().isObject() && old.isObject() ? QJsonValue(patchedBody(old.toObject(), it.value().toObject())) : it.value());
    }
    return base;
}

Refusal checkPolicies(const Call &call, const BoundRoute &route)
{
    if (call.state.policies.isEmpty() || (call.request.method != "PUT" && call.request.method != "PATCH"))
        return std::nullopt;
    const Resource *known = call.request.method == "PATCH" ? call.state.find(call.id) : nullptr;
    const QString type = route.provider->name() + QLatin1Char('/') + route.type;
    const auto denial = policyDenial(call.state, call.id, type, known ? patchedBody(known->body, call.body) : call.body);
    return denial ? Refusal(Response::json(403, {{QStringLiteral("error"), *denial}})) : std::nullopt;
}

Refusal checkLocks(const Call &call, const BoundRoute &route)
{
    if (!route.route.checkLocks || !changesSomething(call.request.method))
        return std::nullopt;
    const bool deleting = call.request.method == "DELETE";
    const QStringList locks = call.world.locksAgainst(call.id, deleting);
    return locks.isEmpty() ? std::nullopt : Refusal(World::locked(call.id, locks, deleting));
}

} // namespace

Response admit(const Request &request, World &world, const RouteTable &routes, TimePoint now)
{
    RouteMatch match = routes.match(request.method, request.segments);
    if (!match.route)
        return notUnderstood(request, world, match.pathKnown);
    const BoundRoute &route = *match.route;
    const QStringList &segments = request.segments;
    const bool subscribed = segmentIs(segments, 0, "subscriptions") && segments.size() > 1;
    const bool grouped = subscribed && segmentIs(segments, 2, "resourceGroups") && segments.size() > 3;
    Call call{request,
              world,
              world.state(),
              now,
              std::move(match.names),
              subjectId(segments),
              subscribed ? segments[1].toLower() : QString(),
              grouped ? segments[3] : QString(),
              request.apiVersion(),
              {}};
    Refusal refusal = checkVersion(call, route);
    if (!refusal)
        refusal = checkSubscription(call, route);
    if (!refusal)
        refusal = checkGroup(call, route);
    if (!refusal)
        refusal = checkRights(call, route);
    if (!refusal)
        refusal = readBody(call, route);
    if (!refusal)
        refusal = checkPolicies(call, route);
    if (!refusal)
        refusal = checkLocks(call, route);
    if (refusal)
        return *std::move(refusal);
    const QString &action = route.route.action;
    const bool partly = request.method == "GET" && !action.isEmpty() && holdsRoleBelow(call) && !world.allowed(request.principal, action, call.id);
    return partly ? onlyReadable(route.route.handler(call), call, action) : route.route.handler(call);
}

} // namespace causeway::sandbox
