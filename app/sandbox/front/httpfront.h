// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "sandbox/front/fault.h"
#include "sandbox/front/messagehead.h"
#include "sandbox/tls/certificates.h"
#include "sandbox/wire.h"

#include <QObject>
#include <QPointer>
#include <QRandomGenerator>
#include <functional>
#include <memory>
#include <optional>

class QTcpServer;

namespace causeway::sandbox {

class HttpConnection;

//! The right to answer one request. It may be kept: when the client has left meanwhile, the answer is dropped.
class HttpReply
{
public:
    explicit HttpReply(HttpConnection *connection);
    //! Once.
    void send(Response response) const;
    [[nodiscard]] bool alive() const { return !m_connection.isNull(); }

private:
    QPointer<HttpConnection> m_connection;
};

//! HTTP/1.1 on 127.0.0.1: keep-alive, pipelining (answered one after the other), deferred answers, limits, and faults on
//! command. Knows nothing of Azure. Lives on one thread and calls the handler there.
class HttpFront : public QObject
{
public:
    using Handler = std::function<void(Request request, HttpReply reply)>;
    //! After each answer, on the front's thread: for tests and request logs.
    using Observer = std::function<void(const QByteArray &method, const QByteArray &target, int status)>;

    //! `now` is the time of the Date header.
    HttpFront(Handler handler, std::function<TimePoint()> now, HttpLimits limits = {});
    ~HttpFront() override;

    //! Port 0 chooses one. Returns the port; with an identity the front speaks TLS only.
    Result<quint16> listen(quint16 port, const std::optional<TlsIdentity> &identity);
    void close();
    void addFault(Fault fault) { m_faults.append(std::move(fault)); }
    void setObserver(Observer observer) { m_observer = std::move(observer); }
    [[nodiscard]] int connections() const { return m_live; }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    friend class HttpConnection;
    void accept();
    [[nodiscard]] const QByteArray &date();
    [[nodiscard]] QByteArray newRequestId();

    Handler m_handler;
    std::function<TimePoint()> m_now;
    HttpLimits m_limits;
    Observer m_observer;
    QList<Fault> m_faults;
    std::unique_ptr<QTcpServer> m_server;
    QRandomGenerator m_random;
    qint64 m_dateSecond = -1;
    QByteArray m_date;
    int m_live = 0;
};

} // namespace causeway::sandbox
