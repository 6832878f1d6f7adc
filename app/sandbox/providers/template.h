// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <functional>

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
    //! Where a group is that nested deployments go to; empty: it is not there.
    std::function<QString(const QString &subscription, const QString &group)> placeOf = {};
};

struct TemplateReading {
    QString problem; //!< empty: it can be read
    QList<TemplateResource> resources;
};

//! Reads an ARM template as far as a check needs it: parameters, variables, resources with their children, and these
//! expressions: parameters(), variables(), concat(), format(), toLower(), resourceId(), resourceGroup().location,
//! subscription().subscriptionId.
//! Other expressions (reference(), …) stay as they are. Nested deployments are expanded, as Azure does before it validates:
//! with their own parameters and variables (expressionEvaluationOptions.scope "inner") or with those around them ("outer",
//! the default). One whose parameters are not known yet is left out, and so is a linked one. A group comes before what is in it.
TemplateReading readTemplate(const QJsonObject &json, const QJsonObject &parameters, const TemplateScope &scope);

} // namespace causeway::sandbox
