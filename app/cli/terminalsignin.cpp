// SPDX-License-Identifier: Apache-2.0
#include "cli/terminalsignin.h"

#include "text/plain.h"
#include "text/signintext.h"

#include <QProcess>
#include <QStandardPaths>

namespace causeway {

namespace {

void sayTo(const SignInPerson &person, const QString &line)
{
    if (person.say)
        person.say(line);
}

InteractiveRequest wordsForBrowser()
{
    const BrowserWords words = browserWords();
    InteractiveRequest request;
    request.language = words.language;
    request.successTitle = words.successTitle;
    request.successText = words.successText;
    request.failureTitle = words.failureTitle;
    request.failureText = words.failureText;
    request.strayTitle = words.strayTitle;
    request.strayText = words.strayText;
    return request;
}

void showCode(const SignInPerson &person, const DeviceCode &code, TimePoint now)
{
    const qint64 minutes = std::max<qint64>(1, std::chrono::duration_cast<std::chrono::minutes>(code.expires - now).count());
    sayTo(person, QStringLiteral("Open %1 in a browser, on any device, and type the code %2. It is good for %3 min.").arg(plainText(code.verificationUri), plainText(code.userCode, 40)).arg(minutes));
    sayTo(person, deviceCodeWarning());
}

} // namespace

bool openSystemBrowser(const QUrl &address)
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("xdg-open"));
    const bool display = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
    if (program.isEmpty() || !display)
        return false;
    QProcess process;
    process.setProgram(program);
    process.setArguments({QString::fromLatin1(address.toEncoded())});
    process.setStandardOutputFile(QProcess::nullDevice()); // it prints the address, and the state in it, when it finds no browser
    process.setStandardErrorFile(QProcess::nullDevice());
    return process.startDetached();
}

QCoro::Task<Result<TokenAnswer>> signInOnTerminal(SignIns *signIns, TerminalSignIn how, SignInPerson person, Context context)
{
    if (how.deviceCode) {
        const std::function<void(const DeviceCode &)> onCode = [person, signIns](const DeviceCode &code) { showCode(person, code, signIns->wall().now()); };
        const QString tenant = how.tenant;
        const QByteArray claims = how.claims;
        Result<TokenAnswer> answer = co_await signIns->byDeviceCode(tenant, claims, onCode, context);
        co_return answer;
    }
    SignIns::Browser browser;
    browser.tenant = how.tenant;
    browser.prompt = how.prompt;
    browser.loginHint = how.loginHint;
    browser.claims = how.claims;
    browser.words = wordsForBrowser();
    browser.onAddress = [person](const QUrl &address) {
        sayTo(person, QStringLiteral("Sign in with the browser on this machine; if none opens, copy this address:"));
        sayTo(person, QString::fromLatin1(address.toEncoded()));
    };
    if (how.browser)
        browser.openBrowser = person.openBrowser ? person.openBrowser : std::function<bool(const QUrl &)>(&openSystemBrowser);
    Result<TokenAnswer> answer = co_await signIns->byBrowser(browser, context);
    co_return answer;
}

QCoro::Task<Result<TokenAnswer>> TerminalAsker::ask(SignInNeed need, Context context)
{
    const SignIns::Means &means = m_signIns.means();
    const QString tenant = need.tenant;
    sayTo(m_person, signInLines(need.why, {means.cloud.authority, tenant, means.settings.clientId, means.cloud.portal}));
    TerminalSignIn how;
    how.deviceCode = m_deviceCode;
    how.tenant = tenant;
    how.loginHint = need.account.username;
    how.prompt.clear();
    how.claims = need.claims;
    SignIns *const signIns = &m_signIns;
    const SignInPerson person = m_person;
    Result<TokenAnswer> answer = co_await signInOnTerminal(signIns, how, person, context);
    co_return answer;
}

} // namespace causeway
