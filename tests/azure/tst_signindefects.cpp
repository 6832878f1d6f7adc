// SPDX-License-Identifier: Apache-2.0
// The eighteen defects of Qt 6.4's stock classes (sign-in facts §15): what we do, beside what the stock classes do: so a row can fail.
#include "azure/auth/entraflow.h"
#include "domain/signinfailure.h"
#include "tests/azure/signinbrowser.h"

#include <QNetworkAccessManager>
#include <QOAuth2AuthorizationCodeFlow>
#include <QOAuthHttpServerReplyHandler>
#include <QSignalSpy>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;

namespace {

const bool stockIs64 = QT_VERSION < QT_VERSION_CHECK(6, 5, 0);

//! What a program does that follows the documentation of Qt 6.4.
struct Stock {
    explicit Stock(Quirk quirk = Quirk::None)
    {
        sts.playEntra(quirk);
        flow.setReplyHandler(&handler);
        flow.setNetworkAccessManager(&manager);
        flow.setAuthorizationUrl(QUrl(sts.origin() + QString::fromLatin1(sts.authorizePath())));
        flow.setAccessTokenUrl(QUrl(sts.origin() + QString::fromLatin1(sts.tokenPath())));
        flow.setClientIdentifier(sts.tokens.clientId);
        flow.setScope(QStringLiteral("openid"));
        QObject::connect(&flow, &QAbstractOAuth::authorizeWithBrowser, [this](const QUrl &url) { address = url; });
    }
    void signIn()
    {
        flow.grant();
        const Delivery delivery = browse(withRedirect());
        bring(delivery.fields);
    }
    //! The scripted authority and our browser know localhost.
    [[nodiscard]] QUrl withRedirect() const
    {
        QUrl url = address;
        QUrlQuery query(url);
        query.removeAllQueryItems(QStringLiteral("redirect_uri"));
        query.addQueryItem(QStringLiteral("redirect_uri"), flow.replyHandler()->callback());
        url.setQuery(query);
        return url;
    }
    QByteArray bring(const QByteArray &fields) { return exchange(handler.port(), "GET /?" + fields + " HTTP/1.1\r\nHost: x\r\n\r\n", 1, QHostAddress(QHostAddress::LocalHost), 500); }
    [[nodiscard]] QList<ReceivedRequest> tokenRequests() const { return sts.requests(sts.tokenPath()); }
    static void wait(int milliseconds) { QTest::qWait(milliseconds); } // until nothing has happened, of which no signal tells

    ScriptedAuthority sts;
    QNetworkAccessManager manager;
    QOAuthHttpServerReplyHandler handler{QHostAddress(QHostAddress::LocalHost), 0};
    QOAuth2AuthorizationCodeFlow flow;
    QUrl address;
};

} // namespace

class TestSignInDefects : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void row1Pkce();
    void row2State();
    void row3StateIsFresh();
    void row4Silence_data();
    void row4Silence();
    void row5TokenErrors_data();
    void row5TokenErrors();
    void row6FailedRefresh();
    void row7CodeIsEncodedOnce();
    void row8RefreshIsEncodedOnce();
    void row9Hints();
    void row10to12Listener();
    void row13Descriptions();
    void row14CaptivePortal();
    void row15BasicChallenge();
    void row16DestroyedMeanwhile();
    void row17CancelAndTime();
    void row18Scope();
};

void TestSignInDefects::row1Pkce()
{
    RunningSignIn run;
    run.signIn();
    QCOMPARE(run.code(), QString());
    const ReceivedRequest asked = run.sts.requests(run.sts.authorizePath()).value(0);
    const QByteArray verifier = run.tokenRequests().value(0).form("code_verifier").toLatin1();
    QVERIFY(verifier.size() >= 43); // RFC 7636 §4.1
    QCOMPARE(asked.query("code_challenge_method"), QStringLiteral("S256"));
    QCOMPARE(asked.query("code_challenge").toLatin1(), ScriptedAuthority::base64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)));
    QVERIFY(asked.query("nonce").size() >= 22);
    if (QT_VERSION >= QT_VERSION_CHECK(6, 8, 0))
        QSKIP("Qt 6.8 has PKCE");
    Stock stock;
    stock.flow.grant();
    QVERIFY(!stock.address.query().contains(QStringLiteral("code_challenge")));
}

