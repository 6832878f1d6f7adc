// SPDX-License-Identifier: Apache-2.0
#include "wizard/run/setupsecrets.h"

#include "session/signins.h"
#include "text/plain.h"
#include "wizard/setupmodel.h"

#include <QCoreApplication>
#include <QtGlobal>

namespace causeway::wizard {

// The sentence is marked where it is called; its %1 is the variable's name.
static Error missingSecret(const char *sentence, const QString &field, const QString &name = {})
{
    return Error::invalid(QStringLiteral("SecretMissing"), filledIn(QCoreApplication::translate("SetupSecrets", sentence), {name}), field);
}

QCoro::Task<Result<Secret>> SetupSecrets::secret(SecretReference reference, QString field, Context context)
{
    if (!m_setup.standIn().isEmpty())
        co_return Result<Secret>(m_setup.standIn());
    switch (reference.kind) {
    case SecretReference::Kind::Prompt: {
        const Secret typed = m_setup.secret(field);
        if (typed.isEmpty())
            co_return missingSecret(QT_TRANSLATE_NOOP("SetupSecrets", "It has to be typed on its page before the run."), field);
        co_return typed;
    }
    case SecretReference::Kind::Environment: {
        const QByteArray value = qgetenv(reference.name.toLocal8Bit().constData());
        if (value.isEmpty())
            co_return missingSecret(QT_TRANSLATE_NOOP("SetupSecrets", "The environment variable %1 is not set."), field, reference.name);
        co_return Secret(value);
    }
    case SecretReference::Kind::Keychain: {
        if (!m_store)
            co_return missingSecret(QT_TRANSLATE_NOOP("SetupSecrets", "There is no keychain here."), field);
        const QString name = setupSecretName(reference.name);
        Result<Secret> kept = co_await m_store->read(name, context);
        co_return kept;
    }
    case SecretReference::Kind::Generate: // the engine's own business, and nobody's before the run
        co_return missingSecret(QT_TRANSLATE_NOOP("SetupSecrets", "The run makes this password by itself, so nothing can be tried with it before."), field);
    case SecretReference::Kind::None:
    case SecretReference::Kind::KeyVault: // stays a reference on the wire
        break;
    }
    co_return missingSecret(QT_TRANSLATE_NOOP("SetupSecrets", "There is no such secret."), field);
}

} // namespace causeway::wizard
