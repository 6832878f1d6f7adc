// SPDX-License-Identifier: Apache-2.0
#include "wizard/run/setupsecrets.h"

#include "wizard/setupmodel.h"

#include <QtGlobal>

namespace causeway::wizard {

static Error missingSecret(const QString &message, const QString &field)
{
    return Error::invalid(QStringLiteral("SecretMissing"), message, field);
}

QCoro::Task<Result<Secret>> SetupSecrets::secret(SecretReference reference, QString field, Context context)
{
    switch (reference.kind) {
    case SecretReference::Kind::Prompt: {
        const Secret typed = m_setup.secret(field);
        if (typed.isEmpty())
            co_return missingSecret(QStringLiteral("It has to be typed on its page before the run."), field);
        co_return typed;
    }
    case SecretReference::Kind::Environment: {
        const QByteArray value = qgetenv(reference.name.toLocal8Bit().constData());
        if (value.isEmpty())
            co_return missingSecret(QStringLiteral("The environment variable %1 is not set.").arg(reference.name), field);
        co_return Secret(value);
    }
    case SecretReference::Kind::Keychain: {
        if (!m_store)
            co_return missingSecret(QStringLiteral("There is no keychain here."), field);
        Result<Secret> kept = co_await m_store->read(reference.name, context);
        co_return kept;
    }
    case SecretReference::Kind::None:
    case SecretReference::Kind::Generate: // the engine's own business
    case SecretReference::Kind::KeyVault: // stays a reference on the wire
        break;
    }
    co_return missingSecret(QStringLiteral("There is no such secret."), field);
}

} // namespace causeway::wizard
