// SPDX-License-Identifier: Apache-2.0
#include "text/errortext.h"

#include "text/plain.h"
#include "text/signintext.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

namespace causeway {

namespace {

struct ErrorWords {
    const char *summary;
    const char *advice;
};

struct CodeAdvice {
    const char *code;
    const char *advice;
};

} // namespace

static ErrorWords wordsOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return {QT_TRANSLATE_NOOP("Error", "Cancelled."), QT_TRANSLATE_NOOP("Error", "Resume to go on from here.")};
    case ErrorKind::TimedOut:
        return {QT_TRANSLATE_NOOP("Error", "It took longer than we were told to wait."), QT_TRANSLATE_NOOP("Error", "The service may still finish. Resume to see how it stands.")};
    case ErrorKind::Network:
        return {QT_TRANSLATE_NOOP("Error", "The service could not be reached."), QT_TRANSLATE_NOOP("Error", "Check the network, the proxy and the name, then try again.")};
    case ErrorKind::OutcomeUnknown:
        return {QT_TRANSLATE_NOOP("Error", "The connection broke after the request was sent; it may have been carried out."), QT_TRANSLATE_NOOP("Error", "Resume: the resource is read before anything is sent again.")};
    case ErrorKind::Unauthorized:
        return {QT_TRANSLATE_NOOP("Error", "The sign-in was not accepted."), QT_TRANSLATE_NOOP("Error", "Sign in again.")};
    case ErrorKind::Forbidden:
        return {QT_TRANSLATE_NOOP("Error", "You are not permitted to do this."), QT_TRANSLATE_NOOP("Error", "Ask somebody who may do it, or have the role given to you.")};
    case ErrorKind::NotFound:
        return {QT_TRANSLATE_NOOP("Error", "There is no such resource."), QT_TRANSLATE_NOOP("Error", "Check the name, the resource group and the subscription.")};
    case ErrorKind::Conflict:
        return {QT_TRANSLATE_NOOP("Error", "It conflicts with the state that the resource is in."), QT_TRANSLATE_NOOP("Error", "Wait for other work on it to end, then try again.")};
    case ErrorKind::Throttled:
        return {QT_TRANSLATE_NOOP("Error", "The service asks us to slow down."), QT_TRANSLATE_NOOP("Error", "Wait, then try again.")};
    case ErrorKind::InvalidInput:
        return {QT_TRANSLATE_NOOP("Error", "What was asked for cannot be done."), QT_TRANSLATE_NOOP("Error", "Correct the value and try again.")};
    case ErrorKind::Service:
        return {QT_TRANSLATE_NOOP("Error", "The service failed."), QT_TRANSLATE_NOOP("Error", "Try again later; name the ids below in a support request.")};
    case ErrorKind::Protocol:
        return {QT_TRANSLATE_NOOP("Error", "The answer was not one that this service gives."), QT_TRANSLATE_NOOP("Error", "Something between here and the service may have changed it: a proxy, a sign-in page.")};
    case ErrorKind::Internal:
        return {QT_TRANSLATE_NOOP("Error", "Causeway itself failed."), QT_TRANSLATE_NOOP("Error", "Please report it.")};
    }
    return {"", ""};
}

// Codes that say more than their kind (azure-postgresql-and-network.md §9).
static constexpr CodeAdvice codeAdvice[] = {
    {"ScopeLocked", QT_TRANSLATE_NOOP("Error", "A lock forbids it. An owner or user access administrator can remove the lock and put it back afterwards.")},
    {"LinkedAuthorizationFailed", QT_TRANSLATE_NOOP("Error", "You have no right on the linked resource. Ask for manual approval instead, or for the right.")},
    {"AuthorizationFailed", QT_TRANSLATE_NOOP("Error", "The message names the action that is missing; an owner can give you a role that holds it.")},
    {"RequestDisallowedByPolicy", QT_TRANSLATE_NOOP("Error", "An Azure Policy forbids it; the message names the policy. Its owner can exempt this resource.")},
    {"MissingSubscriptionRegistration", QT_TRANSLATE_NOOP("Error", "The resource provider is not registered in the subscription. A contributor can register it.")},
    {"ServerIsBusy", QT_TRANSLATE_NOOP("Error", "The server is busy with another change. Wait a minute, then resume.")},
    {"LocationIsOfferRestricted", QT_TRANSLATE_NOOP("Error", "The region is closed for this subscription. Choose another region or ask Azure support to open it.")},
    {"PrivateEndpointFeatureNotSupportedOnServer", QT_TRANSLATE_NOOP("Error", "This server is too old for private endpoints, or in a virtual network of its own. Make a new one with public access.")},
    {"SubscriptionNotFound", QT_TRANSLATE_NOOP("Error", "Check the subscription's id and that you signed in to its tenant.")},
    {"WorldMoved", QT_TRANSLATE_NOOP("Error", "Look at what has changed, make the plan again, and apply that one.")},
    {"ConnectionRejected", QT_TRANSLATE_NOOP("Error", "Ask the server's owner why before the private endpoint is made again.")},
    {"FileEmpty", QT_TRANSLATE_NOOP("Error", "The window makes a new setup; on the command line causewayctl init writes an example.")},
};

