// SPDX-License-Identifier: Apache-2.0
// azure-data-factory.md §4.3 (interactive authoring), §5 (managed private endpoint), §10.1 (names).
#include "domain/rulebook.h"

namespace causeway {

static const char factoryPattern[] = "[A-Za-z0-9]+(-[A-Za-z0-9]+)*";

Issues checkFactoryName(const QString &name, const QString &field)
{
    return checkName(name, field, {3, 63, factoryPattern, "factory-name-length", "factory-name-characters"});
}

Issues checkRuntimeName(const QString &name, const QString &field)
{
    return checkName(name, field, {3, 63, factoryPattern, "runtime-name-length", "runtime-name-characters"});
}

Issues checkFactoryChildName(const QString &name, const QString &field)
{
    return checkName(name, field, {1, 127, "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?", "factory-child-length", "factory-child-characters"});
}

//! For new ones: Data Factory's documentation is stricter than its service, which also takes dashes.
Issues checkLinkedServiceName(const QString &name, const QString &field)
{
    return checkName(name, field, {1, 260, "[A-Za-z][^-<>*#.%&:\\\\+?/]*", "linked-service-name-length", "linked-service-name-characters"});
}

static void checkRuntime(const IntegrationSpec &integration, Issues &issues)
{
    if (integration.runtimeName.isEmpty())
        return;
    static const QList<int> allowed{10, 30, 60, 120};
    issues << checkRuntimeName(integration.runtimeName, QStringLiteral("integration.runtime.name"));
    if (!allowed.contains(integration.interactiveAuthoringMinutes))
        issues << error(QStringLiteral("integration.runtime.interactiveAuthoringMinutes"), "authoring-minutes",
                        {QString::number(integration.interactiveAuthoringMinutes)});
}

static void checkManagedEndpoint(const SetupSpec &spec, const IntegrationSpec &integration, Issues &issues)
{
    if (integration.managedPrivateEndpointName.isEmpty())
        return;
    const QString field = QStringLiteral("integration.managedPrivateEndpoint");
    issues << checkFactoryChildName(integration.managedPrivateEndpointName, field + QStringLiteral(".name"));
    if (integration.runtimeName.isEmpty())
        issues << error(field, "managed-endpoint-without-runtime");
    if (!spec.server)
        issues << error(field, "managed-endpoint-without-server");
}

void checkIntegration(const SetupSpec &spec, Issues &issues)
{
    if (!spec.integration)
        return;
    const IntegrationSpec &integration = *spec.integration;
    const QString at = QStringLiteral("integration.");
    issues << (integration.kind == IntegrationKind::DataFactory ? checkFactoryName(integration.name, at + QStringLiteral("name"))
                                                                : requireText(integration.name, at + QStringLiteral("name")));
    if (!integration.resourceGroup.isEmpty())
        issues << checkResourceGroupName(integration.resourceGroup, at + QStringLiteral("resourceGroup"));
    const bool groupSays = spec.resourceGroup && integration.resourceGroup.isEmpty();
    if (!integration.location.isEmpty() || (integration.create && !groupSays))
        issues << checkLocation(integration.location, at + QStringLiteral("location"));
    checkRuntime(integration, issues);
    checkManagedEndpoint(spec, integration, issues);
}

} // namespace causeway
