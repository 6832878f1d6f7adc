// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/connection.h"

#include <QSslSocket>
#include <QTcpSocket>
#include <algorithm>
#include <sys/socket.h>

namespace causeway::sandbox {

static constexpr qint64 readAhead = 256 * 1024;
static constexpr qint64 writeAhead = 4 * 1024 * 1024;

HttpReply::HttpReply(HttpConnection *connection) : m_connection(connection) {}

void HttpReply::send(Response response) const
{
    if (m_connection)
        m_connection->answer(std::move(response));
}

HttpConnection::HttpConnection(QTcpSocket *socket, HttpFront *front) : QObject(front), m_socket(socket), m_front(front)
{
    ++m_front->m_live;
    m_since.start();
    m_socket->setParent(this);
    m_socket->setReadBufferSize(readAhead);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::read);
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] {
        if (!m_in.isEmpty() || m_socket->bytesAvailable() > 0)
            read();
    });
    connect(m_socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this] {
        if (m_socket->state() == QAbstractSocket::UnconnectedState)
            deleteLater();
    });
}

HttpConnection::~HttpConnection()
{
    --m_front->m_live;
}

// A slow client may not hold a place for ever; one that waits for our answer may.
void HttpConnection::closeIfIdle()
{
    if (m_phase != Phase::Busy && m_since.elapsed() > m_front->m_limits.idleMs)
        m_socket->abort();
}

void HttpConnection::read()
{
    if (m_phase == Phase::Over) {
        m_socket->readAll();
        return;
    }
    if (m_phase == Phase::Busy || m_socket->bytesToWrite() > writeAhead)
        return; // stays in the socket's bounded buffer
    if (m_in.isEmpty())
        m_in = m_socket->readAll();
    else
        m_in += m_socket->readAll();
    step();
}

// Answers may come inside the handler: the loop here, not recursion, takes the next pipelined request.
void HttpConnection::step()
{
    if (m_stepping)
        return;
    m_stepping = true;
    while ((m_phase == Phase::Head && takeHead()) || (m_phase == Phase::Body && takeBody())) { }
    m_stepping = false;
}

