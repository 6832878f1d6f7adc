// SPDX-License-Identifier: Apache-2.0
// POST testConnectivity: undocumented, but what Data Factory Studio and every script use (azure-data-factory.md §8).
#include "engine/steps/armstep.h"

#include "domain/types.h"

namespace causeway {
namespace {

constexpr Milliseconds authoringPatience = std::chrono::minutes(15);

QString errorTextOf(const QJsonObject &answer)
{
    const QJsonArray errors = answer.value(QStringLiteral("errors")).toArray();
    const QString text = errors.first().toObject().value(QStringLiteral("message")).toString();
    return text.isEmpty() ? QStringLiteral("The connection test failed and the service did not say why.") : text;
}

class ConnectionTestStep final : public Step
{
public:
    using Step::Step;

    QCoro::Task<StepEnd> perform() override
    {
        Result<ArmResponse> answer = co_await test();
        // Interactive authoring went off by itself: switch it on and try once more (§4.3).
        if (!answer && answer.error().httpStatus == 400) {
            const Error first = answer.error();
            const Result<> enabled = co_await enableAuthoring();
            if (!enabled)
                co_return StepEnd::failed(enabled.error().kind == ErrorKind::Cancelled ? enabled.error() : first);
            answer = co_await test();
        }
        if (!answer)
            co_return StepEnd::failed(answer.error());
        const QJsonObject body = answer->body.toObject();
        if (body.value(QStringLiteral("succeeded")).toBool()) {
            const QString verdict = QStringLiteral("Connection successful"); // article 000, the last step
            m_run.tested(verdict, body);
            StepEnd end = StepEnd::succeeded(false);
            end.text = verdict;
            co_return end;
        }
        Error error;
        error.kind = ErrorKind::Service;
        error.code = QStringLiteral("ConnectionTestFailed");
        error.message = errorTextOf(body);
        error.target = m_planned.target.toString();
        m_run.tested(error.message, body);
        co_return StepEnd::failed(error);
    }

private:
    QCoro::Task<Result<ArmResponse>> test()
    {
        const RestCall call = m_planned.calls.first();
        const Result<QJsonValue> body = co_await m_run.materialise(call.body, false);
        if (!body)
            co_return body.error();
        if (!m_run.mayWrite())
            co_return Error::cancelled();
        ArmRequest request;
        request.method = call.method;
        request.path = call.path;
        request.apiVersion = call.apiVersion;
        request.body = *body;
        m_run.say(m_planned, QStringLiteral("testing"));
        const Context context = m_run.waiting(); // changes nothing: a cancel may cut it short
        Result<ArmResponse> answer = co_await m_run.arm().send(request, context);
        co_return answer;
    }

    [[nodiscard]] QString runtimePath() const
    {
        const QJsonObject service = m_run.product(QStringLiteral("linked-service")).value(QStringLiteral("properties")).toObject();
        const QString name = service.value(QStringLiteral("connectVia")).toObject().value(QStringLiteral("referenceName")).toString();
        return name.isEmpty() ? QString() : m_planned.target.parent().child(QStringLiteral("integrationRuntimes"), name).toString();
    }

    QCoro::Task<Result<ArmResponse>> post(QString action, std::optional<QJsonValue> body)
    {
        ArmRequest request;
        request.method = "POST";
        request.path = runtimePath() + QLatin1Char('/') + action;
        request.apiVersion = version::dataFactory;
        request.body = body;
        const Context context = m_run.waiting();
        return m_run.arm().send(request, context);
    }

    QCoro::Task<Result<>> enableAuthoring()
    {
        if (runtimePath().isEmpty())
            co_return Error::invalid(QStringLiteral("NoRuntime"), QStringLiteral("The linked service names no integration runtime."));
        m_run.say(m_planned, QStringLiteral("authoring-again"));
        const QString enable = QStringLiteral("enableInteractiveQuery");
        const QString getStatus = QStringLiteral("getStatus");
        QJsonObject minutes;
        minutes.insert(QStringLiteral("autoTerminationMinutes"), m_run.plan().spec.integration ? m_run.plan().spec.integration->interactiveAuthoringMinutes : 60);
        const std::optional<QJsonValue> body(minutes);
        QJsonObject intent;
        intent.insert(QStringLiteral("method"), QStringLiteral("POST"));
        intent.insert(QStringLiteral("path"), QString(runtimePath() + QLatin1Char('/') + enable));
        intent.insert(QStringLiteral("there"), true);
        const Result<> recorded = co_await m_run.recordIntent(m_planned.id, intent);
        if (!recorded)
            co_return recorded.error();
        const Result<ArmResponse> asked = co_await post(enable, body);
        if (!asked)
            co_return asked.error();
        const TimePoint start = m_run.clock().now();
        while (m_run.clock().now() - start < authoringPatience) {
            const std::optional<QJsonValue> none;
            const Result<ArmResponse> status = co_await post(getStatus, none);
            if (!status)
                co_return status.error();
            if (interactiveState(status->body.toObject()).compare(QLatin1String("Enabled"), Qt::CaseInsensitive) == 0)
                co_return Result<>();
            const Context context = m_run.waiting();
            if (!co_await sleepFor(m_run.clock(), std::chrono::seconds(5), context))
                co_return Error::cancelled();
        }
        Error late = Error::internal(QStringLiteral("AuthoringNotEnabled"), QStringLiteral("Interactive authoring did not come up."));
        late.kind = ErrorKind::TimedOut;
        co_return late;
    }
};

} // namespace

std::unique_ptr<Step> makeConnectionTestStep(Run &run, const PlannedStep &planned)
{
    return std::make_unique<ConnectionTestStep>(run, planned);
}

} // namespace causeway
