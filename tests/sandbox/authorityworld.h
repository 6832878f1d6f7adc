// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/front/authority.h"
#include "worldtest.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QUrlQuery>

namespace causeway::sandbox::test {

using Fields = QList<QPair<QByteArray, QString>>;

inline QByteArray encodedFields(const Fields &fields)
{
    QByteArrayList parts;
    for (const auto &[name, value] : fields)
        parts.append(name + '=' + value.toUtf8().toPercentEncoding());
    return parts.join('&');
}
//! `base` with some fields replaced or added; "-name" leaves one out.
inline Fields changed(Fields base, const Fields &changes)
{
    for (const auto &change : changes) {
        const QByteArray name = change.first.startsWith('-') ? change.first.mid(1) : change.first;
        base.erase(std::remove_if(base.begin(), base.end(), [&](const auto &field) { return field.first == name; }), base.end());
        if (!change.first.startsWith('-'))
            base.append(change);
    }
    return base;
}
inline QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}
inline QJsonObject jwtPart(const QString &token, int part)
{
    return QJsonDocument::fromJson(QByteArray::fromBase64(token.toLatin1().split('.').value(part), QByteArray::Base64UrlEncoding)).object();
}

//! The authority of the contoso world without a wire, and the requests of a careful client.
struct AuthorityWorld {
    static constexpr const char *origin = "https://127.0.0.1:4711";
    const QString client = QStringLiteral("c0ffee00-0000-4000-8000-000000000001");
    const QString contoso = QStringLiteral("525ce356-c43c-4eed-860e-112f387e6af6"), fabrikam = QStringLiteral("b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6");
    const QString dba = QStringLiteral("f22e6dc8-fc60-4edf-8426-03f5751f8689"), dbaAtFabrikam = QStringLiteral("5d1c7c1e-0b0f-4a52-9d0e-6b1c3a9e7f21");
    const QString arm = QStringLiteral("https://management.azure.com/.default offline_access");
    const QString armAndIdentity = arm + QStringLiteral(" openid profile"); // costs an RSA key
    const QString verifier = QString(43, QLatin1Char('v'));

    State state = worldState(QStringLiteral("contoso"));
    TokenMint mint;
    Authority authority{mint, state};
    TimePoint now = wallNow();
    Headers headers;

    Response send(const QByteArray &method, const QByteArray &target, const QByteArray &body = {})
    {
        Request request = requestFromTarget(method, target);
        request.origin = origin;
        request.headers = headers;
        if (method == "POST")
            request.headers.append(qMakePair(QByteArray("content-type"), QByteArray("application/x-www-form-urlencoded")));
        request.body = body;
        return authority.answer(request, now).value_or(Response::empty(0));
    }
    Response post(const QString &path, const Fields &fields) { return send("POST", path.toUtf8(), encodedFields(fields)); }
    Response token(const Fields &fields, const QString &tenant = QStringLiteral("organizations"))
    {
        return post(QStringLiteral("/%1/oauth2/v2.0/token").arg(tenant), fields);
    }
    void set(const char *name, const QJsonValue &value) { state.settings.insert(QLatin1String(name), value); }

    [[nodiscard]] Fields ask() const
    {
        const QByteArray challenge = base64Url(QCryptographicHash::hash(verifier.toLatin1(), QCryptographicHash::Sha256));
        return {{"client_id", client}, {"response_type", QStringLiteral("code")}, {"redirect_uri", QStringLiteral("http://localhost:4242")},
                {"response_mode", QStringLiteral("query")}, {"scope", arm}, {"state", QStringLiteral("s t+a&te")}, {"nonce", QStringLiteral("n-1")},
                {"code_challenge", QString::fromLatin1(challenge)}, {"code_challenge_method", QStringLiteral("S256")}, {"client_info", QStringLiteral("1")}};
    }
    Response authorize(const Fields &fields, const QString &tenant = QStringLiteral("organizations"))
    {
        return send("GET", QStringLiteral("/%1/oauth2/v2.0/authorize?").arg(tenant).toUtf8() + encodedFields(fields));
    }
    //! A button of a page: the form's hidden fields and this one.
    Response press(const Response &page, const char *name, const QString &value)
    {
        const QString html = QString::fromUtf8(page.body);
        const QString flow = QRegularExpression(QStringLiteral("name=\"flow\" value=\"([^\"]+)\"")).match(html).captured(1);
        const QString action = QRegularExpression(QStringLiteral("action=\"([^\"]+)\"")).match(html).captured(1);
        return post(action, {{"flow", flow}, {name, value}});
    }
    //! What a 302 says to the redirect address.
    static QUrlQuery answerOf(const Response &response)
    {
        QByteArray query = headerValue(response.headers, "location");
        query = query.mid(query.indexOf('?') + 1);
        return QUrlQuery(QString::fromLatin1(query.replace('+', "%20")));
    }
    static QString field(const Response &response, const char *name) { return answerOf(response).queryItemValue(QLatin1String(name), QUrl::FullyDecoded); }

    QString code(const Fields &fields, const QString &user, const QString &tenant = QStringLiteral("organizations"))
    {
        return field(press(authorize(fields, tenant), "user", user), "code");
    }
    [[nodiscard]] Fields redemption(const QString &code) const
    {
        return {{"client_id", client}, {"grant_type", QStringLiteral("authorization_code")}, {"code", code}, {"redirect_uri", QStringLiteral("http://localhost:4242")},
                {"code_verifier", verifier}, {"scope", arm}, {"client_info", QStringLiteral("1")}};
    }
    [[nodiscard]] Fields refreshing(const QString &refreshToken) const
    {
        return {{"client_id", client}, {"grant_type", QStringLiteral("refresh_token")}, {"refresh_token", refreshToken}, {"scope", arm}, {"client_info", QStringLiteral("1")}};
    }
    QJsonObject signedIn(const QString &user, const Fields &changes = {}, const QString &tenant = QStringLiteral("organizations"))
    {
        return body(token(redemption(code(changed(ask(), changes), user, tenant)), tenant));
    }
    static QJsonObject body(const Response &response) { return QJsonDocument::fromJson(response.body).object(); }
    static QString text(const QJsonObject &object, const char *name) { return object.value(QLatin1String(name)).toString(); }
    static int aadsts(const Response &response) { return body(response).value(QLatin1String("error_codes")).toArray().at(0).toInt(); }
    //! The number on a page or in a description.
    static int aadstsIn(const QString &words) { return QRegularExpression(QStringLiteral("AADSTS(\\d+)")).match(words).captured(1).toInt(); }
};

} // namespace causeway::sandbox::test
