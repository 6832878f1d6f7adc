// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace causeway::test {

//! resources/examples/<name>.json
QByteArray example(const QString &name);
QJsonObject exampleObject(const QString &name);

//! The object with some values changed: {"server.create.sku": "…", "server.firewall[0].to": null}; null takes the key away.
QJsonObject edited(QJsonObject object, const QByteArray &edits);

} // namespace causeway::test
