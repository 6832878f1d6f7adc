// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/front/authority.h"
#include "sandbox/front/gate.h"
#include "sandbox/front/httpfront.h"
#include "sandbox/front/tokens.h"
#include "sandbox/host/worldkeeper.h"
#include "sandbox/postgres/localpostgres.h"
#include "sandbox/world.h"

#include <QObject>
#include <map>
#include <memory>
#include <unordered_map>

namespace causeway::sandbox {

//! The time of a world: its clock, moved ahead where a kept world had already been further.
struct WorldTime {
    Clock *clock = nullptr;
    Milliseconds ahead{0};
    [[nodiscard]] TimePoint now() const { return clock->now() + ahead; }
};

//! Drives the pure world on one thread: requests in from the front, effects out to PostgreSQL, their outcomes back in,
//! and everything saved before it is answered.
class WorldHost : public QObject
{
public:
    struct Parts {
        State state;
        std::map<quint64, Effect> unfinished; //!< effects of an earlier process, carried out again
        std::unique_ptr<WorldKeeper> keeper;  //!< may be null
        std::shared_ptr<TokenMint> mint;
        WorldTime time;
        bool timeRuns = true; //!< by itself; false for a virtual clock
        LocalPostgres *postgres = nullptr;
    };
    explicit WorldHost(Parts parts);
    ~WorldHost() override;

    Result<quint16> listen(quint16 port, const std::optional<TlsIdentity> &identity);
    [[nodiscard]] World &world() { return m_world; }
    [[nodiscard]] HttpFront &front() { return m_front; }
    [[nodiscard]] const Authority &authority() const { return m_authority; }
    void advance();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    struct Waiting {
        HttpReply reply;
        Clock::Hold hold;
    };
    struct Marks { // what changes with every change of the state
        quint64 counter;
        qsizetype ledger;
        size_t agenda;
        size_t operations;
        bool operator==(const Marks &) const = default;
    };

    void handle(Request request, const HttpReply &reply);
    void carryOutEffects();
    void carryOut(const Effect &effect);
    void feed(quint64 effect, const QJsonObject &outcome);
    [[nodiscard]] Marks marks() const;
    void save();

    World m_world;
    std::unique_ptr<WorldKeeper> m_keeper;
    std::shared_ptr<TokenMint> m_mint;
    WorldTime m_time;
    LocalPostgres *m_postgres;
    Authority m_authority;
    std::optional<Gate> m_gate;
    HttpFront m_front;
    std::unordered_map<quint64, Waiting> m_waiting;   // by ticket
    std::map<quint64, Effect> m_inFlight;
    std::map<quint64, Clock::Hold> m_holds;           // of the effects in flight
    Marks m_saved{};
};

} // namespace causeway::sandbox