void TestSignInDefects::row2State()
{
    QSet<QByteArray> states;
    for (int i = 0; i < 20; ++i) {
        RunningSignIn run;
        run.start();
        QCOMPARE(run.state().size(), 43); // 256 bits
        states.insert(run.state());
    }
    QCOMPARE(states.size(), 20);
    if (!stockIs64)
        QSKIP("later versions of Qt have another generator");
    Stock stock;
    stock.flow.grant();
    QCOMPARE(stock.flow.state().size(), 8); // CVE-2024-36048: of a generator that starts with the time
}

void TestSignInDefects::row3StateIsFresh()
{
    RunningSignIn run;
    run.start();
    const Delivery forged{run.port(), true, "error=access_denied&error_description=forged"};
    QCOMPARE(statusOf(exchange(forged.port, forged.request())), 400);
    QVERIFY(!run.result.has_value());
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock;
    stock.flow.grant();
    const QString first = stock.flow.state();
    QSignalSpy error(&stock.flow, &QAbstractOAuth2::error);
    stock.bring("error=access_denied&error_description=forged"); // no state at all
    QCOMPARE(error.size(), 1);
    stock.flow.grant();
    QCOMPARE(stock.flow.state(), first);
}

void TestSignInDefects::row4Silence_data()
{
    QTest::addColumn<Quirk>("quirk");
    QTest::addColumn<QString>("code"); // empty: still waiting, for the right answer
    QTest::newRow("altered state") << Quirk::StateAltered << QString();
    QTest::newRow("no state") << Quirk::StateMissing << QString();
    QTest::newRow("no code") << Quirk::CodeMissing << QStringLiteral("CodeMissing");
    QTest::newRow("query instead of form_post") << Quirk::PlainQuery << QString();
    QTest::newRow("fragment") << Quirk::AnswerInFragment << QString();
}

void TestSignInDefects::row4Silence()
{
    QFETCH(Quirk, quirk);
    QFETCH(QString, code);
    RunningSignIn run(quirk);
    run.request.patience = std::chrono::milliseconds(code.isEmpty() ? 400 : 20000);
    const QByteArray page = run.signIn();
    QCOMPARE(run.code(), code.isEmpty() ? QStringLiteral("SignInTimedOut") : code); // in any case it ends
    QCOMPARE(signInFailureOf(run.result->error()), code.isEmpty() ? SignInFailure::Cancelled : SignInFailure::NotTheService);
    QVERIFY(!page.contains("Signed in"));
    QVERIFY(run.tokenRequests().isEmpty());
    QVERIFY(listeners(run.port()).isEmpty());
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    if (quirk == Quirk::AnswerInFragment || quirk == Quirk::PlainQuery)
        return;
    Stock stock(quirk);
    QSignalSpy failed(&stock.flow, &QAbstractOAuth::requestFailed);
    QSignalSpy error(&stock.flow, &QAbstractOAuth2::error);
    stock.signIn();
    Stock::wait(100);
    QCOMPARE(failed.size() + error.size(), 0); // nobody is told
}

