// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/error.h"
#include "domain/linkedservice.h"
#include "domain/setupspec.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QObject>
#include <optional>
#include <stop_token>

namespace causeway {
class AzureSession;
}

namespace causeway::wizard {

//! "Test connection" on a form that is not saved yet: possible where the factory, its runtime and the server exist already.
class LinkedServiceController final : public QObject
{
    Q_OBJECT
public:
    enum class State { Editing, Busy, Ready, Failed };

    explicit LinkedServiceController(AzureSession &session, QObject *parent = nullptr);
    ~LinkedServiceController() override;

    //! `factory`: id of the factory; `body`: the linked service with its secrets.
    void test(const ResourceId &factory, const QString &name, const QJsonObject &body);
    void reset();
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool succeeded() const { return m_succeeded; }
    //! The service's own words when it did not succeed.
    [[nodiscard]] const QString &message() const { return m_message; }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

Q_SIGNALS:
    void changed();

private:
    QCoro::Task<> perform(ResourceId factory, QString name, QJsonObject body, Context context, quint64 generation);

    AzureSession &m_session;
    State m_state = State::Editing;
    bool m_succeeded = false;
    QString m_message;
    std::optional<Error> m_error;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

} // namespace causeway::wizard
