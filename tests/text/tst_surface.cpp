// SPDX-License-Identifier: Apache-2.0
// One advice, two surfaces: in a terminal it names the command, in the window the page, the field or the button.
#include "text/checktext.h"

#include <QTest>

using namespace causeway;

namespace {

const SignInPlace terminal{QStringLiteral("https://login.microsoftonline.com"), QStringLiteral("contoso.example"), QStringLiteral("c0ffee00-0000-4000-8000-000000000001"), QStringLiteral("https://portal.azure.com")};

SignInPlace inWindow()
{
    SignInPlace place = terminal;
    place.surface = Surface::Window;
    return place;
}

Error failedWith(const QString &code, ErrorKind kind = ErrorKind::Unauthorized)
{
    Error error;
    error.kind = kind;
    error.code = code;
    return error;
}

QString allWords(const SignInText &text)
{
    return (QStringList{text.title, text.happened, text.advice} + text.commands).join(QLatin1Char('\n'));
}

//! What only a terminal knows. An environment's credentials are the command line's, and said so.
bool isForTheWindow(QString words)
{
    words.remove(QStringLiteral("on the command line: --auth")).remove(QStringLiteral("az login --tenant"));
    for (const char *command : {"causewayctl", "--auth", "--device-code", "--client-id", "--tenant", "--ca-file", "{"}) {
        if (words.contains(QLatin1String(command)))
            return false;
    }
    return true;
}

} // namespace

