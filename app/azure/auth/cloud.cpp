// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/cloud.h"

#include <QStringList>
#include <QUrl>
#include <algorithm>

namespace causeway {

namespace {

// Sources: Azure CLI's cloud.py; MSAL's table of known hosts; the private endpoint DNS page of the Azure documentation;
// compare-azure-government-global-azure.
struct CloudRow {
    const char *name, *arm, *login, *aliases, *cacheName, *graph, *portal, *database, *databaseResource, *synapse, *legacy;
};
constexpr CloudRow cloudRows[] = {
    {"AzureCloud", "https://management.azure.com", "login.microsoftonline.com", "login.windows.net login.microsoft.com sts.windows.net", "login.windows.net",
     "https://graph.microsoft.com", "https://portal.azure.com", "azure.com", "https://ossrdbms-aad.database.windows.net", "https://dev.azuresynapse.net",
     "https://management.core.windows.net/"},
    {"AzureUSGovernment", "https://management.usgovcloudapi.net", "login.microsoftonline.us", "login.usgovcloudapi.net", "login.microsoftonline.us",
     "https://graph.microsoft.us", "https://portal.azure.us", "usgovcloudapi.net", "https://ossrdbms-aad.database.usgovcloudapi.net",
     "https://dev.azuresynapse.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/"},
    // MSAL up to 1.31 (Python) knows only the alias.
    {"AzureChinaCloud", "https://management.chinacloudapi.cn", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn", "login.partner.microsoftonline.cn",
     "https://microsoftgraph.chinacloudapi.cn", "https://portal.azure.cn", "chinacloudapi.cn", "https://ossrdbms-aad.database.chinacloudapi.cn",
     "https://dev.azuresynapse.azure.cn", "https://management.core.chinacloudapi.cn/"},
};

CloudProfile cloudOf(const CloudRow &row)
{
    const auto text = [](const char *value) { return QString::fromLatin1(value); };
    CloudProfile cloud;
    cloud.name = text(row.name);
    cloud.armOrigin = text(row.arm);
    cloud.scope = CloudProfile::scopeOf(cloud.armOrigin);
    cloud.authority = QStringLiteral("https://") + text(row.login);
    cloud.graph = text(row.graph);
    cloud.portal = text(row.portal);
    cloud.postgresqlSuffix = QStringLiteral("postgres.database.") + text(row.database);
    cloud.privateLinkZone = QStringLiteral("privatelink.") + cloud.postgresqlSuffix;
    cloud.databaseResource = text(row.databaseResource);
    cloud.synapseResource = text(row.synapse);
    cloud.legacyAudience = text(row.legacy);
    cloud.loginAliases = text(row.aliases).split(QLatin1Char(' '));
    cloud.cacheEnvironment = text(row.cacheName);
    return cloud;
}

} // namespace

const QList<CloudProfile> &clouds()
{
    static const QList<CloudProfile> all = [] {
        QList<CloudProfile> made;
        for (const CloudRow &row : cloudRows)
            made.append(cloudOf(row));
        return made;
    }();
    return all;
}

bool CloudProfile::isLoginHost(const QString &host) const
{
    return QUrl(authority).host().compare(host, Qt::CaseInsensitive) == 0 || loginAliases.contains(host, Qt::CaseInsensitive);
}

const CloudProfile &profileOf(Cloud cloud)
{
    switch (cloud) {
    case Cloud::AzurePublic:
        return clouds().at(0);
    case Cloud::AzureUsGovernment:
        return clouds().at(1);
    case Cloud::AzureChina:
        return clouds().at(2);
    }
    return clouds().at(0);
}

Cloud cloudOf(const CloudProfile &profile)
{
    for (const Cloud cloud : {Cloud::AzureUsGovernment, Cloud::AzureChina}) {
        if (profileOf(cloud).name == profile.name)
            return cloud;
    }
    return Cloud::AzurePublic;
}

Result<CloudProfile> cloudNamed(const QString &name)
{
    QStringList names;
    for (const CloudProfile &cloud : clouds()) {
        if (cloud.name.compare(name, Qt::CaseInsensitive) == 0)
            return cloud;
        names.append(cloud.name);
    }
    return Error::invalid(QStringLiteral("CloudUnknown"), QStringLiteral("There is no cloud '%1'; allowed are %2.").arg(name.left(80), names.join(QStringLiteral(", "))),
                          QStringLiteral("cloud"));
}

CloudProfile cloudAt(const QString &name, const QString &armOrigin, const QString &authority)
{
    CloudProfile cloud = clouds().first();
    cloud.name = name;
    cloud.armOrigin = armOrigin;
    if (authority.isEmpty())
        return cloud;
    cloud.authority = authority;
    cloud.loginAliases.clear();
    const QUrl login(authority);
    cloud.cacheEnvironment = login.port() < 0 ? login.host() : login.host() + QLatin1Char(':') + QString::number(login.port());
    return cloud;
}

QString cloudOfHost(const QString &host)
{
    for (const CloudProfile &cloud : clouds()) {
        const auto isAt = [&host](const QString &address) { return QUrl(address).host().compare(host, Qt::CaseInsensitive) == 0; };
        if (isAt(cloud.armOrigin) || isAt(cloud.portal) || cloud.isLoginHost(host))
            return cloud.name;
    }
    return {};
}

Result<Planes> CloudProfile::planes() const
{
    const auto origin = Origin::parse(armOrigin);
    if (!origin)
        return origin.error();
    return Planes(Planes::Entry{*origin, scope});
}

} // namespace causeway
