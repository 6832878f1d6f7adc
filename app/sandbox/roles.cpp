// SPDX-License-Identifier: Apache-2.0
#include "sandbox/roles.h"

#include <algorithm>

namespace causeway::sandbox {

static QStringList actionsOf(const char *words)
{
    QStringList list;
    for (const QString &word : QString::fromLatin1(words).split(QLatin1Char(' '), Qt::SkipEmptyParts))
        list.append(word.startsWith(QLatin1Char('/')) ? QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers") + word : word);
    return list;
}

//! Learn: role-based-access-control/built-in-roles; the parts that no type of this world has are left out.
const QList<RoleDefinition> &roleDefinitions()
{
    static const QList<RoleDefinition> all{
        {QStringLiteral("8e3af657-a8ff-443c-a75c-2fe8c4bcb635"), QStringLiteral("Owner"), true, actionsOf("*"), {}, {}},
        {QStringLiteral("b24988ac-6180-42a0-ab88-20f7382dd24c"),
         QStringLiteral("Contributor"),
         true,
         actionsOf("*"),
         actionsOf("Microsoft.Authorization/*/Delete Microsoft.Authorization/*/Write Microsoft.Authorization/elevateAccess/Action"),
         {}},
        {QStringLiteral("acdd72a7-3385-48ef-bd42-f606fba81ae7"), QStringLiteral("Reader"), true, actionsOf("*/read"), {}, {}},
        {QStringLiteral("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"),
         QStringLiteral("User Access Administrator"),
         true,
         actionsOf("*/read Microsoft.Authorization/* Microsoft.Support/*"),
         {},
         {}},
        {QStringLiteral("4d97b98b-1d4f-4787-a291-c67834d212e7"),
         QStringLiteral("Network Contributor"),
         true,
         actionsOf("Microsoft.Authorization/*/read Microsoft.Insights/alertRules/* Microsoft.Network/* Microsoft.ResourceHealth/availabilityStatuses/read "
                   "Microsoft.Resources/deployments/* Microsoft.Resources/subscriptions/resourceGroups/read Microsoft.Support/*"),
         {},
         {}},
        {QStringLiteral("b12aa53e-6015-4669-85d0-8515ebb3ae7f"),
         QStringLiteral("Private DNS Zone Contributor"),
         true,
         actionsOf("Microsoft.Authorization/*/read Microsoft.Network/privateDnsZones/* Microsoft.Network/privateDnsOperationResults/* "
                   "Microsoft.Network/privateDnsOperationStatuses/* Microsoft.Network/virtualNetworks/read Microsoft.Network/virtualNetworks/join/action "
                   "Microsoft.Resources/deployments/* Microsoft.Resources/subscriptions/resourceGroups/read Microsoft.Support/*"),
         {},
         {}},
        {QStringLiteral("673868aa-7521-48a0-acc6-0f60742d39f5"),
         QStringLiteral("Data Factory Contributor"),
         true,
         actionsOf("Microsoft.Authorization/*/read Microsoft.DataFactory/dataFactories/* Microsoft.DataFactory/factories/* Microsoft.DataFactory/locations/* "
                   "Microsoft.Resources/deployments/* Microsoft.Resources/subscriptions/resourceGroups/read Microsoft.Support/*"),
         {},
         {}},
        {QStringLiteral("f1a07417-d97a-45cb-824c-7a7467783830"),
         QStringLiteral("Managed Identity Operator"),
         true,
         actionsOf("Microsoft.ManagedIdentity/userAssignedIdentities/*/read Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action "
                   "Microsoft.Authorization/*/read Microsoft.Resources/subscriptions/resourceGroups/read Microsoft.Resources/deployments/*"),
         {},
         {}},
        {QStringLiteral("5b0d6a8e-7b54-4bd8-9f0c-3a1c6d2f9e41"),
         QStringLiteral("PostgreSQL connection approver"),
         false,
         actionsOf("/read /privateLinkResources/read /privateEndpointConnections/read /privateEndpointConnections/write /privateEndpointConnections/delete "
                   "/privateEndpointConnectionsApproval/action Microsoft.DBforPostgreSQL/locations/*/read Microsoft.Authorization/*/read "
                   "Microsoft.Resources/subscriptions/resourceGroups/read"),
         {},
         {}},
    };
    return all;
}

const RoleDefinition *roleNamed(const QString &name)
{
    const auto &all = roleDefinitions();
    const auto found = std::find_if(all.begin(), all.end(), [&](const RoleDefinition &one) { return one.name.compare(name, Qt::CaseInsensitive) == 0; });
    return found == all.end() ? nullptr : &*found;
}

RoleAssignment assignment(const RoleDefinition &role, const QString &principal, const QString &scope)
{
    return {principal, scope, role.name, role.actions, role.notActions, role.dataActions};
}

} // namespace causeway::sandbox
