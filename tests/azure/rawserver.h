// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QTcpServer>
#include <QTcpSocket>
#include <functional>
#include <memory>

namespace causeway::test {

//! A loopback server that does with a connection what a test says, and remembers every byte that reached it.
class RawServer
{
public:
    using Act = std::function<void(QTcpSocket &socket, int requestNumber)>;

    explicit RawServer(Act act) : m_act(std::move(act))
    {
        m_server.listen(QHostAddress::LocalHost, 0);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] { accept(); });
    }

    [[nodiscard]] QString origin() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort()); }
    [[nodiscard]] const QList<QByteArray> &requests() const { return m_requests; } //!< head and body
    [[nodiscard]] int connections() const { return m_connections; }
    [[nodiscard]] int ended() const { return m_ended; } //!< connections that both sides have closed

    static QByteArray answer(int status, const QByteArray &body = {}, const QByteArray &headers = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body;
    }

private:
    void accept()
    {
        while (QTcpSocket *socket = m_server.nextPendingConnection()) {
            ++m_connections;
            auto buffer = std::make_shared<QByteArray>();
            QObject::connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
                ++m_ended;
                socket->deleteLater();
            });
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, buffer] {
                *buffer += socket->readAll();
                for (qsizetype size = requestSize(*buffer); size > 0; size = requestSize(*buffer)) {
                    m_requests.append(buffer->left(size));
                    buffer->remove(0, size);
                    m_act(*socket, int(m_requests.size()));
                }
            });
        }
    }

    static qsizetype requestSize(const QByteArray &bytes)
    {
        const qsizetype head = bytes.indexOf("\r\n\r\n");
        if (head < 0)
            return 0;
        const QByteArray lower = bytes.left(head).toLower();
        const qsizetype at = lower.indexOf("\r\ncontent-length:");
        const qsizetype length = at < 0 ? 0 : lower.mid(at + 17, lower.indexOf('\r', at + 17) < 0 ? -1 : lower.indexOf('\r', at + 17) - at - 17).trimmed().toLongLong();
        return bytes.size() >= head + 4 + length ? head + 4 + length : 0;
    }

    Act m_act;
    int m_ended = 0; // outlives the server, whose sockets end with it
    QTcpServer m_server;
    QList<QByteArray> m_requests;
    int m_connections = 0;
};

} // namespace causeway::test
