// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"
#include "sandbox/providers/postgresql.h"

#include <QHostAddress>
#include <QRegularExpression>

namespace causeway::sandbox::datafactory {

// POST …/testConnectivity, undocumented: {"linkedService": {…}} → 200 {"succeeded":true} or {"succeeded":false,"errors":[{code,
// message}]}. The ladder: runtime, interactive authoring (else 400), road to the server, the server itself, then a real connection
// for TLS, sign-in and database. Codes and words of the first rungs are ours: Microsoft's are not published.

using Rung = std::optional<Response>;

//! One test under way.
struct Trial {
    QString factory;           //!< id
    QString subject;           //!< id for the ledger: the saved linked service, else the factory
    QString by;
    Endpoint endpoint;
    Identity identity;
    QString server;            //!< id
};

// --- answers ------------------------------------------------------------------------------------

static Response verdict(State &state, const Trial &trial, const std::optional<Fault> &fault, const QJsonObject &extra, TimePoint now)
{
    state.record(trial.subject, fault ? QStringLiteral("testFailed") : QStringLiteral("tested"), now, trial.by);
    QJsonObject body = extra;
    body.insert(QStringLiteral("succeeded"), !fault);
    if (fault)
        body.insert(QStringLiteral("errors"), QJsonArray{QJsonObject{{QStringLiteral("code"), fault->code}, {QStringLiteral("message"), fault->message}}});
    return Response::json(200, body);
}

static Rung failure(Call &call, const Trial &trial, const char *code, const QString &message)
{
    return verdict(call.state, trial, Fault{QLatin1String(code), message}, {}, call.now);
}

static Rung timedOut(Call &call, const Trial &trial, const QString &why)
{
    return failure(call, trial, "ConnectionTimeout",
                   QStringLiteral("Connection Timeout: %1:%2 did not answer within the time-out period. %3").arg(trial.endpoint.host).arg(trial.endpoint.port).arg(why));
}

// --- what is tested -----------------------------------------------------------------------------

//! The saved linked service whose secrets the given document means: by its encryptedCredential, which GET answered.
static const Resource *keeperOf(const Call &call, const QJsonObject &service)
{
    const QString encrypted = word(part(part(service, "properties"), "typeProperties"), "encryptedCredential");
    const bool byName = call.state.setting(QStringLiteral("factoryMaskedTestByName"), false).toBool();
    for (const Resource *saved : std::as_const(call.state).list(factoryIdOf(call), typeOf(linkedServices))) {
        const QString own = word(part(part(saved->body, "properties"), "typeProperties"), "encryptedCredential");
        if (!own.isEmpty() && (own == encrypted || (byName && saved->name.compare(word(service, "name"), Qt::CaseInsensitive) == 0)))
            return saved;
    }
    return nullptr;
}

static Trial newTrial(const Call &call, const QJsonObject &service)
{
    const Resource *saved = childOf(call.state, factoryIdOf(call), linkedServices, word(service, "name"));
    Trial trial;
    trial.factory = factoryIdOf(call);
    trial.subject = saved && !word(service, "name").isEmpty() ? saved->id : trial.factory;
    trial.by = call.request.principal;
    return trial;
}

// --- rung 1 and 2: runtime, interactive authoring -----------------------------------------------

static QString runtimeNameOf(const QJsonObject &properties)
{
    const QString name = word(part(properties, "connectVia"), "referenceName");
    return name.isEmpty() ? QString(QLatin1String(autoResolve)) : name;
}

static Rung runtimeRung(Call &call, const QString &name, const Resource *runtime)
{
    if (!runtime && name.compare(QLatin1String(autoResolve), Qt::CaseInsensitive) != 0)
        return Response::error(400, QStringLiteral("InputIsMalformedDetailed"),
                               QStringLiteral("Input is malformed. Reason: Could not get integration runtime details for %1").arg(name));
    if (!runtime)
        return std::nullopt; // the public one, which every factory has
    const QString state = runtimeState(*runtime, call.now);
    if (word(part(runtime->body, "properties"), "type") == QLatin1String("SelfHosted"))
        return badRequest(QStringLiteral("The self-hosted integration runtime '%1' has no node that is online (state: %2).").arg(name, state));
    if (!inManagedNetwork(*runtime))
        return std::nullopt;
    if (state != QLatin1String("Online"))
        return badRequest(QStringLiteral("The integration runtime '%1' is not online (state: %2).").arg(name, state));
    const QString authoring = authoringStatus(call.state, *runtime, call.now);
    if (authoring == QLatin1String("Enabled"))
        return std::nullopt;
    return Response::error(400, QStringLiteral("InteractiveAuthoringNotEnabled"),
                           QStringLiteral("Interactive authoring of the integration runtime '%1' is not enabled (status: %2).").arg(name, authoring));
}

// --- rung 3: the road ---------------------------------------------------------------------------

static const Resource *endpointTo(const State &state, const QString &network, const QString &server)
{
    for (const Resource *endpoint : state.list(network, typeOf(managedEndpoints))) {
        if (key(word(part(endpoint->body, "properties"), "privateLinkResourceId")) == key(server))
            return endpoint;
    }
    return nullptr;
}

static bool approvedOnServer(const State &state, const Resource &endpoint)
{
    const Resource *connection = state.find(word(endpoint.hidden, "connection"));
    return connection
        && word(part(part(connection->body, "properties"), "privateLinkServiceConnectionState"), "status") == QLatin1String("Approved");
}

static Rung privateRoad(Call &call, const Trial &trial, const Resource *endpoint)
{
    if (!endpoint)
        return timedOut(call, trial, QStringLiteral("The managed virtual network has no managed private endpoint to the server."));
    const QString status = word(part(part(endpoint->body, "properties"), "connectionState"), "status");
    if (status != QLatin1String("Approved"))
        return timedOut(call, trial, QStringLiteral("The managed private endpoint '%1' is not approved (status: %2).").arg(endpoint->name, status));
    if (!approvedOnServer(call.state, *endpoint)) // The factory still says Approved: it never looks again.
        return timedOut(call, trial, QStringLiteral("The private endpoint connection is not approved on the server any more."));
    return std::nullopt;
}

static bool covers(const Resource &rule, const QHostAddress &address)
{
    const QJsonObject properties = part(rule.body, "properties");
    const QString from = word(properties, "startIpAddress");
    const QString to = word(properties, "endIpAddress");
    if (from == QLatin1String("0.0.0.0") && to == from)
        return true; // "Allow public access from any Azure service"
    const quint32 number = address.toIPv4Address();
    return QHostAddress(from).toIPv4Address() <= number && number <= QHostAddress(to).toIPv4Address();
}

static Rung publicRoad(Call &call, const Trial &trial, const Resource &server)
{
    if (word(part(part(server.body, "properties"), "network"), "publicNetworkAccess") == QLatin1String("Disabled"))
        return timedOut(call, trial, QStringLiteral("Public network access of the server is disabled."));
    const QString address = call.state.setting(QStringLiteral("publicRuntimeAddress"), QStringLiteral("20.42.68.10")).toString();
    for (const Resource *rule : std::as_const(call.state).list(server.id, QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules"))) {
        if (covers(*rule, QHostAddress(address)))
            return std::nullopt;
    }
    const QString encryption = trial.endpoint.sslMode == 0 ? QStringLiteral("no encryption") : QStringLiteral("SSL encryption");
    return failure(call, trial, "FirewallBlocked",
                   QStringLiteral("28000: no pg_hba.conf entry for host \"%1\", user \"%2\", database \"%3\", %4")
                       .arg(address, trial.endpoint.username, trial.endpoint.database, encryption));
}

static Rung roadRung(Call &call, const Trial &trial, const Resource *runtime, const Resource *server)
{
    if (!server)
        return failure(call, trial, "HostNotFound", QStringLiteral("No such host is known. (%1:%2)").arg(trial.endpoint.host).arg(trial.endpoint.port));
    if (!runtime || !inManagedNetwork(*runtime))
        return publicRoad(call, trial, *server);
    const QString name = word(part(part(runtime->body, "properties"), "managedVirtualNetwork"), "referenceName");
    const Resource *endpoint = endpointTo(call.state, childIdOf(trial.factory, managedNetworks, name), server->id);
    // Without an endpoint the name has its public address, and the managed network's way out is open: by a switch.
    const bool outbound = call.state.setting(QStringLiteral("managedNetworkPublicOutbound"), false).toBool();
    return !endpoint && outbound ? publicRoad(call, trial, *server) : privateRoad(call, trial, endpoint);
}

// --- rung 4: the server -------------------------------------------------------------------------

static Rung serverRung(Call &call, const Trial &trial, const Resource &server)
{
    const QJsonObject properties = part(server.body, "properties");
    if (!word(part(properties, "network"), "delegatedSubnetResourceId").isEmpty())
        return timedOut(call, trial, QStringLiteral("The server has private access (virtual network integration)."));
    const QString state = word(properties, "state");
    if (state != QLatin1String("Ready") && state != QLatin1String("Updating")) // it serves while it is updated
        return failure(call, trial, "ServerNotReady", QStringLiteral("Failed to connect to %1:%2. The server is not available (state: %3).")
                                                          .arg(trial.endpoint.host).arg(trial.endpoint.port).arg(state));
    if (trial.endpoint.port != 5432)
        return failure(call, trial, "ConnectionRefused", QStringLiteral("Failed to connect to %1:%2. Nothing listens on this port.")
                                                             .arg(trial.endpoint.host).arg(trial.endpoint.port));
    return std::nullopt;
}

// --- the connection -----------------------------------------------------------------------------

//! libpq puts its own words before the server's: 'connection to server at "…", port … failed: FATAL:  …'.
static QString serverText(const QString &message)
{
    static const QRegularExpression severity(QStringLiteral("(?:FATAL|ERROR|PANIC):\\s+"));
    const auto match = severity.match(message);
    return (match.hasMatch() ? message.mid(match.capturedEnd()) : message).trimmed();
}

static Fault faultOf(const QJsonObject &outcome)
{
    const QString code = word(outcome, "sqlstate");
    const QString message = word(outcome, "message");
    if (!code.isEmpty()) // Npgsql puts the SQLSTATE in front.
        return {code, code + QStringLiteral(": ") + serverText(message)};
    const bool tls = word(outcome, "phase") == QLatin1String("tls");
    return {tls ? QStringLiteral("TlsFailed") : QStringLiteral("ConnectionFailed"), QStringLiteral("libpq: ") + message.trimmed()};
}

//! What the sandbox adds to the answer: how the connection was really made, or that it was computed.
static QJsonObject sandboxNotes(const QJsonObject &outcome)
{
    QJsonObject connection;
    for (const char *name : {"phase", "tls", "tlsVersion", "cipher", "serverVersion"}) {
        if (outcome.contains(QLatin1String(name)))
            connection.insert(QLatin1String(name), outcome.value(QLatin1String(name)));
    }
    QJsonObject notes{{QStringLiteral("sandbox"), connection}};
    if (outcome.value(QLatin1String("computed")).toBool())
        notes.insert(QStringLiteral("note"), QStringLiteral("Computed by the sandbox from its tables: no PostgreSQL was asked."));
    return notes;
}

static Response connected(World &world, const Trial &trial, const QJsonObject &answered, TimePoint now)
{
    QJsonObject outcome = answered;
    const Resource *server = std::as_const(world.state()).find(trial.server);
    if (answered.value(QLatin1String("computed")).toBool() && server)
        outcome = computedOutcome(world.state(), *server, trial.endpoint, trial.identity);
    const bool ok = outcome.value(QLatin1String("ok")).toBool();
    return verdict(world.state(), trial, ok ? std::nullopt : std::optional(faultOf(outcome)), sandboxNotes(outcome), now);
}

static Response connectTo(Call &call, const Trial &trial)
{
    const QString secret = trial.identity.principal.isEmpty() ? QStringLiteral("password") : QStringLiteral("token");
    const int mode = effectiveSslMode(call.state, trial.endpoint);
    const bool trusting = trial.endpoint.trustServerCertificate || mode == 3; // a Require that validates has become mode 4
    const QJsonObject arguments{{QStringLiteral("fqdn"), trial.endpoint.host},
                                {QStringLiteral("port"), trial.endpoint.port},
                                {QStringLiteral("database"), trial.endpoint.database},
                                {QStringLiteral("username"), trial.identity.username},
                                {secret, trial.identity.secret},
                                {QStringLiteral("sslMode"), mode},
                                {QStringLiteral("trustServerCertificate"), trusting},
                                {QStringLiteral("rootCertificate"), call.state.setting(QStringLiteral("connectorRootCertificate"), QStringLiteral("azure"))}};
    const quint64 effect = call.state.emitEffect(QStringLiteral("connect"), trial.server, arguments);
    World &world = call.world;
    return world.waitFor(effect, [&world, trial](const QJsonObject &outcome, TimePoint now) { return connected(world, trial, outcome, now); });
}

//! Who signs in, and what the server's settings say to it. A connection that TLS refuses is left to the real attempt.
static Rung signInRung(Call &call, Trial &trial, const QJsonObject &properties, const Resource &server)
{
    const Resource *factory = std::as_const(call.state).find(trial.factory);
    auto identity = readIdentity(call.state, *factory, trial.endpoint, properties);
    if (auto *fault = std::get_if<Fault>(&identity))
        return verdict(call.state, trial, *fault, {}, call.now);
    trial.identity = std::get<Identity>(identity);
    const bool tlsRefuses = trial.endpoint.sslMode == 0 && requiresSecureTransport(server);
    const std::optional<Fault> refused = tlsRefuses ? std::nullopt : refusedSignIn(server, trial.endpoint, trial.identity);
    return refused ? Rung(verdict(call.state, trial, refused, {}, call.now)) : std::nullopt;
}

// --- the call -----------------------------------------------------------------------------------

//! "Test connection" of a key vault checks the form of its address only (documentation of managed private endpoints).
static Response testVault(Call &call, const Trial &trial, const QJsonObject &properties)
{
    static const QRegularExpression address(QStringLiteral("^https://[A-Za-z0-9-]{3,24}\\.vault\\.[a-z.]+/?$"));
    const QString given = word(part(properties, "typeProperties"), "baseUrl");
    if (address.match(given).hasMatch())
        return verdict(call.state, trial, std::nullopt, {}, call.now);
    return *failure(call, trial, "InvalidParameter", QStringLiteral("The value of the property 'baseUrl' is missing or invalid."));
}

static Response testPostgreSql(Call &call, Trial trial, const QJsonObject &properties)
{
    const QString name = runtimeNameOf(properties);
    Resource *runtime = call.state.find(childIdOf(trial.factory, runtimes, name));
    if (Rung rung = runtimeRung(call, name, runtime))
        return *rung;
    if (runtime && inManagedNetwork(*runtime))
        touchAuthoring(*runtime, call.now);
    auto endpoint = readEndpoint(properties);
    if (auto *fault = std::get_if<Fault>(&endpoint))
        return verdict(call.state, trial, *fault, {}, call.now);
    trial.endpoint = std::get<Endpoint>(endpoint);
    if (trial.endpoint.signIn == SignIn::SystemIdentity)
        trial.endpoint.username = trial.factory.section(QLatin1Char('/'), -1); // the name that the server would see
    const Resource *server = serverOfHost(call.state, trial.endpoint.host);
    if (Rung rung = roadRung(call, trial, runtime, server))
        return *rung;
    if (Rung rung = serverRung(call, trial, *server))
        return *rung;
    if (Rung rung = signInRung(call, trial, properties, *server))
        return *rung;
    trial.server = server->id;
    return connectTo(call, trial);
}

static Response testConnectivity(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const QJsonObject service = part(call.body, "linkedService");
    QJsonObject properties = part(service, "properties");
    const QString type = word(properties, "type");
    if (type.isEmpty())
        return badRequest(QStringLiteral("The required property 'linkedService' is missing or has no type."));
    const Trial trial = newTrial(call, service);
    if (const Resource *keeper = keeperOf(call, service))
        properties = unmasked(properties, part(keeper->hidden, "properties"));
    properties = resolved(properties);
    if (type == QLatin1String("AzurePostgreSql"))
        return testPostgreSql(call, trial, properties);
    if (type == QLatin1String("AzureKeyVault"))
        return testVault(call, trial, properties);
    return *failure(call, trial, "NotSimulated", QStringLiteral("The sandbox does not test linked services of type '%1'.").arg(type));
}

std::vector<RouteRow> connectivityRoutes()
{
    // No narrower action is published: in practice a role with Microsoft.DataFactory/factories/* is needed.
    return {{"POST", "/testConnectivity", "testConnectivity/action", testConnectivity, false}};
}

} // namespace causeway::sandbox::datafactory
