// SPDX-License-Identifier: Apache-2.0
// azure-postgresql-and-network.md §2.2 (server), §2.3 (login, password), §2.6 (sizes), §2.7 (firewall), §12 (names).
#include "core/secret.h"
#include "domain/ipv4.h"
#include "domain/rulebook.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

namespace causeway {

static const QList<int> storageSizes{32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767};
static const QStringList reservedLogins{QStringLiteral("azure_superuser"), QStringLiteral("azure_pg_admin"), QStringLiteral("admin"),
                                        QStringLiteral("administrator"), QStringLiteral("root"), QStringLiteral("guest"), QStringLiteral("public")};
static const QStringList reservedDatabases{QStringLiteral("postgres"), QStringLiteral("azure_maintenance"), QStringLiteral("azure_sys"),
                                           QStringLiteral("template0"), QStringLiteral("template1")};

Issues checkServerName(const QString &name, const QString &field)
{
    return checkName(name, field, {3, 63, "[a-z0-9][a-z0-9-]*[a-z0-9]", "server-name-length", "server-name-characters"});
}

Issues checkAdministratorLogin(const QString &login, const QString &field)
{
    if (reservedLogins.contains(login, Qt::CaseInsensitive) || login.startsWith(QLatin1String("pg_"), Qt::CaseInsensitive))
        return {error(field, "login-reserved", {login, reservedLogins.join(QStringLiteral(", "))})};
    return checkName(login, field, {1, 63, "[A-Za-z0-9]+", "login-length", "login-characters"});
}

static int passwordClasses(const QString &password)
{
    bool upper = false, lower = false, digit = false, other = false;
    for (const QChar c : password) {
        upper |= c >= QLatin1Char('A') && c <= QLatin1Char('Z');
        lower |= c >= QLatin1Char('a') && c <= QLatin1Char('z');
        digit |= c >= QLatin1Char('0') && c <= QLatin1Char('9');
        other |= !c.isLetterOrNumber();
    }
    return upper + lower + digit + other;
}

//! Does the text hold three letters or digits in a row that the login holds too?
static bool holdsPartOf(const QString &text, const QString &login)
{
    for (int i = 0; i + 3 <= login.size(); ++i) {
        const QString part = login.mid(i, 3);
        if (std::all_of(part.begin(), part.end(), [](QChar c) { return c.isLetterOrNumber(); }) && text.contains(part, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

Issues checkPassword(const Secret &password, const QString &login, const QString &field)
{
    const QString text = QString::fromUtf8(password.reveal());
    const auto isControl = [](QChar c) { return c.category() == QChar::Other_Control; };
    Issues issues;
    if (text.isEmpty())
        return {error(field, "value-required")};
    if (text.size() < 8 || text.size() > 128)
        issues << error(field, "password-length", {QString::number(text.size())});
    if (std::any_of(text.begin(), text.end(), isControl))
        issues << error(field, "password-characters");
    else if (text != text.trimmed())
        issues << error(field, "password-spaces");
    if (passwordClasses(text) < 3)
        issues << error(field, "password-classes");
    if (holdsPartOf(text, login))
        issues << error(field, "password-login", {login});
    return issues;
}

Secret generatePassword(const QString &login)
{
    // Nothing that looks alike, and no sign that a shell, a URL or a connection string would read as its own.
    static const char *const classes[] = {"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "-_.~"};
    QRandomGenerator *random = QRandomGenerator::system();
    for (;;) {
        QByteArray password;
        for (int i = 0; i < 24; ++i) {
            const QByteArray letters(classes[i < 4 ? i : random->bounded(3)]);
            password += letters.at(random->bounded(int(letters.size())));
        }
        for (int i = int(password.size()) - 1; i > 0; --i)
            std::swap(password[i], password[random->bounded(i + 1)]);
        Secret secret(password);
        if (checkPassword(secret, login, {}).isEmpty())
            return secret;
    }
}

Issues checkDatabaseName(const QString &name, const QString &field)
{
    if (reservedDatabases.contains(name))
        return {error(field, "database-reserved", {name, reservedDatabases.join(QStringLiteral(", "))})};
    // PostgreSQL cuts names at 63 bytes; the pattern leaves only characters of one byte.
    return checkName(name, field, {1, 63, "[A-Za-z_][A-Za-z0-9_-]*", "database-name-length", "database-name-characters"});
}

static Issues checkAddress(const QString &address, const QString &field)
{
    if (address.isEmpty() || ipv4Address(address))
        return requireText(address, field);
    return {error(field, "firewall-address", {address})};
}

Issues checkFirewallRule(const FirewallRuleSpec &rule, const QString &field)
{
    Issues issues = checkName(rule.name, field + QStringLiteral(".name"), {1, 128, "[A-Za-z0-9_-]+", "firewall-name-length", "firewall-name-characters"});
    issues << checkAddress(rule.from, field + QStringLiteral(".from")) << checkAddress(rule.to, field + QStringLiteral(".to"));
    const auto from = ipv4Address(rule.from);
    const auto to = ipv4Address(rule.to);
    if (!from || !to)
        return issues;
    if (*from > *to)
        issues << error(field + QStringLiteral(".to"), "firewall-order", {rule.from, rule.to});
    else if (*from == 0 && *to == 0)
        issues << warning(field, "firewall-all-azure");
    else if (*from == 0)
        issues << warning(field, "firewall-open", {rule.to});
    return issues;
}

static void checkAdministrator(const ServerSpec &server, const ServerCreateSpec &create, Issues &issues)
{
    const QString login = QStringLiteral("server.create.administratorLogin");
    const QString password = QStringLiteral("server.create.administratorPassword");
    const bool isSet = create.administratorPassword.kind != SecretReference::Kind::None;
    if (!server.passwordAuthentication) {
        if (!create.administratorLogin.isEmpty() || isSet)
            issues << warning(login, "login-unused");
        return;
    }
    issues << checkAdministratorLogin(create.administratorLogin, login);
    if (!isSet)
        issues << error(password, "value-required");
    if (create.administratorPassword.kind == SecretReference::Kind::KeyVault)
        issues << error(password, "secret-keyvault");
}

static void checkServerCreate(const ServerSpec &server, const ServerCreateSpec &create, Issues &issues)
{
    static const QRegularExpression sku(QStringLiteral("\\AStandard_[A-Z]+[0-9]+[a-z]*(_v[0-9]+)?\\z"));
    const QString at = QStringLiteral("server.create.");
    issues << checkLocation(create.location, at + QStringLiteral("location"));
    bool isNumber = false;
    const int version = create.version.toInt(&isNumber);
    if (!isNumber || version < 11 || version > 18 || QString::number(version) != create.version)
        issues << error(at + QStringLiteral("version"), "version-unknown", {create.version});
    else if (version < 14)
        issues << warning(at + QStringLiteral("version"), "version-old", {create.version});
    if (!sku.match(create.sku).hasMatch())
        issues << error(at + QStringLiteral("sku"), "sku-form", {create.sku});
    if (create.highAvailability != HighAvailability::Disabled && create.sku.startsWith(QLatin1String("Standard_B")))
        issues << error(at + QStringLiteral("highAvailability"), "high-availability-burstable", {create.sku});
    if (!storageSizes.contains(create.storageGiB)) {
        QStringList sizes;
        for (const int size : storageSizes)
            sizes << QString::number(size);
        issues << error(at + QStringLiteral("storageGiB"), "storage-size", {QString::number(create.storageGiB), sizes.join(QStringLiteral(", "))});
    }
    if (create.backupRetentionDays && (*create.backupRetentionDays < 7 || *create.backupRetentionDays > 35))
        issues << error(at + QStringLiteral("backupRetentionDays"), "backup-retention", {QString::number(*create.backupRetentionDays)});
    checkAdministrator(server, create, issues);
}

//! Names that stand twice; Azure does not tell upper from lower case.
static Issues checkTwice(const QStringList &names, const QString &field, const QString &key, const char *code, Qt::CaseSensitivity sensitivity)
{
    Issues issues;
    QSet<QString> seen;
    for (int i = 0; i < names.size(); ++i) {
        const QString name = sensitivity == Qt::CaseSensitive ? names.at(i) : names.at(i).toLower();
        if (seen.contains(name))
            issues << error(QStringLiteral("%1[%2]%3").arg(field).arg(i).arg(key), code, {names.at(i)});
        seen.insert(name);
    }
    return issues;
}

static void checkServerParts(const ServerSpec &server, Issues &issues)
{
    QStringList names;
    for (int i = 0; i < server.firewall.size(); ++i) {
        issues << checkFirewallRule(server.firewall.at(i), QStringLiteral("server.firewall[%1]").arg(i));
        names << server.firewall.at(i).name;
    }
    issues << checkTwice(names, QStringLiteral("server.firewall"), QStringLiteral(".name"), "firewall-twice", Qt::CaseInsensitive);
    for (int i = 0; i < server.databases.size(); ++i)
        issues << checkDatabaseName(server.databases.at(i), QStringLiteral("server.databases[%1]").arg(i));
    issues << checkTwice(server.databases, QStringLiteral("server.databases"), {}, "database-twice", Qt::CaseSensitive);
    if (server.publicNetworkAccess == false && !server.firewall.isEmpty())
        issues << warning(QStringLiteral("server.firewall"), "firewall-without-public-access");
    if (server.publicNetworkAccess == true && server.firewall.isEmpty() && server.create)
        issues << warning(QStringLiteral("server.publicNetworkAccess"), "public-access-without-firewall");
}

void checkServer(const SetupSpec &spec, Issues &issues)
{
    if (!spec.server)
        return;
    const ServerSpec &server = *spec.server;
    const QString name = QStringLiteral("server.name");
    if (server.create && !server.id.isEmpty())
        issues << error(QStringLiteral("server.id"), "server-id-or-create");
    if (server.id.isEmpty() || server.create)
        issues << checkServerName(server.name, name);
    else if (!server.name.isEmpty() && server.name.compare(server.id.name(), Qt::CaseInsensitive) != 0)
        issues << error(name, "server-id-name", {server.name, server.id.name()});
    if (!server.passwordAuthentication && !server.entraAuthentication)
        issues << error(QStringLiteral("server.authentication"), "authentication-none");
    if (server.create)
        checkServerCreate(server, *server.create, issues);
    checkServerParts(server, issues);
}

} // namespace causeway
