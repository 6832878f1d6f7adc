// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "core/secret.h"
#include "sandbox/front/fault.h"
#include "sandbox/world.h"

#include <QString>
#include <functional>
#include <memory>

namespace causeway::sandbox {

//! A world that is alive: behind HTTP on 127.0.0.1, with PostgreSQL servers, a sign-in authority and a clock.
//! All functions may be called from any thread but not from two at once.
class Sandbox
{
public:
    enum class Postgres { Auto, Off };
    struct Options {
        State world;
        //! Nothing: wall time. A VirtualClock is held while an effect is in flight or a request waits for one, and the
        //! world's time is the clock's. Must outlive the sandbox and every credential that it gave.
        Clock *clock = nullptr;
        bool tls = false;
        quint16 port = 0; //!< 0: a free one
        Postgres postgres = Postgres::Auto;
        //! A kept world: state.json and the key of its secrets (0600 both), certificates and servers are found here again by the next process; `world` is
        //! what it begins with. Empty: all is thrown away by stop().
        QString stateFolder;
        bool ownThread = true;
        double timeScale = 1.0;
    };

    explicit Sandbox(Options options);
    ~Sandbox();
    Q_DISABLE_COPY_MOVE(Sandbox)

    //! SandboxInUse: another process keeps this world.
    Result<> start();
    //! Bounded in time, whatever is stuck.
    void stop();

    [[nodiscard]] QString arm() const;    //!< http(s)://127.0.0.1:PORT, no trailing slash
    [[nodiscard]] QString caFile() const; //!< absolute; empty without TLS
    [[nodiscard]] Secret token(const QString &principalObjectId, std::chrono::seconds life = std::chrono::hours(1)) const;
    [[nodiscard]] Secret tokenFor(const QString &userPrincipalName) const; //!< empty when there is no such principal
    //! Without a name: the world's first principal. Null when there is no such principal.
    [[nodiscard]] std::unique_ptr<TokenCredential> credential(const QString &userPrincipalName = {}) const;

    [[nodiscard]] QList<LedgerEntry> ledger() const;
    //! Looks at the world, or changes it, on its own thread; returns when done.
    void visit(const std::function<void(World &world)> &visitor) const;
    //! World::join(), while it runs; returns before the servers that came along have started.
    void join(const State &other) const;
    void addFault(const Fault &fault);
    //! Called on the sandbox's thread after every answer.
    void onRequest(std::function<void(const QByteArray &method, const QByteArray &target, int status)> observer);

    //! Forgets a kept world with its servers. SandboxInUse: not while somebody uses it.
    static Result<> reset(const QString &stateFolder);
    //! The time that a kept world has reached; virtual clocks start there, so that time never goes back.
    [[nodiscard]] static std::optional<TimePoint> savedTime(const QString &stateFolder);

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace causeway::sandbox
