// SPDX-License-Identifier: Apache-2.0
#include "text/signintext.h"

#include "text/plain.h"
#include "text/signincodes.h"

#include <QCoreApplication>
#include <QUrl>

namespace causeway {

namespace {

struct SignInWords {
    const char *title;
    const char *happened;
    const char *advice;
};

//! For codes of our own, which say more than the failure that they belong to.
struct OwnCodeWords {
    const char *code;
    const char *happened;
    const char *advice;
};

constexpr OwnCodeWords ownCodeTable[] = {
    {"SignInTimedOut", QT_TRANSLATE_NOOP("SignIn", "Nobody finished the sign-in in the browser in time."), QT_TRANSLATE_NOOP("SignIn", "Sign in again. If the browser shows that all is well but nothing happens here, a firewall or an agent keeps it from http://localhost.")},
    {"expired_token", QT_TRANSLATE_NOOP("SignIn", "The code has expired before anybody signed in with it."), nullptr},
    {"bad_verification_code", QT_TRANSLATE_NOOP("SignIn", "The service does not know the code any more."), nullptr},
    {"authorization_declined", QT_TRANSLATE_NOOP("SignIn", "The request was declined on the other device."), nullptr},
    {"ClientIdMissing", QT_TRANSLATE_NOOP("SignIn", "No client id is set, and Causeway ships none of Microsoft's."),
     QT_TRANSLATE_NOOP("SignIn", "Register an application once ({register}), or use the Azure CLI's sign-in without any set-up: az login, then {azure-cli}")},
    {"NotAMicrosoftHost", QT_TRANSLATE_NOOP("SignIn", "The login host is none of Microsoft's."), QT_TRANSLATE_NOOP("SignIn", "Check the addresses of the custom cloud in the settings; nothing was sent there.")},
    {"CertificateUnusable", QT_TRANSLATE_NOOP("SignIn", "The certificate of the service principal cannot be used."), QT_TRANSLATE_NOOP("SignIn", "It has to be a PEM file with certificate and RSA key, or a PFX file with its password in AZURE_CLIENT_CERTIFICATE_PASSWORD.")},
    {"TenantUnknown", QT_TRANSLATE_NOOP("SignIn", "There is no tenant %2 at this login host."), nullptr},
    {"ProxyAuthenticationRequired", QT_TRANSLATE_NOOP("SignIn", "The proxy wants a user name and a password, and has none that it accepts."),
     QT_TRANSLATE_NOOP("SignIn", "Set them: {proxy-login}")},
    {"ProxyUnreachable", QT_TRANSLATE_NOOP("SignIn", "The proxy could not be reached."), QT_TRANSLATE_NOOP("SignIn", "Check host and port of the proxy in Sign-in and network, or the variables https_proxy and no_proxy.")},
    {"TlsUntrusted", QT_TRANSLATE_NOOP("SignIn", "The certificate comes from an issuer that this machine does not trust: something between here and Microsoft looks into the connection."),
     QT_TRANSLATE_NOOP("SignIn", "Get the issuer's certificate (PEM) from your network administrators and name the file in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA.")},
    {"TlsExpired", QT_TRANSLATE_NOOP("SignIn", "The certificate's time is over or has not come yet."), QT_TRANSLATE_NOOP("SignIn", "Check this machine's clock first: {checks}. If it is right, the certificate has to be renewed by those who run the host or the proxy.")},
    {"TlsHostMismatch", QT_TRANSLATE_NOOP("SignIn", "The certificate belongs to another host."), QT_TRANSLATE_NOOP("SignIn", "The name leads somewhere else: check DNS and proxy, and the addresses of a custom cloud.")},
    {"TlsRevoked", QT_TRANSLATE_NOOP("SignIn", "The certificate has been revoked: its key may be in wrong hands."), QT_TRANSLATE_NOOP("SignIn", "Do not sign in here. Tell those who run the host or the proxy.")},
    {"TlsVersion", QT_TRANSLATE_NOOP("SignIn", "The other side speaks only a version of TLS that is not safe any more."), QT_TRANSLATE_NOOP("SignIn", "TLS 1.2 is the least that Causeway and Azure speak: an old proxy stands between.")},
    {"TlsFailed", QT_TRANSLATE_NOOP("SignIn", "No safe connection could be made."), nullptr},
    {"ConnectionFailed", QT_TRANSLATE_NOOP("SignIn", "No connection could be made."), QT_TRANSLATE_NOOP("SignIn", "Check the network; where it wants a proxy, check that one is set: {checks}")},
    {"CaFileNotRead", QT_TRANSLATE_NOOP("SignIn", "The file of additional certificates cannot be read."), QT_TRANSLATE_NOOP("SignIn", "Check the path in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA and REQUESTS_CA_BUNDLE: a PEM file.")},
    {"HostNotFound", QT_TRANSLATE_NOOP("SignIn", "The host's name is not known to this network."), QT_TRANSLATE_NOOP("SignIn", "Check the network and its DNS; behind a proxy, check that it is used: {checks}")},
};

SignInWords signInWordsOf(SignInFailure failure)
{
    switch (failure) {
    case SignInFailure::Cancelled:
        return {QT_TRANSLATE_NOOP("SignIn", "Sign-in was cancelled"), QT_TRANSLATE_NOOP("SignIn", "It was ended before it was done."), QT_TRANSLATE_NOOP("SignIn", "Sign in again when you are ready; nothing was changed.")};
    case SignInFailure::Consent:
        return {QT_TRANSLATE_NOOP("SignIn", "Permission is needed first"), QT_TRANSLATE_NOOP("SignIn", "You or your organisation have not agreed yet that this application may act for you."), QT_TRANSLATE_NOOP("SignIn", "Sign in again and agree, or send the link below to an administrator of the tenant.")};
    case SignInFailure::MoreNeeded:
        return {QT_TRANSLATE_NOOP("SignIn", "One more step to sign in"), QT_TRANSLATE_NOOP("SignIn", "The tenant asks for more than the kept session can give."), QT_TRANSLATE_NOOP("SignIn", "Sign in with the browser, to this tenant, and do what the page asks for.")};
    case SignInFailure::DevicePolicy:
        return {QT_TRANSLATE_NOOP("SignIn", "A managed device is asked for"), QT_TRANSLATE_NOOP("SignIn", "Your organisation allows this only from certain devices or applications."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in on a device that your organisation manages (on Linux: with Microsoft Edge as the browser), or use the Azure CLI ({azure-cli}) or a service principal.")};
    case SignInFailure::Blocked:
        return {QT_TRANSLATE_NOOP("SignIn", "The organisation blocks this sign-in"), QT_TRANSLATE_NOOP("SignIn", "A policy forbids it; trying again does not help."), QT_TRANSLATE_NOOP("SignIn", "Send the line below to an administrator of the tenant: the sign-in log shows which policy it was.")};
    case SignInFailure::SessionOver:
        return {QT_TRANSLATE_NOOP("SignIn", "Please sign in again"), QT_TRANSLATE_NOOP("SignIn", "The kept session is over."), QT_TRANSLATE_NOOP("SignIn", "Sign in again with the same account; your work stays as it is.")};
    case SignInFailure::WrongAccount:
        return {QT_TRANSLATE_NOOP("SignIn", "This account does not belong there"), QT_TRANSLATE_NOOP("SignIn", "The account may not sign in to tenant %2."), QT_TRANSLATE_NOOP("SignIn", "Choose another account or another tenant.")};
    case SignInFailure::Credentials:
        return {QT_TRANSLATE_NOOP("SignIn", "The account could not sign in"), QT_TRANSLATE_NOOP("SignIn", "User name and password were not accepted."), QT_TRANSLATE_NOOP("SignIn", "Try again in the browser, where the password can be changed too; else ask an administrator.")};
    case SignInFailure::Registration:
        return {QT_TRANSLATE_NOOP("SignIn", "The client id is not set up for this"), QT_TRANSLATE_NOOP("SignIn", "The registration of the application %1 lacks something."), QT_TRANSLATE_NOOP("SignIn", "Check the client id, and its registration against the steps: {register}")};
    case SignInFailure::ServicePrincipal:
        return {QT_TRANSLATE_NOOP("SignIn", "The service principal was not accepted"), QT_TRANSLATE_NOOP("SignIn", "Secret, certificate or token of %1 is wrong, expired or not registered."), QT_TRANSLATE_NOOP("SignIn", "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and what proves it; a new secret: az ad app credential reset --id %1 --append")};
    case SignInFailure::WrongCloud:
        return {QT_TRANSLATE_NOOP("SignIn", "The directory is not in this cloud"), QT_TRANSLATE_NOOP("SignIn", "There is no such tenant at this login host."), QT_TRANSLATE_NOOP("SignIn", "Check the spelling of the tenant, or choose another cloud (public, US Government, China) in the settings.")};
    case SignInFailure::Loop:
        return {QT_TRANSLATE_NOOP("SignIn", "Asked too often"), QT_TRANSLATE_NOOP("SignIn", "The service has stopped answering, because Causeway repeated itself."), QT_TRANSLATE_NOOP("SignIn", "Wait five minutes, then sign in again. This is our fault: please report it with the line below.")};
    case SignInFailure::Transient:
        return {QT_TRANSLATE_NOOP("SignIn", "The sign-in service asks for a moment"), QT_TRANSLATE_NOOP("SignIn", "It is busy or out of order for a short time."), QT_TRANSLATE_NOOP("SignIn", "Try again in a minute.")};
    case SignInFailure::DeviceCode:
        return {QT_TRANSLATE_NOOP("SignIn", "The code is not valid any more"), QT_TRANSLATE_NOOP("SignIn", "Nobody signed in with it in time, or it was typed wrongly."), QT_TRANSLATE_NOOP("SignIn", "Ask for a new code.")};
    case SignInFailure::ClientBug:
        return {QT_TRANSLATE_NOOP("SignIn", "Causeway asked in a wrong way"), QT_TRANSLATE_NOOP("SignIn", "The service refuses the request itself."), QT_TRANSLATE_NOOP("SignIn", "Please report it with the line below. The Azure CLI may help meanwhile: az login, then {azure-cli}")};
    case SignInFailure::NotTheService:
        return {QT_TRANSLATE_NOOP("SignIn", "Something stands between here and the sign-in"), QT_TRANSLATE_NOOP("SignIn", "The answer did not come from Microsoft's sign-in service: a proxy, an inspection of traffic, or the log-in page of a network answered."),
                QT_TRANSLATE_NOOP("SignIn", "Open any web page in the browser to get past a network's own log-in page; else find out what is there: {checks}")};
    case SignInFailure::Clock:
        return {QT_TRANSLATE_NOOP("SignIn", "This machine's clock is wrong"), QT_TRANSLATE_NOOP("SignIn", "Times in the answer do not fit this machine's clock."), QT_TRANSLATE_NOOP("SignIn", "Set the clock (timedatectl set-ntp true), then sign in again. By how much it is wrong says: {checks}")};
    case SignInFailure::Unknown:
        return {QT_TRANSLATE_NOOP("SignIn", "Sign-in failed"), QT_TRANSLATE_NOOP("SignIn", "The service gave a reason that Causeway does not know."), QT_TRANSLATE_NOOP("SignIn", "Its own words are below; send them to an administrator with the line below them.")};
    }
    return {"", "", ""};
}

int aadstsNumber(const QString &code)
{
    const QString prefix = QStringLiteral("AADSTS");
    return code.startsWith(prefix) ? code.mid(prefix.size()).toInt() : 0;
}

const OwnCodeWords *ownCodeWords(const QString &code)
{
    for (const OwnCodeWords &row : ownCodeTable) {
        if (code == QLatin1String(row.code))
            return &row;
    }
    return nullptr;
}

bool wantsAdministrator(SignInFailure failure, int number)
{
    return failure == SignInFailure::Consent || number == 90099 || number == 650056;
}

// In the window a button does what most of them do.
QStringList signInCommands(const Error &error, SignInFailure failure, const SignInPlace &place)
{
    if (place.surface == Surface::Window && failure != SignInFailure::DevicePolicy)
        return {};
    const bool tenantKnown = !place.tenant.isEmpty() && place.tenant != QLatin1String("organizations") && place.tenant != QLatin1String("common");
    const QString tenant = tenantKnown ? QStringLiteral(" --tenant ") + plainText(place.tenant, 80) : QString();
    switch (failure) {
    case SignInFailure::MoreNeeded:
    case SignInFailure::SessionOver:
    case SignInFailure::Cancelled:
        return {QStringLiteral("causewayctl sign-in") + tenant};
    case SignInFailure::WrongAccount:
        return {QStringLiteral("causewayctl accounts"), QStringLiteral("causewayctl sign-in --tenant TENANT")};
    case SignInFailure::DevicePolicy:
        return {QStringLiteral("az login") + tenant};
    case SignInFailure::Registration:
        return {QStringLiteral("causewayctl sign-in --show-registration")};
    case SignInFailure::NotTheService:
    case SignInFailure::Clock:
        return {QStringLiteral("causewayctl doctor network")};
    case SignInFailure::WrongCloud:
        return error.code == QLatin1String("TenantUnknown") ? QStringList{} : QStringList{QStringLiteral("CAUSEWAY_CLOUD=AzureUSGovernment causewayctl sign-in") + tenant};
    case SignInFailure::Consent:
    case SignInFailure::Blocked:
    case SignInFailure::Credentials:
    case SignInFailure::ServicePrincipal:
    case SignInFailure::Loop:
    case SignInFailure::Transient:
    case SignInFailure::DeviceCode:
    case SignInFailure::ClientBug:
    case SignInFailure::Unknown:
        return {};
    }
    return {};
}

QString signInFilled(const char *sentence, const SignInPlace &place)
{
    const auto orWord = [](const QString &value, const char *word) { return value.isEmpty() ? QCoreApplication::translate("SignIn", word) : value; };
    return filledIn(stepsNamed(QCoreApplication::translate("SignIn", sentence), place.surface),
                    {orWord(place.clientId, QT_TRANSLATE_NOOP("SignIn", "(no client id)")), orWord(place.tenant, QT_TRANSLATE_NOOP("SignIn", "(no tenant)")),
                     place.portal.isEmpty() ? QStringLiteral("https://portal.azure.com") : place.portal}, 120);
}

} // namespace

QString adminConsentLink(const SignInPlace &place)
{
    if (place.clientId.isEmpty() || place.authority.isEmpty())
        return {};
    const QString tenant = place.tenant.isEmpty() || place.tenant == QLatin1String("common") ? QStringLiteral("organizations") : place.tenant;
    return QStringLiteral("%1/%2/adminconsent?client_id=%3")
        .arg(plainText(place.authority, 200), QString::fromLatin1(QUrl::toPercentEncoding(tenant.left(256))), QString::fromLatin1(QUrl::toPercentEncoding(place.clientId.left(64))));
}

SignInText signInText(const Error &error, const SignInPlace &place)
{
    SignInText text;
    text.failure = signInFailureOf(error);
    const int number = aadstsNumber(error.code);
    const SignInWords words = signInWordsOf(text.failure);
    const SignInCodeWords *numbered = signInCodeWords(number);
    const OwnCodeWords *byCode = ownCodeWords(error.code);
    const OwnCodeWords *own = byCode ? byCode : ownCodeWords(error.target.section(QLatin1Char('/'), 0, 0)); // OAuth's word beside a number
    const char *happened = numbered ? numbered->happened : own ? own->happened : words.happened;
    const char *advice = numbered ? numbered->advice : own ? own->advice : nullptr;
    text.title = QCoreApplication::translate("SignIn", words.title);
    text.happened = signInFilled(happened, place);
    text.advice = signInFilled(advice ? advice : words.advice, place);
    if (error.retryAfter)
        text.advice += QLatin1Char(' ') + QCoreApplication::translate("SignIn", "The service says: wait %1 s.").arg(error.retryAfter->count());
    if (wantsAdministrator(text.failure, number))
        text.link = adminConsentLink(place);
    text.commands = signInCommands(error, text.failure, place);
    text.interactive = needsInteraction(error) || text.failure == SignInFailure::Cancelled;
    const QString said = error.message.startsWith(error.code) ? error.message : describe(error); // "AADSTS50076: …" names its number itself
    text.service = plainText(said.section(QLatin1Char('\r'), 0, 0).section(QLatin1Char('\n'), 0, 0), 400);
    text.support = supportLine(error);
    return text;
}

QString signInLines(const Error &error, const SignInPlace &place)
{
    const SignInText text = signInText(error, place);
    QStringList lines{text.title + QLatin1Char('.'), text.happened, text.advice, text.link};
    for (const QString &command : text.commands)
        lines << QStringLiteral("    ") + command;
    lines << text.service << text.support;
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

QString supportLine(const Error &error)
{
    QStringList parts;
    const auto add = [&parts](const QString &what, const QString &value) {
        if (!value.isEmpty())
            parts << (what.isEmpty() ? QString() : what + QLatin1Char(' ')) + plainText(value, 80);
    };
    add({}, error.code.startsWith(QLatin1String("AADSTS")) ? error.code : QString());
    add(QCoreApplication::translate("SignIn", "correlation id"), error.correlationId);
    add(QCoreApplication::translate("SignIn", "trace id"), error.requestId);
    add({}, error.timestamp);
    return parts.join(QStringLiteral(" · "));
}

QList<int> signInNumbers()
{
    QList<int> numbers;
    for (const SignInCodeWords *row = allSignInCodeWords(); row->number != 0; ++row)
        numbers << row->number;
    return numbers;
}

QString deviceCodeWarning()
{
    return QCoreApplication::translate("SignIn", "Type the code only if you started this sign-in yourself, here and now. Whoever sends you a code wants to use your account.");
}

BrowserWords browserWords()
{
    const auto words = [](const char *text) { return QCoreApplication::translate("SignIn", text); };
    //: The code of the language that these words are in (ISO 639-1)
    const QString language = QCoreApplication::translate("SignIn", "en");
    return {language,
            words(QT_TRANSLATE_NOOP("SignIn", "You are signed in")), words(QT_TRANSLATE_NOOP("SignIn", "Causeway goes on. You can close this tab.")),
            words(QT_TRANSLATE_NOOP("SignIn", "The sign-in did not work")), words(QT_TRANSLATE_NOOP("SignIn", "Causeway says why and what to do. You can close this tab.")),
            words(QT_TRANSLATE_NOOP("SignIn", "No sign-in waits for this page")), words(QT_TRANSLATE_NOOP("SignIn", "It was finished or cancelled before. Begin again in Causeway."))};
}

Instructions registrationSteps(const QString &portal, Surface surface)
{
    const QString at = portal.isEmpty() ? QStringLiteral("https://portal.azure.com") : plainText(portal, 100);
    const auto words = [surface](const char *text) { return stepsNamed(QCoreApplication::translate("SignIn", text), surface); };
    return {
        words(QT_TRANSLATE_NOOP("SignIn", "Register an application for Causeway")),
        {filledIn(words(QT_TRANSLATE_NOOP("SignIn", "Open %1 › Microsoft Entra ID › App registrations › New registration. Each cloud has registrations of its own.")), {at}),
         words(QT_TRANSLATE_NOOP("SignIn", "Name: Causeway. Supported account types: accounts in any organizational directory (multitenant); with a single tenant, name it ({tenant}).")),
         words(QT_TRANSLATE_NOOP("SignIn", "Redirect URI: platform \"Public client/native (mobile & desktop)\", value http://localhost (without port and slash). Register.")),
         words(QT_TRANSLATE_NOOP("SignIn", "Authentication › Advanced settings › Allow public client flows: Yes (the device code needs it).")),
         words(QT_TRANSLATE_NOOP("SignIn", "API permissions › Add › Azure Service Management (797f4846-ba00-4fd7-ba43-dac1f8f63013) › delegated: user_impersonation (41094075-9dad-400e-a0bd-54e686782033).")),
         words(QT_TRANSLATE_NOOP("SignIn", "For tests of PostgreSQL with your own account also: Azure OSSRDBMS Database (123cd850-d9df-40bd-94d5-c9f07b7fa203) › user_impersonation (cef99a3a-4cd3-4408-8143-4375d1e38a17).")),
         words(QT_TRANSLATE_NOOP("SignIn", "No secret is needed. Copy \"Application (client) ID\" into: {client-id}"))},
        {QStringLiteral("APP=$(az ad app create --display-name Causeway --sign-in-audience AzureADMultipleOrgs --public-client-redirect-uris http://localhost --is-fallback-public-client true --query appId --output tsv)"),
         QStringLiteral("az ad app permission add --id $APP --api 797f4846-ba00-4fd7-ba43-dac1f8f63013 --api-permissions 41094075-9dad-400e-a0bd-54e686782033=Scope"),
         QStringLiteral("az ad app permission add --id $APP --api 123cd850-d9df-40bd-94d5-c9f07b7fa203 --api-permissions cef99a3a-4cd3-4408-8143-4375d1e38a17=Scope"),
         surface == Surface::Terminal ? QStringLiteral("causewayctl sign-in --client-id $APP") : QStringLiteral("echo $APP")}};
}

} // namespace causeway
