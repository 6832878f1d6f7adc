// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/worldhost.h"

#include "core/logging.h"


namespace causeway::sandbox {

WorldHost::WorldHost(Parts parts)
    : m_world(std::move(parts.state)), m_keeper(std::move(parts.keeper)), m_mint(std::move(parts.mint)), m_time(parts.time),
      m_postgres(parts.postgres), m_authority(*m_mint, m_world.state()),
      m_front([this](Request request, HttpReply reply) { handle(std::move(request), reply); }, [time = m_time] { return time.now(); })
{
    m_front.setParent(this); // moves with us
    for (const auto &[id, effect] : parts.unfinished)
        carryOut(effect);
    if (parts.timeRuns)
        startTimer(100); // servers start although nobody asks
    save();
}

WorldHost::~WorldHost()
{
    m_front.close();
    m_front.setParent(nullptr);
    save();
}

Result<quint16> WorldHost::listen(quint16 port, const std::optional<TlsIdentity> &identity)
{
    auto listening = m_front.listen(port, identity);
    if (listening)
        m_gate.emplace(identity.has_value(), *listening);
    return listening;
}

void WorldHost::timerEvent(QTimerEvent *)
{
    if (!m_world.state().agenda.empty())
        advance();
}

void WorldHost::advance()
{
    m_world.advance(m_time.now());
    carryOutEffects();
    if (m_keeper && marks() != m_saved)
        save();
}

void WorldHost::handle(Request request, const HttpReply &reply)
{
    if (auto refusal = m_gate->refuseStranger(request)) {
        reply.send(std::move(*refusal));
        return;
    }
    const TimePoint now = m_time.now();
    if (auto open = m_authority.answer(request, now)) {
        if (m_keeper && m_authority.takeChanged())
            save();
        reply.send(std::move(*open));
        return;
    }
    const QJsonArray mfaMethods = m_world.state().setting(QStringLiteral("mfaMethods")).toArray();
    if (auto refusal = m_gate->refuseUnknown(request, *m_mint, m_authority.tenantFor(request), now, mfaMethods)) {
        reply.send(std::move(*refusal));
        return;
    }
    Answer answer = m_world.handle(request, now);
    carryOutEffects();
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (m_keeper && (!reads || marks() != m_saved))
        save(); // before the answer: what a client was told is still so after a crash
    if (const auto *pending = std::get_if<Pending>(&answer))
        m_waiting.emplace(pending->ticket, Waiting{reply, m_time.clock->hold()});
    else
        reply.send(std::move(std::get<Response>(answer)));
}

void WorldHost::carryOutEffects()
{
    const QList<Effect> effects = m_world.takeEffects();
    for (const Effect &effect : effects)
        carryOut(effect);
}

void WorldHost::carryOut(const Effect &effect)
{
    m_inFlight.emplace(effect.id, effect);
    m_holds.emplace(effect.id, m_time.clock->hold());
    m_postgres->carryOut(effect, [this](quint64 id, const QJsonObject &outcome) {
        // PostgreSQL's thread is stopped before we go, so `this` is alive here.
        QMetaObject::invokeMethod(this, [this, id, outcome] { feed(id, outcome); }, Qt::QueuedConnection);
    });
}

void WorldHost::feed(quint64 effect, const QJsonObject &outcome)
{
    const auto hold = m_holds.extract(effect); // until everything that follows is under way
    if (m_inFlight.erase(effect) == 0)
        return;
    if (!outcome.value(QLatin1String("ok")).toBool())
        qCInfo(lcSandbox, "effect %llu: %s", effect, qUtf8Printable(outcome.value(QLatin1String("message")).toString()));
    QList<Finished> finished = m_world.feed(effect, outcome, m_time.now());
    carryOutEffects();
    save();
    for (Finished &done : finished) {
        if (auto waiting = m_waiting.extract(done.ticket))
            waiting.mapped().reply.send(std::move(done.response));
    }
}

WorldHost::Marks WorldHost::marks() const
{
    const State &state = m_world.state();
    return {state.counter, state.ledger.size(), state.agenda.size(), state.operations.size()};
}

void WorldHost::save()
{
    if (!m_keeper)
        return;
    m_saved = marks();
    if (auto saved = m_keeper->save(m_world.state(), m_inFlight); !saved)
        qCWarning(lcSandbox, "the world was not saved: %s", qUtf8Printable(describe(saved.error())));
}

} // namespace causeway::sandbox
