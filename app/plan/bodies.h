// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"
#include "plan/observed.h"
#include "plan/targets.h"

#include <QJsonObject>

namespace causeway::body {

// What each step would write, with marker objects in place of secrets and of values that are known later (RestCall).

QJsonObject secretMarker(const SecretReference &reference, const QString &field);
QJsonObject fromMarker(const QString &step, const QString &member);

QJsonObject server(const ServerSpec &spec, const RunIdentity &identity, const Observed &observed);
//! Of a server that is there: only what its setup asks of it, nothing that a default says.
QJsonObject existingServer(const ServerSpec &spec, const RunIdentity &identity, const Observed &observed);
QJsonObject publicAccess(bool enabled);
QJsonObject firewallRule(const FirewallRuleSpec &rule);
QJsonObject database();
QJsonObject parameter(const QString &value);
QJsonObject administrator(const QJsonValue &name, const QString &tenant);
QJsonObject privateEndpoint(const PrivateEndpointSpec &spec, const Targets &targets);
QJsonObject zoneLink(const Targets &targets);
QJsonObject zoneGroup(const Targets &targets);
QJsonObject factory(const QString &location);
//! The identity that the factory is to have beside what it has.
QJsonObject factoryIdentity(const QJsonObject *factory, const ResourceId &userAssigned);
QJsonObject integrationRuntime(const QString &managedNetwork);
QJsonObject managedPrivateEndpoint(const ResourceId &server, const QString &group);
QJsonObject decision(const QString &comment);
QJsonObject credential(const ResourceId &identity);
//! `fqdnStep`: the step that knows the server's name, empty when `fqdn` is certain.
QJsonObject linkedService(const SetupSpec &spec, const QString &fqdn, const QString &fqdnStep);

//! Of `wanted`, only the members that one of the differences speaks of: the body of a PATCH.
QJsonObject patchOf(const QJsonObject &wanted, const QList<Difference> &differences);

//! "GeneralPurpose" of Standard_D2ds_v5, from the region's capabilities or by the size's family (§2.6).
QString tierOf(const QString &sku, const QString &location, const Observed &observed);

} // namespace causeway::body
