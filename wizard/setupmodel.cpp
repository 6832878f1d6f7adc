// SPDX-License-Identifier: Apache-2.0
#include "wizard/setupmodel.h"

namespace causeway::wizard {

void SetupModel::setSpec(SetupSpec spec)
{
    if (spec == m_spec)
        return;
    m_spec = std::move(spec);
    m_modified = true;
    Q_EMIT changed();
    Q_EMIT savedChanged();
}

void SetupModel::setSecret(const QString &field, const Secret &secret)
{
    m_secrets.insert(field, secret);
}

void SetupModel::setSaved(const QString &path)
{
    m_path = path;
    m_modified = false;
    Q_EMIT savedChanged();
}

SetupSpec newSetup()
{
    SetupSpec spec;
    spec.name = QStringLiteral("new-setup");
    spec.resourceGroup.emplace();
    spec.resourceGroup->create = true;
    spec.server.emplace();
    spec.server->create.emplace();
    spec.server->create->administratorPassword.kind = SecretReference::Kind::Generate;
    spec.server->entraAuthentication = true;
    spec.server->requireSecureTransport = true;
    spec.server->publicNetworkAccess = true;
    spec.privateEndpoint.emplace();
    spec.integration.emplace();
    spec.integration->create = true;
    spec.integration->runtimeName = QStringLiteral("VnetRuntime");
    spec.integration->managedPrivateEndpointName = QStringLiteral("mpe-postgresql");
    spec.linkedService.emplace();
    spec.linkedService->name = QStringLiteral("PostgreSql");
    return spec;
}

} // namespace causeway::wizard
