// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"
#include "core/clock.h"
#include "core/waiting.h"
#include "sandbox/world.h"

#include <QSet>
#include <functional>
#include <random>

namespace causeway::test {

//! How bad the wire is: chances of each fault for one request. All zero: it only takes time.
struct Weather {
    double lostBefore = 0;  //!< the connection breaks before the service saw the request
    double lostAfter = 0;   //!< … after it acted
    double cutShort = 0;    //!< half an answer
    double refused = 0;     //!< 429, 500, 502, 503, 504, with and without Retry-After; some of the 5xx have acted
    double slow = 0;        //!< up to two minutes; beyond 75 s the client gives up
    double lostLink = 0;    //!< an operation's status link is gone for good
};

//! The World in process, at the other end of a wire that fails by a seed. Takes no thread and no socket.
class BadWire final : public HttpTransport
{
public:
    BadWire(sandbox::World &world, Clock &clock, quint64 seed) : m_world(world), m_clock(clock), m_random(seed) {}

    Weather weather;
    QString principal;                                             //!< object id of our user
    std::function<void(const HttpRequest &)> onWrite;              //!< before a write leaves us, faults or not
    std::function<void(const HttpRequest &, int status)> onAnswer; //!< what the service said, whatever the wire made of it
    int writes = 0;

    static constexpr const char *origin = "https://127.0.0.1:9";

    //! Changes something: not a read, and not one of the POSTs that only ask.
    static bool isWrite(const HttpRequest &request)
    {
        if (isRead(request.method))
            return false;
        const QByteArray path = request.target.left(request.target.indexOf('?')).toLower();
        for (const char *asks : {"/getstatus", "/testconnectivity", "/checknameavailability", "/validate"}) {
            if (path.endsWith(asks))
                return false;
        }
        return true;
    }

    //! Anybody's request, at once and without faults.
    sandbox::Response answerOf(const QByteArray &method, const QByteArray &target, const QByteArray &body, const QString &by)
    {
        sandbox::Request request = sandbox::requestFromTarget(method, target);
        request.principal = by;
        request.origin = origin;
        request.body = body;
        sandbox::Answer answer = m_world.handle(request, m_clock.now());
        QList<sandbox::Finished> finished;
        for (QList<sandbox::Effect> effects = m_world.takeEffects(); !effects.isEmpty(); effects = m_world.takeEffects()) {
            for (const sandbox::Effect &effect : effects)
                finished += m_world.feed(effect.id, {{QStringLiteral("ok"), true}, {QStringLiteral("computed"), true}}, m_clock.now());
        }
        if (const auto *response = std::get_if<sandbox::Response>(&answer))
            return *response;
        for (const sandbox::Finished &one : finished) {
            if (one.ticket == std::get<sandbox::Pending>(answer).ticket)
                return one.response;
        }
        qFatal("a request waits for an effect that was carried out");
    }

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) override
    {
        if (context.cancelled())
            co_return Error::cancelled();
        if (isWrite(request)) {
            ++writes;
            onWrite(request);
        }
        const Milliseconds out(10 + int(m_random() % 60));
        const Milliseconds back(10 + int(m_random() % 60));
        if (!co_await sleepFor(m_clock, out, context))
            co_return Error::cancelled();
        if (happens(weather.lostBefore))
            co_return lost(m_random() % 2 ? ErrorKind::Network : ErrorKind::OutcomeUnknown);
        const bool refused = happens(weather.refused);
        HttpResponse refusal;
        if (refused) {
            refusal = refusing();
            const bool acted = refusal.status != 429 && refusal.status != 503 && m_random() % 2;
            if (!acted)
                co_return refusal;
        }
        HttpResponse response = answered(request);
        if (happens(weather.slow)) {
            const Milliseconds long_ = std::chrono::seconds(1 + m_random() % 120);
            if (!co_await sleepFor(m_clock, std::min(long_, Milliseconds(75000)), context))
                co_return Error::cancelled();
            if (long_ > std::chrono::seconds(75))
                co_return lost(ErrorKind::TimedOut);
        }
        if (!co_await sleepFor(m_clock, back, context))
            co_return Error::cancelled();
        if (refused)
            co_return refusal;
        if (happens(weather.lostAfter))
            co_return lost(ErrorKind::OutcomeUnknown);
        if (response.body.size() > 2 && happens(weather.cutShort)) {
            if (m_random() % 2)
                co_return lost(isRead(request.method) ? ErrorKind::Protocol : ErrorKind::OutcomeUnknown);
            response.body.truncate(response.body.size() / 2); // lengths agree: a proxy cut it
        }
        co_return response;
    }

private:
    bool happens(double chance) { return chance > 0 && std::uniform_real_distribution<double>(0, 1)(m_random) < chance; }

    static Error lost(ErrorKind kind)
    {
        Error error;
        error.kind = kind;
        error.code = QStringLiteral("WireBroke");
        return error;
    }

    HttpResponse refusing()
    {
        static constexpr int statuses[]{429, 429, 500, 502, 503, 503, 504};
        HttpResponse response;
        response.status = statuses[m_random() % std::size(statuses)];
        response.body = R"({"error":{"code":"InTheWay","message":"come again"}})";
        if (m_random() % 2)
            response.headers.append({QByteArray("Retry-After"), QByteArray::number(int(m_random() % 40))});
        return response;
    }

    HttpResponse answered(const HttpRequest &request)
    {
        const bool link = request.target.toLower().contains("operation");
        if (link && request.method == "GET" && happens(weather.lostLink))
            m_gone.insert(request.target);
        HttpResponse response;
        if (m_gone.contains(request.target)) {
            response.status = 404;
            response.body = R"({"error":{"code":"NotFound","message":"this operation is not known any more"}})";
            return response;
        }
        const sandbox::Response said = answerOf(request.method, request.target, request.body, principal);
        response.status = said.status;
        for (const auto &header : said.headers)
            response.headers.append({header.first, header.second});
        response.body = said.body;
        if (onAnswer)
            onAnswer(request, response.status);
        return response;
    }

    sandbox::World &m_world;
    Clock &m_clock;
    std::mt19937_64 m_random;
    QSet<QByteArray> m_gone;
};

} // namespace causeway::test
