// SPDX-License-Identifier: Apache-2.0
#include "text/checktext.h"

#include "text/plain.h"

#include <QCoreApplication>
#include <algorithm>

namespace causeway {

namespace {

struct CheckTitle {
    const char *id;
    const char *title;
};
constexpr CheckTitle checkTitles[] = {
    {"ca", QT_TRANSLATE_NOOP("Check", "Additional certificates")}, {"proxy", QT_TRANSLATE_NOOP("Check", "Proxy")}, {"dns", QT_TRANSLATE_NOOP("Check", "Name")},
    {"connection", QT_TRANSLATE_NOOP("Check", "Connection")}, {"answer", QT_TRANSLATE_NOOP("Check", "Answer")}, {"clock", QT_TRANSLATE_NOOP("Check", "Clock")},
    {"loopback", QT_TRANSLATE_NOOP("Check", "Return address")}, {"browser", QT_TRANSLATE_NOOP("Check", "Browser")}, {"keychain", QT_TRANSLATE_NOOP("Check", "Keychain")},
    {"environment", QT_TRANSLATE_NOOP("Check", "Environment")}, {"client-id", QT_TRANSLATE_NOOP("Check", "Client id")}, {"settings", QT_TRANSLATE_NOOP("Check", "Settings")},
    {"vault", QT_TRANSLATE_NOOP("Check", "Kept sessions")}, {"accounts", QT_TRANSLATE_NOOP("Check", "Accounts")}, {"azure-cli", QT_TRANSLATE_NOOP("Check", "Azure CLI")},
    {"directory", QT_TRANSLATE_NOOP("Check", "Directory")}, {"token", QT_TRANSLATE_NOOP("Check", "Token")}, {"ways", QT_TRANSLATE_NOOP("Check", "Ways to sign in")},
};

struct CheckWords {
    const char *code;
    const char *fact;
    const char *advice = nullptr;
};
constexpr CheckWords checkWords[] = {
    {"ca-none", QT_TRANSLATE_NOOP("Check", "None are set; the system's own are used.")},
    {"ca-read", QT_TRANSLATE_NOOP("Check", "%1 holds %2, trusted beside the system's.")},
    {"ca-unreadable", QT_TRANSLATE_NOOP("Check", "%1: %2."), QT_TRANSLATE_NOOP("Check", "Check the path in Sign-in and network, CAUSEWAY_CA or REQUESTS_CA_BUNDLE. It has to be a PEM file.")},
    {"proxy-none", QT_TRANSLATE_NOOP("Check", "%1 is reached directly.")},
    {"proxy-used", QT_TRANSLATE_NOOP("Check", "%1 is reached through the proxy %2.")},
    {"dns-found", QT_TRANSLATE_NOOP("Check", "%1 is %2.")},
    {"dns-by-proxy", QT_TRANSLATE_NOOP("Check", "The proxy looks up %1.")},
    {"dns-missing", QT_TRANSLATE_NOOP("Check", "%1 is not known: %2"), QT_TRANSLATE_NOOP("Check", "Check the network and its DNS. Where names of the internet are known only to a proxy, set it in Sign-in and network or in https_proxy.")},
    {"dns-late", QT_TRANSLATE_NOOP("Check", "The DNS gave no answer for %1 in time."), QT_TRANSLATE_NOOP("Check", "Check the network and its DNS; a VPN that is half up does this.")},
    {"connection-plain", QT_TRANSLATE_NOOP("Check", "%1 answers, without TLS (loopback only).")},
    {"connection-refused", QT_TRANSLATE_NOOP("Check", "%1 cannot be reached: %2"), QT_TRANSLATE_NOOP("Check", "A firewall may want a proxy here: set it in Sign-in and network or in https_proxy.")},
    {"connection-late", QT_TRANSLATE_NOOP("Check", "%1 does not answer in time."), QT_TRANSLATE_NOOP("Check", "A firewall drops the connection without a word. Ask for access to this host on port 443, or for the proxy to use.")},
    {"proxy-unreachable", QT_TRANSLATE_NOOP("Check", "%1 is not reached through the proxy %2: %3"), QT_TRANSLATE_NOOP("Check", "Check host and port of the proxy in Sign-in and network, or https_proxy; and whether it lets this host through.")},
    {"proxy-asks", QT_TRANSLATE_NOOP("Check", "On the way to %1 the proxy %2 asks for user name and password (\"%3\")."),
     QT_TRANSLATE_NOOP("Check", "Set user and password: {proxy-login}. A system proxy takes both from https_proxy=http://USER:PASSWORD@HOST:PORT.")},
    {"tls-good", QT_TRANSLATE_NOOP("Check", "%1: %2, certificate from \"%3\".")},
    {"tls-own-authority", QT_TRANSLATE_NOOP("Check", "%1: %2, certificate from \"%3\", trusted because of the additional file: the connection is inspected there, or the server is your own.")},
    {"tls-untrusted", QT_TRANSLATE_NOOP("Check", "%1: %2"), QT_TRANSLATE_NOOP("Check", "If that issuer is your organisation's inspection, get its certificate (PEM) and name the file in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA. If you do not know it, do not sign in here.")},
    {"tls-expired", QT_TRANSLATE_NOOP("Check", "%1: %2"), QT_TRANSLATE_NOOP("Check", "Check this machine's clock first. If it is right, those who run the host or the proxy have to renew the certificate.")},
    {"tls-host-mismatch", QT_TRANSLATE_NOOP("Check", "%1: %2"), QT_TRANSLATE_NOOP("Check", "The name leads to another server: check DNS, the hosts file and the proxy.")},
    {"tls-revoked", QT_TRANSLATE_NOOP("Check", "%1: %2"), QT_TRANSLATE_NOOP("Check", "Its key may be in wrong hands: do not sign in here, and tell those who run the host or the proxy.")},
    {"tls-version", QT_TRANSLATE_NOOP("Check", "%1: %2"), QT_TRANSLATE_NOOP("Check", "Something old stands between: Azure itself speaks TLS 1.2 and 1.3.")},
    {"tls-failed", QT_TRANSLATE_NOOP("Check", "%1: %2"), QT_TRANSLATE_NOOP("Check", "Something between here and the host breaks TLS: a firewall, a proxy, an inspection.")},
    {"answer-good", QT_TRANSLATE_NOOP("Check", "%1 answers (HTTP %2).")},
    {"answer-none", QT_TRANSLATE_NOOP("Check", "%1 gives no answer: %2"), QT_TRANSLATE_NOOP("Check", "Something between here and the host takes the question and keeps it.")},
    {"answer-status", QT_TRANSLATE_NOOP("Check", "%1 answers HTTP %2, where 200 was expected.")},
    {"answer-portal", QT_TRANSLATE_NOOP("Check", "Somebody else answers for %1 (HTTP %2, %3): the log-in page of a network, or a proxy's."), QT_TRANSLATE_NOOP("Check", "Open any page in the browser and log in to the network; then try again.")},
    {"clock-right", QT_TRANSLATE_NOOP("Check", "It agrees with %1 (%2).")},
    {"clock-unknown", QT_TRANSLATE_NOOP("Check", "%1 does not say what time it is.")},
    {"clock-fast", QT_TRANSLATE_NOOP("Check", "The system clock is wrong: it is %2 ahead of %1."), QT_TRANSLATE_NOOP("Check", "Set it: timedatectl set-ntp true. Sign-in fails from five minutes on.")},
    {"clock-slow", QT_TRANSLATE_NOOP("Check", "The system clock is wrong: it is %2 behind %1."), QT_TRANSLATE_NOOP("Check", "Set it: timedatectl set-ntp true. Sign-in fails from five minutes on.")},
    {"loopback-free", QT_TRANSLATE_NOOP("Check", "The browser can come back to %1.")},
    {"loopback-port-taken", QT_TRANSLATE_NOOP("Check", "Port %2 of %1 is taken: %3"), QT_TRANSLATE_NOOP("Check", "Another port is used then. If an agent allows only this one, end the program that has it.")},
    {"loopback-closed", QT_TRANSLATE_NOOP("Check", "%1 cannot be listened on: %3"), QT_TRANSLATE_NOOP("Check", "The browser has no way back to Causeway. Use the device code, or the Azure CLI.")},
    {"browser-opener", QT_TRANSLATE_NOOP("Check", "%1 opens web pages.")},
    {"browser-no-opener", QT_TRANSLATE_NOOP("Check", "No program opens web pages (xdg-open)."), QT_TRANSLATE_NOOP("Check", "The address is shown to copy; on a machine without any browser use {device-code}.")},
    {"browser-no-display", QT_TRANSLATE_NOOP("Check", "There is no display for a browser."), QT_TRANSLATE_NOOP("Check", "Sign in with {device-code}, or copy the address into a browser on this machine.")},
    {"keychain-good", QT_TRANSLATE_NOOP("Check", "It takes an entry, gives it back and removes it.")},
    {"keychain-absent", QT_TRANSLATE_NOOP("Check", "None is running: %1"), QT_TRANSLATE_NOOP("Check", "Sign-in works and lasts as long as the program. To be remembered, start GNOME Keyring or KWallet in the session.")},
    {"keychain-locked", QT_TRANSLATE_NOOP("Check", "It is locked: %1"), QT_TRANSLATE_NOOP("Check", "Unlock it (its own program, or log in to the desktop again); until then sign-in lasts as long as the program.")},
    {"keychain-silent", QT_TRANSLATE_NOOP("Check", "It does not answer; a question of it may wait on a screen: %1"), QT_TRANSLATE_NOOP("Check", "Answer the question, or unlock it; until then sign-in lasts as long as the program.")},
    {"keychain-wrong", QT_TRANSLATE_NOOP("Check", "It does not keep what it is given: %1"), QT_TRANSLATE_NOOP("Check", "Sign-in lasts as long as the program.")},
    {"environment-none", QT_TRANSLATE_NOOP("Check", "No variables of a service principal, workload identity or managed identity are set.")},
    {"environment-principal", QT_TRANSLATE_NOOP("Check", "Service principal %1 ({auth} service-principal).")},
    {"environment-workload", QT_TRANSLATE_NOOP("Check", "Workload identity %1 ({auth} workload-identity).")},
    {"environment-managed", QT_TRANSLATE_NOOP("Check", "%1 is set: this host has a managed identity ({auth} managed-identity).")},
    {"environment-incomplete", QT_TRANSLATE_NOOP("Check", "Only half of a %1 is set; missing: %2."), QT_TRANSLATE_NOOP("Check", "Set the missing variables, or unset the others.")},
    {"client-id-set", "%1"},
    {"client-id-none", QT_TRANSLATE_NOOP("Check", "None is set, so nobody can sign in with the browser or a device code."), QT_TRANSLATE_NOOP("Check", "Register an application once: {register}. The Azure CLI needs none: az login, then {azure-cli}.")},
    {"client-id-malformed", QT_TRANSLATE_NOOP("Check", "\"%1\" is no client id."), QT_TRANSLATE_NOOP("Check", "It is a GUID, \"Application (client) ID\" in the portal; not the object id, not the secret's id.")},
    {"settings-good", QT_TRANSLATE_NOOP("Check", "Cloud %1, tenant %2.")},
    {"settings-bad", QT_TRANSLATE_NOOP("Check", "%1: %2")},
    {"vault-kept", QT_TRANSLATE_NOOP("Check", "Sessions are kept, encrypted, for the next start.")},
    {"vault-memory", QT_TRANSLATE_NOOP("Check", "Sessions last as long as the program: %1")},
    {"vault-damaged", QT_TRANSLATE_NOOP("Check", "The file of kept sessions cannot be opened with its key."), QT_TRANSLATE_NOOP("Check", "Sign in again, which replaces it{or-forget}")},
    {"vault-unwritable", QT_TRANSLATE_NOOP("Check", "The file of kept sessions cannot be written: %1"), QT_TRANSLATE_NOOP("Check", "Check the rights of the folder; until then sign-in lasts as long as the program.")},
    {"accounts-none", QT_TRANSLATE_NOOP("Check", "Nobody is signed in."), "{sign-in}"},
    {"accounts-known", "%1"},
    {"azure-cli-absent", QT_TRANSLATE_NOOP("Check", "It is not installed.")},
    {"azure-cli-signed-in", QT_TRANSLATE_NOOP("Check", "Signed in ({azure-cli}).")},
    {"azure-cli-signed-out", QT_TRANSLATE_NOOP("Check", "It gives no token: %1"), QT_TRANSLATE_NOOP("Check", "az login")},
    {"directory-found", QT_TRANSLATE_NOOP("Check", "%1 knows tenant %2.")},
    {"token-good", QT_TRANSLATE_NOOP("Check", "%1 gets a token without being asked.")},
    {"ways-some", "%1"},
    {"ways-none", QT_TRANSLATE_NOOP("Check", "There is no way to sign in yet."), QT_TRANSLATE_NOOP("Check", "Set a client id ({register}), or install the Azure CLI and run: az login")},
};

QString checkTitle(const Check &check)
{
    for (const CheckTitle &row : checkTitles) {
        if (check.id == QLatin1String(row.id))
            return QCoreApplication::translate("Check", row.title);
    }
    return plainText(check.id, 40);
}

QStringList waysIn(const Check &check, Surface surface)
{
    QStringList ways;
    for (const QString &each : check.facts)
        ways << wayToSignIn(each, surface);
    return {ways.join(QStringLiteral(", "))};
}

} // namespace

CheckText checkText(const Check &check, const SignInPlace &place)
{
    CheckText text;
    text.title = checkTitle(check);
    if (check.error) {
        const SignInText words = signInText(*check.error, place);
        const QString subject = check.subject.isEmpty() ? QString() : plainText(check.subject, 120) + QStringLiteral(": ");
        text.fact = subject + words.title + QStringLiteral(". ") + words.happened;
        text.advice = words.advice + (words.link.isEmpty() ? QString() : QLatin1Char('\n') + words.link);
        text.support = words.support;
        return text;
    }
    for (const CheckWords &row : checkWords) {
        if (check.code != QLatin1String(row.code))
            continue;
        const auto words = [&place](const char *sentence) { return stepsNamed(QCoreApplication::translate("Check", sentence), place.surface); };
        text.fact = filledIn(words(row.fact), check.id == QLatin1String("ways") ? waysIn(check, place.surface) : check.facts, 400);
        if (row.advice)
            text.advice = words(row.advice);
        return text;
    }
    text.fact = plainText((QStringList{check.code} + check.facts).join(QLatin1Char(' ')), 400);
    return text;
}

QString checkStateText(Check::State state)
{
    switch (state) {
    case Check::State::Good:
        return QStringLiteral("good");
    case Check::State::Warning:
        return QStringLiteral("warning");
    case Check::State::Bad:
        return QStringLiteral("bad");
    case Check::State::Skipped:
        return QStringLiteral("skipped");
    }
    return {};
}

bool allWell(const QList<Check> &checks)
{
    return std::none_of(checks.cbegin(), checks.cend(), [](const Check &each) { return each.state == Check::State::Bad; });
}

} // namespace causeway
