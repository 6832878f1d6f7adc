// SPDX-License-Identifier: Apache-2.0
#include "domain/issue.h"

#include <algorithm>

namespace causeway {

bool hasErrors(const Issues &issues)
{
    return std::any_of(issues.begin(), issues.end(), [](const Issue &issue) { return issue.severity == Severity::Error; });
}

QStringList allIssueCodes()
{
    static const char codes[] =
        "authentication-key-and-certificate authentication-key-foreign authentication-key-missing authentication-needs-entra "
        "authentication-needs-password authentication-none authentication-object-id authentication-version authoring-minutes backup-retention "
        "character-not-allowed cidr-form cidr-host-bits cidr-ipv6 cidr-outside cidr-overlap cidr-size connect-via-differs "
        "connect-via-missing database-name-characters database-name-length database-not-made database-reserved database-twice "
        "dns-zone-article dns-zone-form dns-zone-name dns-zone-unused duplicate-key encryption-clear-text encryption-fall-back "
        "encryption-reason encryption-refused encryption-unchecked endpoint-name-characters endpoint-name-length "
        "endpoint-network-subscription endpoint-server-region endpoint-without-server factory-child-characters "
        "factory-child-length factory-name-characters factory-name-length firewall-address firewall-all-azure "
        "firewall-name-characters firewall-name-length firewall-open firewall-order firewall-twice "
        "firewall-without-public-access format-newer format-unknown guid-form high-availability-burstable host-address "
        "host-form host-privatelink host-unused json-empty json-not-utf8 json-string-too-long json-syntax json-too-deep "
        "json-too-large json-too-many-values linked-service-name-characters linked-service-name-length linked-service-old "
        "linked-service-version linked-service-without-integration linked-service-without-server location-form login-characters "
        "login-length login-reserved login-unused managed-endpoint-without-runtime managed-endpoint-without-server missing-key "
        "network-server-subscription number-range password-characters password-classes password-length password-login "
        "password-spaces port-range public-access-without-firewall request-message-length resource-group-characters "
        "resource-group-length resource-group-missing resource-id runtime-name-characters runtime-name-length secret-form "
        "secret-generate secret-keyvault secret-plain server-id-name server-id-or-create server-injected server-name-characters "
        "server-name-length setup-empty sku-form storage-size subnet-name-characters subnet-name-length subresource "
        "subscription-form text-spaces text-too-long unknown-key unknown-word value-required version-old version-unknown "
        "wrong-type ";
    return QString::fromLatin1(codes).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

} // namespace causeway
