// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

namespace causeway::sandbox {

struct TemplateResource {
    QString id;
    QString type;
    QString apiVersion;
    QJsonObject body; //!< as a PUT would send it: without type, apiVersion, name, dependsOn
};

struct TemplateScope {
    QString subscription;
    QString resourceGroup; //!< empty at subscription level
    QString location;      //!< of the group
};

struct TemplateReading {
    QString problem; //!< empty: it can be read
    QList<TemplateResource> resources;
};

//! Reads an ARM template as far as a check needs it: parameters, variables, resources with their children, and these
//! expressions: parameters(), variables(), concat(), format(), toLower(), resourceId(), resourceGroup().location,
//! subscription().subscriptionId.
//! Other expressions (reference(), …) stay as they are. Microsoft.Resources/deployments inside are skipped.
TemplateReading readTemplate(const QJsonObject &json, const QJsonObject &parameters, const TemplateScope &scope);

} // namespace causeway::sandbox
