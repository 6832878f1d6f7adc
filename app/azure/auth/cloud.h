// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/planes.h"
#include "domain/setupspec.h"

#include <QStringList>

namespace causeway {

//! One Azure cloud: where its parts live and how its names end (azure-postgresql-and-network.md §11, sign-in.md §2).
struct CloudProfile {
    QString name;             //!< as the Azure CLI calls it: AzureCloud, AzureUSGovernment, AzureChinaCloud; or "sandbox"
    QString armOrigin;        //!< https://management.azure.com
    QString scope;            //!< https://management.azure.com/.default
    QString authority;        //!< https://login.microsoftonline.com
    QString graph;            //!< https://graph.microsoft.com
    QString portal;           //!< https://portal.azure.com
    QString postgresqlSuffix; //!< postgres.database.azure.com
    QString privateLinkZone;  //!< privatelink.postgres.database.azure.com
    QString databaseResource; //!< audience of a token for PostgreSQL itself: https://ossrdbms-aad.database.windows.net
    QString synapseResource;  //!< audience of a token for Synapse's development endpoint: https://dev.azuresynapse.net
    QString legacyAudience;   //!< ARM's older audience, which it takes as well: https://management.core.windows.net/
    QStringList loginAliases; //!< other names of the login host; empty for a host of one's own
    QString cacheEnvironment; //!< what a token cache calls the login host: login.windows.net

    //! https://ossrdbms-aad.database.windows.net/.default
    [[nodiscard]] static QString scopeOf(const QString &resource) { return resource + QStringLiteral("/.default"); }
    //! Is this the login host, or another name of it? Ignores case.
    [[nodiscard]] bool isLoginHost(const QString &host) const;
    //! The pipeline's table; an error when armOrigin is not an origin.
    [[nodiscard]] Result<Planes> planes() const;
};

//! The three public clouds, AzureCloud first.
const QList<CloudProfile> &clouds();
//! Of the cloud that a setup names.
const CloudProfile &profileOf(Cloud cloud);
//! Which of a setup's clouds this is; a cloud of one's own counts as the public one, whose names it uses.
Cloud cloudOf(const CloudProfile &profile);
//! By name, ignoring case; InvalidInput names the ones there are.
Result<CloudProfile> cloudNamed(const QString &name);
//! AzureCloud's names below another ARM endpoint: the sandbox, or a cloud of one's own.
CloudProfile cloudAt(const QString &name, const QString &armOrigin, const QString &authority = {});
//! The cloud whose ARM, portal or sign-in host this is; empty when it is none of theirs.
QString cloudOfHost(const QString &host);

} // namespace causeway
