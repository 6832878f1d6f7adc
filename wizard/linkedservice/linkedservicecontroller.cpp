// SPDX-License-Identifier: Apache-2.0
#include "wizard/linkedservice/linkedservicecontroller.h"

#include "azure/arm/datafactoryapi.h"
#include "core/clock.h"
#include "core/waiting.h"
#include "domain/types.h"
#include "engine/engine.h"
#include "session/azuresession.h"

#include <QPointer>

namespace causeway::wizard {

LinkedServiceController::LinkedServiceController(AzureSession &session, SecretSource *secrets, QObject *parent)
    : QObject(parent), m_session(session), m_secrets(secrets)
{}

LinkedServiceController::~LinkedServiceController()
{
    m_stop.request_stop();
}

void LinkedServiceController::reset()
{
    m_stop.request_stop();
    ++m_generation;
    m_state = State::Editing;
    Q_EMIT changed();
}

void LinkedServiceController::finish(State state)
{
    m_state = state;
    Q_EMIT changed();
}

void LinkedServiceController::test(const Question &question)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_error.reset();
    m_message.clear();
    m_succeeded = false;
    finish(State::Busy);
    Context context;
    context.stop = m_stop.get_token();
    perform(question, context, ++m_generation);
}

// Data Factory refuses to test while interactive authoring is off (azure-data-factory.md §4.3), so that is looked at first.
QCoro::Task<> LinkedServiceController::perform(Question question, Context context, quint64 generation)
{
    const QPointer<LinkedServiceController> self(this);
    ArmClient *client = &m_session.client();
    Result<LinkedServiceSecrets> secrets = co_await secretsFor(question, context);
    if (!self || generation != m_generation)
        co_return;
    if (!secrets) {
        m_error = secrets.error();
        co_return finish(State::Failed);
    }
    if (!question.runtime.isEmpty()) {
        const ResourceId runtime = question.factory.child(QStringLiteral("integrationRuntimes"), question.runtime);
        Result<bool> on = co_await authoring(client, runtime, context);
        if (!self || generation != m_generation)
            co_return;
        if (on && !*on && !question.enable)
            co_return finish(State::NeedsAuthoring);
        if (on && !*on) {
            const Result<> enabled = co_await enableAuthoring(runtime, question.minutes, context);
            if (!self || generation != m_generation)
                co_return;
            if (!enabled) {
                m_error = enabled.error();
                co_return finish(State::Failed);
            }
        }
    }
    QJsonObject service = linkedServiceBody(question.service, question.host, &*secrets);
    service[QLatin1String("name")] = question.service.name;
    service[QLatin1String("type")] = type::linkedService;
    DataFactoryApi api(*client);
    const ResourceId factory = question.factory;
    Result<QJsonObject> answer = co_await api.testConnectivity(factory, service, context);
    if (!self || generation != m_generation)
        co_return;
    if (!answer) {
        m_error = answer.error();
        co_return finish(State::Failed);
    }
    m_succeeded = (*answer)[QLatin1String("succeeded")].toBool();
    m_message = (*answer)[QLatin1String("errors")].toArray().at(0).toObject()[QLatin1String("message")].toString();
    finish(State::Ready);
}

// What is typed on the form counts; else what its references name is asked for now, used for this one test and kept nowhere.
QCoro::Task<Result<LinkedServiceSecrets>> LinkedServiceController::secretsFor(Question question, Context context)
{
    SecretSource *source = m_secrets; // outlives this controller
    LinkedServiceSecrets secrets = question.typed;
    const AuthenticationSpec authentication = question.service.authentication;
    struct Wanted {
        const SecretReference *reference;
        Secret *secret;
        const char *field;
    };
    const Wanted rows[] = {{&authentication.password, &secrets.password, "password"},
                           {&authentication.key, &secrets.key, "key"},
                           {&authentication.certificate, &secrets.certificate, "certificate"},
                           {&authentication.certificatePassword, &secrets.certificatePassword, "certificatePassword"}};
    for (const Wanted &row : rows) {
        const SecretReference reference = *row.reference;
        const bool stays = reference.kind == SecretReference::Kind::None || reference.kind == SecretReference::Kind::KeyVault;
        if (stays || !row.secret->isEmpty() || !source)
            continue;
        const QString field = QStringLiteral("linkedService.authentication.") + QLatin1String(row.field);
        const Result<Secret> found = co_await source->secret(reference, field, context);
        if (context.cancelled()) // the page is gone, and what gives secrets may be
            co_return Error::cancelled();
        if (!found)
            co_return found.error();
        *row.secret = *found;
    }
    co_return secrets;
}

// What cannot be read is taken as on: the test itself will tell.
QCoro::Task<Result<bool>> LinkedServiceController::authoring(ArmClient *client, ResourceId runtime, Context context)
{
    DataFactoryApi api(*client);
    Result<QJsonObject> status = co_await api.runtimeStatus(runtime, context);
    if (!status)
        co_return status.error();
    const QJsonObject inner = (*status)[QLatin1String("properties")].toObject();
    const QString state = inner[QLatin1String("typeProperties")].toObject()[QLatin1String("interactiveQuery")].toObject()[QLatin1String("status")].toString();
    const QString flat = inner[QLatin1String("interactiveQuery")].toObject()[QLatin1String("status")].toString();
    const QString known = state.isEmpty() ? flat : state;
    co_return known.isEmpty() || known.compare(QLatin1String("Enabled"), Qt::CaseInsensitive) == 0;
}

QCoro::Task<Result<>> LinkedServiceController::enableAuthoring(ResourceId runtime, int minutes, Context context)
{
    static constexpr int patience = 180; // polls of five seconds
    ArmClient *client = &m_session.client();
    Clock *clock = &m_session.clock();
    DataFactoryApi api(*client);
    Result<ArmOperation> asked = co_await api.enableInteractiveAuthoring(runtime, minutes, context);
    if (!asked)
        co_return asked.error();
    for (int poll = 0; poll < patience; ++poll) {
        Result<bool> on = co_await authoring(client, runtime, context); // static: the page may be gone
        if (!on)
            co_return on.error();
        if (*on)
            co_return Result<>();
        const Milliseconds pause = std::chrono::seconds(5);
        const bool slept = co_await sleepFor(*clock, pause, context);
        if (!slept)
            co_return Error::cancelled();
    }
    Error late = Error::internal(QStringLiteral("AuthoringNotEnabled"), QStringLiteral("Interactive authoring did not come up."));
    late.kind = ErrorKind::TimedOut;
    co_return late;
}

} // namespace causeway::wizard
