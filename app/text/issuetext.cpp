// SPDX-License-Identifier: Apache-2.0
#include "text/issuetext.h"

#include "text/plain.h"
#include "text/preflighttext.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>

namespace causeway {

namespace {
struct IssueSentence {
    const char *code;
    const char *sentence;
};
} // namespace

// %1 … are the arguments that the rule gives. What is wrong, what is allowed, an example, who can mend it.
static constexpr IssueSentence issueSentences[] = {
    // The text of the document
    {"json-empty", QT_TRANSLATE_NOOP("Issue", "The file is empty. A setup document starts with { \"causeway\": 1 …; the window makes one, or causewayctl init writes an example.")},
    {"json-too-large", QT_TRANSLATE_NOOP("Issue", "The file is larger than the limit of %1 MiB.")},
    {"json-not-utf8", QT_TRANSLATE_NOOP("Issue", "The file is not UTF-8 at byte %1. Save it as UTF-8.")},
    {"json-syntax", QT_TRANSLATE_NOOP("Issue", "This is not JSON: found %1, expected %2.")},
    {"json-too-deep", QT_TRANSLATE_NOOP("Issue", "Nested deeper than %1 levels.")},
    {"json-too-many-values", QT_TRANSLATE_NOOP("Issue", "More than %1 values.")},
    {"json-string-too-long", QT_TRANSLATE_NOOP("Issue", "A key or text is longer than %1 characters.")},
    {"duplicate-key", QT_TRANSLATE_NOOP("Issue", "\"%1\" is given twice; keep one of the two.")},
    {"number-range", QT_TRANSLATE_NOOP("Issue", "The number %1 is out of range and would be rounded. Whole numbers such as 5432 are taken.")},
    {"character-not-allowed", QT_TRANSLATE_NOOP("Issue", "Character %1 is not allowed: it cannot be seen and can make a name look like another. Type the text again.")},
    {"format-newer", QT_TRANSLATE_NOOP("Issue", "Made by a newer Causeway: the document has format %1, this program reads %2. Update Causeway.")},
    {"format-unknown", QT_TRANSLATE_NOOP("Issue", "There is no format %1. Write \"causeway\": %2.")},
    {"unknown-key", QT_TRANSLATE_NOOP("Issue", "Unknown \"%1\". Known here: %3.")},
    {"missing-key", QT_TRANSLATE_NOOP("Issue", "\"%1\" is missing.")},
    {"wrong-type", QT_TRANSLATE_NOOP("Issue", "Expected %1, got %2.")},
    {"unknown-word", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not one of the words that can stand here: %2.")},
    {"resource-id", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not the id of a resource of type %2. %3")},
    {"secret-plain", QT_TRANSLATE_NOOP("Issue", "A secret must not stand in the document. Say where it comes from, for example {\"secret\": \"prompt\"}, and change the secret if the file was shared.")},
    {"secret-form", QT_TRANSLATE_NOOP("Issue", "This is no reference to a secret. Use {\"secret\": \"prompt\"}, \"generate\", \"env:NAME\", \"keychain:NAME\" or \"keyvault:LINKED_SERVICE/NAME\".")},
    {"secret-keyvault", QT_TRANSLATE_NOOP("Issue", "Only Data Factory can read a secret from its Key Vault, and this one is needed to make the server. Use \"prompt\", \"generate\", \"env:NAME\" or \"keychain:NAME\".")},
    {"secret-generate", QT_TRANSLATE_NOOP("Issue", "This secret cannot be made here, because nobody else would know it. \"generate\" works for the administrator's password, and for a linked service that signs in as that administrator.")},
    // Every text
    {"value-required", QT_TRANSLATE_NOOP("Issue", "A value is needed here.")},
    {"text-too-long", QT_TRANSLATE_NOOP("Issue", "%1 characters are too many; at most %2 are taken.")},
    {"text-spaces", QT_TRANSLATE_NOOP("Issue", "Spaces at the beginning or end do not belong to it: \"%1\" (␣ is a space).")},
    {"guid-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not an id. Example: 72f988bf-86f1-41af-91ab-2d7cd011db47.")},
    {"location-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not a region's name. Regions are written in small letters without spaces, for example westeurope; did you mean %2?")},
    // Setup and resource group
    {"setup-empty", QT_TRANSLATE_NOOP("Issue", "The setup asks for nothing. Give at least one of server, privateEndpoint, integration and linkedService.")},
    {"subscription-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is neither the id of a subscription nor a name. An id has no braces and five groups of digits: 8-4-4-4-12.")},
    {"resource-group-missing", QT_TRANSLATE_NOOP("Issue", "There is no resource group for this. Add \"resourceGroup\": {\"name\": \"rg-sales\"} to the setup, or name one here.")},
    {"resource-group-length", QT_TRANSLATE_NOOP("Issue", "A resource group's name has %2 to %3 characters; this one has %1.")},
    {"resource-group-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a resource group: letters, digits and _ - ( ) . are allowed, and no point at the end. Example: rg-sales.")},
    // Server
    {"server-id-or-create", QT_TRANSLATE_NOOP("Issue", "The server has an id, so it exists, and \"create\" asks to make it. Keep one of the two.")},
    {"server-id-name", QT_TRANSLATE_NOOP("Issue", "The name \"%1\" does not fit the id, which ends in \"%2\". Leave the name out.")},
    {"server-injected", QT_TRANSLATE_NOOP("Issue", "\"%1\" belongs to private access by virtual network integration. Such a server cannot have private endpoints, and the choice cannot be changed later. Make the server with public access and add a privateEndpoint.")},
    {"server-name-length", QT_TRANSLATE_NOOP("Issue", "A server's name has %2 to %3 characters; this one has %1. Example: pg-sales.")},
    {"server-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a server: small letters a–z, digits and hyphens are allowed, no hyphen at either end. Example: pg-sales.")},
    {"login-length", QT_TRANSLATE_NOOP("Issue", "An administrator's name has %2 to %3 characters; this one has %1.")},
    {"login-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name the administrator: letters and digits are allowed. Example: salesdba.")},
    {"login-reserved", QT_TRANSLATE_NOOP("Issue", "\"%1\" is reserved. Neither %2 nor names that begin with pg_ are taken. Example: salesdba.")},
    {"login-unused", QT_TRANSLATE_NOOP("Issue", "Password authentication is off, so the administrator's name and password are not used.")},
    {"password-length", QT_TRANSLATE_NOOP("Issue", "The password has %1 characters; 8 to 128 are allowed.")},
    {"password-classes", QT_TRANSLATE_NOOP("Issue", "The password needs three of these four: capital letters, small letters, digits, other characters.")},
    {"password-login", QT_TRANSLATE_NOOP("Issue", "The password must not contain the administrator's name \"%1\" or three of its characters in a row.")},
    {"password-characters", QT_TRANSLATE_NOOP("Issue", "The password contains a line break or another control character.")},
    {"password-spaces", QT_TRANSLATE_NOOP("Issue", "The password begins or ends with a space, which is easily lost.")},
    {"version-unknown", QT_TRANSLATE_NOOP("Issue", "There is no PostgreSQL version \"%1\" here; 11 to 18 are, as whole numbers. Example: \"16\".")},
    {"version-old", QT_TRANSLATE_NOOP("Issue", "PostgreSQL %1 is past its community's end of life and costs extra support. Take 14 or newer for a new server.")},
    {"sku-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not a compute size. Example: Standard_D2ds_v5.")},
    {"high-availability-burstable", QT_TRANSLATE_NOOP("Issue", "The burstable size %1 cannot have a standby. Choose a general purpose size, for example Standard_D2ds_v5, or \"Disabled\".")},
    {"storage-size", QT_TRANSLATE_NOOP("Issue", "%1 GiB of storage cannot be had. Sizes: %2.")},
    {"backup-retention", QT_TRANSLATE_NOOP("Issue", "Backups are kept for 7 to 35 days, not %1.")},
    {"authentication-none", QT_TRANSLATE_NOOP("Issue", "Nobody could sign in: switch on password or Microsoft Entra authentication, or both.")},
    {"firewall-name-length", QT_TRANSLATE_NOOP("Issue", "A firewall rule's name has %2 to %3 characters; this one has %1.")},
    {"firewall-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a firewall rule: letters, digits, _ and - are allowed. Example: office.")},
    {"firewall-twice", QT_TRANSLATE_NOOP("Issue", "Two firewall rules are called \"%1\".")},
    {"firewall-address", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not an IPv4 address. Example: 203.0.113.10.")},
    {"firewall-order", QT_TRANSLATE_NOOP("Issue", "The range ends at %2, before its beginning %1. Exchange the two.")},
    {"firewall-all-azure", QT_TRANSLATE_NOOP("Issue", "0.0.0.0 lets every Azure customer's services reach the server, not only yours.")},
    {"firewall-open", QT_TRANSLATE_NOOP("Issue", "This rule lets everybody up to %1 reach the server from the internet.")},
    {"firewall-without-public-access", QT_TRANSLATE_NOOP("Issue", "Public access is disabled: firewall rules are not applied. Leave them out, or enable public access.")},
    {"public-access-without-firewall", QT_TRANSLATE_NOOP("Issue", "Public access is enabled, but no firewall rule lets anybody in: only private endpoints will work.")},
    {"database-name-length", QT_TRANSLATE_NOOP("Issue", "A database's name has %2 to %3 bytes; this one has %1.")},
    {"database-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a database: it begins with a letter or _, then letters, digits, _ and - are allowed. Example: sales-2026.")},
    {"database-reserved", QT_TRANSLATE_NOOP("Issue", "\"%1\" is there already or reserved, as are all of %2. Choose another name.")},
    {"database-twice", QT_TRANSLATE_NOOP("Issue", "The database \"%1\" stands in the list twice.")},
    // Network
    {"endpoint-without-server", QT_TRANSLATE_NOOP("Issue", "A private endpoint leads to a server: add \"server\" with \"create\" or with the \"id\" of one that exists.")},
    {"endpoint-name-length", QT_TRANSLATE_NOOP("Issue", "A private endpoint's name has %2 to %3 characters; this one has %1.")},
    {"endpoint-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a private endpoint: it begins with a letter or digit and ends with one or _; between them _ . - are allowed too. Example: pe-sales.")},
    {"endpoint-network-subscription", QT_TRANSLATE_NOOP("Issue", "The private endpoint must lie in its virtual network's subscription %1, not in %2. Set privateEndpoint.subscription.")},
    {"network-server-subscription", QT_TRANSLATE_NOOP("Issue", "The virtual network is in subscription %1, the server in %2. Microsoft's article asks for one subscription; Azure no longer does.")},
    {"endpoint-server-region", QT_TRANSLATE_NOOP("Issue", "The private endpoint is in %1, the server in %2. Microsoft's article asks for one region; Azure no longer does, but traffic between regions takes longer and costs more.")},
    {"subresource", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not a sub-resource of a flexible server; the only one is postgresqlServer.")},
    {"subnet-name-length", QT_TRANSLATE_NOOP("Issue", "A subnet's name has %2 to %3 characters; this one has %1.")},
    {"subnet-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not a subnet's name: letters, digits and _ . - are allowed. Example: snet-pe.")},
    {"request-message-length", QT_TRANSLATE_NOOP("Issue", "The request has %1 characters; Azure takes at most %2.")},
    {"dns-zone-article", QT_TRANSLATE_NOOP("Issue", "Azure never looks into the zone %1: Microsoft's article names it by mistake. The zone is %2. Write \"auto\" and it is found or made.")},
    {"dns-zone-name", QT_TRANSLATE_NOOP("Issue", "The zone is called %1, but Azure looks for the server in %2.")},
    {"dns-zone-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is neither \"auto\" nor the resource id of a private DNS zone. Write \"auto\" to find or make %2.")},
    {"dns-zone-unused", QT_TRANSLATE_NOOP("Issue", "The zone is used with dns mode \"zone\" only. Leave it out or change the mode.")},
    {"cidr-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not an IPv4 network. Example: 10.0.1.0/24.")},
    {"cidr-size", QT_TRANSLATE_NOOP("Issue", "%1 cannot be a subnet: sizes go from /8 to /29, and Azure keeps five addresses of each. Example: 10.0.1.0/27.")},
    {"cidr-host-bits", QT_TRANSLATE_NOOP("Issue", "%1 is an address inside a network, not the network's own. The network is %2.")},
    {"cidr-ipv6", QT_TRANSLATE_NOOP("Issue", "%1 is IPv6; a flexible server's private endpoint takes IPv4. Example: 10.0.1.0/24.")},
    {"cidr-outside", QT_TRANSLATE_NOOP("Issue", "%1 does not lie in the virtual network, which has %2.")},
    {"cidr-overlap", QT_TRANSLATE_NOOP("Issue", "%1 overlaps with the subnet %2.")},
    // Integration
    {"factory-name-length", QT_TRANSLATE_NOOP("Issue", "A data factory's name has %2 to %3 characters; this one has %1.")},
    {"factory-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a data factory: letters, digits and single hyphens between them are allowed. Example: adf-sales.")},
    {"runtime-name-length", QT_TRANSLATE_NOOP("Issue", "An integration runtime's name has %2 to %3 characters; this one has %1.")},
    {"runtime-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name an integration runtime: letters, digits and single hyphens between them are allowed. Example: VnetRuntime.")},
    {"factory-child-length", QT_TRANSLATE_NOOP("Issue", "This name has %2 to %3 characters; \"%4\" has %1.")},
    {"factory-child-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot be the name: letters, digits, _ and inner hyphens are allowed. Example: mpe-pg-sales.")},
    {"authoring-minutes", QT_TRANSLATE_NOOP("Issue", "Interactive authoring ends after 10, 30, 60 or 120 minutes, not %1.")},
    {"managed-endpoint-without-runtime", QT_TRANSLATE_NOOP("Issue", "A managed private endpoint serves an integration runtime in the managed virtual network: add \"runtime\": {\"name\": \"VnetRuntime\"}.")},
    {"managed-endpoint-without-server", QT_TRANSLATE_NOOP("Issue", "A managed private endpoint leads to a server: add \"server\" with \"create\" or with the \"id\" of one that exists.")},
    // Linked service
    {"linked-service-name-length", QT_TRANSLATE_NOOP("Issue", "A linked service's name has %2 to %3 characters; this one has %1.")},
    {"linked-service-name-characters", QT_TRANSLATE_NOOP("Issue", "\"%1\" cannot name a linked service: it begins with a letter, and - < > * # . % & : \\ + ? / are not allowed. Example: PgSales.")},
    {"linked-service-version", QT_TRANSLATE_NOOP("Issue", "There is no version \"%1\" of the connector; there are \"2.0\" and \"1.0\".")},
    {"linked-service-old", QT_TRANSLATE_NOOP("Issue", "Version 1.0 of the connector is superseded: no TLS 1.3, no managed identities. Take \"2.0\".")},
    {"linked-service-without-integration", QT_TRANSLATE_NOOP("Issue", "No data factory is named, so the linked service can be exported but not made. Add \"integration\": {\"name\": \"adf-sales\"}.")},
    {"linked-service-without-server", QT_TRANSLATE_NOOP("Issue", "The account is taken from the subscription, but the setup has no server. Add \"server\", or write \"account\": \"manual\" and a \"host\".")},
    {"host-unused", QT_TRANSLATE_NOOP("Issue", "The host \"%1\" is used with account \"manual\" only; the server of this setup is taken.")},
    {"host-form", QT_TRANSLATE_NOOP("Issue", "\"%1\" is not a host name; neither scheme nor port belong to it. Example: pg-sales.postgres.database.azure.com.")},
    {"host-address", QT_TRANSLATE_NOOP("Issue", "%1 is an address, but VerifyFull needs the DNS name that stands in the server's certificate. Example: pg-sales.postgres.database.azure.com.")},
    {"host-privatelink", QT_TRANSLATE_NOOP("Issue", "%1 is the private zone's name for the server; the certificate is for the public name. Use %2, which leads to the private address from inside.")},
    {"port-range", QT_TRANSLATE_NOOP("Issue", "%1 is not a port: 1 to 65535, usually 5432.")},
    {"database-not-made", QT_TRANSLATE_NOOP("Issue", "The new server will not have a database \"%1\". Add it to server.databases.")},
    {"connect-via-missing", QT_TRANSLATE_NOOP("Issue", "No integration runtime is named: Data Factory takes its public one, and the private endpoint is never used.")},
    {"connect-via-differs", QT_TRANSLATE_NOOP("Issue", "The linked service connects via \"%1\", but the setup's integration runtime is \"%2\". They must be the same.")},
    {"encryption-reason", QT_TRANSLATE_NOOP("Issue", "%1 does not insist on encryption. Say why in encryptionReason, or take Require or better: VerifyFull.")},
    {"encryption-refused", QT_TRANSLATE_NOOP("Issue", "%1 is not encrypted, and the server refuses that while require_secure_transport is on, which is its default. Take VerifyFull.")},
    {"encryption-clear-text", QT_TRANSLATE_NOOP("Issue", "%1 sends everything, the password too, in clear text. It works only because require_secure_transport is off, which is not recommended.")},
    {"encryption-fall-back", QT_TRANSLATE_NOOP("Issue", "%1 may fall back to clear text, because require_secure_transport is off. Take Require or better.")},
    {"encryption-unchecked", QT_TRANSLATE_NOOP("Issue", "The server's certificate is not checked, so %1 cannot tell the server from an impostor.")},
    // Authentication of the linked service
    {"authentication-key-missing", QT_TRANSLATE_NOOP("Issue", "Authentication type %1 needs \"%2\".")},
    {"authentication-key-foreign", QT_TRANSLATE_NOOP("Issue", "Authentication type %1 has no \"%2\". Leave it out, or choose another type.")},
    {"authentication-key-and-certificate", QT_TRANSLATE_NOOP("Issue", "A service principal signs in with a key or with a certificate. Keep one of the two.")},
    {"authentication-version", QT_TRANSLATE_NOOP("Issue", "Version 1.0 knows only BasicAuth, not %1. Take version \"2.0\".")},
    {"authentication-needs-password", QT_TRANSLATE_NOOP("Issue", "%1 signs in with a password: set server.authentication.password to true.")},
    {"authentication-object-id", QT_TRANSLATE_NOOP("Issue", "%1 is the id of the application. Its service principal (enterprise application) has an object id of its own (az ad sp show --id %1 --query id).")},
    {"authentication-needs-entra", QT_TRANSLATE_NOOP("Issue", "%1 signs in with a Microsoft Entra identity: set server.authentication.entra to true.")},
};

