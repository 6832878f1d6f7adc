// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/headlessbrowser.h"

#include "core/waiting.h"
#include "sandbox/signin/browserpages.h"

#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPointer>
#include <QRegularExpression>
#include <QSet>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTcpSocket>
#include <QTimer>

namespace causeway::sandbox {

namespace {

constexpr int mostPages = 16, mostBytes = 1024 * 1024, pagePatience = 10000; // ms
constexpr int piecePause = 20;                                              // ms between the pieces of a request

//! One page, or one redirect.
struct FetchedPage {
    int status = 0;
    QUrl address;
    QUrl location; //!< of a redirect
    QString page;
};

//! What the browser does next: opens `address`, with `body` when it posts.
struct BrowserStep {
    QUrl address;
    bool post = false;
    QByteArray body;
};

bool isLoopbackAddress(const QUrl &url, const QUrl &authority)
{
    const bool loopback = url.host() == QLatin1String("localhost") || url.host() == QLatin1String("127.0.0.1") || url.host() == QLatin1String("::1");
    return loopback && url.scheme() == QLatin1String("http") && url.port() != authority.port();
}

// --- fetching -----------------------------------------------------------------------------------------------------------

//! One session: cookies live as long as it does.
class BrowserSession
{
public:
    explicit BrowserSession(const BrowserOptions &options) : m_tls(QSslConfiguration::defaultConfiguration())
    {
        if (!options.trustedPem.isEmpty())
            m_tls.addCaCertificates(QSslCertificate::fromData(options.trustedPem));
        m_manager.setProxy(QNetworkProxy::NoProxy);
    }
    QNetworkReply *send(const BrowserStep &step)
    {
        QNetworkRequest request(step.address);
        request.setSslConfiguration(m_tls);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setTransferTimeout(pagePatience);
        request.setRawHeader("accept", "text/html");
        if (!step.post)
            return m_manager.get(request);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/x-www-form-urlencoded"));
        request.setRawHeader("origin", step.address.toEncoded(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::StripTrailingSlash));
        return m_manager.post(request, step.body);
    }

private:
    QNetworkAccessManager m_manager;
    QSslConfiguration m_tls;
};

QCoro::Task<Result<FetchedPage>> fetched(std::shared_ptr<BrowserSession> session, BrowserStep step, Context context)
{
    OneShot<bool> done;
    QNetworkReply *reply = session->send(step);
    QObject::connect(reply, &QNetworkReply::finished, reply, [done] { done.fire(true); });
    const QPointer<QNetworkReply> watched(reply);
    const std::stop_callback stopped(context.stop, [watched, done] {
        done.fire(false);
        if (watched)
            QMetaObject::invokeMethod(watched.data(), &QNetworkReply::abort, Qt::QueuedConnection);
    });
    const bool finished = co_await done.wait();
    reply->deleteLater();
    if (!finished)
        co_return Error::cancelled();
    FetchedPage result;
    result.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    result.address = step.address;
    result.page = QString::fromUtf8(reply->read(mostBytes));
    if (result.status == 0) {
        Error error;
        error.kind = ErrorKind::Network;
        error.code = QStringLiteral("PageNotReached");
        error.message = reply->errorString();
        co_return error;
    }
    const QByteArray location = reply->rawHeader("location");
    if (result.status >= 300 && result.status < 400 && !location.isEmpty())
        result.location = step.address.resolved(QUrl::fromEncoded(location));
    co_return result;
}

// --- delivering ---------------------------------------------------------------------------------------------------------

//! Byte by byte as asked for: this is what a loopback listener must bear.
class LoopbackDelivery : public QObject
{
public:
    LoopbackDelivery(const QUrl &address, QByteArray request, const BrowserOptions &options) : m_request(std::move(request)), m_pieces(std::max(1, options.pieces))
    {
        QObject::connect(&m_socket, &QTcpSocket::connected, this, &LoopbackDelivery::sendPiece);
        QObject::connect(&m_socket, &QTcpSocket::readyRead, this, [this] { m_answer += m_socket.readAll(); });
        QObject::connect(&m_socket, &QTcpSocket::disconnected, this, [this] { end(); });
        QObject::connect(&m_socket, &QTcpSocket::errorOccurred, this, [this] { end(); });
        QTimer::singleShot(pagePatience, this, [this] { end(); });
        const QString host = options.connectTo.isEmpty() ? (address.host() == QLatin1String("localhost") ? QStringLiteral("127.0.0.1") : address.host()) : options.connectTo;
        m_socket.setProxy(QNetworkProxy::NoProxy);
        m_socket.connectToHost(QHostAddress(host), quint16(address.port(80)));
    }
    ~LoopbackDelivery() override { m_socket.disconnect(this); } // a socket that is still open says goodbye, when the rest of us is gone
    Q_DISABLE_COPY_MOVE(LoopbackDelivery)
    [[nodiscard]] OneShot<QByteArray> done() const { return m_done; }

private:
    void sendPiece()
    {
        const qsizetype step = std::max<qsizetype>(1, (m_request.size() + m_pieces - 1) / m_pieces);
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket.write(m_request.mid(m_sent, step));
        m_socket.flush();
        m_sent += step;
        if (m_sent < m_request.size())
            QTimer::singleShot(piecePause, this, &LoopbackDelivery::sendPiece);
    }
    void end()
    {
        m_answer += m_socket.readAll();
        m_done.fire(m_answer);
    }