void TestSignInDefects::row5TokenErrors_data()
{
    QTest::addColumn<Quirk>("quirk");
    QTest::addColumn<QString>("code");
    QTest::addColumn<SignInFailure>("failure");
    QTest::newRow("invalid_grant") << Quirk::Invalid << QStringLiteral("AADSTS9002313") << SignInFailure::ClientBug;
    QTest::newRow("second factor") << Quirk::NeedsSecondFactor << QStringLiteral("AADSTS50076") << SignInFailure::MoreNeeded;
    QTest::newRow("502 page") << Quirk::ErrorNotJson << QStringLiteral("SignInUnavailable") << SignInFailure::Transient;
    QTest::newRow("503") << Quirk::Unavailable << QStringLiteral("temporarily_unavailable") << SignInFailure::Transient;
    QTest::newRow("empty") << Quirk::EmptyAnswer << QStringLiteral("NotTheSignInService") << SignInFailure::NotTheService;
    QTest::newRow("array") << Quirk::NotAnObject << QStringLiteral("NotTheSignInService") << SignInFailure::NotTheService;
    QTest::newRow("cut short") << Quirk::CutShort << QStringLiteral("ConnectionLost") << SignInFailure::Transient;
    QTest::newRow("redirect") << Quirk::Redirect << QStringLiteral("SignInRedirected") << SignInFailure::NotTheService;
    QTest::newRow("a mebibyte of token") << Quirk::HugeToken << QStringLiteral("TokenTooLong") << SignInFailure::NotTheService;
    QTest::newRow("no access token") << Quirk::NoAccessToken << QStringLiteral("NotTheSignInService") << SignInFailure::NotTheService;
    QTest::newRow("foreign issuer") << Quirk::ForeignIssuer << QStringLiteral("ForeignIssuer") << SignInFailure::NotTheService;
    QTest::newRow("wrong audience") << Quirk::WrongAudience << QStringLiteral("WrongAudience") << SignInFailure::NotTheService;
    QTest::newRow("wrong nonce") << Quirk::WrongNonce << QStringLiteral("WrongNonce") << SignInFailure::NotTheService;
    QTest::newRow("no identity") << Quirk::NoIdToken << QStringLiteral("IdentityMissing") << SignInFailure::NotTheService;
    QTest::newRow("expired identity") << Quirk::ExpiredIdToken << QStringLiteral("IdentityExpired") << SignInFailure::NotTheService;
    QTest::newRow("in pieces") << Quirk::InPieces << QString() << SignInFailure::Unknown;
    QTest::newRow("expires_in as text") << Quirk::ExpiresAsText << QString() << SignInFailure::Unknown;
}

void TestSignInDefects::row5TokenErrors()
{
    QFETCH(Quirk, quirk);
    QFETCH(QString, code);
    RunningSignIn run(quirk);
    const QByteArray page = run.signIn();
    QCOMPARE(run.code(), code);
    QCOMPARE(page.contains("Signed in"), code.isEmpty()); // the browser says what is true
    QCOMPARE(page.contains("Not signed in"), !code.isEmpty());
    QVERIFY(listeners(run.port()).isEmpty());
    QCOMPARE(run.tokenRequests().size(), 1); // a code is never sent twice
    QVERIFY(run.sts.requests("/elsewhere").isEmpty());
    if (code.isEmpty())
        return;
    QTEST(signInFailureOf(run.result->error()), "failure");
    if (quirk == Quirk::NeedsSecondFactor) {
        QVERIFY(run.result->error().claims.contains("capolids"));
        QVERIFY(!run.result->error().correlationId.isEmpty() && !run.result->error().timestamp.isEmpty());
    }
    if (quirk != Quirk::Invalid)
        return;
    if (QT_VERSION >= QT_VERSION_CHECK(6, 6, 0))
        QSKIP("Qt 6.6 tells of token errors");
    Stock stock(quirk);
    QSignalSpy failed(&stock.flow, &QAbstractOAuth::requestFailed);
    QSignalSpy error(&stock.flow, &QAbstractOAuth2::error);
    stock.signIn();
    QTRY_COMPARE(stock.tokenRequests().size(), 1);
    Stock::wait(150);
    QCOMPARE(failed.size() + error.size(), 0);
    QCOMPARE(stock.flow.status(), QAbstractOAuth::Status::TemporaryCredentialsReceived); // for ever
}

