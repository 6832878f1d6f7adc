// SPDX-License-Identifier: Apache-2.0
#include "main/signins.h"

#include "text/plain.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

namespace causeway {

namespace {

//! "https://management.azure.com/.default" → "https://management.azure.com/"
QString resourceOf(QString scope)
{
    const QLatin1String end(".default");
    if (scope.endsWith(end))
        scope.chop(end.size());
    return scope;
}

AccessToken tokenFrom(const QJsonObject &answer, TimePoint otherwise)
{
    const QJsonValue expires = answer.value(QLatin1String("expires_on")); // seconds, as a number or as text
    const qint64 seconds = expires.isString() ? expires.toString().toLongLong() : qint64(expires.toDouble());
    return {Secret(answer.value(QLatin1String("access_token")).toString().toUtf8()), seconds > 0 ? TimePoint(std::chrono::seconds(seconds)) : otherwise, {}};
}

QnamOptions trusting(const QString &caFile)
{
    QnamOptions options;
    options.extraCaFile = caFile;
    return options;
}

Error noToken(const QString &message)
{
    Error error = Error::internal(QStringLiteral("NoToken"), message);
    error.kind = ErrorKind::Unauthorized;
    return error;
}

} // namespace

ServedCredential::ServedCredential(const Planes &planes, Clock &clock, const QString &caFile, QString user)
    : m_clock(clock), m_user(std::move(user)), m_transport(planes, clock, trusting(caFile))
{}

QCoro::Task<Result<AccessToken>> ServedCredential::token(TokenRequest wanted, Context context)
{
    HttpRequest request;
    request.method = "GET";
    request.target = "/MSI/token?api-version=2018-02-01&resource=" + QUrl::toPercentEncoding(resourceOf(wanted.scope));
    if (!m_user.isEmpty())
        request.target += "&object_id=" + QUrl::toPercentEncoding(m_user);
    request.headers.append(qMakePair(QByteArray("Metadata"), QByteArray("true")));
    const Result<HttpResponse> answer = co_await m_transport.send(request, context);
    if (!answer)
        co_return answer.error();
    const QJsonObject body = QJsonDocument::fromJson(answer->body).object();
    if (answer->status == 400 && !m_user.isEmpty())
        co_return Error::invalid(QStringLiteral("UserUnknown"), QStringLiteral("The sandbox has no user \"%1\".").arg(plainText(m_user)), QStringLiteral("--as"));
    if (answer->status != 200)
        co_return noToken(QStringLiteral("The sandbox gave no token (HTTP %1). Is it a \"causewayctl sandbox serve\"?").arg(answer->status));
    Result<AccessToken> token = tokenFrom(body, m_clock.now() + std::chrono::hours(1));
    co_return token;
}

} // namespace causeway