    QTcpSocket m_socket;
    QByteArray m_request, m_answer;
    int m_pieces;
    qsizetype m_sent = 0;
    OneShot<QByteArray> m_done;
};

QByteArray deliveryRequest(const BrowserStep &step, const BrowserOptions &options)
{
    QByteArray target = step.address.path(QUrl::FullyEncoded).toLatin1();
    if (target.isEmpty())
        target = "/";
    if (step.address.hasQuery())
        target += '?' + step.address.query(QUrl::FullyEncoded).toLatin1();
    const QByteArray host = options.hostHeader.isEmpty() ? step.address.authority().toLatin1() : options.hostHeader;
    QByteArray text = (step.post ? "POST " : "GET ") + target + " HTTP/1.1\r\nHost: " + host
        + "\r\nUser-Agent: Causeway sandbox browser\r\nAccept: text/html\r\nConnection: close\r\n";
    if (options.cookieBytes > 0)
        text += "Cookie: other=" + QByteArray(options.cookieBytes, 'x') + "\r\n";
    if (step.post)
        text += "Origin: null\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + QByteArray::number(step.body.size()) + "\r\n";
    return text + "\r\n" + step.body;
}

QByteArray changedAnswer(const QByteArray &answer, const BrowserOptions &options)
{
    QByteArrayList parts;
    for (const QByteArray &part : answer.split('&')) {
        const bool state = part.startsWith("state=");
        if (state && options.dropState)
            continue;
        parts.append(state && options.alterState ? QByteArray("state=somebody-elses") : part);
    }
    return parts.join('&');
}

QCoro::Task<QByteArray> delivered(BrowserStep step, BrowserOptions options, Context context)
{
    const QByteArray request = deliveryRequest(step, options);
    auto delivery = std::make_unique<LoopbackDelivery>(step.address, request, options);
    OneShot<QByteArray> done = delivery->done();
    const std::stop_callback stopped(context.stop, [done] { done.fire({}); });
    QByteArray answer = co_await done.wait();
    delivery.release()->deleteLater();
    co_return answer;
}

//! The last step: to the listener.
QCoro::Task<Result<BrowserEnd>> endAt(BrowserStep step, BrowserOptions options, Context context)
{
    BrowserEnd end;
    end.posted = step.post;
    const QByteArray sent = step.post ? step.body : step.address.query(QUrl::FullyEncoded).toLatin1();
    end.answer = changedAnswer(sent, options);
    if (step.post)
        step.body = end.answer;
    else
        step.address.setQuery(QString::fromLatin1(end.answer), QUrl::StrictMode);
    end.address = step.address;
    if (!options.deliver)
        co_return end;
    if (options.faviconFirst) {
        BrowserStep favicon;
        favicon.address = step.address;
        favicon.address.setPath(QStringLiteral("/favicon.ico"));
        favicon.address.setQuery(QString());
        co_await delivered(favicon, options, context);
    }
    const QByteArray answer = co_await delivered(step, options, context);
    if (context.cancelled())
        co_return Error::cancelled();
    const qsizetype head = answer.indexOf("\r\n\r\n");
    end.delivered = answer.startsWith("HTTP/1.");
    end.status = end.delivered ? answer.mid(9, 3).toInt() : 0;
    end.page = QString::fromUtf8(answer.mid(head < 0 ? answer.size() : head + 4).left(mostBytes));
    end.text = plainWords(end.page);
    co_return end;
}

//! What follows a page: a redirect, a form, or nothing, when there is nothing more to do.
Result<std::optional<BrowserStep>> nextStep(const FetchedPage &page, const QString &user, const BrowserOptions &options)
{
    BrowserStep step;
    if (!page.location.isEmpty()) {
        step.address = page.location;
        return std::optional(step);
    }
    if (options.cancel && page.page.contains(QLatin1String("/abort\""))) { // oidc-provider's link
        const QRegularExpression link(QStringLiteral("href=\"([^\"]*/abort)\""));
        step.address = page.address.resolved(QUrl(link.match(page.page).captured(1)));
        return std::optional(step);
    }
    const auto form = formOf(page.page, page.address);
    if (!form)
        return std::optional<BrowserStep>();
    const auto fields = decided(*form, user, options);
    if (!fields) {
        Error error;
        error.kind = ErrorKind::Protocol;
        error.code = QStringLiteral("UnknownPage");
        error.message = plainWords(page.page).left(300);
        return error;
    }
    step.address = form->action;
    step.post = form->post;
    step.body = asForm(*fields);
    return std::optional(step);
}

//! The name of the field that a person types into, if this is such a form.
QByteArray typedField(const QByteArray &body)
{
    for (const QByteArray &part : body.split('&')) {
        const QByteArray name = part.left(part.indexOf('='));
        if (name == "other" || name == "otc" || name == "login")
            return name;
    }
    return {};
}

} // namespace

QCoro::Task<Result<BrowserEnd>> signInAs(QUrl authorizeUrl, QString user, BrowserOptions options, Context context)
{
    const auto session = std::make_shared<BrowserSession>(options);
    BrowserStep step;
    step.address = authorizeUrl;
    QSet<QByteArray> typed; // what was refused once is not typed again
    for (int count = 0; count < mostPages; ++count) {
        if (isLoopbackAddress(step.address, authorizeUrl)) {
            auto end = co_await endAt(step, options, context);
            co_return end;
        }
        auto page = co_await fetched(session, step, context);
        if (!page)
            co_return page.error();
        const QString words = plainWords(page->page);
        auto next = nextStep(*page, user, options);
        if (!next)
            co_return next.error();
        const QByteArray field = next->has_value() ? typedField((*next)->body) : QByteArray();
        const bool again = !field.isEmpty() && typed.contains(field);
        typed.insert(field);
        if (!next->has_value() || again) {
            BrowserEnd end;
            end.status = page->status;
            end.address = page->address;
            end.page = page->page;
            end.text = words;
            co_return end;
        }
        step = **next;
    }
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QStringLiteral("TooManyPages");
    co_return error;
}

} // namespace causeway::sandbox
