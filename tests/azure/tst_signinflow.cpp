// SPDX-License-Identifier: Apache-2.0
// The browser sign-in against a scripted authority. X7.
#include "tests/azure/signinbrowser.h"

#include <QLoggingCategory>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;

namespace {

QByteArrayList logged;
void keepEverything(QtMsgType, const QMessageLogContext &, const QString &text)
{
    logged.append(text.toUtf8());
}

} // namespace

class TestSignInFlow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void wholeWay();
    void whatIsAsked_data();
    void whatIsAsked();
    void neverLogged();
    void refusedBeforeAnything_data();
    void refusedBeforeAnything();
    void noBrowser();
};

void TestSignInFlow::wholeWay()
{
    for (const bool formPost : {true, false}) {
        RunningSignIn run;
        run.request.formPost = formPost;
        const QByteArray page = run.signIn();
        QCOMPARE(run.code(), QString());
        QVERIFY(page.contains("Signed in"));
        const TokenAnswer &answer = *(*run.result.operator->());
        QVERIFY(answer.access.token.reveal().startsWith("AT-"));
        QCOMPARE(answer.refreshToken.reveal(), run.sts.tokens.refreshToken.toUtf8());
        QCOMPARE(answer.idClaims.value(QStringLiteral("preferred_username")).toString(), run.sts.tokens.user);
        QVERIFY(!answer.clientInfo.isEmpty());
        QVERIFY(listeners(run.port()).isEmpty());
        const ReceivedRequest sent = run.tokenRequests().value(0);
        for (const char *field : {"client_id", "grant_type", "code", "redirect_uri", "code_verifier", "scope", "client_info"})
            QCOMPARE(sent.count(field), 1);
        QVERIFY(!sent.body.contains("client_secret") && !sent.body.contains("claims"));
        QVERIFY(sent.header("origin").isEmpty() && sent.header("authorization").isEmpty());
        QVERIFY(sent.header("user-agent").startsWith("Causeway/"));
        QCOMPARE(sent.header("client-request-id").size(), 36);
        QCOMPARE(sent.form("redirect_uri"), QStringLiteral("http://localhost:%1").arg(run.port()));
    }
}

void TestSignInFlow::whatIsAsked_data()
{
    QTest::addColumn<QString>("value");
    for (const char *value : {"me+tag@contoso.com", "100%41", "a&b=c", "a b", "é/ü", R"({"access_token":{"acrs":{"values":["p1"]}}})"})
        QTest::newRow(value) << QString::fromUtf8(value);
}

// Row 9: every value arrives as it was, whatever stands in it.
void TestSignInFlow::whatIsAsked()
{
    QFETCH(QString, value);
    RunningSignIn run;
    run.request.loginHint = value;
    run.request.domainHint = QStringLiteral("organizations");
    run.request.prompt = QStringLiteral("select_account");
    run.request.claims = value.toUtf8();
    run.signIn();
    QCOMPARE(run.code(), QString());
    const ReceivedRequest asked = run.sts.requests(run.sts.authorizePath()).value(0);
    QCOMPARE(asked.query("login_hint"), value);
    QCOMPARE(asked.query("claims"), value);
    QCOMPARE(run.tokenRequests().value(0).form("claims"), value);
    QCOMPARE(asked.query("domain_hint") + asked.query("prompt") + asked.query("response_type") + asked.query("response_mode") + asked.query("client_info"),
             QStringLiteral("organizationsselect_accountcodeform_post1"));
    QCOMPARE(asked.query("scope"), QStringLiteral("https://management.azure.com/.default offline_access openid profile"));
    QCOMPARE(asked.query("redirect_uri"), QStringLiteral("http://localhost:%1").arg(run.port()));
}

// X7: also when somebody has switched Qt's own lines on.
void TestSignInFlow::neverLogged()
{
    QLoggingCategory::setFilterRules(QStringLiteral("qt.networkauth.*=true\nqt.networkauth*.debug=true\ncauseway.*=true"));
    const auto before = qInstallMessageHandler(keepEverything);
    RunningSignIn run;
    run.signIn();
    QLoggingCategory::setFilterRules(QStringLiteral("qt.networkauth.*=true\ncauseway.*=true")); // again, later
    RunningSignIn denied(Quirk::Denied);
    denied.signIn();
    qInstallMessageHandler(before);
    QLoggingCategory::setFilterRules(QString());
    QCOMPARE(run.code(), QString());
    const QByteArray all = logged.join('\n');
    const ReceivedRequest sent = run.tokenRequests().value(0);
    for (const QByteArray &secret : {run.state(), sent.form("code_verifier").toUtf8(), sent.form("code").toUtf8(), sent.form("code").toUtf8().toPercentEncoding(),
                                     run.sts.tokens.refreshToken.toUtf8(), run.result->operator->()->access.token.reveal(), denied.state()}) {
        QVERIFY(secret.size() > 8);
        QVERIFY2(!all.contains(secret), secret.constData());
    }
    QVERIFY2(!all.contains("code_challenge="), all.constData());
}

void TestSignInFlow::refusedBeforeAnything_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("code");
    QTest::newRow("no client id") << QStringLiteral("client") << QStringLiteral("ClientIdMissing");
    QTest::newRow("authority of another cloud") << QStringLiteral("cloud") << QStringLiteral("AuthorityForeign");
    QTest::newRow("plain http") << QStringLiteral("http") << QStringLiteral("EndpointNotUnderstood");
}

void TestSignInFlow::refusedBeforeAnything()
{
    QFETCH(QString, what);
    RunningSignIn run;
    if (what == QStringLiteral("client"))
        run.request.clientId.clear();
    if (what == QStringLiteral("cloud"))
        run.request.cloud = clouds().first();
    if (what == QStringLiteral("http"))
        run.request.cloud.authority = QStringLiteral("http://login.example");
    run.start();
    QVERIFY(run.finish());
    QTEST(run.code(), "code");
    QVERIFY(run.address.isEmpty());
    QCOMPARE(run.sts.connections(), 0);
}

void TestSignInFlow::noBrowser()
{
    RunningSignIn run;
    QStringList order;
    run.request.onAddress = [&](const QUrl &url) {
        run.address = url;
        order.append(QStringLiteral("address"));
    };
    run.request.openBrowser = [&](const QUrl &url) {
        order.append(url == run.address ? QStringLiteral("browser") : QStringLiteral("other"));
        return false; // the link can still be copied
    };
    run.signIn();
    QCOMPARE(run.code(), QString());
    QCOMPARE(order, QStringList({QStringLiteral("address"), QStringLiteral("browser")}));
}

QTEST_GUILESS_MAIN(TestSignInFlow)
#include "tst_signinflow.moc"
