// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"
#include "sandbox/providers/postgresql.h"

#include <array>

namespace causeway::sandbox::datafactory {

// What a connection ends with when no PostgreSQL is there to ask: TLS by table, then sign-in, then database.

enum class Carriage { Refused, Plain, Encrypted, Verified };

//! By sslMode (Disable, Allow, Prefer, Require, Verify-ca, Verify-full) and require_secure_transport (off, on). Allow tries
//! plain text first and comes back with TLS when the server refuses that.
static constexpr std::array<std::array<Carriage, 2>, 6> carriages{{
    {Carriage::Plain, Carriage::Refused},
    {Carriage::Plain, Carriage::Encrypted},
    {Carriage::Encrypted, Carriage::Encrypted},
    {Carriage::Encrypted, Carriage::Encrypted},
    {Carriage::Verified, Carriage::Verified},
    {Carriage::Verified, Carriage::Verified},
}};

int effectiveSslMode(const State &state, const Endpoint &endpoint)
{
    const bool validates = state.setting(QStringLiteral("requireValidatesCertificate"), false).toBool();
    return endpoint.sslMode == 3 && validates && !endpoint.trustServerCertificate ? 4 : endpoint.sslMode;
}

bool requiresSecureTransport(const Resource &server)
{
    return parameterOf(server, QStringLiteral("require_secure_transport")).compare(QLatin1String("off"), Qt::CaseInsensitive) != 0;
}

static Carriage carriageOf(const State &state, const Resource &server, const Endpoint &endpoint)
{
    const Carriage carriage = carriages.at(size_t(effectiveSslMode(state, endpoint))).at(requiresSecureTransport(server) ? 1 : 0);
    return carriage == Carriage::Verified && endpoint.trustServerCertificate ? Carriage::Encrypted : carriage;
}

static bool trustsTheRoot(const State &state)
{
    return state.setting(QStringLiteral("connectorRootCertificate"), QStringLiteral("azure")).toString() == QLatin1String("azure");
}

static QJsonObject failed(const char *phase, const char *sqlState, const QString &message, bool tls)
{
    return {{QStringLiteral("ok"), false}, {QStringLiteral("computed"), true}, {QStringLiteral("phase"), QLatin1String(phase)},
            {QStringLiteral("sqlstate"), QLatin1String(sqlState)}, {QStringLiteral("message"), message}, {QStringLiteral("tls"), tls}};
}

static QString memberOf(const Resource &server, const char *group, const char *name)
{
    return word(part(part(server.body, "properties"), group), name);
}

std::optional<Fault> refusedSignIn(const Resource &server, const Endpoint &endpoint, const Identity &identity)
{
    const bool byPassword = endpoint.signIn == SignIn::Basic;
    const bool allowed = byPassword ? memberOf(server, "authConfig", "passwordAuth") != QLatin1String("Disabled")
                                    : memberOf(server, "authConfig", "activeDirectoryAuth") == QLatin1String("Enabled");
    if (allowed)
        return std::nullopt;
    const QString what = byPassword ? QStringLiteral("password authentication") : QStringLiteral("Microsoft Entra authentication");
    return Fault{QStringLiteral("AuthenticationFailed"),
                 QStringLiteral("28000: %1 is not enabled on the server for user \"%2\"").arg(what, identity.username)};
}

QJsonObject computedOutcome(const State &state, const Resource &server, const Endpoint &endpoint, const Identity &identity)
{
    const Carriage carriage = carriageOf(state, server, endpoint);
    if (carriage == Carriage::Refused)
        return failed("auth", "28000", QStringLiteral("no pg_hba.conf entry for host \"10.0.0.4\", user \"%1\", database \"%2\", no encryption")
                                           .arg(identity.username, endpoint.database), false);
    if (carriage == Carriage::Verified && !trustsTheRoot(state))
        return failed("tls", "", QStringLiteral("SSL error: certificate verify failed"), false);
    const bool tls = carriage != Carriage::Plain;
    const QString refusal = computedSignIn(state, server, endpoint.database, identity.username, identity.secret);
    if (refusal == QLatin1String("3D000"))
        return failed("query", "3D000", QStringLiteral("database \"%1\" does not exist").arg(endpoint.database), tls);
    if (!refusal.isEmpty())
        return failed("auth", "28P01", QStringLiteral("password authentication failed for user \"%1\"").arg(identity.username), tls);
    return {{QStringLiteral("ok"), true}, {QStringLiteral("computed"), true}, {QStringLiteral("tls"), tls}};
}

} // namespace causeway::sandbox::datafactory
