// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <optional>

namespace causeway::sandbox {

//! A request body as Azure's lenient reader takes it: JSON, and also comments, trailing commas and unquoted names
//! (`az deployment group create` sends an unquoted `template:`). Nothing when it is no object at all.
std::optional<QJsonObject> objectFromBody(const QByteArray &body, QString *error);

} // namespace causeway::sandbox
