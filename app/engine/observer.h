// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"
#include "plan/targets.h"

namespace causeway {

//! Reads the world for one setup, in three rounds: who we are, what is named, what hangs on it. Reads of a round run in parallel.
class Observer
{
public:
    Observer(ArmClient &arm, SetupSpec spec, RunIdentity identity, Context context);
    QCoro::Task<Result<Observed>> observe();

private:
    using Reads = std::vector<QCoro::Task<bool>>;

    Reads namedThings();
    Reads dependentThings();
    // Each is one or two calls; false: the connection or the sign-in is broken, m_broken says how.
    QCoro::Task<bool> subscriptions();
    QCoro::Task<bool> resource(ResourceId id, QString version);
    QCoro::Task<bool> locks(ResourceId scope, QList<ResourceId> otherwise);
    QCoro::Task<bool> permissions(ResourceId scope);
    QCoro::Task<bool> registration(QString subscription, QString provider);
    QCoro::Task<bool> capabilities(QString location);
    QCoro::Task<bool> nameCheck(QString location, QString name);
    QCoro::Task<bool> network();
    QCoro::Task<bool> zones(QString subscription);
    QCoro::Task<bool> zoneLinks(ResourceId zone);
    QCoro::Task<bool> connections();
    QCoro::Task<bool> linkResources();
    QCoro::Task<bool> children(ResourceId parent, QString childType, QString version);
    QCoro::Task<bool> runtimeStatus();
    //! True when the round may go on: what may not be read is no reason to stop.
    bool goesOn(const Error &error);
    void note(const QJsonValue &resource);
    QCoro::Task<bool> all(Reads reads);

    ArmClient &m_arm;
    SetupSpec m_spec;
    RunIdentity m_identity;
    Context m_context;
    Targets m_targets;
    Observed m_observed;
    std::optional<Error> m_broken;
};

} // namespace causeway
