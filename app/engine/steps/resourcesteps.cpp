// SPDX-License-Identifier: Apache-2.0
// The steps that make one resource each. What they share is ArmStep's; here stands only when each of them *is* so.
#include "engine/steps/armstep.h"

#include "domain/types.h"
#include "plan/connections.h"

namespace causeway {
namespace {

Error stepError(ErrorKind kind, const QString &code, const QString &message, const ResourceId &target)
{
    Error error;
    error.kind = kind;
    error.code = code;
    error.message = message;
    error.target = target.toString();
    return error;
}

QJsonObject propertiesOf(const QJsonObject &body) { return body.value(QStringLiteral("properties")).toObject(); }
bool isWord(const QString &text, const char *word) { return text.compare(QLatin1String(word), Qt::CaseInsensitive) == 0; }

//! A provider's registration; NotRegistered is "not there".
class RegisterProviderStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    QCoro::Task<Result<Look>> look() override
    {
        QString provider = call()->path;
        provider.chop(int(qstrlen("/register")));
        const QString version = apiVersion();
        const Context context = m_run.settling();
        const Result<QJsonObject> found = co_await m_run.arm().get(provider, version, context);
        if (!found)
            co_return found.error();
        const QString state = found->value(QStringLiteral("registrationState")).toString();
        Look seen;
        seen.there = isWord(state, "Registered") || isWord(state, "Registering");
        seen.done = isWord(state, "Registered");
        seen.body = *found;
        seen.waitsFor = QStringLiteral("registering");
        co_return seen;
    }
    [[nodiscard]] bool followsOperation() const override { return false; }
};

//! Ready held over two reads, and the standby healthy where one is asked for: "Succeeded" alone comes too early for what
//! follows (reliability-security-performance.md §0.11). PublicAccess changes the same resource.
class ServerStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    [[nodiscard]] int readsToBelieve() const override { return m_planned.change == Change::None ? 1 : 2; }
    [[nodiscard]] RestCall secretCall() const override
    {
        const QJsonValue password = propertiesOf(call()->body.toObject()).value(QStringLiteral("administratorLoginPassword"));
        return {"PATCH", call()->path, call()->apiVersion, QJsonObject{{QStringLiteral("properties"), QJsonObject{{QStringLiteral("administratorLoginPassword"), password}}}}};
    }
    [[nodiscard]] Look judge(const QJsonObject &body) const override
    {
        Look seen;
        seen.there = true;
        seen.body = body;
        const QJsonObject inner = propertiesOf(body);
        const QString state = inner.value(QStringLiteral("state")).toString();
        const QJsonObject standby = inner.value(QStringLiteral("highAvailability")).toObject();
        const bool wantsStandby = m_planned.change != Change::None && !standby.isEmpty() && !isWord(standby.value(QStringLiteral("mode")).toString(), "Disabled");
        const bool healthy = !wantsStandby || isWord(standby.value(QStringLiteral("state")).toString(), "Healthy");
        seen.done = isWord(state, "Ready") && healthy;
        seen.waitsFor = healthy || !isWord(state, "Ready") ? QStringLiteral("server-state") : QStringLiteral("standby-state");
        seen.arguments = QStringList{seen.waitsFor == QLatin1String("server-state") ? state : standby.value(QStringLiteral("state")).toString()};
        if (isWord(state, "Stopped") || isWord(state, "Disabled") || isWord(state, "Inaccessible") || isWord(state, "Dropping"))
            seen.failed = stepError(ErrorKind::Conflict, QStringLiteral("ServerNotReady"), QStringLiteral("The server \"%1\" is %2; it has to be Ready.").arg(m_planned.target.name(), state), m_planned.target);
        return seen;
    }
};

class ZoneLinkStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    [[nodiscard]] Look judge(const QJsonObject &body) const override
    {
        Look seen = ArmStep::judge(body);
        const QString state = propertiesOf(body).value(QStringLiteral("virtualNetworkLinkState")).toString();
        seen.done = seen.done && (state.isEmpty() || isWord(state, "Completed"));
        return seen;
    }
};

//! Provisioned, and approved where approval is automatic. A manual one waits in the step EndpointApproval.
class PrivateEndpointStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    [[nodiscard]] Look judge(const QJsonObject &body) const override
    {
        Look seen = ArmStep::judge(body);
        const QString state = endpointState(&body);
        const bool manual = m_run.plan().spec.privateEndpoint && m_run.plan().spec.privateEndpoint->approval == EndpointApproval::Manual;
        if (isWord(state, "Rejected") || isWord(state, "Disconnected"))
            seen.failed = stepError(ErrorKind::Conflict, QStringLiteral("ConnectionRejected"), QStringLiteral("The server's owner has rejected or removed the connection of \"%1\" (%2). Delete the private endpoint and create it again; a rejected connection cannot become approved.").arg(m_planned.target.name(), state), m_planned.target);
        if (seen.done && !manual && !isWord(state, "Approved")) {
            seen.done = false;
            seen.waitsFor = QStringLiteral("connection-state");
            seen.arguments = QStringList{state};
        }
        return seen;
    }
};

