// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"
#include "core/context.h"
#include "core/result.h"
#include "domain/resourceid.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <functional>
#include <memory>
#include <optional>

namespace causeway {

class Clock;
class HttpPipeline;

//! One ARM call: a path below the configured origin, never a URL.
struct ArmRequest {
    QByteArray method;                 //!< GET, HEAD, PUT, PATCH, POST, DELETE
    QString path;                      //!< "/subscriptions/…", not encoded; with rawTarget set it is unused
    QString apiVersion;
    QList<QPair<QString, QString>> query; //!< beside api-version
    std::optional<QJsonValue> body;
    HttpHeaders headers;
    QByteArray rawTarget;              //!< path and query verbatim (rest, poll links, next links)
    QByteArray rawBody;                //!< verbatim body (rest); used when body is absent
    QString tenant;                    //!< whose token it wants; empty: the one in use. Kept on every page of a list
};

struct ArmResponse {
    int status = 0;
    HttpHeaders headers;
    QJsonValue body;                   //!< undefined when there is none
    QByteArray rawBody;
};

//! A long-running operation that the service has taken on. Plain data: the journal keeps it and a later process polls on.
struct ArmOperation {
    enum class Style { None, AsyncOperation, Location, ResourceState };
    enum class Final { Resource, Location, Nothing }; //!< where the result is read at the end
    Style style = Style::None;         //!< None: done already
    Final finalState = Final::Nothing;
    QByteArray pollTarget;             //!< origin-relative path and query, verbatim
    QByteArray locationTarget;
    QByteArray resourceTarget;         //!< GET of the resource itself, verbatim
    QByteArray method;                 //!< of the request that started it
    std::optional<std::chrono::seconds> retryAfter; //!< floor before the first poll
    ArmResponse initial;

    QJsonValue statusBody{QJsonValue::Undefined}; //!< what the status link said when it succeeded; while a result is still fetched

    [[nodiscard]] QJsonObject toJson() const; //!< without `initial`; holds signed links: keep it as a secret
    static std::optional<ArmOperation> fromJson(const QJsonObject &json);
};

//! How finish() takes an answer that is not the operation's own word.
struct PollOptions {
    //! Off (runs): a status link that answers 408, 429, 5xx or nothing is asked again, one that answers 400, 403, 404 or 410 is
    //! left for the resource itself. On (`rest`): such an answer is the result.
    bool reportUnreadable = false;
    HttpHeaders headers; //!< with every poll and the final GET
    std::shared_ptr<std::optional<Milliseconds>> lag; //!< set when the operation is over and the service says since when
};

//! Calls ARM through the policy pipeline. Stateless over it; lives in one thread.
class ArmClient
{
public:
    //! Waiting time before poll `attempt` (from 0) when the service names none. Default: geometric 1.10, 2–10 s.
    using PollSchedule = std::function<Milliseconds(int attempt)>;

    ArmClient(HttpPipeline &pipeline, Clock &clock);

    //! One call, retried by the pipeline's rules; any status that is not 2xx is an Error (404 → NotFound …).
    QCoro::Task<Result<ArmResponse>> send(ArmRequest request, Context context);
    //! GET of a resource.
    QCoro::Task<Result<QJsonObject>> get(QString path, QString apiVersion, Context context);
    //! All pages of a list; bounded, cycles detected, foreign next links refused.
    QCoro::Task<Result<QJsonArray>> list(QString path, QString apiVersion, Context context);
    QCoro::Task<Result<QJsonArray>> listPages(ArmRequest request, Context context);
    //! The items of a first page that is here already, and of all that follow it. `request` brought the first.
    QCoro::Task<Result<QJsonArray>> followPages(QJsonValue first, ArmRequest request, Context context);
    //! Sends a write and returns what is to be polled (style None when it is done).
    QCoro::Task<Result<ArmOperation>> begin(ArmRequest request, Context context);
    //! Polls to the end and returns the final body (undefined when there is none).
    QCoro::Task<Result<QJsonValue>> finish(ArmOperation operation, Context context);
    QCoro::Task<Result<QJsonValue>> finishWith(ArmOperation operation, PollOptions options, Context context);
    //! begin() and finish().
    QCoro::Task<Result<QJsonValue>> sendAndWait(ArmRequest request, Context context);

    void setPollSchedule(PollSchedule schedule);
    [[nodiscard]] Clock &clock() const { return m_clock; }
    //! Calls that have not come back yet. Whoever takes a client down cancels its callers and turns the event loop until this is 0.
    [[nodiscard]] int active() const { return m_active; }

private:
    QCoro::Task<Result<HttpResponse>> read(QByteArray target, HttpHeaders headers, Context context);
    QCoro::Task<Result<QJsonValue>> finalGet(ArmOperation operation, PollOptions options, Context context);
    QCoro::Task<Result<>> pauseBeforePoll(ArmOperation operation, int attempt, Context context);

    HttpPipeline &m_pipeline;
    Clock &m_clock;
    PollSchedule m_schedule;
    int m_active = 0;
};

} // namespace causeway
