// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"
#include "domain/setupspec.h"

namespace causeway {

class Secret;

//! Everything that can be said about a spec without asking Azure: names, ranges, choices that exclude each other,
//! what an article asks for. Errors stop a plan; warnings are shown.
Issues validate(const SetupSpec &spec);

// The single rules, for fields as they are typed; each returns what is wrong with this value.
Issues checkServerName(const QString &name, const QString &field);
Issues checkAdministratorLogin(const QString &login, const QString &field);
//! The password itself is never part of an issue (azure-postgresql-and-network.md §2.3).
Issues checkPassword(const Secret &password, const QString &login, const QString &field);
Issues checkResourceGroupName(const QString &name, const QString &field);
Issues checkDatabaseName(const QString &name, const QString &field);
Issues checkFirewallRule(const FirewallRuleSpec &rule, const QString &field);
Issues checkPrivateEndpointName(const QString &name, const QString &field);
Issues checkFactoryName(const QString &name, const QString &field);
Issues checkRuntimeName(const QString &name, const QString &field);
Issues checkFactoryChildName(const QString &name, const QString &field);   //!< managed private endpoint, credential
Issues checkLinkedServiceName(const QString &name, const QString &field);
Issues checkHost(const QString &host, EncryptionMethod encryption, const QString &field);
Issues checkPort(int port, const QString &field);
//! An IPv4 network in CIDR notation: host bits, size 8–29 for a subnet.
Issues checkSubnetPrefix(const QString &cidr, const QString &field);
//! As checkSubnetPrefix(), and it must lie in one of the address spaces and beside the subnets that are there.
Issues checkSubnetPlace(const QString &cidr, const QStringList &addressSpaces, const QStringList &subnets, const QString &field);
//! "auto" or the id of a zone with the name that Azure's DNS asks for.
Issues checkDnsZone(const QString &zone, Cloud cloud, const QString &field);

//! Makes a password that the rules take: 24 characters of four classes from the system generator, not containing the login.
Secret generatePassword(const QString &login);

} // namespace causeway