void TestSignInDefects::row6FailedRefresh()
{
    RunningSignIn run(Quirk::RefreshRefused);
    const Planes planes = *signInPlanes(run.request.cloud);
    QnamTransport transport(planes, run.clock);
    TokenEndpoint endpoint(transport, run.clock, run.request.cloud);
    const auto refresh = [&] { return await(endpoint.refresh(run.request.authority, run.request.clientId, Secret(run.sts.tokens.refreshToken.toUtf8()), run.request.scope, {}, Context())); };
    for (int i = 0; i < 2; ++i) { // the second is asked for as the first was
        const auto refused = refresh();
        QCOMPARE(refused.error().code, QStringLiteral("AADSTS700082"));
        QCOMPARE(signInFailureOf(refused.error()), SignInFailure::SessionOver);
        QVERIFY(needsInteraction(refused.error()));
    }
    QCOMPARE(run.tokenRequests().size(), 2);
    if (QT_VERSION >= QT_VERSION_CHECK(6, 6, 0))
        QSKIP("Qt 6.6 ends a failed refresh");
    Stock stock(Quirk::RefreshRefused);
    stock.flow.setRefreshToken(QStringLiteral("RT"));
    stock.flow.refreshAccessToken();
    QTRY_COMPARE(stock.tokenRequests().size(), 1);
    Stock::wait(150);
    QCOMPARE(stock.flow.status(), QAbstractOAuth::Status::RefreshingToken);
    stock.flow.refreshAccessToken(); // "already in progress"
    Stock::wait(150);
    QCOMPARE(stock.tokenRequests().size(), 1);
}

void TestSignInDefects::row7CodeIsEncodedOnce()
{
    RunningSignIn run;
    run.signIn(); // with a code that has '+', '/', '=', "%41", '&' and a space
    QCOMPARE(run.code(), QString());
    QCOMPARE(run.tokenRequests().value(0).form("code"), run.sts.tokens.code);
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock;
    stock.signIn();
    QTRY_COMPARE(stock.tokenRequests().size(), 1);
    QVERIFY(stock.tokenRequests().value(0).form("code") != stock.sts.tokens.code);
}

void TestSignInDefects::row8RefreshIsEncodedOnce()
{
    RunningSignIn run;
    const Planes planes = *signInPlanes(run.request.cloud);
    QnamTransport transport(planes, run.clock);
    TokenEndpoint endpoint(transport, run.clock, run.request.cloud);
    const QString other = QStringLiteral("https://ossrdbms-aad.database.windows.net/.default");
    const auto refreshed = await(endpoint.refresh(run.request.authority, run.request.clientId, Secret(run.sts.tokens.refreshToken.toUtf8()), other, {}, Context()));
    QVERIFY(refreshed.ok()); // the authority compares byte by byte
    const ReceivedRequest sent = run.tokenRequests().value(0);
    QVERIFY(sent.form("scope").contains(other) && sent.count("client_secret") == 0 && sent.count("redirect_uri") == 0);
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock;
    stock.flow.setRefreshToken(stock.sts.tokens.refreshToken);
    stock.flow.refreshAccessToken();
    QTRY_COMPARE(stock.tokenRequests().size(), 1);
    const ReceivedRequest theirs = stock.tokenRequests().value(0);
    QVERIFY(theirs.form("refresh_token") != stock.sts.tokens.refreshToken);
    QVERIFY(theirs.count("client_secret") == 1 && theirs.count("redirect_uri") == 1 && theirs.count("scope") == 0);
}

void TestSignInDefects::row9Hints()
{
    // Ours: whatIsAsked().
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock;
    stock.flow.setModifyParametersFunction([](QAbstractOAuth::Stage stage, QMultiMap<QString, QVariant> *parameters) {
        if (stage == QAbstractOAuth::Stage::RequestingAuthorization)
            parameters->insert(QStringLiteral("login_hint"), QStringLiteral("me+tag@contoso.com"));
    });
    stock.flow.grant();
    (void)browse(stock.withRedirect());
    QCOMPARE(stock.sts.requests(stock.sts.authorizePath()).value(0).query("login_hint"), QStringLiteral("me tag@contoso.com"));
}

