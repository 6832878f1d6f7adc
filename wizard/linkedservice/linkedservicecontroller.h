// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/error.h"
#include "core/result.h"
#include "domain/linkedservice.h"
#include "domain/setupspec.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QObject>
#include <optional>
#include <stop_token>

namespace causeway {
class ArmClient;
class AzureSession;
class SecretSource;
} // namespace causeway

namespace causeway::wizard {

//! "Test connection" on a form that is not saved yet: possible where the factory, its runtime and the server exist already.
class LinkedServiceController final : public QObject
{
    Q_OBJECT
public:
    enum class State { Editing, Busy, Ready, Failed, NeedsAuthoring };

    //! `secrets` gives what the form's references name and nobody typed; null: nothing does.
    LinkedServiceController(AzureSession &session, SecretSource *secrets, QObject *parent = nullptr);
    ~LinkedServiceController() override;

    struct Question {
        ResourceId factory;
        QString runtime;     //!< its name; empty: the factory's public one
        LinkedServiceSpec service;
        QString host;        //!< of the server
        LinkedServiceSecrets typed;
        int minutes = 60;    //!< of interactive authoring
        bool enable = false; //!< switch interactive authoring on first
    };
    //! Ends with NeedsAuthoring when the runtime's interactive authoring is off: it costs, so a person says yes first.
    void test(const Question &question);
    void reset();
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool succeeded() const { return m_succeeded; }
    //! The service's own words when it did not succeed.
    [[nodiscard]] const QString &message() const { return m_message; }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

Q_SIGNALS:
    void changed();

private:
    QCoro::Task<> perform(Question question, Context context, quint64 generation);
    QCoro::Task<Result<LinkedServiceSecrets>> secretsFor(Question question, Context context);
    static QCoro::Task<Result<bool>> authoring(ArmClient *client, ResourceId runtime, Context context);
    QCoro::Task<Result<>> enableAuthoring(ResourceId runtime, int minutes, Context context);
    void finish(State state);

    AzureSession &m_session;
    SecretSource *m_secrets;
    State m_state = State::Editing;
    bool m_succeeded = false;
    QString m_message;
    std::optional<Error> m_error;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

} // namespace causeway::wizard
