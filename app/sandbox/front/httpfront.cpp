// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/httpfront.h"

#include "sandbox/front/connection.h"

#include <QDateTime>
#include <QLocale>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimeZone>

namespace causeway::sandbox {

static std::unique_ptr<QTcpServer> makeTcpServer(const std::optional<TlsIdentity> &identity)
{
    if (!identity)
        return std::make_unique<QTcpServer>();
    auto server = std::make_unique<QSslServer>();
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(QSslCertificate(identity->certificate, QSsl::Pem));
    configuration.setPrivateKey(QSslKey(identity->key, QSsl::Ec, QSsl::Pem));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    server->setSslConfiguration(configuration);
    return server;
}

HttpFront::HttpFront(Handler handler, std::function<TimePoint()> now, HttpLimits limits)
    : m_handler(std::move(handler)), m_now(std::move(now)), m_limits(limits), m_random(QRandomGenerator::securelySeeded())
{
    startTimer(std::clamp(m_limits.idleMs / 4, 10, 1000), Qt::CoarseTimer);
}

HttpFront::~HttpFront()
{
    close();
}

Result<quint16> HttpFront::listen(quint16 port, const std::optional<TlsIdentity> &identity)
{
    m_server = makeTcpServer(identity);
    m_server->setMaxPendingConnections(m_limits.connections);
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, &HttpFront::accept);
    // Loopback only: whoever can reach the sandbox can do everything in it.
    if (!m_server->listen(QHostAddress(QHostAddress::LocalHost), port))
        return Error::internal(QStringLiteral("PortNotFree"),
                               QStringLiteral("127.0.0.1:%1: %2").arg(port).arg(m_server->errorString()));
    return m_server->serverPort();
}

void HttpFront::close()
{
    if (m_server)
        m_server->close();
    const auto open = findChildren<QObject *>(QString(), Qt::FindDirectChildrenOnly);
    for (QObject *child : open) {
        if (auto *connection = dynamic_cast<HttpConnection *>(child))
            delete connection;
    }
}

void HttpFront::accept()
{
    while (QTcpSocket *socket = m_server->nextPendingConnection()) {
        if (m_live >= m_limits.connections) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        auto *connection = new HttpConnection(socket, this);
        QMetaObject::invokeMethod(connection, [socket] { // what came before we listened to it
            if (socket->bytesAvailable() > 0)
                Q_EMIT socket->readyRead();
        }, Qt::QueuedConnection);
    }
}

void HttpFront::timerEvent(QTimerEvent *)
{
    const auto open = children();
    for (QObject *child : open) {
        if (auto *connection = dynamic_cast<HttpConnection *>(child))
            connection->closeIfIdle();
    }
}

const QByteArray &HttpFront::date()
{
    const qint64 second = m_now().time_since_epoch().count() / 1000;
    if (second != m_dateSecond) {
        m_dateSecond = second;
        m_date = QLocale::c().toString(QDateTime::fromSecsSinceEpoch(second, Qt::UTC),
                                       QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1();
    }
    return m_date;
}

QByteArray HttpFront::newRequestId()
{
    quint32 words[4];
    m_random.fillRange(words);
    const QByteArray hex = QByteArray::fromRawData(reinterpret_cast<const char *>(words), sizeof words).toHex();
    return hex.left(8) + '-' + hex.mid(8, 4) + '-' + hex.mid(12, 4) + '-' + hex.mid(16, 4) + '-' + hex.mid(20);
}

} // namespace causeway::sandbox