//! The group, and the A record in it. Checks first that the zone is the one which the server asks for.
class ZoneGroupStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    QCoro::Task<Result<QJsonObject>> beforeWriting() override
    {
        const QJsonArray configs = propertiesOf(call()->body.toObject()).value(QStringLiteral("privateDnsZoneConfigs")).toArray();
        const QString zone = propertiesOf(configs.first().toObject()).value(QStringLiteral("privateDnsZoneId")).toString().section(QLatin1Char('/'), -1);
        const PlannedStep *endpoint = m_run.plan().step(QStringLiteral("endpoint"));
        const QString server = endpoint ? endpointTarget(m_run.product(endpoint->id)) : QString();
        if (server.isEmpty())
            co_return QJsonObject();
        const QString path = server + QStringLiteral("/privateLinkResources");
        const Context context = m_run.settling();
        const Result<QJsonArray> resources = co_await m_run.arm().list(path, version::postgresql, context);
        if (!resources || resources->isEmpty())
            co_return QJsonObject(); // may not be read from here: the plan took the cloud's own name
        QStringList names;
        for (const QJsonValue &each : *resources) {
            for (const QJsonValue &name : propertiesOf(each.toObject()).value(QStringLiteral("requiredZoneNames")).toArray())
                names << name.toString();
        }
        if (names.isEmpty() || names.contains(zone, Qt::CaseInsensitive))
            co_return QJsonObject();
        co_return stepError(ErrorKind::InvalidInput, QStringLiteral("WrongZoneName"), QStringLiteral("Records in the zone \"%1\" would never be asked for; the server wants \"%2\".").arg(zone, names.first()), m_planned.target);
    }

    //! Where somebody's Azure Policy registers the address, the group has whatever name the policy gives it.
    QCoro::Task<Result<Look>> look() override
    {
        if (m_planned.change != Change::Wait) {
            Result<Look> own = co_await ArmStep::look();
            co_return own;
        }
        const QString groups = m_planned.target.parent().toString() + QStringLiteral("/privateDnsZoneGroups");
        const Context context = m_run.settling();
        const Result<QJsonArray> list = co_await m_run.arm().list(groups, version::network, context);
        if (!list)
            co_return list.error();
        if (!list->isEmpty())
            co_return judge(list->first().toObject());
        Look none;
        none.waitsFor = QStringLiteral("policy-waits");
        co_return none;
    }

    [[nodiscard]] Look judge(const QJsonObject &body) const override
    {
        Look seen = ArmStep::judge(body);
        bool recorded = false;
        for (const QJsonValue &config : propertiesOf(body).value(QStringLiteral("privateDnsZoneConfigs")).toArray()) {
            for (const QJsonValue &record : propertiesOf(config.toObject()).value(QStringLiteral("recordSets")).toArray())
                recorded = recorded || !record.toObject().value(QStringLiteral("ipAddresses")).toArray().isEmpty();
        }
        // Before the approval there may be no address to record (azure-postgresql-and-network.md §14.11).
        const QJsonObject endpoint = m_run.product(QStringLiteral("endpoint"));
        const bool approved = isWord(endpointState(&endpoint), "Approved");
        if (seen.done && approved && !recorded) {
            seen.done = false;
            seen.waitsFor = QStringLiteral("dns-record");
        }
        return seen;
    }

private:
    static QString endpointTarget(const QJsonObject &endpoint)
    {
        for (const QString &member : {QStringLiteral("privateLinkServiceConnections"), QStringLiteral("manualPrivateLinkServiceConnections")}) {
            const QJsonArray list = propertiesOf(endpoint).value(member).toArray();
            if (!list.isEmpty())
                return propertiesOf(list.first().toObject()).value(QStringLiteral("privateLinkServiceId")).toString();
        }
        return {};
    }
};

//! Online, which only getStatus tells; interactive authoring cannot be switched before (azure-data-factory.md §4.2).
class IntegrationRuntimeStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    QCoro::Task<Result<Look>> look() override
    {
        Result<Look> seen = co_await ArmStep::look();
        if (!seen || !seen->there || !seen->done || m_planned.change == Change::None)
            co_return seen;
        ArmRequest request;
        request.method = "POST";
        request.path = path() + QStringLiteral("/getStatus");
        request.apiVersion = version::dataFactory;
        const Context context = m_run.settling();
        const Result<ArmResponse> status = co_await m_run.arm().send(request, context);
        if (!status)
            co_return status.error();
        const QString state = propertiesOf(status->body.toObject()).value(QStringLiteral("state")).toString();
        seen->done = isWord(state, "Online");
        seen->waitsFor = QStringLiteral("runtime-state");
        seen->arguments = QStringList{state};
        co_return seen;
    }
};

