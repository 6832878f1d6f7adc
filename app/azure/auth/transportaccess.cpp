// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/transportaccess.h"

#include "azure/auth/tokenendpoint.h"

#include <QPointer>
#include <QUrl>

namespace causeway {

namespace {

// Holds the transport until the answer is there: the flow may be gone by then.
QCoro::Task<> carry(std::shared_ptr<HttpTransport> transport, HttpRequest request, QPointer<TransportReply> reply, Context context)
{
    const Result<HttpResponse> result = co_await transport->send(request, context);
    if (reply)
        reply->finish(result);
}

} // namespace

TransportReply::TransportReply(std::shared_ptr<HttpTransport> transport, const QNetworkRequest &request, const QByteArray &body, QObject *parent)
    : QNetworkReply(parent)
{
    setRequest(request);
    setUrl(request.url());
    setOperation(QNetworkAccessManager::PostOperation);
    open(ReadOnly);
    HttpRequest post;
    post.plane = Plane::SignIn;
    post.method = "POST";
    post.target = request.url().path(QUrl::FullyEncoded).toLatin1();
    post.headers = signInHeaders();
    post.headers.append(qMakePair(QByteArray("Content-Type"), QByteArray("application/x-www-form-urlencoded")));
    post.body = body;
    Context context;
    context.stop = m_stop.get_token();
    const auto start = [this, transport = std::move(transport), post, context] { carry(transport, post, this, context); };
    QMetaObject::invokeMethod(this, start, Qt::QueuedConnection); // not before somebody listens to finished()
}

TransportReply::~TransportReply()
{
    m_stop.request_stop();
}

void TransportReply::finish(const Result<HttpResponse> &result)
{
    m_result = result;
    if (result)
        setAttribute(QNetworkRequest::HttpStatusCodeAttribute, result->status);
    else
        setError(result.error().kind == ErrorKind::Cancelled ? OperationCanceledError : UnknownNetworkError, result.error().message);
    setFinished(true);
    Q_EMIT finished();
}

TransportAccess::TransportAccess(std::shared_ptr<HttpTransport> transport, QObject *parent)
    : QNetworkAccessManager(parent), m_transport(std::move(transport))
{
    setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

QNetworkReply *TransportAccess::createRequest(Operation, const QNetworkRequest &request, QIODevice *body)
{
    return new TransportReply(m_transport, request, body ? body->readAll() : QByteArray(), this);
}

} // namespace causeway