bool HttpConnection::takeHead()
{
    while (m_in.startsWith("\r\n"))
        m_in.remove(0, 2); // RFC 9112 §2.2
    if (m_in.isEmpty() || m_socket->bytesToWrite() > writeAhead)
        return false;
    ParsedHead parsed = parseHead(m_in, m_front->m_limits);
    if (parsed.state == HeadState::Incomplete)
        return false;
    m_head = std::move(parsed.head);
    if (parsed.state == HeadState::Refused) {
        refuse(parsed.status);
        return false;
    }
    m_in.remove(0, m_head.size);
    m_phase = Phase::Body;
    m_chunks = {};
    m_since.start();
    if (m_head.expectsContinue && m_in.isEmpty() && (m_head.chunked || m_head.contentLength > 0))
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

bool HttpConnection::takeBody()
{
    if (!m_head.chunked) {
        if (m_in.size() < m_head.contentLength)
            return false;
        QByteArray body = m_in.left(m_head.contentLength);
        m_in.remove(0, m_head.contentLength);
        dispatch(std::move(body));
        return true;
    }
    switch (m_chunks.feed(m_in, m_front->m_limits.body)) {
    case ChunkedBody::State::More:
        return false;
    case ChunkedBody::State::Bad:
        refuse(400);
        return false;
    case ChunkedBody::State::TooLarge:
        refuse(413);
        return false;
    case ChunkedBody::State::Done:
        break;
    }
    dispatch(m_chunks.take());
    return true;
}

void HttpConnection::dispatch(QByteArray body)
{
    m_phase = Phase::Busy;
    const HttpReply reply(this);
    static constexpr const char *known[] = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"};
    if (std::none_of(std::begin(known), std::end(known), [this](const char *method) { return m_head.method == method; })) {
        Response response = Response::error(405, QStringLiteral("MethodNotAllowed"),
                                            QStringLiteral("The HTTP method is not supported."));
        response.headers.append(qMakePair(QByteArray("allow"), QByteArray("GET, HEAD, PUT, POST, PATCH, DELETE")));
        reply.send(std::move(response));
        return;
    }
    m_fault = takeFault(m_front->m_faults, m_head.method, m_head.target);
    if (m_fault && !m_fault->reachesWorld()) {
        reply.send({});
        return;
    }
    Request request = requestFromTarget(m_head.method, m_head.target);
    request.headers = m_head.headers;
    request.body = std::move(body);
    m_front->m_handler(std::move(request), reply);
}

void HttpConnection::answer(Response response)
{
    if (m_phase != Phase::Busy)
        return;
    if (m_fault)
        writeFaulty(*m_fault, std::move(response));
    else
        write(response);
    if (m_phase == Phase::Over)
        return;
    m_phase = Phase::Head;
    m_since.start();
    if (!m_stepping && (!m_in.isEmpty() || m_socket->bytesAvailable() > 0))
        read();
}

// After a refusal the place where the next request begins is unknown.
void HttpConnection::refuse(int status)
{
    m_head.keepAlive = false;
    m_phase = Phase::Refusing;
    write(Response::error(status, QStringLiteral("BadRequest"), QString::fromLatin1(reasonPhrase(status))));
}

// Closing while the client still sends would reset the connection and could cost it our answer (RFC 9112 §9.6): so only
// our side is closed, and what still comes is thrown away.
void HttpConnection::endRefused()
{
    m_phase = Phase::Over;
    m_in.clear();
    m_since.start();
    m_socket->flush();
    const bool plain = !qobject_cast<QSslSocket *>(m_socket);
    if (!plain || m_socket->bytesToWrite() > 0 || ::shutdown(int(m_socket->socketDescriptor()), SHUT_WR) != 0)
        m_socket->disconnectFromHost();
    else
        read();
}

void HttpConnection::writeFaulty(const Fault &fault, Response response)
{
    const Fault now = fault;
    m_fault.reset();
    switch (now.kind) {
    case FaultKind::Drop:
        m_phase = Phase::Over;
        m_socket->abort();
        return;
    case FaultKind::Truncate: {
        m_head.keepAlive = false;
        QByteArray body = response.body;
        if (body.size() < 2)
            body = QByteArrayLiteral("{\"value\":[]}");
        const QByteArray half = body.left(body.size() / 2);
        m_socket->write("HTTP/1.1 " + QByteArray::number(response.status) + ' ' + reasonPhrase(response.status)
                        + "\r\ncontent-type: " + response.type + "\r\ncontent-length: " + QByteArray::number(body.size()) + "\r\n\r\n" + half);
        end();
        return;
    }
    case FaultKind::Garbage:
        m_socket->write(QByteArrayLiteral("\x16\x03\x01 this is not HTTP\r\n\r\n"));
        end();
        return;
    case FaultKind::Stall:
        m_phase = Phase::Over; // and the sweep ends it when the idle time is over
        return;
    case FaultKind::Status:
        response.status = now.status;
        response.headers = now.headers;
        if (const QByteArray type = headerValue(now.headers, "content-type"); !type.isEmpty()) { // once
            response.type = type;
            erase_if(response.headers, [](const auto &header) { return header.first.compare("content-type", Qt::CaseInsensitive) == 0; });
        }
        response.body = now.body.isEmpty()
            ? Response::error(now.status, QStringLiteral("InjectedFault"), QStringLiteral("A fault was asked for.")).body : now.body;
        write(response);
        return;
    }
}

static void appendHeader(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

void HttpConnection::write(const Response &response)
{
    const bool bodyAllowed = response.status != 204 && response.status != 304 && response.status >= 200;
    QByteArray out;
    out.reserve(768 + response.body.size());
    out += "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + reasonPhrase(response.status) + "\r\n";
    if (bodyAllowed) {
        if (!response.body.isEmpty())
            appendHeader(out, "content-type", response.type);
        appendHeader(out, "content-length", QByteArray::number(response.body.size()));
    }
    for (const auto &[name, value] : response.headers)
        appendHeader(out, name, value);
    appendHeader(out, "date", m_front->date());
    if (headerValue(response.headers, "cache-control").isEmpty())
        appendHeader(out, "cache-control", "no-cache");
    // As ARM does: its own request id, and the client's correlation id where it sent one.
    const QByteArray id = m_front->newRequestId();
    if (headerValue(response.headers, "x-ms-request-id").isEmpty())
        appendHeader(out, "x-ms-request-id", id);
    if (headerValue(response.headers, "x-ms-correlation-request-id").isEmpty()) {
        const QByteArray sent = headerValue(m_head.headers, "x-ms-correlation-request-id");
        appendHeader(out, "x-ms-correlation-request-id", sent.isEmpty() || sent.size() > 128 ? id : sent);
    }
    if (headerValue(m_head.headers, "x-ms-return-client-request-id").toLower() == "true" && headerValue(response.headers, "x-ms-client-request-id").isEmpty())
        appendHeader(out, "x-ms-client-request-id", headerValue(m_head.headers, "x-ms-client-request-id").left(128));
    if (!m_head.keepAlive)
        out += "connection: close\r\n";
    out += "\r\n";
    if (bodyAllowed && m_head.method != "HEAD")
        out += response.body;
    if (m_front->m_observer)
        m_front->m_observer(m_head.method, m_head.target, response.status);
    m_socket->write(out);
    if (m_phase == Phase::Refusing)
        endRefused();
    else if (!m_head.keepAlive)
        end();
}

void HttpConnection::end()
{
    m_phase = Phase::Over;
    m_in.clear();
    m_since.start();
    m_socket->disconnectFromHost(); // after what is still to be written
}

} // namespace causeway::sandbox
