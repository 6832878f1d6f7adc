// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>

namespace causeway {

//! The markers of a plan's bodies and paths (RestCall) and their replacement at the moment of sending.
struct SecretMarker {
    QString reference;
    QString field;
};

QList<SecretMarker> secretMarkers(const QJsonValue &body);
//! `products`: by step. `secrets`: by field, null leaves secret markers in place. A {"from":…} that is not known is InvalidInput.
Result<QJsonValue> filled(const QJsonValue &body, const QHash<QString, QJsonObject> &products, const QHash<QString, QString> *secrets);
Result<QString> filledPath(const QString &path, const QHash<QString, QJsonObject> &products);

} // namespace causeway
