// SPDX-License-Identifier: Apache-2.0
#include "sandbox/operations.h"
#include "sandbox/providers/datafactory.h"

#include <algorithm>

namespace causeway::sandbox::datafactory {

// Interactive authoring: compute in the managed network for test, browse and preview. Notes of a runtime, hidden:
// "interactive": {"status", "minutes", "last": time of the last interactive call}.

static const QString interactiveNotes = QStringLiteral("interactive");

static Milliseconds idleTime(const State &state, int minutes)
{
    // Idle time belongs to the resource, so it follows the time scale; the floor keeps a fast world usable.
    const Milliseconds whole = std::chrono::minutes(minutes);
    const double floorSeconds = state.setting(QStringLiteral("authoringIdleFloorSeconds"), 20).toDouble(20);
    const Milliseconds scaled(qint64(double(whole.count()) / std::max(state.timeScale, 0.001)));
    return std::max(scaled, std::min(whole, Milliseconds(qint64(floorSeconds * 1000))));
}

QString authoringStatus(const State &state, const Resource &runtime, TimePoint now)
{
    const QJsonObject notes = part(runtime.hidden, "interactive");
    const QString status = word(notes, "status");
    if (status != QLatin1String("Enabled"))
        return status.isEmpty() ? QStringLiteral("Disabled") : status;
    const int minutes = notes.value(QLatin1String("minutes")).toInt(60);
    const bool idle = now - fromTicks(notes.value(QLatin1String("last"))) >= idleTime(state, minutes);
    return idle ? QStringLiteral("Disabled") : status;
}

static void note(Resource &runtime, const QString &name, const QJsonValue &value)
{
    QJsonObject notes = part(runtime.hidden, "interactive");
    notes.insert(name, value);
    runtime.hidden.insert(interactiveNotes, notes);
}

void touchAuthoring(Resource &runtime, TimePoint now)
{
    note(runtime, QStringLiteral("last"), ticks(now));
}

// --- switching ----------------------------------------------------------------------------------

static std::optional<Response> notSwitchable(const Call &call, const Resource &runtime)
{
    if (!inManagedNetwork(runtime))
        return invalidResource(runtimes, runtime.name, QStringLiteral("Interactive authoring needs an integration runtime in a managed virtual network"));
    if (runtimeState(runtime, call.now) != QLatin1String("Online"))
        return invalidResource(runtimes, runtime.name,
                               QStringLiteral("Interactive authoring can only be modified once the integration runtime is online"));
    return std::nullopt;
}

static int retrySeconds(const State &state)
{
    return state.setting(QStringLiteral("authoringRetryAfter"), 15).toInt(15);
}

//! 202 with both headers, which name one URL: …/{verb}/operationresults/{32 hex digits}.
static Response accepted(Call &call, const QString &runtime, const char *verb, const QString &operation)
{
    const QString path = QStringLiteral("%1/%2/operationresults/%3").arg(runtime, QLatin1String(verb), QString(operation).remove(QLatin1Char('-')));
    return Response::empty(202, pollHeaders(call, path, path, retrySeconds(call.state)));
}

struct Turn {
    const char *verb;      //!< path segment
    const char *during;    //!< status until done
    const char *after;
    const char *setting;
    double seconds;
};
static constexpr Turn enabling{"enableInteractiveQuery", "Enabling", "Enabled", "authoringEnableSeconds", 150};
static constexpr Turn disabling{"disableInteractiveQuery", "Disabling", "Disabled", "authoringDisableSeconds", 10};

static Response turn(Call &call, const Turn &wanted)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    Resource *runtime = call.state.find(childIdOf(factoryIdOf(call), runtimes, call.names.value(3)));
    if (!runtime)
        return missing();
    if (auto refused = notSwitchable(call, *runtime))
        return *refused;
    if (&wanted == &enabling) {
        const QJsonValue minutes = call.body.value(QLatin1String("autoTerminationMinutes"));
        if (!minutes.isUndefined() && !minutes.isNull() && minutes.toInt() < 1)
            return invalidResource(runtimes, runtime->name, QStringLiteral("autoTerminationMinutes is not a number of minutes"));
        note(*runtime, QStringLiteral("minutes"), minutes.toInt(60));
    }
    const bool already = authoringStatus(call.state, *runtime, call.now) == QLatin1String(wanted.after);
    Operation &operation = call.state.startOperation(QStringLiteral("Microsoft.DataFactory"), runtime->id, call.now);
    if (!already)
        note(*runtime, QStringLiteral("status"), QLatin1String(wanted.during));
    Transition done;
    done.due = already ? call.now : call.now + call.state.duration(QLatin1String(wanted.setting), wanted.seconds);
    done.provider = operation.provider;
    done.kind = QStringLiteral("authoringTurned");
    done.target = runtime->id;
    done.operation = operation.id;
    done.arguments = {{QStringLiteral("status"), QLatin1String(wanted.after)}, {QStringLiteral("by"), call.request.principal}};
    note(*runtime, QStringLiteral("operation"), operation.id);
    const Response answer = accepted(call, runtime->id, wanted.verb, operation.id);
    call.state.schedule(done);
    return answer;
}

