// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/state.h"

namespace causeway::sandbox {

//! A role definition: Azure's built-in ones with their real ids, and one custom one of ours.
struct RoleDefinition {
    QString id; //!< GUID
    QString name;
    bool builtIn = true;
    QStringList actions;
    QStringList notActions;
    QStringList dataActions;
};

const QList<RoleDefinition> &roleDefinitions();
const RoleDefinition *roleNamed(const QString &name);
RoleAssignment assignment(const RoleDefinition &role, const QString &principal, const QString &scope);

} // namespace causeway::sandbox