//! Codes of our own, for calls that ended because of a sign-in: nothing of a service is needed to understand them.
struct OwnErrorWords {
    const char *code;
    const char *summary;
    const char *advice;
};
static constexpr OwnErrorWords ownErrorWords[] = {
    {"StepUpPutOff", QT_TRANSLATE_NOOP("Error", "Azure asked for another sign-in before this, and it was put off (Not now). Nothing of it was carried out."),
     QT_TRANSLATE_NOOP("Error", "Do it again when you can sign in: a run goes on with Resume, a review with Check again. Azure asks once more; what was done before stays done.")},
    {"AccountChanged", QT_TRANSLATE_NOOP("Error", "Another account or tenant came into use before this was sent, so it was not sent."),
     QT_TRANSLATE_NOOP("Error", "Choose the account that began it and do it again there, or begin anew with the one in use.")},
    {"SignedOut", QT_TRANSLATE_NOOP("Error", "The account was signed out before this was sent, so it was not sent."), QT_TRANSLATE_NOOP("Error", "Sign in again and do it once more; a run goes on with Resume.")},
    {"KeychainAbsent", QT_TRANSLATE_NOOP("Error", "No keychain is running here."),
     QT_TRANSLATE_NOOP("Error", "Start GNOME Keyring or KWallet in the session, then try again.")},
    {"KeychainLocked", QT_TRANSLATE_NOOP("Error", "The keychain is locked, or did not allow it."), QT_TRANSLATE_NOOP("Error", "Unlock it, then try again.")},
    {"RunUnderWay", QT_TRANSLATE_NOOP("Error", "A run is under way, and it works with the settings as they are. Nothing was stored."),
     QT_TRANSLATE_NOOP("Error", "Wait until the run has ended, or cancel it on the Apply page; then save again.")},
};

//! Claims in ARM's own refusal: it was asked twice, the second time with what the sign-in gave.
static bool wantsStillMore(const Error &error)
{
    return error.kind == ErrorKind::Unauthorized && error.httpStatus == 401 && !error.claims.isEmpty();
}

static std::optional<ErrorText> ownErrorText(const Error &error)
{
    const auto words = [](const char *text) { return QCoreApplication::translate("Error", text); };
    for (const OwnErrorWords &row : ownErrorWords) {
        if (error.code == QLatin1String(row.code))
            return ErrorText{words(row.summary), {}, words(row.advice), error.details.isEmpty() ? QString() : supportLine(error.details.first())};
    }
    return std::nullopt;
}

static QString errorAdvice(const Error &error)
{
    if (wantsStillMore(error))
        return QCoreApplication::translate("Error", "Signing in once more does not help by itself. An administrator of the tenant can tell from the ids below which policy asks for more than this account gave.");
    const auto *known = std::find_if(std::begin(codeAdvice), std::end(codeAdvice), [&](const CodeAdvice &row) { return error.code == QLatin1String(row.code); });
    QString advice = QCoreApplication::translate("Error", known == std::end(codeAdvice) ? wordsOf(error.kind).advice : known->advice);
    if (error.retryAfter)
        advice += QLatin1Char(' ') + QCoreApplication::translate("Error", "The service says: wait %1 s.").arg(error.retryAfter->count());
    return advice;
}

//! Azure wraps the telling message in others; two levels of a few are enough for people.
static void addServiceWords(const Error &error, int depth, QStringList &lines)
{
    const QString line = plainText(describe(error), 1000);
    if (!line.isEmpty() && !lines.contains(line))
        lines << line;
    for (int i = 0; depth < 2 && i < std::min<qsizetype>(error.details.size(), 5); ++i)
        addServiceWords(error.details.at(i), depth + 1, lines);
}

ErrorText errorText(const Error &error)
{
    if (const auto own = ownErrorText(error))
        return *own;
    QStringList service;
    addServiceWords(error, 0, service);
    QStringList ids;
    if (!error.requestId.isEmpty())
        ids << filledIn(QCoreApplication::translate("Error", "request id %1"), {error.requestId});
    if (!error.correlationId.isEmpty())
        ids << filledIn(QCoreApplication::translate("Error", "correlation id %1"), {error.correlationId});
    if (error.httpStatus != 0)
        ids.prepend(QStringLiteral("HTTP %1").arg(error.httpStatus));
    const char *summary = wantsStillMore(error) ? QT_TRANSLATE_NOOP("Error", "Azure asks for a stronger sign-in again, right after one.") : wordsOf(error.kind).summary;
    return {QCoreApplication::translate("Error", summary), service.join(QLatin1Char('\n')), errorAdvice(error),
            ids.join(QStringLiteral(", "))};
}

QString errorLines(const Error &error)
{
    const ErrorText text = errorText(error);
    QStringList lines{text.summary, text.service, text.advice, text.ids};
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

} // namespace causeway