static Response enableAuthoring(Call &call)
{
    return turn(call, enabling);
}

static Response disableAuthoring(Call &call)
{
    return turn(call, disabling);
}

bool applyToRuntime(const Transition &transition, World &world, TimePoint now)
{
    if (transition.kind != QLatin1String("authoringTurned"))
        return false;
    State &state = world.state();
    if (Operation *operation = state.operation(transition.operation))
        succeed(*operation, now);
    Resource *runtime = state.find(transition.target);
    // A later call decides: this one was overtaken.
    if (!runtime || word(part(runtime->hidden, "interactive"), "operation") != transition.operation)
        return true;
    const QString status = word(transition.arguments, "status");
    note(*runtime, QStringLiteral("status"), status);
    touchAuthoring(*runtime, now);
    state.record(runtime->id, status.toLower(), now, word(transition.arguments, "by"));
    return true;
}

// --- polling ------------------------------------------------------------------------------------

//! "d711da64…" → "d711da64-….": the URL has the GUID without dashes.
static QString dashed(const QString &hex)
{
    QString guid = hex;
    for (const int at : {8, 13, 18, 23}) {
        if (guid.size() > at)
            guid.insert(at, QLatin1Char('-'));
    }
    return guid;
}

//! Both headers name one URL, so its last answer is both: a status document and the runtime.
static Response authoringResult(Call &call)
{
    const QString id = dashed(call.names.value(4));
    const Resource *runtime = childOf(call.state, factoryIdOf(call), runtimes, call.names.value(3));
    const Operation *operation = call.state.operation(id);
    if (!runtime || !operation || key(operation->resource) != key(runtime->id))
        return missing();
    Response answer = operationStatus(call, id, StatusShape::NameStatusStart, retrySeconds(call.state));
    if (answer.status != 200)
        return answer;
    if (!operation->ended) {
        answer.status = call.state.setting(QStringLiteral("authoringPollStatus"), 200).toInt(200);
        return answer;
    }
    QJsonObject body = runtime->body;
    body.insert(QStringLiteral("status"), operation->status);
    body.insert(QStringLiteral("startTime"), longTime(operation->started));
    body.insert(QStringLiteral("endTime"), longTime(*operation->ended));
    return Response::json(200, body);
}

std::vector<RouteRow> authoringRoutes()
{
    return {{"POST", "/integrationRuntimes/{runtime}/enableInteractiveQuery", "integrationruntimes/enableInteractiveQuery/action", enableAuthoring},
            {"POST", "/integrationRuntimes/{runtime}/disableInteractiveQuery", "integrationruntimes/disableInteractiveQuery/action", disableAuthoring},
            {"GET", "/integrationRuntimes/{runtime}/enableInteractiveQuery/operationresults/{operation}", "operationResults/read", authoringResult},
            {"GET", "/integrationRuntimes/{runtime}/disableInteractiveQuery/operationresults/{operation}", "operationResults/read", authoringResult}};
}

} // namespace causeway::sandbox::datafactory
