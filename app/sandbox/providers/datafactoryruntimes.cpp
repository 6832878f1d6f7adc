// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"

#include <algorithm>

namespace causeway::sandbox::datafactory {

static Resource *runtimeOf(const Call &call)
{
    return call.state.find(childIdOf(factoryIdOf(call), runtimes, call.names.value(3)));
}

static QString runtimeType(const Resource &runtime)
{
    return word(part(runtime.body, "properties"), "type");
}

bool inManagedNetwork(const Resource &runtime)
{
    return !word(part(part(runtime.body, "properties"), "managedVirtualNetwork"), "referenceName").isEmpty();
}

QString runtimeState(const Resource &runtime, TimePoint now)
{
    if (runtimeType(runtime) == QLatin1String("SelfHosted"))
        return QStringLiteral("NeedRegistration"); // No node ever registers in a sandbox.
    if (now >= fromTicks(runtime.hidden.value(QLatin1String("online"))))
        return QStringLiteral("Online");
    return now >= fromTicks(runtime.hidden.value(QLatin1String("starting"))) ? QStringLiteral("Starting") : QStringLiteral("Initial");
}

// --- rules of PUT -------------------------------------------------------------------------------

struct ComputeRange {
    const char *group;
    const char *name;
    int least, most, step;
};
// OpenAPI ranges of computeProperties; a data flow lives four hours at most (limits page).
static constexpr ComputeRange computeRanges[] = {
    {"dataFlowProperties", "timeToLive", 0, 240, 1},
    {"copyComputeScaleProperties", "dataIntegrationUnit", 4, 256, 4},
    {"copyComputeScaleProperties", "timeToLive", 5, 1440, 1},
    {"pipelineExternalComputeScaleProperties", "timeToLive", 5, 1440, 1},
    {"pipelineExternalComputeScaleProperties", "numberOfPipelineNodes", 1, 10, 1},
    {"pipelineExternalComputeScaleProperties", "numberOfExternalNodes", 1, 10, 1},
};

static QString badCompute(const QJsonObject &properties)
{
    const QJsonObject compute = part(part(properties, "typeProperties"), "computeProperties");
    for (const ComputeRange &range : computeRanges) {
        const QJsonValue value = part(compute, range.group).value(QLatin1String(range.name));
        const int number = value.toInt(-1);
        if (!value.isUndefined() && (number < range.least || number > range.most || number % range.step != 0))
            return QStringLiteral("The value of %1.%2 is not between %3 and %4").arg(QLatin1String(range.group), QLatin1String(range.name)).arg(range.least).arg(range.most);
    }
    const QJsonValue cores = part(compute, "dataFlowProperties").value(QLatin1String("coreCount"));
    const QList<int> allowed{8, 16, 32, 48, 80, 144, 272};
    return cores.isUndefined() || allowed.contains(cores.toInt(-1)) ? QString() : QStringLiteral("The value of dataFlowProperties.coreCount is not allowed");
}

static std::optional<Response> refusedRuntime(const Call &call, const QString &name, const QJsonObject &properties, const Resource *known)
{
    for (auto refused : {withoutFactory(call), badName(runtimes, name), unmatched(call, known)}) {
        if (refused)
            return refused;
    }
    const QString type = word(properties, "type");
    if (type != QLatin1String("Managed") && type != QLatin1String("SelfHosted"))
        return invalidResource(runtimes, name, QStringLiteral("Invalid payload"));
    const QString wrong = badCompute(properties);
    if (!wrong.isEmpty())
        return invalidResource(runtimes, name, wrong);
    const QString network = word(part(properties, "managedVirtualNetwork"), "referenceName");
    if (!network.isEmpty() && !childOf(call.state, factoryIdOf(call), managedNetworks, network))
        return invalidReference(network);
    if (!known)
        return std::nullopt;
    // A runtime cannot be moved into the managed network or out of it, nor change its kind.
    const QString before = word(part(part(known->body, "properties"), "managedVirtualNetwork"), "referenceName");
    if (runtimeType(*known) != type || before.compare(network, Qt::CaseInsensitive) != 0)
        return invalidResource(runtimes, name, QStringLiteral("The type and the managed virtual network of an integration runtime cannot be changed"));
    return std::nullopt;
}

static QString newAuthKey(State &state, const QString &factory)
{
    const QByteArray random = (state.newGuid() + state.newGuid()).toLatin1();
    return QStringLiteral("IR@%1@%2@%3").arg(state.newGuid(), factory.section(QLatin1Char('/'), -1), QString::fromLatin1(random.toBase64()));
}

static QJsonObject newRuntimeNotes(Call &call, const QString &type)
{
    const State &state = call.state;
    QJsonObject hidden{{QStringLiteral("created"), longTime(call.now)},
                       {QStringLiteral("starting"), ticks(call.now + state.duration(QStringLiteral("runtimeStartingSeconds"), 5))},
                       {QStringLiteral("online"), ticks(call.now + state.duration(QStringLiteral("runtimeOnlineSeconds"), 40))}};
    if (type == QLatin1String("SelfHosted")) {
        hidden.insert(QStringLiteral("authKey1"), newAuthKey(call.state, factoryIdOf(call)));
        hidden.insert(QStringLiteral("authKey2"), newAuthKey(call.state, factoryIdOf(call)));
    }
    return hidden;
}

static Response putRuntime(Call &call)
{
    const QString name = call.names.value(3);
    const Resource *known = runtimeOf(call);
    QJsonObject properties = part(call.body, "properties");
    if (auto refused = refusedRuntime(call, name, properties, known))
        return *refused;
    QJsonObject settings = part(properties, "typeProperties");
    settings.remove(QLatin1String("interactiveQuery")); // read-only
    if (!settings.isEmpty())
        properties.insert(QStringLiteral("typeProperties"), settings);
    properties.remove(QLatin1String("state"));
    const QJsonObject hidden = known ? known->hidden : newRuntimeNotes(call, word(properties, "type"));
    return Response::json(200, putChild(call, factoryIdOf(call), runtimes, name, properties, hidden).body);
}

// --- reading, changing, removing ----------------------------------------------------------------

//! Who has this runtime, or the answer of a call that needs one.
static std::optional<Response> withoutRuntime(const Call &call)
{
    if (auto absent = withoutFactory(call))
        return absent;
    return runtimeOf(call) ? std::nullopt : std::optional(missing());
}

static Response getRuntime(Call &call)
{
    if (auto absent = withoutRuntime(call))
        return *absent;
    Resource runtime = *runtimeOf(call);
    // The specification has interactiveQuery here, the service does not send it (azure-rest-api-specs issue 39594).
    if (inManagedNetwork(runtime) && call.state.setting(QStringLiteral("interactiveQueryInRuntime"), false).toBool()) {
        QJsonObject properties = part(runtime.body, "properties");
        QJsonObject settings = part(properties, "typeProperties");
        settings.insert(QStringLiteral("interactiveQuery"), QJsonObject{{QStringLiteral("status"), authoringStatus(call.state, runtime, call.now)}});
        properties.insert(QStringLiteral("typeProperties"), settings);
        runtime.body.insert(QStringLiteral("properties"), properties);
    }
    return shown(call, runtime);
}

static Response listRuntimes(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    return listed(call, factoryIdOf(call), typeOf(runtimes));
}

//! Self-hosted settings only (UpdateIntegrationRuntimeRequest).
static Response patchRuntime(Call &call)
{
    if (auto absent = withoutRuntime(call))
        return *absent;
    Resource *runtime = runtimeOf(call);
    if (runtimeType(*runtime) != QLatin1String("SelfHosted"))
        return invalidResource(runtimes, runtime->name, QStringLiteral("Only a self-hosted integration runtime can be updated this way"));
    for (const char *name : {"autoUpdate", "updateDelayOffset"}) {
        if (call.body.contains(QLatin1String(name)))
            runtime->hidden.insert(QLatin1String(name), call.body.value(QLatin1String(name)));
    }
    runtime->body.insert(QStringLiteral("etag"), newEntityTag(call.state, call.now));
    call.state.record(runtime->id, QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(200, runtime->body);
}

static Response deleteRuntime(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const QString user = referrer(call.state, factoryIdOf(call), QStringLiteral("IntegrationRuntimeReference"), call.names.value(3));
    if (!user.isEmpty() && runtimeOf(call))
        return badRequest(QStringLiteral("The document cannot be deleted since it is referenced by %1.").arg(user));
    return removeChild(call, childIdOf(factoryIdOf(call), runtimes, call.names.value(3)));
}

static QJsonObject managedStatus(const Call &call, const Resource &runtime)
{
    QJsonObject status{{QStringLiteral("createTime"), runtime.hidden.value(QLatin1String("created"))},
                       {QStringLiteral("nodes"), QJsonArray()},
                       {QStringLiteral("otherErrors"), QJsonArray()}};
    if (inManagedNetwork(runtime)) {
        QJsonObject query{{QStringLiteral("status"), authoringStatus(call.state, runtime, call.now)}};
        const QJsonValue minutes = part(runtime.hidden, "interactive").value(QLatin1String("minutes"));
        if (!minutes.isUndefined())
            query.insert(QStringLiteral("autoTerminationMinutes"), minutes);
        status.insert(QStringLiteral("interactiveQuery"), query);
    }
    return status;
}

static QJsonObject selfHostedStatus(const Resource &runtime)
{
    return {{QStringLiteral("createTime"), runtime.hidden.value(QLatin1String("created"))},
            {QStringLiteral("nodes"), QJsonArray()},
            {QStringLiteral("links"), QJsonArray()},
            {QStringLiteral("autoUpdate"), runtime.hidden.value(QLatin1String("autoUpdate")).toString(QStringLiteral("On"))},
            {QStringLiteral("internalChannelEncryption"), QStringLiteral("NotSet")}};
}

static Response getStatus(Call &call)
{
    if (auto absent = withoutRuntime(call))
        return *absent;
    const Resource &runtime = *runtimeOf(call);
    const bool managed = runtimeType(runtime) == QLatin1String("Managed");
    const QJsonObject properties{{QStringLiteral("type"), runtimeType(runtime)},
                                 {QStringLiteral("dataFactoryName"), factoryIdOf(call).section(QLatin1Char('/'), -1)},
                                 {QStringLiteral("state"), runtimeState(runtime, call.now)},
                                 {QStringLiteral("typeProperties"), managed ? managedStatus(call, runtime) : selfHostedStatus(runtime)}};
    return Response::json(200, {{QStringLiteral("name"), runtime.name}, {QStringLiteral("properties"), properties}});
}

// --- keys of a self-hosted runtime --------------------------------------------------------------

static Response authKeys(const Resource &runtime)
{
    return Response::json(200, {{QStringLiteral("authKey1"), runtime.hidden.value(QLatin1String("authKey1"))},
                                {QStringLiteral("authKey2"), runtime.hidden.value(QLatin1String("authKey2"))}});
}

static Response listAuthKeys(Call &call)
{
    if (auto absent = withoutRuntime(call))
        return *absent;
    const Resource &runtime = *runtimeOf(call);
    if (runtimeType(runtime) != QLatin1String("SelfHosted"))
        return invalidResource(runtimes, runtime.name, QStringLiteral("Only a self-hosted integration runtime has keys"));
    return authKeys(runtime);
}

static Response regenerateAuthKey(Call &call)
{
    if (auto absent = withoutRuntime(call))
        return *absent;
    Resource &runtime = *runtimeOf(call);
    const QString name = word(call.body, "keyName");
    if (!runtime.hidden.contains(name) || !name.startsWith(QLatin1String("authKey")))
        return badRequest(QStringLiteral("The key name is neither authKey1 nor authKey2 of a self-hosted integration runtime."));
    runtime.hidden.insert(name, newAuthKey(call.state, factoryIdOf(call)));
    return authKeys(runtime);
}


std::vector<RouteRow> runtimeRoutes()
{
    std::vector<RouteRow> rows{
        {"GET", "/integrationRuntimes", "integrationruntimes/read", listRuntimes},
        {"GET", "/integrationRuntimes/{runtime}", "integrationruntimes/read", getRuntime},
        {"PUT", "/integrationRuntimes/{runtime}", "integrationruntimes/write", putRuntime},
        {"PATCH", "/integrationRuntimes/{runtime}", "integrationruntimes/write", patchRuntime},
        {"DELETE", "/integrationRuntimes/{runtime}", "integrationruntimes/delete", deleteRuntime},
        {"POST", "/integrationRuntimes/{runtime}/getStatus", "integrationruntimes/getstatus/read", getStatus, false},
        {"POST", "/integrationRuntimes/{runtime}/listAuthKeys", "integrationruntimes/listauthkeys/action", listAuthKeys, false},
        {"POST", "/integrationRuntimes/{runtime}/regenerateAuthKey", "integrationruntimes/regenerateauthkey/action", regenerateAuthKey},
    };
    for (const RouteRow &row : authoringRoutes())
        rows.push_back(row);
    return rows;
}

} // namespace causeway::sandbox::datafactory
