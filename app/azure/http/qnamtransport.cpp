// SPDX-License-Identifier: Apache-2.0
#include "azure/http/qnamtransport.h"

#include "azure/http/tlserror.h"
#include "core/waiting.h"

#include <QAuthenticator>
#include <QCryptographicHash>
#include <QCoreApplication>
#include <QFile>
#include <QIODevice>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QUrl>
#include <cstring>

namespace causeway {

namespace {

// QNAM sends a request again (twice, four times) when the connection breaks before the answer, unless it cannot rewind the
// body. This one cannot be rewound.
class OneShotBody final : public QIODevice
{
public:
    explicit OneShotBody(QByteArray bytes) : m_bytes(std::move(bytes)) { open(ReadOnly); }
    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    bool atEnd() const override { return m_at >= m_bytes.size(); }
    qint64 bytesAvailable() const override { return m_bytes.size() - m_at + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char *out, qint64 most) override
    {
        const qint64 count = std::min<qint64>(most, m_bytes.size() - m_at);
        if (count <= 0)
            return -1;
        std::memcpy(out, m_bytes.constData() + m_at, std::size_t(count));
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_at = 0;
};

enum class ReplyEnd { Finished, HeadRefused, BodyTooLarge, Cancelled };

bool isBodyless(const QByteArray &method, int status)
{
    return method == "HEAD" || status == 204 || status == 304;
}

// QNAM throws away a head of more than 256 KiB, 100 fields or 100 KiB in one of them, goes on as if it had been empty, and then
// waits for the connection's end. Nor is an answer believed that says nothing of its length: half of it would look whole.
bool isHeadRefused(const QNetworkReply &reply, const QByteArray &method)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return reply.rawHeaderPairs().isEmpty() && !isBodyless(method, status);
}

// Aborted first, so that nothing of it runs on; deleted by the loop, because a slot of it may be on the stack.
struct ReplyCloser {
    void operator()(QNetworkReply *reply) const
    {
        reply->abort();
        reply->deleteLater();
    }
};

Error transportError(ErrorKind kind, const char *code, const QString &message, int status = 0)
{
    Error error;
    error.kind = kind;
    error.code = QString::fromLatin1(code);
    error.message = message;
    error.httpStatus = status;
    return error;
}

// QNAM calls it an unknown error when the proxy itself is not reached, or does not open the tunnel; only the words tell.
bool isProxyRefusal(const QNetworkReply &reply)
{
    if (reply.error() != QNetworkReply::UnknownNetworkError && reply.error() != QNetworkReply::UnknownProxyError)
        return false;
    for (const char *words : {"Proxy connection refused", "Proxy server not found", "Proxy server connection timed out", "Proxy denied connection"}) {
        if (reply.errorString() == QCoreApplication::translate("QHttpSocketEngine", words))
            return true;
    }
    return false;
}

// Errors that say for certain that no byte of the request went out.
bool nothingSent(const QNetworkReply &reply, const QString &proxyAsked)
{
    switch (reply.error()) {
    case QNetworkReply::ProxyConnectionClosedError: // after its 407, without "Connection: close"
        return !proxyAsked.isEmpty();
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::SslHandshakeFailedError:
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return true;
    default:
        return isProxyRefusal(reply);
    }
}

//! Why no byte went out. `proxyAsked`: "realm" of proxy:port, when one wanted to know who we are.
Error connectionError(const QNetworkReply &reply, const QList<QSslError> &refusals, const QString &proxyAsked)
{
    const QString host = reply.url().host();
    switch (reply.error()) {
    case QNetworkReply::SslHandshakeFailedError:
        return tlsError(refusals, host, reply.errorString());
    case QNetworkReply::HostNotFoundError:
        return transportError(ErrorKind::Network, "HostNotFound", QStringLiteral("The name %1 is not known to this network's DNS.").arg(host));
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::UnknownNetworkError:
    case QNetworkReply::UnknownProxyError:
        return transportError(ErrorKind::Network, "ProxyUnreachable", QStringLiteral("%1 is reached through a proxy, which does not let us through: %2").arg(host, reply.errorString()));
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::ProxyConnectionClosedError:
        return transportError(ErrorKind::Network, "ProxyAuthenticationRequired",
                              QStringLiteral("On the way to %1 a proxy asks who you are: %2").arg(host, proxyAsked.isEmpty() ? reply.errorString() : proxyAsked));
    default:
        return transportError(ErrorKind::Network, "ConnectionFailed", reply.errorString());
    }
}

//! The choice, for every request anew; loopback is spared.
class ChosenProxy final : public QNetworkProxyFactory
{
public:
    explicit ChosenProxy(ProxyChoice choice) : m_choice(std::move(choice)) {}
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override { return {proxyFor(m_choice, query.url())}; }

private:
    ProxyChoice m_choice;
};

// QNAM wants to rewind the body as soon as it reads 307 or 308, though it is told to follow nothing; the answer's head is whole then.
bool isRefusedRewind(const QNetworkReply &reply, int status)
{
    return reply.error() == QNetworkReply::ContentReSendError && (status == 307 || status == 308);
}

// An HTTP status is an answer, whatever QNAM thinks of it. 205 (ContentReSendError) is our one-shot body's refusal.
bool isAnswer(const QNetworkReply &reply, int status)
{
    const auto error = reply.error();
    if (isRefusedRewind(reply, status))
        return true;
    return status > 0
        && (error == QNetworkReply::NoError || error == QNetworkReply::ProxyAuthenticationRequiredError
            || (error > QNetworkReply::ProxyAuthenticationRequiredError && error != QNetworkReply::ContentReSendError
                && error != QNetworkReply::UnknownProxyError && error != QNetworkReply::ProtocolFailure));
}

// How much QNAM may hold of a body that we have not taken. Its own account of the progress comes ten times a second, and a fast
// service fills a hundred megabytes between two of them.
constexpr qint64 readAhead = 64 * 1024;

Result<HttpResponse> readReply(QNetworkReply &reply, const QByteArray &method, QByteArray body, const QList<QSslError> &refusals, const QString &proxyAsked)
{
    HttpResponse response;
    response.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (!isAnswer(reply, response.status)) {
        if (nothingSent(reply, proxyAsked))
            return connectionError(reply, refusals, proxyAsked);
        const bool late = reply.error() == QNetworkReply::OperationCanceledError;
        const char *code = late ? "NoAnswerInTime" : "ConnectionLost";
        const QString text = late ? QStringLiteral("No complete answer came in time.") : reply.errorString();
        if (!isRead(method))
            return transportError(ErrorKind::OutcomeUnknown, code, text);
        return transportError(late ? ErrorKind::TimedOut : ErrorKind::OutcomeUnknown, code, text);
    }
    for (const auto &header : reply.rawHeaderPairs())
        response.headers.append(header);
    response.body = std::move(body) + reply.readAll();
    const bool bodyless = isBodyless(method, response.status) || isRefusedRewind(reply, response.status);
    const QByteArray length = headerValue(response.headers, "Content-Length");
    if (!bodyless && !length.isEmpty() && length != QByteArray::number(response.body.size()))
        return transportError(isRead(method) ? ErrorKind::Protocol : ErrorKind::OutcomeUnknown, "AnswerCutShort",
                              QStringLiteral("%1 bytes came of an answer of %2.").arg(response.body.size()).arg(QString::fromLatin1(length.left(32))), response.status);
    return response;
}

} // namespace

// Shared by the transport and every answer on its way, because Qt's reply tells its manager when it ends, even one that is gone.
struct QnamTransport::Wire {
    explicit Wire(QnamOptions given) : options(std::move(given))
    {
        manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        manager.setAutoDeleteReplies(false);
        manager.setProxyFactory(new ChosenProxy(options.proxy)); // the manager's from here on
        // Nobody answers it: user and password are in the choice, and whoever did not take them would be asked for ever.
        QObject::connect(&manager, &QNetworkAccessManager::proxyAuthenticationRequired, &manager, [this](const QNetworkProxy &proxy, QAuthenticator *asked) {
            proxyAsked = QStringLiteral("\"%1\" of %2:%3").arg(asked->realm().left(120), proxy.hostName().left(253)).arg(proxy.port());
        });
    }
    const QnamOptions options;
    QString proxyAsked; //!< the realm and host of the last proxy that asked who we are
    QNetworkAccessManager manager;
};

// The manager waits five seconds for its thread when it goes, and that thread waits for a reply that it has asked something
// (sslErrors) until the reply is quite gone: so the manager goes after the reply, not with it.
void QnamTransport::outlast(std::shared_ptr<Wire> wire)
{
    auto *later = new QObject;
    QObject::connect(later, &QObject::destroyed, later, [wire = std::move(wire)] {});
    later->deleteLater();
}

QnamTransport::QnamTransport(Planes planes, Clock &clock, QnamOptions options)
    : m_planes(std::move(planes)), m_clock(clock), m_wire(std::make_shared<Wire>(std::move(options)))
{
}

QnamTransport::~QnamTransport() = default;

// Another manager: this one keeps connections by the proxy's host and user, and their password with them.
void QnamTransport::setProxy(const ProxyChoice &proxy)
{
    QnamOptions options = m_wire->options;
    options.proxy = proxy;
    m_wire = std::make_shared<Wire>(std::move(options));
}

Result<QNetworkRequest> QnamTransport::makeRequest(const HttpRequest &request) const
{
    const Origin origin = m_planes.at(request.plane).origin;
    const QUrl url = QUrl::fromEncoded(origin.toByteArray() + request.target, QUrl::StrictMode);
    if (origin.isEmpty() || !request.target.startsWith('/') || !url.isValid() || url.host(QUrl::FullyEncoded).toLatin1() != QUrl::fromEncoded(origin.toByteArray()).host(QUrl::FullyEncoded).toLatin1())
        return Error::invalid(QStringLiteral("TargetNotUnderstood"), QStringLiteral("This is not a path that can be sent: %1").arg(QString::fromUtf8(request.target.left(200))));
    QNetworkRequest out(url);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, false); // CVE-2023-51714 is open in Debian 12's 6.4.2
    out.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    out.setTransferTimeout(int(m_wire->options.transferTimeout.count()));
    out.setRawHeader("User-Agent", "causeway");
    out.setRawHeader("Accept", "application/json");
    out.setRawHeader("Accept-Encoding", "identity"); // a compressed body that is cut short looks whole to QNAM
    for (const auto &header : request.headers)
        out.setRawHeader(header.first, header.second);
    if (!origin.isSecure())
        return out;
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setOcspStaplingEnabled(QSslSocket::isFeatureSupported(QSsl::SupportedFeature::Ocsp)); // asks nobody but the server itself
    tls.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")}); // who speaks something else refuses us, who knows no ALPN is taken (RFC 7301 §3.1)
    // Added, never set: setCaCertificates() would drop the system's, which are loaded when they are needed.
    if (!m_wire->options.extraCaFile.isEmpty() && !tls.addCaCertificates(m_wire->options.extraCaFile))
        return Error::invalid(QStringLiteral("CaFileNotRead"), QStringLiteral("The file of additional certificates cannot be read, or holds no certificate (PEM): %1").arg(m_wire->options.extraCaFile.left(300)), QStringLiteral("caFile"));
    out.setSslConfiguration(tls);
    return out;
}

