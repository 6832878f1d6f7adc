// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"

#include <QJsonObject>

namespace causeway {

//! The body of a server that a setup takes for granted, as ARM would show it: usual in everything that the setup does not say.
QJsonObject grownServer(const SetupSpec &spec, const QString &name, const QString &tenant, const QString &location);

} // namespace causeway
