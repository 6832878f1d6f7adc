// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/tokenendpoint.h"

#include "core/waiting.h"

#include <QUuid>

namespace causeway {

namespace {

QString fieldOf(const FormFields &fields, const char *name)
{
    for (const auto &[key, value] : fields) {
        if (key == name)
            return value;
    }
    return {};
}

// Strict services take back a whole session when a code or a rotated refresh token comes twice (sign-in.md §8), so those are sent again
// only when they were not received: no byte left us or, for a refresh token, the service said that it could not look at it.
bool mayPostAgain(const FormFields &fields, const Result<HttpResponse> &answer)
{
    const QString grant = fieldOf(fields, "grant_type");
    if (answer)
        return answer->status >= 500 && !hasHeader(answer->headers, "Retry-After") && grant != QLatin1String("authorization_code");
    const ErrorKind kind = answer.error().kind;
    if (kind == ErrorKind::Network)
        return true;
    return kind == ErrorKind::OutcomeUnknown && grant != QLatin1String("authorization_code") && grant != QLatin1String("refresh_token");
}

} // namespace

Result<Planes> signInPlanes(const CloudProfile &cloud)
{
    const Result<Origin> origin = Origin::parse(cloud.authority);
    if (!origin)
        return origin.error();
    Planes planes;
    planes.set(Plane::SignIn, Planes::Entry{*origin, QString()});
    return planes;
}

HttpHeaders signInHeaders()
{
    return {{"User-Agent", "Causeway/" CAUSEWAY_VERSION},
            {"client-request-id", QUuid::createUuid().toByteArray(QUuid::WithoutBraces)},
            {"return-client-request-id", "true"}};
}

QCoro::Task<Result<HttpResponse>> TokenEndpoint::post(Authority authority, QByteArray what, FormFields fields, Context context)
{
    const Result<Origin> own = Origin::parse(m_cloud.authority);
    if (!own || !(*own == authority.origin))
        co_return Error::invalid(QStringLiteral("AuthorityForeign"), QStringLiteral("A token is asked for at %1 only.").arg(m_cloud.authority), QStringLiteral("authority"));
    HttpRequest request;
    request.plane = Plane::SignIn;
    request.method = "POST";
    request.target = authority.path(what.constData());
    request.headers = signInHeaders();
    request.headers.append(qMakePair(QByteArray("Content-Type"), QByteArray("application/x-www-form-urlencoded")));
    request.body = formOf(fields);
    const std::weak_ptr<bool> alive = m_alive;
    Result<HttpResponse> answer = co_await m_transport.send(request, context);
    if (alive.expired())
        co_return Error::cancelled();
    if (mayPostAgain(fields, answer)) {
        const Milliseconds pause(1000);
        const bool slept = co_await sleepFor(m_clock, pause, context);
        if (!slept || alive.expired())
            co_return Error::cancelled();
        answer = co_await m_transport.send(request, context);
        if (alive.expired())
            co_return Error::cancelled();
    }
    co_return answer;
}

QCoro::Task<Result<TokenAnswer>> TokenEndpoint::token(TokenExpectation expected, FormFields fields, Context context)
{
    const QByteArray what("token");
    const Authority authority = expected.authority;
    const Result<HttpResponse> response = co_await post(authority, what, fields, context);
    if (!response)
        co_return response.error();
    Result<TokenAnswer> answer = parseTokenAnswer(*response, expected, m_clock.now());
    co_return answer;
}

QCoro::Task<Result<TokenAnswer>> TokenEndpoint::refresh(Authority authority, QString clientId, Secret refreshToken, QString scope, QByteArray claims, Context context)
{
    TokenExpectation expected;
    expected.authority = authority;
    expected.cloud = m_cloud;
    expected.clientId = clientId;
    expected.scopes = withOpenIdScopes(scope);
    FormFields fields;
    fields.append(qMakePair(QByteArray("client_id"), clientId));
    fields.append(qMakePair(QByteArray("grant_type"), QStringLiteral("refresh_token")));
    fields.append(qMakePair(QByteArray("refresh_token"), QString::fromUtf8(refreshToken.reveal())));
    fields.append(qMakePair(QByteArray("scope"), expected.scopes));
    fields.append(qMakePair(QByteArray("client_info"), QStringLiteral("1")));
    if (!claims.isEmpty())
        fields.append(qMakePair(QByteArray("claims"), QString::fromUtf8(claims)));
    Result<TokenAnswer> answer = co_await token(expected, fields, context);
    co_return answer;
}

} // namespace causeway