QCoro::Task<Result<HttpResponse>> QnamTransport::send(HttpRequest request, Context context)
{
    if (context.cancelled())
        co_return Error::cancelled();
    if (context.deadline && m_clock.now() >= *context.deadline)
        co_return transportError(ErrorKind::TimedOut, "DeadlinePassed", QStringLiteral("The time given for this work is over."));
    Result<QNetworkRequest> made = makeRequest(request);
    if (!made)
        co_return made.error();
    const Clock::Hold hold = m_clock.hold();
    const std::shared_ptr<Wire> wire = m_wire; // nothing of this object is asked for after the wait
    std::unique_ptr<QNetworkReply, ReplyCloser> reply;
    if (request.method == "HEAD") {
        reply.reset(wire->manager.head(*made)); // under another name QNAM would wait for the body that Content-Length announces
    } else { // GET too: only what has a body is not sent again, and "Content-Length: 0" is what an empty one costs
        auto body = std::make_unique<OneShotBody>(request.body);
        made->setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
        if (!request.body.isEmpty() && !hasHeader(request.headers, "Content-Type"))
            made->setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
        reply.reset(wire->manager.sendCustomRequest(*made, request.method, body.get()));
        body.release()->setParent(reply.get()); // and goes with it
    }
    reply->setParent(nullptr); // deleted by itself, in its own time, ...
    QObject::connect(reply.get(), &QObject::destroyed, reply.get(), [wire] { outlast(wire); }); // ... and never without its manager
    const auto refusals = std::make_shared<QList<QSslError>>();
    QObject::connect(reply.get(), &QNetworkReply::sslErrors, reply.get(), [refusals, sender = reply.get(), thumbprint = wire->options.thumbprint](const QList<QSslError> &errors) {
        const QByteArray shown = sender->sslConfiguration().peerCertificate().digest(QCryptographicHash::Sha1).toHex();
        const bool expected = !thumbprint.isEmpty() && shown.compare(thumbprint, Qt::CaseInsensitive) == 0; // as this host was told
        if (expected || isOnlyUnknownRevocation(errors))
            sender->ignoreSslErrors(errors);
        else
            *refusals = errors;
    });
    OneShot<ReplyEnd> shot;
    QObject::connect(reply.get(), &QNetworkReply::metaDataChanged, reply.get(), [shot, sender = reply.get(), method = request.method] {
        if (isHeadRefused(*sender, method))
            shot.fire(ReplyEnd::HeadRefused);
    });
    QObject::connect(reply.get(), &QNetworkReply::finished, reply.get(), [shot] { shot.fire(ReplyEnd::Finished); });
    // Queued: a request with a body starts a turn of the event loop later, and does not know what was set until then.
    QMetaObject::invokeMethod(reply.get(), [sender = reply.get()] { sender->setReadBufferSize(readAhead); }, Qt::QueuedConnection);
    const auto body = std::make_shared<QByteArray>();
    QObject::connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [shot, body, sender = reply.get(), most = wire->options.maxBody] {
        if (body->size() <= most)
            *body += sender->readAll();
        if (body->size() > most)
            shot.fire(ReplyEnd::BodyTooLarge);
    });
    ReplyEnd end = ReplyEnd::Cancelled;
    {
        const std::stop_callback onStop(context.stop, [shot] { shot.fire(ReplyEnd::Cancelled); });
        end = co_await shot.wait();
    }
    if (end == ReplyEnd::Cancelled || context.cancelled())
        co_return Error::cancelled();
    const ErrorKind kind = isRead(request.method) ? ErrorKind::Protocol : ErrorKind::OutcomeUnknown;
    if (end == ReplyEnd::HeadRefused)
        co_return transportError(kind, "AnswerHeadRefused", QStringLiteral("The answer's head is empty or larger than 256 KiB."));
    if (end == ReplyEnd::BodyTooLarge)
        co_return transportError(kind, "AnswerTooLarge", QStringLiteral("The answer is larger than %1 MiB.").arg(wire->options.maxBody >> 20));
    Result<HttpResponse> response = readReply(*reply, request.method, std::move(*body), *refusals, wire->proxyAsked);
    co_return response;
}

} // namespace causeway
