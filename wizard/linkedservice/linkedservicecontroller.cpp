// SPDX-License-Identifier: Apache-2.0
#include "wizard/linkedservice/linkedservicecontroller.h"

#include "azure/arm/armclient.h"
#include "domain/types.h"
#include "session/azuresession.h"

#include <QPointer>

namespace causeway::wizard {

LinkedServiceController::LinkedServiceController(AzureSession &session, QObject *parent) : QObject(parent), m_session(session) {}

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

void LinkedServiceController::test(const ResourceId &factory, const QString &name, const QJsonObject &body)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_error.reset();
    m_message.clear();
    m_succeeded = false;
    m_state = State::Busy;
    Q_EMIT changed();
    Context context;
    context.stop = m_stop.get_token();
    perform(factory, name, body, context, ++m_generation);
}

// POST …/testConnectivity is not in any published specification (azure-data-factory.md §8).
QCoro::Task<> LinkedServiceController::perform(ResourceId factory, QString name, QJsonObject body, Context context, quint64 generation)
{
    const QPointer<LinkedServiceController> self(this);
    QJsonObject service = body;
    service[QLatin1String("name")] = name;
    service[QLatin1String("type")] = type::linkedService;
    QJsonObject wrapper;
    wrapper[QLatin1String("linkedService")] = service;
    ArmRequest request;
    request.method = "POST";
    request.path = factory.toString() + QStringLiteral("/testConnectivity");
    request.apiVersion = version::dataFactory;
    request.body = QJsonValue(wrapper);
    Result<ArmResponse> response = co_await m_session.client().send(request, context);
    if (!self || generation != m_generation)
        co_return;
    if (!response) {
        m_error = response.error();
        m_state = State::Failed;
    } else {
        const QJsonObject answer = response->body.toObject();
        m_succeeded = answer[QLatin1String("succeeded")].toBool();
        m_message = answer[QLatin1String("errors")].toArray().at(0).toObject()[QLatin1String("message")].toString();
        m_state = State::Ready;
    }
    Q_EMIT changed();
}

} // namespace causeway::wizard
