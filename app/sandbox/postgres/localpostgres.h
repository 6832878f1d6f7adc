// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/state.h"

#include <QJsonObject>
#include <QString>
#include <functional>
#include <memory>

namespace causeway::sandbox {

//! Carries out the effects of effects.h on real PostgreSQL servers, one cluster a flexible server, on a thread of its own.
//! Without PostgreSQL's programs, or switched off, every outcome says that it was computed.
class LocalPostgres
{
public:
    struct Options {
        bool enabled = true;
        QString keptFolder;  //!< clusters that outlive us; empty: thrown away with stop()
        QString cacheFolder; //!< of the template; empty: the user's cache folder
    };
    using Done = std::function<void(quint64 effect, QJsonObject outcome)>; //!< on LocalPostgres' thread

    //! Starts at once to make the template and to remove what crashed processes left behind.
    explicit LocalPostgres(Options options);
    ~LocalPostgres();
    Q_DISABLE_COPY_MOVE(LocalPostgres)

    [[nodiscard]] static bool installed();
    //! Stops and removes what was kept for a world that is no more.
    static void eraseKept(const QString &keptFolder);
    //! Effects of one server in order, of different servers in parallel. `done` comes once, but not after stop().
    void carryOut(const Effect &effect, Done done);
    //! Stops every server; returns within seconds whatever is stuck.
    void stop();

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace causeway::sandbox
