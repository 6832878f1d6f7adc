// SPDX-License-Identifier: Apache-2.0
#include "cli/terminalsecrets.h"

#include "domain/rules.h"
#include "engine/runsecrets.h"
#include "session/signins.h"
#include "text/issuetext.h"

namespace causeway {

namespace {

//! Where a setup may name a secret.
QList<QPair<QString, SecretReference>> secretsIn(const SetupSpec &spec)
{
    QList<QPair<QString, SecretReference>> all;
    if (spec.server && spec.server->create)
        all.append({QStringLiteral("server.create.administratorPassword"), spec.server->create->administratorPassword});
    if (spec.linkedService) {
        const AuthenticationSpec &authentication = spec.linkedService->authentication;
        const QString place = QStringLiteral("linkedService.authentication.");
        all.append({place + QStringLiteral("password"), authentication.password});
        all.append({place + QStringLiteral("key"), authentication.key});
        all.append({place + QStringLiteral("certificate"), authentication.certificate});
        all.append({place + QStringLiteral("certificatePassword"), authentication.certificatePassword});
    }
    return all;
}

Error secretMissing(const QString &field, const QString &what)
{
    return Error::invalid(QStringLiteral("SecretMissing"), what, field);
}

Error nobodyToType(const QString &field)
{
    return secretMissing(field, QStringLiteral("%1 is to be typed in, but the standard input is not a terminal. Run this in a terminal, or apply the setup with {\"secret\":\"env:NAME\"} or {\"secret\":\"generate\"} in its place.").arg(field));
}

//! What the rules say of a value, before anything is written; the value itself is never part of it.
Result<> judged(const Secret &secret, const QString &field, const QString &login)
{
    if (secret.isEmpty())
        return secretMissing(field, QStringLiteral("%1 is empty.").arg(field));
    if (field != QLatin1String("server.create.administratorPassword"))
        return {};
    const Issues issues = checkPassword(secret, login, field);
    if (hasErrors(issues))
        return Error::invalid(issues.first().code, issueText(issues.first()), field);
    return {};
}

} // namespace

Result<> canBeTyped(const Console &console, const Plan &plan)
{
    for (const SecretMarker &each : secretsToAsk(plan)) {
        if (each.reference == QLatin1String("prompt") && !console.canAsk())
            return nobodyToType(each.field);
    }
    return {};
}

Result<> areAtHand(const SetupSpec &spec)
{
    for (const auto &[field, reference] : secretsIn(spec)) {
        if (reference.kind == SecretReference::Kind::Environment && !qEnvironmentVariableIsSet(reference.name.toLocal8Bit().constData()))
            return secretMissing(field, QStringLiteral("%1 is read from the variable %2, which is not set. Example: read -rs %2; export %2").arg(field, reference.name));
        if (reference.kind == SecretReference::Kind::Environment) {
            const Secret value(qgetenv(reference.name.toLocal8Bit().constData()));
            const Result<> good = judged(value, field, spec.server && spec.server->create ? spec.server->create->administratorLogin : QString());
            if (!good)
                return good.error();
        }
    }
    return {};
}

Result<Secret> TerminalSecrets::checked(Secret secret, const QString &field) const
{
    const Result<> good = judged(secret, field, m_login);
    if (!good)
        return good.error();
    return secret;
}

QCoro::Task<Result<Secret>> TerminalSecrets::prompted(QString field, Context context)
{
    if (!m_console.canAsk())
        co_return nobodyToType(field);
    const QString question = fieldName(field) + QLatin1Char(':');
    const bool echo = false;
    for (int tries = 0; tries < 3; ++tries) {
        const Result<QString> answer = co_await m_console.ask(question, echo, context);
        if (!answer)
            co_return answer.error();
        Result<Secret> good = checked(Secret(answer->toUtf8()), field);
        if (good)
            co_return good;
        m_console.say(good.error().message);
    }
    co_return secretMissing(field, QStringLiteral("%1: no usable answer in three tries. Nothing was recorded or sent.").arg(field));
}

QCoro::Task<Result<Secret>> TerminalSecrets::kept(QString name, QString field, Context context)
{
    if (!m_keychain)
        co_return secretMissing(field, QStringLiteral("%1 cannot be had on this command line.").arg(field));
    const QString entry = setupSecretName(name);
    const Result<Secret> found = co_await m_keychain->read(entry, context);
    if (found)
        co_return checked(*found, field);
    if (found.error().kind == ErrorKind::Cancelled)
        co_return found.error();
    if (found.error().kind == ErrorKind::NotFound)
        co_return secretMissing(field, QStringLiteral("%1 is to be in the keychain as \"%2\" and is not there. Put it there: causewayctl secret set \"%2\"").arg(field, name));
    co_return secretMissing(field, QStringLiteral("%1 is to be in the keychain as \"%2\", which cannot be read: %3").arg(field, name, found.error().message.left(300)));
}

QCoro::Task<Result<Secret>> TerminalSecrets::secret(SecretReference reference, QString field, Context context)
{
    if (!m_standIn.isEmpty())
        co_return Result<Secret>(m_standIn);
    switch (reference.kind) {
    case SecretReference::Kind::Prompt: {
        Result<Secret> typed = co_await prompted(field, context);
        co_return typed;
    }
    case SecretReference::Kind::Environment:
        co_return checked(Secret(qgetenv(reference.name.toLocal8Bit().constData())), field);
    case SecretReference::Kind::Keychain: {
        Result<Secret> found = co_await kept(reference.name, field, context);
        co_return found;
    }
    case SecretReference::Kind::None:
    case SecretReference::Kind::Generate:
    case SecretReference::Kind::KeyVault:
        break;
    }
    co_return secretMissing(field, QStringLiteral("%1 cannot be had on this command line.").arg(field));
}

} // namespace causeway
