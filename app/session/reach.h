// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"

#include <QCoroTask>
#include <QList>
#include <QString>
#include <optional>

namespace causeway {

class ArmClient;

struct SubscriptionEntry {
    QString id;
    QString name;
    QString tenant;
    QString state;         //!< Enabled, Warned, PastDue, Disabled, Deleted
};

struct TenantEntry {
    QString id;
    QString name;          //!< display name, else its default domain
    std::optional<Error> refusal; //!< why its subscriptions are not listed: it wants more of a sign-in, or refuses this account
};

//! What an account reaches.
struct Reach {
    QList<TenantEntry> tenants;
    QList<SubscriptionEntry> subscriptions; //!< of all tenants, each once: the first tenant that lists it counts
};

//! As the Azure CLI does it (sign-in.md §7): the tenants first, then the subscriptions of each with a token of that tenant.
//! One tenant that refuses does not hide the others; an error only when the tenants themselves cannot be listed, or nothing
//! at all could.
QCoro::Task<Result<Reach>> reachOf(ArmClient *client, Context context);

} // namespace causeway
