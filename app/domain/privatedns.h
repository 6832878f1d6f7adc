// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"

namespace causeway {

//! The private DNS zone of flexible servers, when the server itself cannot be asked (its requiredZoneNames tell better).
QString privateLinkZone(Cloud cloud);

//! Article 002 names a zone "privatelink.postgresql.database…" that Azure never looks at.
bool isArticlesWrongZone(const QString &zone);

} // namespace causeway
