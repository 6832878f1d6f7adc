// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processlock.h"
#include "core/result.h"
#include "sandbox/host/sealing.h"
#include "sandbox/state.h"

#include <QString>
#include <map>
#include <memory>
#include <optional>

namespace causeway::sandbox {

//! A world and the effects that were in flight when it was saved: a process that is killed has lost nothing that it answered.
struct KeptWorld {
    State state;
    std::map<quint64, Effect> inFlight;
};

//! state.json of a kept world: one process at a time, replaced in one step, readable by its owner only, its secrets sealed
//! with the key in world.key.
class WorldKeeper
{
public:
    static Result<std::unique_ptr<WorldKeeper>> open(const QString &folder);

    //! Nothing when there is no world yet. A world whose key is gone or another is refused, never emptied.
    [[nodiscard]] Result<std::optional<KeptWorld>> load();
    Result<> save(const State &state, const std::map<quint64, Effect> &inFlight);

    static QString fileIn(const QString &folder);

private:
    WorldKeeper(const QString &folder, std::unique_ptr<ProcessLock> lock);
    QString m_folder;
    std::unique_ptr<ProcessLock> m_lock;
    std::optional<WorldSeal> m_seal; // known from the first load or save on
};

} // namespace causeway::sandbox
