// SPDX-License-Identifier: Apache-2.0
#pragma once

//! The parts of Microsoft.DataFactory (api-version 2018-06-01) and what they share. PUT answers 200 only, DELETE 200 or 204;
//! ids and types of children have lower-case segments; a factory's eTag is quoted, a child's etag is bare.

#include "sandbox/provider.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>
#include <variant>

namespace causeway::sandbox::datafactory {

//! A type below factories: how its ids, names and errors are spelled.
struct ChildType {
    const char *segment;   //!< last part of the type, as answers spell it
    const char *entity;    //!< as error texts spell it
    const char *pattern;   //!< of the name
    int shortest;
    int longest;
};
extern const ChildType factoryNames; // only its name rule
extern const ChildType managedNetworks;
extern const ChildType managedEndpoints; // below managedNetworks
extern const ChildType runtimes;
extern const ChildType credentials;
extern const ChildType linkedServices;

using RouteHandler = Response (*)(Call &);
struct RouteRow {
    const char *method;
    const char *tail;      //!< after …/factories/{factory}; a leading '^' stands for the whole path after the subscription
    const char *action;    //!< after Microsoft.DataFactory/factories/
    RouteHandler handler;
    bool checkLocks = true;
};

// --- every part's rows and what happens later in it ---------------------------------------------
std::vector<RouteRow> factoryRoutes();
std::vector<RouteRow> networkRoutes();
std::vector<RouteRow> runtimeRoutes();    // authoringRoutes() among them
std::vector<RouteRow> authoringRoutes();
std::vector<RouteRow> artifactRoutes();
std::vector<RouteRow> connectivityRoutes();
bool applyToNetwork(const Transition &transition, World &world, TimePoint now);
bool applyToRuntime(const Transition &transition, World &world, TimePoint now);
void factoryRemoved(const Resource &factory, State &state);
void endpointRemoved(const Resource &endpoint, World &world, TimePoint now);

// --- ids and look-up ----------------------------------------------------------------------------
QString typeOf(const ChildType &type);
//! Full type of factories, and the id of the call's factory (as stored, else as sent).
QString factoryType();
QString factoryIdOf(const Call &call);
QString childIdOf(const QString &parent, const ChildType &type, const QString &name);
const Resource *childOf(const State &state, const QString &parent, const ChildType &type, const QString &name);

// --- answers ------------------------------------------------------------------------------------
Response badRequest(const QString &message);
Response invalidResource(const ChildType &type, const QString &name, const QString &reason);
Response invalidReference(const QString &name);
Response missing();
//! Nothing, or why this call cannot go on: no such factory (404), the name breaks its rule (400), If-Match fails (412),
//! Microsoft.Network is not registered (409).
std::optional<Response> withoutFactory(const Call &call);
std::optional<Response> badName(const ChildType &type, const QString &name);
std::optional<Response> unmatched(const Call &call, const Resource *existing);
std::optional<Response> networkUnregistered(const Call &call);
//! 200 with the body, or 304 when If-None-Match names its entity tag.
Response shown(const Call &call, const Resource &resource);
Response listed(Call &call, const QString &scope, const QString &type);

// --- writing ------------------------------------------------------------------------------------
QString newEntityTag(State &state, TimePoint now);
//! Puts a child with these properties and a new etag, and writes the ledger.
Resource &putChild(Call &call, const QString &parent, const ChildType &type, const QString &name, const QJsonObject &properties,
                   const QJsonObject &hidden);
//! 200 after removal, 204 when there was nothing.
Response removeChild(Call &call, const QString &id);
//! Name of a linked service or runtime that refers to (type, name); empty when there is none.
QString referrer(const State &state, const QString &factory, const QString &referenceType, const QString &name);

// --- JSON ---------------------------------------------------------------------------------------
QString word(const QJsonObject &object, const char *name);
QJsonObject part(const QJsonObject &object, const char *name);
qint64 ticks(TimePoint time);
TimePoint fromTicks(const QJsonValue &value);
//! ISO 8601 with seven decimals, as Data Factory writes it.
QString longTime(TimePoint time);

// --- secrets ------------------------------------------------------------------------------------
//! What an answer shows: secure strings and secrets in connection strings are ten stars or left out. Sets `found` when there was one.
QJsonObject masked(const QJsonObject &properties, bool *found);
//! `given` with the stars and left-out secrets that `original` knows put back.
QJsonObject unmasked(const QJsonObject &given, const QJsonObject &original);

// --- interactive authoring ----------------------------------------------------------------------
inline constexpr auto autoResolve = "AutoResolveIntegrationRuntime";
bool inManagedNetwork(const Resource &runtime);
QString runtimeState(const Resource &runtime, TimePoint now);
//! Enabling, Enabled, Disabling or Disabled, the auto-off since the last interactive call counted in.
QString authoringStatus(const State &state, const Resource &runtime, TimePoint now);
//! An interactive call restarts the timer.
void touchAuthoring(Resource &runtime, TimePoint now);

// --- the connection of a linked service ---------------------------------------------------------
enum class SignIn { Basic, ServicePrincipal, SystemIdentity, UserIdentity };

//! What a linked service of type AzurePostgreSql asks for, version 1.0 or 2.0, parameters filled in.
struct Endpoint {
    QString host;
    int port = 5432;
    QString database;
    QString username;
    int sslMode = 2;       //!< Prefer is the connector's default
    bool trustServerCertificate = false;
    SignIn signIn = SignIn::Basic;
    QJsonValue secret;     //!< string, SecureString or AzureKeyVaultSecret
};
//! Why a test did not succeed.
struct Fault {
    QString code;
    QString message;
};
std::variant<Endpoint, Fault> readEndpoint(const QJsonObject &properties);
//! Replaces {"value":"@{linkedService().x}","type":"Expression"} and such strings by their parameters.
QJsonObject resolved(const QJsonObject &properties);

//! Who signs in: the role, its password or token, and the Entra principal behind a token.
struct Identity {
    QString username;
    QString secret;
    QString principal;     //!< object id; empty for a password
};
std::variant<Identity, Fault> readIdentity(const State &state, const Resource &factory, const Endpoint &endpoint, const QJsonObject &properties);
//! What the connection would end with, from tables: for a host without PostgreSQL.
QJsonObject computedOutcome(const State &state, const Resource &server, const Endpoint &endpoint, const Identity &identity);
//! What the server's settings refuse before it looks at the password.
std::optional<Fault> refusedSignIn(const Resource &server, const Endpoint &endpoint, const Identity &identity);
bool requiresSecureTransport(const Resource &server);
//! sslMode as the driver applies it: whether Require validates the certificate is a switch.
int effectiveSslMode(const State &state, const Endpoint &endpoint);

} // namespace causeway::sandbox::datafactory
