// SPDX-License-Identifier: Apache-2.0
#pragma once

//! What the files of the Microsoft.DBforPostgreSQL provider share; nobody else includes this.

#include "sandbox/operations.h"
#include "sandbox/provider.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

#include <optional>

namespace causeway::sandbox::postgresql {

//! QStringLiteral for JSON members, kept short because the bodies are full of them.
inline QString operator""_t(const char *ascii, std::size_t size)
{
    return QString::fromLatin1(ascii, static_cast<qsizetype>(size));
}

inline QString providerName() { return "Microsoft.DBforPostgreSQL"_t; }
inline QString serversType() { return "Microsoft.DBforPostgreSQL/flexibleServers"_t; }
inline QString typeOf(const QString &child) { return serversType() + u'/' + child; }
//! Path pattern below a server; names: subscription, group, server, then what `below` adds.
QString serverPattern(const QString &below = {});
QString subscriptionPattern(const QString &below);

using Refusal = std::optional<Response>;
using Failure = std::optional<QJsonObject>; //!< {"code","message"} of an operation that failed

// --- finding ------------------------------------------------------------------------------------------------------------
//! Id of the server at or above `id`.
QString serverIdOf(const QString &id);
//! The server in the call's path, when it can be seen now (a new one may be hidden until it is done); else nullptr.
Resource *visibleServer(Call &call);
bool isVisible(const State &state, const Resource &server);
inline Response notFound(const QString &id) { return missingResource(id); }
Response parentNotFound(const QString &id);

// --- JSON by dotted path ------------------------------------------------------------------------------------------------
QJsonValue at(const QJsonObject &object, const QString &path);
void setAt(QJsonObject &object, const QString &path, const QJsonValue &value);
inline QString textAt(const Resource &resource, const QString &path) { return at(resource.body, path).toString(); }

// --- refusals -----------------------------------------------------------------------------------------------------------
Response missingParameter(const QString &name);
Response outOfRange(const QString &name, const QString &allowed);
Response invalidValue(const QString &name, const QString &why = {});
//! The value has another JSON type than the contract says.
Response wrongType(const QString &path, const QString &type);
//! ServerIsBusy while an operation runs or shortly after create; ServerIsNotReady when it is stopped.
Refusal notWritable(const Call &call, const Resource &server);
Refusal busy(const Call &call, const Resource &server);
Response notReady(const Call &call, const Resource &server, const QString &text);
//! "An unexpected error occured while processing the request. Tracking ID: '…'"
QJsonObject unexpected(State &state, const QString &text = {});

// --- long-running operations --------------------------------------------------------------------------------------------
struct Work {
    QString operation;         //!< word of the 202: UpsertServerManagementOperationV2
    QString kind;              //!< of the transition
    QString target;            //!< resource id the transition is about
    Milliseconds after{};
    QJsonObject arguments = {};
    quint64 waitsFor = 0;
};
//! Starts the operation, makes the server busy, and answers 202 with both headers.
Response accept(Call &call, Resource &server, Work work);
//! Ends the operation of a transition and frees the server.
void conclude(World &world, const Transition &transition, TimePoint now, const Failure &failure = {});
//! What an effect's outcome says: nothing when it went well.
Failure failureOf(State &state, const QJsonObject &outcome);
//! `setting` or `seconds`, ± spread seconds by the seed.
Milliseconds around(State &state, const QString &setting, int seconds, int spread);
QString objectIdOf(const Transition &transition); //!< who asked for it

// --- parts --------------------------------------------------------------------------------------------------------------
using Happening = void (*)(World &world, const Transition &transition, TimePoint now);
struct Step {
    QString kind;
    Happening happen;
};

void addServerRoutes(std::vector<Route> &routes);
void addPowerRoutes(std::vector<Route> &routes);
void addOperationRoutes(std::vector<Route> &routes);
void addChildRoutes(std::vector<Route> &routes);
void addConfigurationRoutes(std::vector<Route> &routes);
void addConnectionRoutes(std::vector<Route> &routes);
void addCapabilityRoutes(std::vector<Route> &routes);
QList<Step> serverSteps();
QList<Step> powerSteps();
QList<Step> childSteps();
QList<Step> configurationSteps();
QList<Step> connectionSteps();

//! The server as GET answers it.
QJsonObject shown(const State &state, const Resource &server);
//! Names are unique in the world; `except` is the id that may have it.
bool nameTaken(const State &state, const QString &name, const QString &except = {});
bool nameWellFormed(const QString &name);
//! Arguments of startServer.
QJsonObject startArguments(const Resource &server);
//! Keeps what the host said about a started server.
void keepEndpoint(Resource &server, const QJsonObject &outcome);
inline void setServerState(Resource &server, const QString &state) { setAt(server.body, "properties.state"_t, state); }
void addDefaultDatabases(State &state, const Resource &server, TimePoint now);
//! Tells the consumer of a connection what became of it.
void tellConsumer(State &state, const Resource &connection, const QString &status, const QString &description, TimePoint now);
//! A restart makes pending parameters count.
void applyPendingParameters(Resource &server);
//! Values in force that are not PostgreSQL's own, by name: what a fresh cluster has to be told.
QJsonObject parametersInForce(const Resource &server);
//! Defaults that the world's switches move.
void keepWorldDefaults(const State &state, Resource &server);

// --- what a region offers -----------------------------------------------------------------------------------------------
enum class Offer { None, Restricted, Open };
Offer offerOf(const State &state, const QString &location);
//! "westeurope" from "West Europe".
QString shortLocation(const QString &location);
QString displayLocation(const State &state, const QString &location);
QStringList versions();
QStringList skusOf(const QString &tier);
int vCoresOf(const QString &sku);
QList<int> storageSizesGB();
QStringList storageTiersOf(int sizeGB);   //!< default tier first
int iopsOf(const QString &storageTier);
Refusal checkLogin(const QString &login);
bool passwordIsStrong(const QString &password, const QString &login);

//! Types and choices of every member, required members, ranges: what is answered synchronously.
Refusal checkTypes(const QJsonObject &body);
//! A whole body for a new server, defaults filled in, without secrets; or why not.
struct NewServer {
    Refusal refusal;
    QJsonObject body;
};
NewServer newServer(const Call &call);
//! The body of an existing server after PATCH or PUT; or why not.
NewServer changedServer(const Call &call, const Resource &server);

} // namespace causeway::sandbox::postgresql
