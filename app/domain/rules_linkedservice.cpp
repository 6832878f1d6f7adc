// SPDX-License-Identifier: Apache-2.0
// azure-data-factory.md §7 (linked service), article 000 step 3 (encryption against require_secure_transport).
#include "domain/encryption.h"
#include "domain/ipv4.h"
#include "domain/privatedns.h"
#include "domain/rulebook.h"

#include <QRegularExpression>

namespace causeway {

Issues checkPort(int port, const QString &field)
{
    return port < 1 || port > 65535 ? Issues{error(field, "port-range", {QString::number(port)})} : Issues{};
}

Issues checkHost(const QString &host, EncryptionMethod encryption, const QString &field)
{
    static const QRegularExpression name(
        QStringLiteral("\\A(?=.{1,253}\\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\\z"));
    static const QRegularExpression ipv6(QStringLiteral("\\A\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\]?\\z"));
    if (host.isEmpty())
        return requireText(host, field);
    const bool isAddress = ipv4Address(host) || ipv6.match(host).hasMatch();
    if (isAddress && encryption == EncryptionMethod::VerifyFull)
        return {error(field, "host-address", {host})};
    if (!isAddress && !name.match(host).hasMatch())
        return {error(field, "host-form", {host})};
    // The certificate is for the public name; the private zone is found through it.
    if (host.contains(QLatin1String(".privatelink."), Qt::CaseInsensitive))
        return {warning(field, "host-privatelink", {host, QString(host).remove(QStringLiteral(".privatelink"), Qt::CaseInsensitive)})};
    return {};
}

//! Of one that may exist already: PostgreSQL takes nearly anything, a connection string does not.
static Issues checkUsedDatabase(const QString &database, const QString &field)
{
    static const QRegularExpression quotes(QStringLiteral("[\"';\\\\]"));
    if (database.toUtf8().size() > 63)
        return {error(field, "database-name-length", {QString::number(database.toUtf8().size()), QStringLiteral("1"), QStringLiteral("63"), database})};
    if (quotes.match(database).hasMatch())
        return {error(field, "database-name-characters", {database})};
    return requireText(database, field);
}

//! Version 1.0's word as the method that it comes to.
static EncryptionMethod usedMethod(const LinkedServiceSpec &service)
{
    const bool isV1 = service.version == QLatin1String("1.0");
    return isV1 ? fromV1(service.encryptionV1, !service.trustServerCertificate) : service.encryption;
}

static void checkEncryption(const SetupSpec &spec, const LinkedServiceSpec &service, Issues &issues)
{
    const QString field = QStringLiteral("linkedService.encryption");
    const bool isV1 = service.version == QLatin1String("1.0");
    const QString word = isV1 ? toText(service.encryptionV1) : toText(service.encryption);
    const auto insists = spec.server ? spec.server->requireSecureTransport : std::nullopt;
    const EncryptionVerdict verdict = judge(usedMethod(service), insists, service.trustServerCertificate);
    if (verdict.needsReason && service.encryptionReason.trimmed().isEmpty())
        issues << error(QStringLiteral("linkedService.encryptionReason"), "encryption-reason", {word});
    switch (verdict.verdict) {
    case Verdict::Refused:
        // Of a server that is there already nobody said how its parameter stands.
        issues << (insists || (spec.server && spec.server->create) ? error(field, "encryption-refused", {word}) : warning(field, "encryption-refused", {word}));
        break;
    case Verdict::ClearText:
        issues << warning(field, "encryption-clear-text", {word});
        break;
    case Verdict::MayFallBackToClearText:
        issues << warning(field, "encryption-fall-back", {word});
        break;
    case Verdict::EncryptedUnverified:
        if (service.trustServerCertificate)
            issues << warning(QStringLiteral("linkedService.trustServerCertificate"), "encryption-unchecked", {word});
        break;
    case Verdict::EncryptedVerified:
    case Verdict::EncryptedAuthorityOnly:
        break;
    }
}

static void checkAccount(const SetupSpec &spec, const LinkedServiceSpec &service, Issues &issues)
{
    const QString host = QStringLiteral("linkedService.host");
    if (service.account == AccountSelection::Manual) {
        issues << checkHost(service.host, usedMethod(service), host);
        return;
    }
    if (!spec.server)
        issues << error(QStringLiteral("linkedService.account"), "linked-service-without-server");
    if (!service.host.isEmpty())
        issues << warning(host, "host-unused", {service.host});
}

static void checkConnectVia(const SetupSpec &spec, const LinkedServiceSpec &service, Issues &issues)
{
    const QString field = QStringLiteral("linkedService.connectVia");
    const QString runtime = spec.integration ? spec.integration->runtimeName : QString();
    if (service.connectVia.isEmpty() && runtime.isEmpty())
        issues << warning(field, "connect-via-missing");
    else if (!service.connectVia.isEmpty() && !runtime.isEmpty() && service.connectVia.compare(runtime, Qt::CaseInsensitive) != 0)
        issues << error(field, "connect-via-differs", {service.connectVia, runtime});
    else if (!service.connectVia.isEmpty())
        issues << checkRuntimeName(service.connectVia, field);
}

static void checkDatabaseIsMade(const SetupSpec &spec, const LinkedServiceSpec &service, Issues &issues)
{
    const bool isNew = service.account == AccountSelection::FromSubscription && spec.server && spec.server->create;
    if (isNew && service.database != QLatin1String("postgres") && !service.database.isEmpty() && !spec.server->databases.contains(service.database))
        issues << warning(QStringLiteral("linkedService.database"), "database-not-made", {service.database});
}

void checkLinkedService(const SetupSpec &spec, Issues &issues)
{
    if (!spec.linkedService)
        return;
    const LinkedServiceSpec &service = *spec.linkedService;
    const QString version = QStringLiteral("linkedService.version");
    issues << checkLinkedServiceName(service.name, QStringLiteral("linkedService.name"));
    if (service.version == QLatin1String("1.0"))
        issues << warning(version, "linked-service-old");
    else if (service.version != QLatin1String("2.0"))
        issues << error(version, "linked-service-version", {service.version});
    if (!spec.integration)
        issues << warning(QStringLiteral("linkedService"), "linked-service-without-integration");
    issues << checkUsedDatabase(service.database, QStringLiteral("linkedService.database"));
    issues << checkPort(service.port, QStringLiteral("linkedService.port"));
    checkAccount(spec, service, issues);
    checkDatabaseIsMade(spec, service, issues);
    checkConnectVia(spec, service, issues);
    checkEncryption(spec, service, issues);
}

} // namespace causeway
