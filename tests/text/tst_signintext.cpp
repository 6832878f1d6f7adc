// SPDX-License-Identifier: Apache-2.0
// sign-in.md §10: every number and word that a sign-in can fail with is explained, with something to do.
#include "text/signintext.h"

#include <QSet>
#include <QTest>

using namespace causeway;

namespace {

//! The table of the facts page: numbers by what they ask of a person.
const struct {
    SignInFailure failure;
    QList<int> numbers;
} table[] = {
    {SignInFailure::Cancelled, {65004}},
    {SignInFailure::Consent, {65001, 90094, 90095, 90008}},
    {SignInFailure::MoreNeeded, {50072, 50074, 50076, 50078, 50079, 50158, 53004}},
    {SignInFailure::DevicePolicy, {50097, 50129, 50155, 50187, 53000, 53001, 53002, 50005, 50127}},
    {SignInFailure::Blocked, {53003, 530032, 530034, 530035, 53011, 50131, 50002, 500021, 500022, 500212, 500213}},
    {SignInFailure::SessionOver, {70008, 700082, 70043, 50173, 50089, 50132, 50133, 54005, 70000}},
    {SignInFailure::WrongAccount, {50020, 50034, 51004, 50014, 16000, 90072, 500208, 50105}},
    {SignInFailure::Credentials, {50055, 50144, 50126, 50053, 50057}},
    {SignInFailure::Registration, {700016, 700011, 7000112, 90099, 50194, 50011, 7000218, 700025, 65002, 65005, 650052, 650056, 650057, 500011, 70011, 28002, 28003}},
    {SignInFailure::ServicePrincipal, {7000215, 7000222, 70002, 700027, 700030, 50012, 500133}},
    {SignInFailure::WrongCloud, {90002, 90038, 900382, 900432, 50049, 90051}},
    {SignInFailure::Loop, {50196}},
    {SignInFailure::Transient, {90006, 90012, 90024, 90033, 50033, 50087, 50088, 90055}},
    {SignInFailure::DeviceCode, {70018, 70019}},
    {SignInFailure::ClientBug, {501481, 50147, 501491, 700005, 9002313, 900144, 70003, 90014, 90015}},
};

Error entra(int number, const char *error = "invalid_grant", const char *suberror = nullptr)
{
    Error made;
    made.kind = ErrorKind::Unauthorized;
    made.code = QStringLiteral("AADSTS%1").arg(number);
    made.target = QLatin1String(error) + (suberror ? QLatin1Char('/') + QLatin1String(suberror) : QString());
    made.message = QStringLiteral("The service's own words.");
    made.correlationId = QStringLiteral("aaaa0000-bb11-2222-33cc-444444dddddd");
    made.requestId = QStringLiteral("0000aaaa-11bb-cccc-dd22-eeeeee333333");
    made.timestamp = QStringLiteral("2026-11-20 07:27:31Z");
    return made;
}

const SignInPlace place{QStringLiteral("https://login.microsoftonline.com"), QStringLiteral("contoso.example"), QStringLiteral("c0ffee00-0000-4000-8000-000000000001"), QStringLiteral("https://portal.azure.com")};

bool isWhole(const QString &sentence)
{
    return sentence.size() > 10 && !sentence.contains(QLatin1Char('%'));
}

} // namespace