// Ours: tst_signinloopback.
void TestSignInDefects::row10to12Listener()
{
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    QOAuthHttpServerReplyHandler everywhere(quint16(0));
    QVERIFY(!listeners(everywhere.port()).contains(QStringLiteral("127.0.0.1")) && !listeners(everywhere.port()).isEmpty()); // row 10: every interface
    Stock stock;
    QVERIFY(stock.handler.callback().startsWith(QStringLiteral("http://127.0.0.1:"))); // row 11: not what Entra knows
    QSignalSpy received(&stock.handler, &QAbstractOAuthReplyHandler::callbackReceived);
    const Delivery post{stock.handler.port(), true, "code=c&state=s"};
    exchange(post.port, post.request(), 1, QHostAddress(QHostAddress::LocalHost), 300);
    exchange(post.port, post.with("code=c").request(), 5, QHostAddress(QHostAddress::LocalHost), 300);
    for (const auto &call : received)
        QVERIFY(!call.first().toMap().contains(QStringLiteral("code"))); // row 12: no form_post
    received.clear();
    exchange(stock.handler.port(), "GET /favicon.ico HTTP/1.1\r\nHost: evil.example\r\n\r\n", 1, QHostAddress(QHostAddress::LocalHost), 300);
    QVERIFY(received.size() >= 1); // row 12: a stray page is taken for the answer, whatever its Host
    stock.handler.close();
    QVERIFY(stock.handler.callback().contains(QStringLiteral(":0/"))); // row 11
}

void TestSignInDefects::row13Descriptions()
{
    RunningSignIn run(Quirk::Denied);
    run.signIn();
    QCOMPARE(run.code(), QStringLiteral("AADSTS65004"));
    QCOMPARE(run.result->error().message, QStringLiteral("AADSTS65004: User declined to consent to access the app."));
    QCOMPARE(signInFailureOf(run.result->error()), SignInFailure::Cancelled);
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock;
    stock.flow.grant();
    QSignalSpy error(&stock.flow, &QAbstractOAuth2::error);
    stock.bring("error=access_denied&error_description=AADSTS65004%3A+User+declined");
    QCOMPARE(error.size(), 1);
    QVERIFY(error.first().at(1).toString().contains(QLatin1Char('+')));
}

void TestSignInDefects::row14CaptivePortal()
{
    RunningSignIn run(Quirk::CaptivePortal);
    const QByteArray page = run.signIn();
    QCOMPARE(run.code(), QStringLiteral("NotTheSignInService"));
    QVERIFY(run.result->error().message.contains(QStringLiteral("captive portal")));
    QVERIFY(page.contains("Not signed in"));
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock(Quirk::CaptivePortal);
    stock.sts.tokens.code = QStringLiteral("plain"); // row 7
    QSignalSpy tokens(&stock.handler, &QAbstractOAuthReplyHandler::tokensReceived);
    stock.signIn();
    QTRY_COMPARE(tokens.size(), 1); // a page is announced as tokens
}

void TestSignInDefects::row15BasicChallenge()
{
    RunningSignIn run(Quirk::Challenge);
    run.signIn();
    QCOMPARE(run.code(), QStringLiteral("AADSTS7000218"));
    QCOMPARE(run.tokenRequests().size(), 1);
    QVERIFY(run.tokenRequests().value(0).header("authorization").isEmpty());
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock(Quirk::Challenge);
    stock.sts.tokens.code = QStringLiteral("plain"); // row 7
    stock.signIn();
    QTRY_VERIFY(stock.tokenRequests().size() >= 2); // the same code, again
    QVERIFY(stock.tokenRequests().value(1).header("authorization").startsWith("Basic "));
}

