// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/scopes.h"

#include <algorithm>

namespace causeway::sandbox {

// facts: clouds and their audiences.
static const QList<Audience> &knownAudiences()
{
    static const QList<Audience> known{
        {"Azure Resource Manager", "797f4846-ba00-4fd7-ba43-dac1f8f63013",
         {QStringLiteral("https://management.azure.com"), QStringLiteral("https://management.core.windows.net"),
          QStringLiteral("https://management.chinacloudapi.cn"), QStringLiteral("https://management.core.chinacloudapi.cn"),
          QStringLiteral("https://management.usgovcloudapi.net"), QStringLiteral("https://management.core.usgovcloudapi.net")}},
        {"Azure OSSRDBMS Database", "123cd850-d9df-40bd-94d5-c9f07b7fa203",
         {QStringLiteral("https://ossrdbms-aad.database.windows.net"), QStringLiteral("https://ossrdbms-aad.database.chinacloudapi.cn"),
          QStringLiteral("https://ossrdbms-aad.database.usgovcloudapi.net")}},
        {"Azure Synapse", "ec52d13d-2e85-410e-a89a-8c79fb6a32ac",
         {QStringLiteral("https://dev.azuresynapse.net"), QStringLiteral("https://dev.azuresynapse.azure.cn"),
          QStringLiteral("https://dev.azuresynapse.usgovcloudapi.net")}},
        {"Azure Key Vault", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
         {QStringLiteral("https://vault.azure.net"), QStringLiteral("https://vault.azure.cn"), QStringLiteral("https://vault.usgovcloudapi.net")}},
        {"Microsoft Graph", "00000003-0000-0000-c000-000000000000", {QStringLiteral("https://graph.microsoft.com")}}};
    return known;
}

static const Audience *audienceNamed(const QString &resource, const QByteArray &origin)
{
    QString plain = resource;
    while (plain.endsWith(QLatin1Char('/')))
        plain.chop(1);
    const QList<Audience> &known = knownAudiences();
    if (plain.compare(QLatin1String(origin), Qt::CaseInsensitive) == 0)
        return &known.first();
    const auto found = std::find_if(known.begin(), known.end(), [&](const Audience &one) {
        return one.identifiers.contains(plain, Qt::CaseInsensitive) || plain.compare(QLatin1String(one.applicationId), Qt::CaseInsensitive) == 0;
    });
    return found == known.end() ? nullptr : &*found;
}

QString WantedScopes::granted() const
{
    QStringList words;
    if (permissions.contains(QStringLiteral(".default")))
        words.append(resource + QStringLiteral("/user_impersonation"));
    for (const QString &permission : permissions)
        words.append(resource + QLatin1Char('/') + permission);
    words.removeDuplicates();
    if (words.isEmpty()) { // no resource: the token is for the user's own profile
        if (openId)
            words.append(QStringLiteral("openid"));
        if (profile)
            words.append(QStringLiteral("profile"));
    }
    return words.join(QLatin1Char(' '));
}

StsResult<WantedScopes> wantedScopes(const QString &scope, const QByteArray &origin, const QString &tenant, bool severalAllowed)
{
    static const QStringList known{QStringLiteral(".default"), QStringLiteral("user_impersonation")};
    WantedScopes wanted;
    for (const QString &word : scope.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (word == QLatin1String("openid") || word == QLatin1String("email")) {
            wanted.openId |= word == QLatin1String("openid");
        } else if (word == QLatin1String("profile")) {
            wanted.profile = true;
        } else if (word == QLatin1String("offline_access")) {
            wanted.offline = true;
        } else {
            const qsizetype slash = word.lastIndexOf(QLatin1Char('/'));
            const QString resource = word.left(slash), permission = word.mid(slash + 1);
            if (slash < 1 || !known.contains(permission))
                return stsFailure(70011, {word});
            const Audience *audience = audienceNamed(resource, origin);
            if (!audience)
                return stsFailure(500011, {resource, tenant});
            if (!wanted.resource.isEmpty() && wanted.resource != resource) {
                if (severalAllowed)
                    continue;
                return stsFailure(28000, {scope});
            }
            wanted.resource = resource;
            wanted.audience = audience;
            wanted.permissions.append(permission);
        }
    }
    return wanted;
}

} // namespace causeway::sandbox