//! A GET of one that is missing may be answered 400 (azure-data-factory.md §5). Before it is made, the connections of the same
//! name that the server has already are noted: they are somebody else's.
class ManagedPrivateEndpointStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    QCoro::Task<Result<Look>> look() override
    {
        Result<Look> seen = co_await ArmStep::look();
        if (!seen && seen.error().httpStatus == 400)
            co_return Look();
        co_return seen;
    }

    QCoro::Task<Result<QJsonObject>> beforeWriting() override
    {
        const QString server = propertiesOf(call()->body.toObject()).value(QStringLiteral("privateLinkResourceId")).toString();
        const QString path = server + QStringLiteral("/privateEndpointConnections");
        const Context context = m_run.settling();
        const Result<QJsonArray> connections = co_await m_run.arm().list(path, version::postgresql, context);
        QJsonArray before;
        if (connections) {
            for (const ServerConnection &each : connectionsFrom(*connections))
                before.append(each.id.key());
        }
        QJsonObject noted;
        noted.insert(QStringLiteral("connectionsBefore"), before);
        co_return noted;
    }
};

//! Read from getStatus, where alone it can be seen (azure-data-factory.md §4.2); its operation link is not worth following.
class InteractiveAuthoringStep final : public ArmStep
{
public:
    using ArmStep::ArmStep;

protected:
    QCoro::Task<Result<Look>> look() override
    {
        if (m_planned.change == Change::None) {
            Result<Look> runtime = co_await ArmStep::look();
            co_return runtime;
        }
        ArmRequest request;
        request.method = "POST";
        request.path = path() + QStringLiteral("/getStatus");
        request.apiVersion = version::dataFactory;
        const Context context = m_run.settling();
        const Result<ArmResponse> status = co_await m_run.arm().send(request, context);
        if (!status)
            co_return status.error();
        Look seen;
        seen.body = status->body.toObject();
        const QString state = interactiveState(seen.body);
        seen.there = isWord(state, "Enabled") || isWord(state, "Enabling");
        seen.done = isWord(state, "Enabled");
        seen.waitsFor = QStringLiteral("authoring-state");
        seen.arguments = QStringList{state};
        co_return seen;
    }
    [[nodiscard]] bool followsOperation() const override { return false; }
};

template <class S>
std::unique_ptr<Step> madeStep(Run &run, const PlannedStep &planned)
{
    return std::make_unique<S>(run, planned);
}

} // namespace

std::unique_ptr<Step> makeApprovalStep(Run &run, const PlannedStep &planned);       // approvalstep.cpp
std::unique_ptr<Step> makeConnectionTestStep(Run &run, const PlannedStep &planned); // connectionteststep.cpp

std::unique_ptr<Step> makeStep(Run &run, const PlannedStep &planned)
{
    switch (planned.kind) {
    case StepKind::RegisterProvider: return madeStep<RegisterProviderStep>(run, planned);
    case StepKind::Server:
    case StepKind::PublicAccess: return madeStep<ServerStep>(run, planned);
    case StepKind::ZoneLink: return madeStep<ZoneLinkStep>(run, planned);
    case StepKind::PrivateEndpoint: return madeStep<PrivateEndpointStep>(run, planned);
    case StepKind::ZoneGroup: return madeStep<ZoneGroupStep>(run, planned);
    case StepKind::IntegrationRuntime: return madeStep<IntegrationRuntimeStep>(run, planned);
    case StepKind::ManagedPrivateEndpoint: return madeStep<ManagedPrivateEndpointStep>(run, planned);
    case StepKind::InteractiveAuthoring: return madeStep<InteractiveAuthoringStep>(run, planned);
    case StepKind::EndpointApproval:
    case StepKind::Approval: return makeApprovalStep(run, planned);
    case StepKind::ConnectionTest: return makeConnectionTestStep(run, planned);
    case StepKind::ResourceGroup:
    case StepKind::Identity:
    case StepKind::FirewallRule:
    case StepKind::Database:
    case StepKind::ServerParameter:
    case StepKind::EntraAdministrator:
    case StepKind::DnsZone:
    case StepKind::Factory:
    case StepKind::FactoryIdentity:
    case StepKind::ManagedVirtualNetwork:
    case StepKind::Credential:
    case StepKind::LinkedService: return madeStep<ArmStep>(run, planned);
    }
    Q_UNREACHABLE();
}

} // namespace causeway