// The stock classes crash here (a raw handler in a lambda): under a sanitizer this row would too.
void TestSignInDefects::row16DestroyedMeanwhile()
{
    ScriptedAuthority sts;
    sts.playEntra(Quirk::Slow);
    SystemClock clock;
    InteractiveRequest request;
    request.cloud = cloudAt(QStringLiteral("custom"), sts.origin(), sts.origin());
    request.authority = *Authority::make(request.cloud, sts.tokens.tenant);
    request.clientId = sts.tokens.clientId;
    request.scope = QStringLiteral("https://management.azure.com/.default");
    auto transport = std::make_shared<QnamTransport>(*signInPlanes(request.cloud), clock);
    const std::weak_ptr<QnamTransport> alive = transport;
    auto flow = std::make_unique<EntraFlow>(request, std::move(transport));
    QVERIFY(flow->listen());
    const Delivery delivery = browse(flow->start());
    QTcpSocket browser;
    browser.connectToHost(QHostAddress(QHostAddress::LocalHost), delivery.port);
    browser.write(delivery.request());
    QTRY_COMPARE(sts.requests(sts.tokenPath()).size(), 1);
    flow.reset(); // the token request is on its way
    QTRY_VERIFY(alive.expired()); // and is given up
    QTRY_VERIFY(browser.bytesAvailable() > 0 && browser.state() == QAbstractSocket::UnconnectedState);
    QVERIFY(browser.readAll().contains("Not signed in"));
}

void TestSignInDefects::row17CancelAndTime()
{
    for (const bool beforeAnswer : {true, false}) {
        RunningSignIn run(Quirk::Silence);
        run.start();
        const QUrl address = run.address;
        if (!beforeAnswer) {
            const Delivery delivery = browse(address);
            QTimer asked;
            connect(&asked, &QTimer::timeout, [&run] {
                if (!run.tokenRequests().isEmpty())
                    run.stop.request_stop();
            });
            asked.start(10);
            QVERIFY(exchange(delivery.port, delivery.request()).contains("Not signed in"));
            QCOMPARE(run.tokenRequests().size(), 1);
        }
        run.stop.request_stop();
        QVERIFY(run.finish());
        QCOMPARE(run.code(), QStringLiteral("Cancelled"));
        QVERIFY(listeners(run.port()).isEmpty());
    }
    RunningSignIn late(Quirk::Silence); // the person's patience holds also while the authority says nothing
    late.request.patience = std::chrono::milliseconds(600);
    late.signIn();
    QCOMPARE(late.code(), QStringLiteral("SignInTimedOut"));
    RunningSignIn never;
    never.stop.request_stop();
    never.start();
    QVERIFY(never.finish());
    QVERIFY(never.address.isEmpty()); // not even shown
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock(Quirk::Silence);
    stock.signIn();
    QTRY_COMPARE(stock.tokenRequests().size(), 1);
    QVERIFY(stock.tokenRequests().value(0).header("client-request-id").isEmpty());
    QCOMPARE(stock.manager.transferTimeout(), 0); // it waits for ever
}

void TestSignInDefects::row18Scope()
{
    RunningSignIn run(Quirk::NoScope);
    run.signIn();
    QCOMPARE(run.code(), QString());
    QCOMPARE(run.result->operator->()->scope, QStringLiteral("https://management.azure.com/.default offline_access openid profile"));
    if (!stockIs64)
        QSKIP("measured with Qt 6.4");
    Stock stock;
    stock.sts.tokens.code = QStringLiteral("plain");
    stock.sts.on(stock.sts.tokenPath(), ScriptedAnswer::json(200, {{QStringLiteral("access_token"), QStringLiteral("AT")}, {QStringLiteral("token_type"), QStringLiteral("Bearer")}}));
    QSignalSpy granted(&stock.flow, &QAbstractOAuth::granted);
    stock.signIn();
    QTRY_COMPARE(granted.size(), 1);
    QVERIFY(stock.flow.scope() != QStringLiteral("openid"));
}

QTEST_GUILESS_MAIN(TestSignInDefects)
#include "tst_signindefects.moc"