//! The arguments of "json-syntax" and "wrong-type" that are words and not quotations from the file.
[[maybe_unused]] static constexpr const char *jsonWords[] = {
    QT_TRANSLATE_NOOP("Issue", "the end of the file"), QT_TRANSLATE_NOOP("Issue", "a key in quotation marks"), QT_TRANSLATE_NOOP("Issue", "a digit"),
    QT_TRANSLATE_NOOP("Issue", "no digit behind a leading 0"), QT_TRANSLATE_NOOP("Issue", "a value"), QT_TRANSLATE_NOOP("Issue", "boolean"),
    QT_TRANSLATE_NOOP("Issue", "number"), QT_TRANSLATE_NOOP("Issue", "string"), QT_TRANSLATE_NOOP("Issue", "list"), QT_TRANSLATE_NOOP("Issue", "object"),
    QT_TRANSLATE_NOOP("Issue", "integer"), QT_TRANSLATE_NOOP("Issue", "number with decimals"), QT_TRANSLATE_NOOP("Issue", "nothing"),
};

static QStringList issueArguments(const Issue &issue)
{
    QStringList arguments = issue.arguments;
    if (issue.code == QLatin1String("json-syntax") || issue.code == QLatin1String("wrong-type")) {
        for (QString &each : arguments)
            each = QCoreApplication::translate("Issue", each.toUtf8().constData());
    }
    return arguments;
}

