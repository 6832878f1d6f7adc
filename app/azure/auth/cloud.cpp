// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/cloud.h"

#include <QStringList>
#include <QUrl>
#include <algorithm>

namespace causeway {

// Sources: Azure CLI's cloud.py; the private endpoint DNS page of the Azure documentation; compare-azure-government-global-azure.
static CloudProfile makeCloud(const char *name, const char *arm, const char *authority, const char *graph, const char *portal, const char *database, const char *token)
{
    const auto text = [](const char *value) { return QString::fromLatin1(value); };
    const QString suffix = QStringLiteral("postgres.database.") + text(database);
    return CloudProfile{text(name), text(arm), text(arm) + QStringLiteral("/.default"), text(authority), text(graph), text(portal),
                 suffix, QStringLiteral("privatelink.") + suffix, text(token)};
}

const QList<CloudProfile> &clouds()
{
    static const QList<CloudProfile> all = {
        makeCloud("AzureCloud", "https://management.azure.com", "https://login.microsoftonline.com", "https://graph.microsoft.com",
                  "https://portal.azure.com", "azure.com", "https://ossrdbms-aad.database.windows.net"),
        makeCloud("AzureUSGovernment", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us", "https://graph.microsoft.us",
                  "https://portal.azure.us", "usgovcloudapi.net", "https://ossrdbms-aad.database.usgovcloudapi.net"),
        makeCloud("AzureChinaCloud", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn",
                  "https://portal.azure.cn", "chinacloudapi.cn", "https://ossrdbms-aad.database.chinacloudapi.cn"),
    };
    return all;
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
    if (!authority.isEmpty())
        cloud.authority = authority;
    return cloud;
}

QString cloudOfHost(const QString &host)
{
    for (const CloudProfile &cloud : clouds()) {
        for (const QString &address : {cloud.armOrigin, cloud.portal, cloud.authority}) {
            if (QUrl(address).host().compare(host, Qt::CaseInsensitive) == 0)
                return cloud.name;
        }
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
