// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/authority.h"
#include "sandbox/front/gate.h"

#include <QJsonDocument>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;

namespace {

State directory()
{
    State state;
    state.tenants = {{QStringLiteral("11111111-1111-1111-1111-111111111111"), QStringLiteral("Contoso"), QStringLiteral("contoso.example"), QStringLiteral("DE")}};
    Principal user;
    user.objectId = QStringLiteral("22222222-2222-2222-2222-222222222222");
    user.userPrincipalName = QStringLiteral("dba@contoso.example");
    user.kind = QStringLiteral("User");
    user.tenant = state.tenants.first().id;
    Principal application = user;
    application.objectId = QStringLiteral("33333333-3333-3333-3333-333333333333");
    application.userPrincipalName = QStringLiteral("pipeline");
    application.clientId = QStringLiteral("44444444-4444-4444-4444-444444444444");
    application.secret = QStringLiteral("s3cr+t&x");
    application.kind = QStringLiteral("ServicePrincipal");
    state.principals = {user, application};
    return state;
}

QJsonObject claimsOf(const QByteArray &token)
{
    return QJsonDocument::fromJson(QByteArray::fromBase64(token.split('.').value(1), QByteArray::Base64UrlEncoding)).object();
}

} // namespace

//! Who may come in: hosts and origins, tokens, and where they come from.
class TestGate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void strangersAtTheGate_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("origin");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("address") << QByteArray("127.0.0.1:4711") << QByteArray() << true;
        QTest::newRow("name") << QByteArray("LOCALHOST:4711") << QByteArray() << true;
        QTest::newRow("IPv6") << QByteArray("[::1]:4711") << QByteArray() << true;
        QTest::newRow("own origin") << QByteArray("127.0.0.1:4711") << QByteArray("https://127.0.0.1:4711") << true;
        QTest::newRow("DNS rebinding") << QByteArray("evil.example:4711") << QByteArray() << false;
        QTest::newRow("another port") << QByteArray("127.0.0.1:80") << QByteArray() << false;
        QTest::newRow("no port") << QByteArray("127.0.0.1") << QByteArray() << false;
        QTest::newRow("no host") << QByteArray() << QByteArray() << false;
        QTest::newRow("web page") << QByteArray("127.0.0.1:4711") << QByteArray("https://evil.example") << false;
        QTest::newRow("opaque origin") << QByteArray("127.0.0.1:4711") << QByteArray("null") << false;
        QTest::newRow("another scheme") << QByteArray("127.0.0.1:4711") << QByteArray("http://127.0.0.1:4711") << false;
    }

    void strangersAtTheGate()
    {
        QFETCH(QByteArray, host);
        QFETCH(QByteArray, origin);
        QFETCH(bool, allowed);
        const Gate gate(true, 4711);
        Request request = requestFromTarget("GET", "/subscriptions");
        request.headers.append({QByteArray("Host"), host});
        if (!origin.isEmpty())
            request.headers.append({QByteArray("Origin"), origin});
        const auto refusal = gate.refuseStranger(request);
        QCOMPARE(!refusal.has_value(), allowed);
        if (refusal)
            QCOMPARE(refusal->status, 403);
    }

    void bearers()
    {
        State state = directory();
        TokenMint mint;
        TokenMint otherMint;
        const Gate gate(true, 4711);
        const TimePoint now = wallNow();
        const QString issuer = QStringLiteral("https://127.0.0.1:4711/t/");
        const auto knock = [&](const QByteArray &authorization, TimePoint at) {
            Request request = requestFromTarget("GET", "/subscriptions");
            request.origin = "https://127.0.0.1:4711";
            if (!authorization.isEmpty())
                request.headers.append({QByteArray("Authorization"), authorization});
            const auto refusal = gate.refuseUnknown(request, mint, QStringLiteral("t"), at);
            if (!refusal)
                return request.principal;
            const bool challenged = headerValue(refusal->headers, "WWW-Authenticate").startsWith("Bearer authorization_uri=\"https://127.0.0.1:4711/t\"");
            return QStringLiteral("%1 %2 %3").arg(refusal->status).arg(challenged)
                .arg(QJsonDocument::fromJson(refusal->body).object().value(QLatin1String("error")).toObject().value(QLatin1String("code")).toString());
        };
        const Principal user = state.principals.first();
        const QByteArray arm = mint.issue(user, QStringLiteral("https://management.azure.com/"), issuer, now, TokenMint::usualLife).reveal();
        const QByteArray vault = mint.issue(user, QStringLiteral("https://vault.azure.net"), issuer, now, TokenMint::usualLife).reveal();
        const QByteArray forged = otherMint.issue(user, QStringLiteral("https://management.azure.com/"), issuer, now, TokenMint::usualLife).reveal();
        QCOMPARE(knock("Bearer " + arm, now), user.objectId);
        QCOMPARE(knock("bearer " + arm, now), user.objectId);
        QCOMPARE(knock({}, now), QStringLiteral("401 1 AuthenticationFailed"));
        QCOMPARE(knock("Basic eDp5", now), QStringLiteral("401 1 AuthenticationFailedInvalidHeader"));
        QCOMPARE(knock("Bearer nonsense", now), QStringLiteral("401 1 InvalidAuthenticationToken"));
        QCOMPARE(knock("Bearer " + forged, now), QStringLiteral("401 1 InvalidAuthenticationToken"));
        QCOMPARE(knock("Bearer " + arm + 'A', now), QStringLiteral("401 1 InvalidAuthenticationToken"));
        QCOMPARE(knock("Bearer " + arm, now + std::chrono::hours(2)), QStringLiteral("401 1 ExpiredAuthenticationToken"));
        QCOMPARE(knock("Bearer " + vault, now), QStringLiteral("401 1 InvalidAuthenticationTokenAudience"));
        const QJsonObject claims = claimsOf(arm);
        QCOMPARE(claims.value(QLatin1String("tid")).toString(), user.tenant);
        QCOMPARE(claims.value(QLatin1String("oid")).toString(), user.objectId);
        QCOMPARE(claims.value(QLatin1String("upn")).toString(), user.userPrincipalName);
        QCOMPARE(claims.value(QLatin1String("exp")).toDouble(), double(now.time_since_epoch().count() / 1000 + 3600));
    }

    void authority_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("expected"); // empty: any
        const QByteArray form = "Content-Type: application/x-www-form-urlencoded";
        const QByteArray good = "grant_type=client_credentials&client_id=44444444-4444-4444-4444-444444444444&client_secret=s3cr%2Bt%26x";
        QTest::newRow("endpoints 2015") << QByteArray("GET") << QByteArray("/metadata/endpoints?api-version=2015-01-01") << QByteArray() << QByteArray()
                                        << 200 << "authentication.loginEndpoint" << "https://127.0.0.1:4711/";
        QTest::newRow("endpoints 2015 gallery") << QByteArray("GET") << QByteArray("/metadata/endpoints?api-version=2015-01-01") << QByteArray()
                                                << QByteArray() << 200 << "galleryEndpoint" << "";
        QTest::newRow("endpoints 2022") << QByteArray("GET") << QByteArray("/metadata/endpoints?api-version=2022-09-01") << QByteArray() << QByteArray()
                                        << 200 << "resourceManager" << "https://127.0.0.1:4711/";
        QTest::newRow("MSI form") << QByteArray("POST") << QByteArray("/MSI/token") << form + "\r\nMetadata: true"
                                  << QByteArray("resource=https%3A%2F%2Fmanagement.azure.com%2F") << 200 << "token_type" << "Bearer";
        QTest::newRow("MSI without header") << QByteArray("POST") << QByteArray("/MSI/token") << form
                                            << QByteArray("resource=https%3A%2F%2Fmanagement.azure.com%2F") << 400 << "error" << "invalid_request";
        QTest::newRow("App Service") << QByteArray("GET") << QByteArray("/MSI/token?resource=https://management.azure.com/&api-version=2019-08-01")
                                     << QByteArray("X-IDENTITY-HEADER: secret") << QByteArray() << 200 << "access_token" << "";
        QTest::newRow("IMDS") << QByteArray("GET") << QByteArray("/metadata/identity/oauth2/token/?resource=https://management.azure.com/")
                              << QByteArray("Metadata: true") << QByteArray() << 200 << "resource" << "https://management.azure.com/";
        QTest::newRow("IMDS as somebody") << QByteArray("GET") << QByteArray("/metadata/identity/oauth2/token?resource=x&client_id=pipeline")
                                          << QByteArray("Metadata: true") << QByteArray() << 200 << "client_id" << "44444444-4444-4444-4444-444444444444";
        QTest::newRow("IMDS as nobody") << QByteArray("GET") << QByteArray("/metadata/identity/oauth2/token?resource=x&client_id=nobody")
                                        << QByteArray("Metadata: true") << QByteArray() << 400 << "error" << "invalid_request";
        QTest::newRow("client secret v2") << QByteArray("POST") << QByteArray("/contoso.example/oauth2/v2.0/token") << form
                                          << good + "&scope=https%3A%2F%2Fmanagement.azure.com%2F%2F.default" << 200 << "token_type" << "Bearer";
        QTest::newRow("client secret v1") << QByteArray("POST") << QByteArray("/11111111-1111-1111-1111-111111111111/oauth2/token") << form
                                          << good + "&resource=https%3A%2F%2Fmanagement.azure.com%2F" << 200 << "resource" << "https://management.azure.com/";
        QTest::newRow("adfs") << QByteArray("POST") << QByteArray("/adfs/oauth2/token") << form
                              << good + "&resource=https%3A%2F%2Fmanagement.azure.com%2F" << 200 << "access_token" << "";
        QTest::newRow("wrong secret") << QByteArray("POST") << QByteArray("/common/oauth2/v2.0/token") << form
                                      << good + "x&scope=https%3A%2F%2Fmanagement.azure.com%2F.default" << 401 << "error" << "invalid_client";
        QTest::newRow("wrong tenant") << QByteArray("POST") << QByteArray("/fabrikam.example/oauth2/v2.0/token") << form << good << 400 << "error" << "invalid_tenant";
        QTest::newRow("wrong grant") << QByteArray("POST") << QByteArray("/common/oauth2/v2.0/token") << form << QByteArray("grant_type=magic") << 400
                                     << "error" << "unsupported_grant_type";
        QTest::newRow("OpenID") << QByteArray("GET") << QByteArray("/contoso.example/v2.0/.well-known/openid-configuration") << QByteArray() << QByteArray()
                                << 200 << "token_endpoint" << "https://127.0.0.1:4711/contoso.example/oauth2/v2.0/token";
        QTest::newRow("OpenID adfs") << QByteArray("GET") << QByteArray("/adfs/.well-known/openid-configuration") << QByteArray() << QByteArray()
                                     << 200 << "token_endpoint" << "https://127.0.0.1:4711/adfs/oauth2/token";
        QTest::newRow("instances") << QByteArray("GET") << QByteArray("/common/discovery/instance?api-version=1.1") << QByteArray() << QByteArray()
                                   << 200 << "tenant_discovery_endpoint" << "";
        QTest::newRow("ledger") << QByteArray("GET") << QByteArray("/sandbox/ledger") << QByteArray() << QByteArray() << 200 << "effects" << "";
        QTest::newRow("not its own") << QByteArray("GET") << QByteArray("/subscriptions") << QByteArray() << QByteArray() << 0 << "" << "";
    }

    void authority()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QString, member);
        QFETCH(QString, expected);
        State state = directory();
        TokenMint mint;
        Authority authority(mint, state);
        Request request = requestFromTarget(method, target);
        request.origin = "https://127.0.0.1:4711";
        request.body = body;
        for (const QByteArray &line : header.split('\n')) {
            if (const qsizetype colon = line.indexOf(':'); colon > 0)
                request.headers.append({line.left(colon), line.mid(colon + 1).trimmed()});
        }
        const auto response = authority.answer(request, wallNow());
        QCOMPARE(response ? response->status : 0, status);
        if (!response)
            return;
        QJsonValue value = QJsonDocument::fromJson(response->body).object();
        for (const QString &name : member.split(QLatin1Char('.')))
            value = value.toObject().value(name);
        QVERIFY2(!value.isUndefined(), response->body.constData());
        if (!expected.isEmpty())
            QCOMPARE(value.toString(), expected);
    }
};

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
