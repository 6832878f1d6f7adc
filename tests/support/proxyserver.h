// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QTcpServer>
#include <QTcpSocket>
#include <memory>

namespace causeway::test {

//! A company's proxy: CONNECT (RFC 9110 §9.3.6), Basic authentication when `credentials` ("user:password") is set. Whatever name is asked
//! for, it leads to a port of this machine: so a name that no DNS knows shows that the proxy was used.
class ProxyServer
{
public:
    explicit ProxyServer(quint16 target, QByteArray credentials = {}) : m_target(target), m_credentials(std::move(credentials))
    {
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            while (QTcpSocket *socket = m_server.nextPendingConnection())
                take(socket);
        });
    }
    Q_DISABLE_COPY_MOVE(ProxyServer)

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] int asked() const { return m_asked; }   //!< requests that came
    [[nodiscard]] int opened() const { return m_opened; } //!< tunnels
    [[nodiscard]] QByteArray lastTarget() const { return m_lastTarget; }
    //! After a 407 closes without having said so.
    void hangUp() { m_hangsUp = true; }

private:
    void take(QTcpSocket *socket)
    {
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        auto head = std::make_shared<QByteArray>();
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, head] {
            if (socket->property("tunnel").toBool())
                return;
            *head += socket->readAll();
            if (!head->contains("\r\n\r\n"))
                return;
            ++m_asked;
            m_lastTarget = head->split(' ').value(1);
            const bool known = m_credentials.isEmpty() || head->contains("Proxy-Authorization: Basic " + m_credentials.toBase64() + "\r\n");
            head->clear();
            known ? open(socket) : refuse(socket);
        });
    }
    void refuse(QTcpSocket *socket)
    {
        socket->write("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"Contoso Proxy\"\r\nContent-Length: 0\r\n\r\n");
        if (m_hangsUp)
            socket->disconnectFromHost();
    }
    void open(QTcpSocket *socket)
    {
        ++m_opened;
        auto *other = new QTcpSocket(socket);
        socket->setProperty("tunnel", true);
        QObject::connect(other, &QTcpSocket::connected, socket, [socket] { socket->write("HTTP/1.1 200 Connection established\r\n\r\n"); });
        QObject::connect(socket, &QTcpSocket::readyRead, other, [socket, other] { other->write(socket->readAll()); });
        QObject::connect(other, &QTcpSocket::readyRead, socket, [socket, other] { socket->write(other->readAll()); });
        QObject::connect(other, &QTcpSocket::disconnected, socket, [socket] { socket->disconnectFromHost(); });
        other->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
    }

    QTcpServer m_server;
    quint16 m_target;
    QByteArray m_credentials;
    QByteArray m_lastTarget;
    bool m_hangsUp = false;
    int m_asked = 0;
    int m_opened = 0;
};

} // namespace causeway::test
