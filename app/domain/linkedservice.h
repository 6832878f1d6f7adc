// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "core/secret.h"
#include "domain/setupspec.h"

#include <QJsonObject>

namespace causeway {

//! Resolved secrets of a linked service; empty ones are left out.
struct LinkedServiceSecrets {
    Secret password;
    Secret key;
    Secret certificate;
    Secret certificatePassword;
};

//! The body of PUT …/linkedservices/{name}: {"properties":{"type":"AzurePostgreSql","version":…,"connectVia":…,"typeProperties":…}}
//! (azure-data-factory.md §7.2, §7.3). Without secrets: each stands as {"type":"SecureString","value":"**********"}.
QJsonObject linkedServiceBody(const LinkedServiceSpec &spec, const QString &serverFqdn, const LinkedServiceSecrets *secrets);

//! Reads one back, version 1.0 or 2.0, also as an export from Data Factory Studio with plain strings.
Result<LinkedServiceSpec> linkedServiceFromBody(const QJsonObject &body);

} // namespace causeway