class TestSignInText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyNumberIsExplained()
    {
        QSet<QString> seen;
        int counted = 0;
        for (const auto &row : table) {
            for (const int number : row.numbers) {
                const SignInText text = signInText(entra(number), place);
                const QByteArray what = QByteArray::number(number) + ": " + text.happened.toUtf8() + " / " + text.advice.toUtf8();
                QVERIFY2(text.failure == row.failure, what.constData());
                QVERIFY2(!text.title.isEmpty() && isWhole(text.happened) && isWhole(text.advice), what.constData());
                QVERIFY2(!seen.contains(text.happened), what.constData()); // each says something of its own
                QVERIFY2(!text.happened.contains(text.service) && !text.advice.contains(text.service), what.constData());
                QVERIFY2(signInNumbers().contains(number), what.constData());
                seen << text.happened;
                ++counted;
            }
        }
        QVERIFY(counted > 100);
    }

    void finerDistinctions_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("advice");
        QTest::addColumn<bool>("link");
        const QString consent = QStringLiteral("agree on the page");
        QTest::newRow("65001: the person may agree") << 65001 << consent << true;
        QTest::newRow("90094: only an administrator") << 90094 << QStringLiteral("Send the link below to an administrator") << true;
        QTest::newRow("90095: a request can be sent") << 90095 << QStringLiteral("send the request") << true;
        QTest::newRow("50105: assign") << 50105 << QStringLiteral("Users and groups") << false;
        QTest::newRow("50194: one tenant only") << 50194 << QStringLiteral("Name the tenant (--tenant)") << false;
        QTest::newRow("7000218: no public client") << 7000218 << QStringLiteral("Allow public client flows: Yes") << false;
        QTest::newRow("50011: redirect address") << 50011 << QStringLiteral("http://localhost") << false;
        QTest::newRow("7000215: secret's id instead of value") << 7000215 << QStringLiteral("the secret's value, not its id") << false;
        QTest::newRow("7000222: new secret") << 7000222 << QStringLiteral("az ad app credential reset --id c0ffee00") << false;
        QTest::newRow("53003: perhaps the device code") << 53003 << QStringLiteral("sign in with the browser instead") << false;
    }

    void finerDistinctions()
    {
        QFETCH(int, number);
        QFETCH(QString, advice);
        QFETCH(bool, link);
        const SignInText text = signInText(entra(number), place);
        QVERIFY2(text.advice.contains(advice), qPrintable(text.advice));
        QCOMPARE(text.link, link ? QStringLiteral("https://login.microsoftonline.com/contoso.example/adminconsent?client_id=c0ffee00-0000-4000-8000-000000000001") : QString());
    }

    void words_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("said");
        QTest::newRow("cancelled") << QStringLiteral("access_denied") << int(ErrorKind::Unauthorized) << QStringLiteral("Sign-in was cancelled") << QString();
        QTest::newRow("nobody came") << QStringLiteral("SignInTimedOut") << int(ErrorKind::TimedOut) << QStringLiteral("Sign-in was cancelled") << QStringLiteral("in time");
        QTest::newRow("code expired") << QStringLiteral("expired_token") << int(ErrorKind::Unauthorized) << QStringLiteral("The code is not valid any more") << QStringLiteral("expired");
        QTest::newRow("proxy asks") << QStringLiteral("ProxyAuthenticationRequired") << int(ErrorKind::Network) << QStringLiteral("Something stands between here and the sign-in") << QStringLiteral("secret set proxy-password");
        QTest::newRow("inspected") << QStringLiteral("TlsUntrusted") << int(ErrorKind::Network) << QStringLiteral("Something stands between here and the sign-in") << QStringLiteral("CAUSEWAY_CA");
        QTest::newRow("not JSON") << QStringLiteral("NotJson") << int(ErrorKind::Protocol) << QStringLiteral("Something stands between here and the sign-in") << QStringLiteral("log-in page");
        QTest::newRow("no client id") << QStringLiteral("ClientIdMissing") << int(ErrorKind::InvalidInput) << QStringLiteral("The client id is not set up for this") << QStringLiteral("--auth az-cli");
        QTest::newRow("no such tenant") << QStringLiteral("TenantUnknown") << int(ErrorKind::NotFound) << QStringLiteral("The directory is not in this cloud") << QStringLiteral("contoso.example");
        QTest::newRow("unknown") << QStringLiteral("brand_new") << int(ErrorKind::InvalidInput) << QStringLiteral("Sign-in failed") << QString();
    }

    void words()
    {
        QFETCH(QString, code);
        QFETCH(int, kind);
        QFETCH(QString, title);
        QFETCH(QString, said);
        Error error;
        error.kind = ErrorKind(kind);
        error.code = code;
        const SignInText text = signInText(error, place);
        QCOMPARE(text.title, title);
        QVERIFY2(isWhole(text.happened) && isWhole(text.advice), qPrintable(text.happened));
        QVERIFY2((text.happened + text.advice).contains(said), qPrintable(text.happened + text.advice));
    }

    void whatTheServiceSaysStaysPlain()
    {
        Error error = entra(99999, "something_new");
        error.message = QStringLiteral("<b>Click</b> \u202Ehere\r\nTrace ID: 1") + QString(5000, QLatin1Char('x'));
        error.correlationId = QString(5000, QLatin1Char('a'));
        const SignInText text = signInText(error, place);
        QCOMPARE(text.service, QStringLiteral("AADSTS99999: <b>Click</b> <U+202E>here"));
        QVERIFY(text.support.size() < 400);
        SignInPlace hostile = place;
        hostile.tenant = QStringLiteral("evil%1\n/../?x=") + QString(9000, QLatin1Char('y'));
        const SignInText bounded = signInText(entra(90094), hostile);
        QVERIFY2(bounded.link.startsWith(QLatin1String("https://login.microsoftonline.com/evil%251%0A%2F..%2F%3Fx%3D")) && bounded.link.size() < 1200, qPrintable(bounded.link));
        QVERIFY(signInText(entra(50020), hostile).happened.size() < 400);
    }

    void support()
    {
        QCOMPARE(supportLine(entra(50076)), QStringLiteral("AADSTS50076 · correlation id aaaa0000-bb11-2222-33cc-444444dddddd · trace id 0000aaaa-11bb-cccc-dd22-eeeeee333333 · 2026-11-20 07:27:31Z"));
        QCOMPARE(supportLine(Error::cancelled()), QString());
    }

    void whatInteractionCanDo()
    {
        QVERIFY(signInText(entra(50076), place).interactive);
        QVERIFY(signInText(entra(65001, "invalid_grant", "consent_required"), place).interactive);
        QVERIFY(!signInText(entra(7000215, "invalid_client"), place).interactive);
        QVERIFY(!signInText(entra(50000, "invalid_grant", "client_mismatch"), place).interactive);
        QVERIFY(signInLines(entra(50076), place).contains(QStringLiteral("    causewayctl sign-in --tenant contoso.example")));
    }

    void registration()
    {
        const Instructions steps = registrationSteps(QStringLiteral("https://portal.azure.us"), Surface::Terminal);
        const QString all = steps.steps.join(QLatin1Char('\n'));
        for (const char *word : {"https://portal.azure.us", "any organizational directory", "http://localhost", "Allow public client flows: Yes", "797f4846-ba00-4fd7-ba43-dac1f8f63013",
                                 "41094075-9dad-400e-a0bd-54e686782033", "123cd850-d9df-40bd-94d5-c9f07b7fa203", "cef99a3a-4cd3-4408-8143-4375d1e38a17", "No secret"})
            QVERIFY2(all.contains(QLatin1String(word)), word);
        QVERIFY(steps.commands.first().contains(QStringLiteral("az ad app create --display-name Causeway --sign-in-audience AzureADMultipleOrgs --public-client-redirect-uris http://localhost --is-fallback-public-client true")));
    }
};

QTEST_GUILESS_MAIN(TestSignInText)
#include "tst_signintext.moc"