QString issueText(const Issue &issue)
{
    const auto *found = std::find_if(std::begin(issueSentences), std::end(issueSentences),
                                     [&](const IssueSentence &row) { return issue.code == QLatin1String(row.code); });
    if (found == std::end(issueSentences)) {
        if (const QString finding = preflightText(issue); !finding.isEmpty())
            return finding;
        return filledIn(QStringLiteral("%1 %2"), {issue.code, issue.arguments.join(QStringLiteral(", "))});
    }
    // Lists of words may be longer than a name; they are ours.
    QString text = filledIn(QCoreApplication::translate("Issue", found->sentence), issueArguments(issue), 400);
    const bool isWord = issue.code == QLatin1String("unknown-word");
    const QString meant = issue.code == QLatin1String("unknown-key") ? issue.arguments.value(1) : isWord ? issue.arguments.value(2) : QString();
    if (!meant.isEmpty())
        text += QLatin1Char(' ') + filledIn(QCoreApplication::translate("Issue", "Did you mean \"%1\"?"), {meant});
    return text;
}

QString issueLine(const Issue &issue)
{
    QString place = plainText(issue.field);
    if (issue.line > 0) {
        const QString position = QCoreApplication::translate("Issue", "line %1, column %2").arg(issue.line).arg(issue.column);
        place = place.isEmpty() ? position : QStringLiteral("%1 (%2)").arg(place, position);
    }
    const QString kind = issue.severity == Severity::Warning ? QCoreApplication::translate("Issue", "warning: ") : QString();
    return (place.isEmpty() ? QString() : place + QStringLiteral(": ")) + kind + issueText(issue);
}

QString issueExcerpt(const QByteArray &utf8, const Issue &issue)
{
    qsizetype start = utf8.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    for (int line = 1; line < issue.line && start >= 0; ++line)
        start = utf8.indexOf('\n', start) < 0 ? -1 : utf8.indexOf('\n', start) + 1;
    if (issue.line < 1 || issue.column < 1 || start < 0)
        return {};
    const qsizetype end = utf8.indexOf('\n', start);
    const QString line = QString::fromUtf8(utf8.mid(start, end < 0 ? -1 : end - start));
    // A long line is shown around the place only.
    const int from = std::max(0, issue.column - 60);
    const QString shown = plainText(line.mid(from, 100), 100);
    const QString before = plainText(line.mid(from, issue.column - 1 - from), 100);
    return shown + QLatin1Char('\n') + QString(before.size(), QLatin1Char(' ')) + QLatin1Char('^');
}

} // namespace causeway
