// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresqlparts.h"

#include <algorithm>

//! Start, stop and restart.

namespace causeway::sandbox::postgresql {

namespace {

struct PowerAction {
    const char *verb;
    const char *operation;
    const char *from;    //!< state in which it may be asked for
    const char *during;
    const char *after;
    const char *refusal;
};
constexpr PowerAction powerActions[] = {
    {"start", "StartServerManagementOperation", "Stopped", "Starting", "Ready",
     "Start Server can only be performed on Stopped servers."},
    {"stop", "StopServerManagementOperation", "Ready", "Stopping", "Stopped",
     "Restart or Stop Server can only be performed on Started servers."},
    {"restart", "RestartServerManagementOperation", "Ready", "Restarting", "Ready",
     "Restart or Stop Server can only be performed on Started servers."},
};

Refusal checkRestart(const QJsonObject &body)
{
    static const QStringList modes{"PlannedFailover"_t, "ForcedFailover"_t, "PlannedSwitchover"_t, "ForcedSwitchover"_t};
    const QJsonValue failover = body.value("restartWithFailover"_t);
    const QJsonValue mode = body.value("failoverMode"_t);
    if (!failover.isUndefined() && !failover.isNull() && !failover.isBool())
        return wrongType("restartWithFailover"_t, "System.Boolean"_t);
    if (!mode.isUndefined() && !mode.isNull() && !modes.contains(mode.toString(), Qt::CaseInsensitive))
        return invalidValue("FailoverMode"_t);
    return {};
}

//! A restart is a stop and a start; what starts knows the parameters that waited for it.
quint64 powerEffect(State &state, const Resource &server, const QString &verb)
{
    const quint64 stop = verb == "start"_t ? 0 : state.emitEffect("stopServer"_t, key(server.id), {});
    if (verb == "stop"_t)
        return stop;
    Resource next = server;
    applyPendingParameters(next);
    return state.emitEffect("startServer"_t, key(server.id), startArguments(next));
}

Response power(Call &call, const PowerAction &action)
{
    Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    const QString verb = QString::fromLatin1(action.verb);
    if (Refusal refusal = verb == "restart"_t ? checkRestart(call.body) : Refusal())
        return *refusal;
    if (textAt(*server, "properties.state"_t) != QString::fromLatin1(action.from))
        return notReady(call, *server, QString::fromLatin1(action.refusal));
    if (Refusal refusal = busy(call, *server))
        return *refusal;
    setServerState(*server, QString::fromLatin1(action.during));
    const quint64 effect = powerEffect(call.state, *server, verb);
    return accept(call, *server, {QString::fromLatin1(action.operation), "serverPowered"_t, server->id,
                                  call.state.duration("postgresqlPowerSeconds"_t, 60), {{"verb"_t, verb}}, effect});
}

void serverPowered(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *server = state.find(transition.target);
    const QString verb = transition.arguments.value("verb"_t).toString();
    const auto *const action = std::ranges::find_if(powerActions, [&](const PowerAction &row) { return verb == QLatin1String(row.verb); });
    if (!server || action == std::end(powerActions))
        return conclude(world, transition, now, unexpected(state));
    const Failure failure = failureOf(state, transition.outcome);
    setServerState(*server, QString::fromLatin1(failure ? action->from : action->after));
    conclude(world, transition, now, failure);
    if (failure)
        return;
    keepEndpoint(*server, transition.outcome);
    applyPendingParameters(*server);
    state.record(transition.target, verb == "stop"_t ? "stopped"_t : verb == "start"_t ? "started"_t : "restarted"_t, now,
                 objectIdOf(transition));
}

} // namespace

void addPowerRoutes(std::vector<Route> &routes)
{
    const QString prefix = "Microsoft.DBforPostgreSQL/flexibleServers/"_t;
    for (const PowerAction &action : powerActions) {
        const QString verb = QString::fromLatin1(action.verb);
        routes.push_back({"POST", serverPattern(u'/' + verb), prefix + verb + "/action"_t,
                          [&action](Call &call) { return power(call, action); }});
    }
}

QList<Step> powerSteps()
{
    return {{"serverPowered"_t, serverPowered}};
}

} // namespace causeway::sandbox::postgresql