class TestSurface : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFailedSignIn()
    {
        QList<Error> all;
        for (const int number : signInNumbers())
            all << failedWith(QStringLiteral("AADSTS%1").arg(number));
        for (const char *code : {"SignInTimedOut", "expired_token", "authorization_declined", "access_denied", "ClientIdMissing", "NotAMicrosoftHost", "TenantUnknown", "brand_new"})
            all << failedWith(QLatin1String(code));
        for (const char *code : {"ProxyAuthenticationRequired", "ProxyUnreachable", "TlsUntrusted", "TlsExpired", "TlsHostMismatch", "ConnectionFailed", "CaFileNotRead", "HostNotFound"})
            all << failedWith(QLatin1String(code), ErrorKind::Network);
        all << failedWith(QStringLiteral("NotJson"), ErrorKind::Protocol) << Error::cancelled();
        QVERIFY(all.size() > 120);
        for (const Error &error : all) {
            const QString there = allWords(signInText(error, terminal));
            const QString here = allWords(signInText(error, inWindow()));
            QVERIFY2(!there.contains(QLatin1Char('{')), qPrintable(there));
            QVERIFY2(isForTheWindow(here), qPrintable(error.code + QStringLiteral(": ") + here));
            QCOMPARE(signInText(error, terminal).happened, signInText(error, inWindow()).happened);
        }
    }

    void advice_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("there");
        QTest::addColumn<QString>("here");
        const auto row = [](const char *code, const char *there, const char *here) { QTest::newRow(code) << QString::fromUtf8(code) << QString::fromUtf8(there) << QString::fromUtf8(here); };
        row("ClientIdMissing", "causewayctl sign-in --show-registration", "Sign-in and network › How to get one");
        row("ConnectionFailed", "causewayctl doctor network", "Sign-in and network › Checks");
        row("ProxyAuthenticationRequired", "causewayctl secret set proxy-password", "Sign-in and network › User of the proxy");
        row("AADSTS50194", "--tenant", "Sign-in and network › Tenant");
        row("AADSTS53000", "az login --tenant contoso.example", "az login --tenant contoso.example"); // another program's
        row("AADSTS53000", "--auth az-cli", "“As in the Azure CLI”");
        row("Cancelled", "causewayctl sign-in --tenant contoso.example", "Sign in again when you are ready");
    }
    void advice()
    {
        QFETCH(QString, code);
        QFETCH(QString, there);
        QFETCH(QString, here);
        const Error error = code == QLatin1String("Cancelled") ? Error::cancelled() : failedWith(code, code.startsWith(QLatin1Char('A')) ? ErrorKind::Unauthorized : ErrorKind::Network);
        const QString told = allWords(signInText(error, terminal));
        const QString shown = allWords(signInText(error, inWindow()));
        QVERIFY2(told.contains(there), qPrintable(told));
        QVERIFY2(shown.contains(here), qPrintable(shown));
    }

    void checks_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("there");
        QTest::addColumn<QString>("here");
        const auto row = [](const char *code, const char *there, const char *here) { QTest::newRow(code) << QString::fromUtf8(code) << QString::fromUtf8(there) << QString::fromUtf8(here); };
        row("proxy-asks", "causewayctl secret set proxy-password", "Sign-in and network › User of the proxy");
        row("browser-no-opener", "use --device-code", "a code on another device");
        row("browser-no-display", "--device-code", "a code on another device");
        row("environment-principal", "(--auth service-principal)", "on the command line: --auth service-principal");
        row("environment-workload", "(--auth workload-identity)", "on the command line: --auth workload-identity");
        row("environment-managed", "(--auth managed-identity)", "on the command line: --auth managed-identity");
        row("client-id-none", "causewayctl sign-in --show-registration", "Sign-in and network › How to get one");
        row("vault-damaged", "causewayctl sign-out --all", "Sign in again, which replaces it.");
        row("accounts-none", "causewayctl sign-in", "Account and subscription › Sign in with the browser");
        row("azure-cli-signed-in", "--auth az-cli", "As in the Azure CLI");
        row("ways-none", "--show-registration", "Sign-in and network › How to get one");
        row("ways-some", "--auth interactive, --auth device-code, --auth az-cli, --auth managed-identity", "the browser, a code on another device, the Azure CLI, a managed identity (command line)");
    }
    void checks()
    {
        QFETCH(QString, code);
        QFETCH(QString, there);
        QFETCH(QString, here);
        Check check;
        check.id = code.section(QLatin1Char('-'), 0, 0);
        check.code = code;
        check.facts = QStringList{QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")};
        if (code == QLatin1String("ways-some"))
            check.facts = QStringList{QStringLiteral("interactive"), QStringLiteral("device-code"), QStringLiteral("az-cli"), QStringLiteral("managed-identity")};
        const auto wordsOf = [&check](const SignInPlace &place) {
            const CheckText text = checkText(check, place);
            return text.title + QStringLiteral(": ") + text.fact + QLatin1Char('\n') + text.advice;
        };
        const QString told = wordsOf(terminal), shown = wordsOf(inWindow());
        QVERIFY2(told.contains(there) && !told.contains(QLatin1Char('{')), qPrintable(told));
        QVERIFY2(shown.contains(here) && isForTheWindow(shown), qPrintable(shown));
    }

    // Somebody else's words are no steps of ours.
    void hostileBraces()
    {
        Check check;
        check.code = QStringLiteral("dns-missing");
        check.facts = QStringList{QStringLiteral("{checks}"), QStringLiteral("%1 {sign-in}")};
        QVERIFY(checkText(check, inWindow()).fact.startsWith(QStringLiteral("{checks} is not known: %1 {sign-in}")));
    }

    void registration()
    {
        const Instructions there = registrationSteps({}, Surface::Terminal), here = registrationSteps({}, Surface::Window);
        QVERIFY(there.steps.last().contains(QStringLiteral("CAUSEWAY_CLIENT_ID")) && there.commands.last().startsWith(QStringLiteral("causewayctl sign-in")));
        QVERIFY(here.steps.last().contains(QStringLiteral("Sign-in and network › Client id")));
        QVERIFY2(isForTheWindow(here.steps.join(QLatin1Char('\n'))), qPrintable(here.steps.join(QLatin1Char('\n'))));
        QVERIFY(!here.commands.join(QLatin1Char('\n')).contains(QStringLiteral("causewayctl")));
        QCOMPARE(here.commands.last(), QStringLiteral("echo $APP")); // the id, to be pasted
    }
};

QTEST_GUILESS_MAIN(TestSurface)
#include "tst_surface.moc"
