// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "domain/issue.h"
#include "domain/setupspec.h"

#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace causeway {

//! What a step is about; one engine class each (engine/steps). Words for people: text/steptext.h.
enum class StepKind {
    RegisterProvider, ResourceGroup, Identity, Server, FirewallRule, Database, ServerParameter, PublicAccess,
    EntraAdministrator, DnsZone, ZoneLink, PrivateEndpoint, EndpointApproval, ZoneGroup, Factory, FactoryIdentity,
    ManagedVirtualNetwork, IntegrationRuntime, ManagedPrivateEndpoint, Approval, InteractiveAuthoring, Credential,
    LinkedService, ConnectionTest
};
inline constexpr int stepKindCount = int(StepKind::ConnectionTest) + 1;

//! None: it is so already. Wait: nothing of ours to write, somebody else has to act (or Azure has to show it).
enum class Change { Create, Update, None, Delete, Wait };

//! Who has the rights for it by their job (three people of design.md).
enum class Actor { Dba, NetworkAdmin, DataEngineer };

//! On which account the plan holds; a run refuses another one.
struct RunIdentity {
    Cloud cloud = Cloud::AzurePublic;
    QString tenant;        //!< GUID
    QString subscription;  //!< GUID of the setup's subscription
    QString user;          //!< as the account shows itself; empty: not known
    friend bool operator==(const RunIdentity &, const RunIdentity &) = default;
};

//! Why `here` may not go on with what `recorded` began, in words: another cloud, tenant or subscription is InvalidInput, another user
//! of the same is Forbidden. A user who is not known, on either side, is no other. nullopt: the same.
std::optional<Error> anotherIdentity(const RunIdentity &recorded, const RunIdentity &here);

//! One REST call exactly as it will be sent, but for two kinds of marker objects in the body (design.md §3):
//!   {"secret": "generate"|"prompt"|…, "field": "server.create.administratorPassword"}  a secret, never its value
//!   {"from": "factory", "value": "identity.principalId"}    known later: that member of what step "factory" leaves behind
//! In a path such a value stands as {factory:identity.principalId}.
struct RestCall {
    QByteArray method;
    QString path;
    QString apiVersion;
    QJsonValue body;       //!< undefined: none
    friend bool operator==(const RestCall &, const RestCall &) = default;
};

//! A property that is to be changed. Values hold no secrets.
struct Difference {
    QString path;          //!< "properties.network.publicNetworkAccess"
    QJsonValue wanted;
    QJsonValue found;      //!< undefined: not there
    friend bool operator==(const Difference &, const Difference &) = default;
};

struct PlannedStep {
    QString id;            //!< "server", "firewall-office", "managed-endpoint" …; unique, stable between runs
    StepKind kind = StepKind::Server;
    ResourceId target;     //!< the resource that it makes or acts on; its name may hold a {step:value} place
    Change change = Change::Create;
    QStringList dependsOn; //!< ids of steps
    Actor actor = Actor::Dba;
    Milliseconds estimate{0};
    QList<RestCall> calls; //!< writes, in order; empty for None; a ConnectionTest's POST is here too
    QString serialKey;     //!< steps with the same one never write at the same time; empty: free
    QList<Difference> differences; //!< of an Update
    friend bool operator==(const PlannedStep &, const PlannedStep &) = default;
};

//! What will be done, as a value: the review page, `causewayctl plan`, the runner and the tests read the same one.
struct Plan {
    SetupSpec spec;
    RunIdentity identity;
    QList<PlannedStep> steps; //!< in an order in which dependencies come first
    Issues warnings;
    QString fingerprint;      //!< of the steps; the same setup on an unmoved world has the same one

    [[nodiscard]] const PlannedStep *step(const QString &id) const;
    [[nodiscard]] bool hasChanges() const; //!< false: "no changes" (a connection test alone is none)
    //! Everything that no undo and no second try can take back must be settled before it: the steps of the longest way,
    //! first to last, by estimates. Done steps (None) count nothing.
    [[nodiscard]] QStringList criticalPath() const;
    [[nodiscard]] Milliseconds criticalTime() const;
    //! Estimated time from the start of each step to the end of the run, in the order of `steps`.
    [[nodiscard]] QList<Milliseconds> remaining() const;

    [[nodiscard]] QJsonObject toJson() const; //!< holds no secret
    //! Refuses more than 100,000 steps, a duplicate id, a dependency that is not there and a cycle, naming its path.
    static Result<Plan> fromJson(const QJsonObject &json);
};

//! Sets `fingerprint` and brings `steps` into an order in which dependencies come first; errors as fromJson().
Result<Plan> ordered(Plan plan);

//! Wire words: "register-provider", "create", "network-admin"; unknown text is nullopt.
QString toText(StepKind kind);
QString toText(Change change);
QString toText(Actor actor);
std::optional<StepKind> stepKindFromText(const QString &text);
std::optional<Change> changeFromText(const QString &text);
std::optional<Actor> actorFromText(const QString &text);

} // namespace causeway
