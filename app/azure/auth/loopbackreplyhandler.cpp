// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/loopbackreplyhandler.h"

#include "azure/auth/tokenanswer.h"

#include <QTimer>
#include <QVariantMap>
#include <algorithm>

namespace causeway {

namespace {

constexpr std::size_t mostConnections = 32; // browsers open six
constexpr qint64 mostUnread = 64 * 1024;
constexpr Milliseconds timeToAsk = std::chrono::seconds(10);
constexpr Milliseconds timeToLeave = std::chrono::seconds(2);

Error untrustedCallback(const char *code, const QString &message)
{
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QString::fromLatin1(code);
    error.message = message;
    return error;
}

} // namespace

LoopbackReplyHandler::LoopbackReplyHandler(LoopbackWords words, bool formPost, QObject *parent)
    : QAbstractOAuthReplyHandler(parent), m_words(std::move(words)), m_formPost(formPost)
{
    for (QTcpServer &server : m_servers)
        connect(&server, &QTcpServer::newConnection, this, [this, &server] { accept(server); });
}

LoopbackReplyHandler::~LoopbackReplyHandler()
{
    conclude(false);
    const auto left = std::exchange(m_connections, {});
    for (const auto &[socket, connection] : left) {
        socket->disconnect(this);
        socket->abort();
    }
}

bool LoopbackReplyHandler::listen(quint16 wanted)
{
    close();
    QTcpServer &four = m_servers[0];
    QTcpServer &six = m_servers[1];
    for (int tries = 0; tries < 16; ++tries) {
        const quint16 port = tries == 0 ? wanted : 0;
        if (!four.listen(QHostAddress::LocalHost, port))
            continue;
        // Browsers try ::1 first. Without IPv6 that fails for everybody alike; a port that somebody has there is not ours.
        if (six.listen(QHostAddress::LocalHostIPv6, four.serverPort()) || six.serverError() != QAbstractSocket::AddressInUseError) {
            m_callback = QStringLiteral("http://localhost:%1").arg(four.serverPort()); // no slash at the end: compared byte by byte
            return true;
        }
        four.close();
    }
    return false;
}

void LoopbackReplyHandler::close()
{
    for (QTcpServer &server : m_servers)
        server.close();
    m_state = Secret();
}

void LoopbackReplyHandler::expect(Secret state, std::function<bool(const QString &)> acceptsIssuer)
{
    m_state = std::move(state);
    m_acceptsIssuer = std::move(acceptsIssuer);
}

void LoopbackReplyHandler::accept(QTcpServer &server)
{
    while (QTcpSocket *socket = server.nextPendingConnection()) {
        socket->setParent(nullptr); // outlives the listener, and us, until its page is out
        socket->setReadBufferSize(mostUnread);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] { m_connections.erase(socket); });
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        m_connections[socket].order = ++m_accepted;
        QTimer::singleShot(timeToAsk, this, [this, socket = QPointer(socket)] {
            if (socket && m_connections.count(socket) > 0)
                socket->abort();
        });
        if (m_connections.size() > mostConnections) { // whoever has waited longest makes room
            const auto oldest = std::min_element(m_connections.begin(), m_connections.end(), [](const auto &a, const auto &b) { return a.second.order < b.second.order; });
            oldest->first->abort();
        }
    }
}

void LoopbackReplyHandler::read(QTcpSocket *socket)
{
    const auto found = m_connections.find(socket);
    const QByteArray bytes = socket->readAll();
    if (found == m_connections.end())
        return; // answered; what still comes is of no interest
    const std::optional<int> end = found->second.reader.take(bytes);
    if (!end)
        return;
    const LoopbackRequest request = found->second.reader.request();
    m_connections.erase(found);
    QHash<QString, QString> fields;
    const int strange = *end != 0 ? *end : strangeness(request, fields);
    if (strange != 0)
        answer(socket, strange, LoopbackPage::Stray);
    else
        take(socket, fields);
}

int LoopbackReplyHandler::strangeness(const LoopbackRequest &request, QHash<QString, QString> &fields) const
{
    const QByteArray port = m_callback.section(QLatin1Char(':'), -1).toLatin1();
    const QByteArrayList hosts{"localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port};
    if (!hosts.contains(request.host))
        return 421; // a name that somebody points here (DNS rebinding)
    if (request.path != "/")
        return 404;
    if (request.method != (m_formPost ? "POST" : "GET"))
        return 405;
    if (m_formPost && request.contentType.split(';').first().trimmed() != "application/x-www-form-urlencoded")
        return 400;
    const auto sent = loopbackFields(m_formPost ? request.body : request.query);
    if (!sent || m_state.isEmpty() || !Secret(sent->value(QStringLiteral("state")).toUtf8()).equals(m_state))
        return 400; // also for errors: any page on this machine can make one up
    fields = *sent;
    return 0;
}

void LoopbackReplyHandler::take(QTcpSocket *socket, const QHash<QString, QString> &fields)
{
    close(); // one shot (RFC 8252 §8.3)
    m_waiting = socket;
    const QString issuer = fields.value(QStringLiteral("iss"));
    const QString code = fields.value(QStringLiteral("code"));
    if (!issuer.isEmpty() && !(m_acceptsIssuer && m_acceptsIssuer(issuer)))
        Q_EMIT refused(untrustedCallback("ForeignIssuer", QStringLiteral("The answer comes from %1, which was not asked.").arg(issuer.left(200))));
    else if (fields.contains(QStringLiteral("error")))
        Q_EMIT refused(callbackError(fields));
    else if (code.isEmpty())
        Q_EMIT refused(untrustedCallback("CodeMissing", QStringLiteral("The sign-in service's answer has no code.")));
    else
        Q_EMIT callbackReceived(QVariantMap{{QStringLiteral("code"), code}, {QStringLiteral("state"), fields.value(QStringLiteral("state"))}});
}

void LoopbackReplyHandler::conclude(bool success)
{
    if (QTcpSocket *socket = m_waiting)
        answer(socket, 200, success ? LoopbackPage::Success : LoopbackPage::Failure);
    m_waiting = nullptr;
}

void LoopbackReplyHandler::answer(QTcpSocket *socket, int status, LoopbackPage page)
{
    socket->write(loopbackAnswer(status, page, m_words));
    socket->flush(); // into the kernel: the page arrives also when this process ends now
    if (status == 413 || status == 414 || status == 431) { // closing with bytes unread would take the page back
        QObject::disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
        connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->readAll(); });
        QTimer::singleShot(timeToLeave, socket, [socket] { socket->abort(); });
    } else {
        socket->disconnectFromHost();
    }
}

} // namespace causeway
