// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "approvals/queue.h"
#include "core/context.h"
#include "core/error.h"

#include <QObject>
#include <QSet>
#include <optional>
#include <stop_token>

namespace causeway {
class AzureSession;
}

namespace causeway::wizard {

//! The queue of one server or of a subscription, and decisions on it, one at a time for each connection.
class ApprovalsController final : public QObject
{
    Q_OBJECT
public:
    enum class State { Editing, Busy, Ready, Failed };

    explicit ApprovalsController(AzureSession &session, QObject *parent = nullptr);
    ~ApprovalsController() override;

    //! An empty id: every server of the subscription.
    void load(const ResourceId &server);
    void decide(const Connection &connection, Decision decision, const QString &comment);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QList<Connection> &connections() const { return m_queue.connections; }
    [[nodiscard]] const QList<UnreadServer> &unread() const { return m_queue.unread; }
    [[nodiscard]] bool isDeciding(const ResourceId &connection) const { return m_deciding.contains(connection.key()); }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

Q_SIGNALS:
    void changed();
    void decided(const causeway::Connection &connection, causeway::Decision decision);
    void refused(const causeway::Connection &connection, const causeway::Error &error);

private:
    QCoro::Task<> collect(ResourceId server, Context context, quint64 generation);
    QCoro::Task<> carryOut(Connection connection, Decision decision, QString comment, Context context);

    AzureSession &m_session;
    State m_state = State::Editing;
    ApprovalQueue m_queue;
    std::optional<Error> m_error;
    QSet<QString> m_deciding;
    ResourceId m_server;
    std::stop_source m_stop;
    std::stop_source m_decisionStop;
    quint64 m_generation = 0;
};

} // namespace causeway::wizard
