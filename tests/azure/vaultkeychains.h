// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/keychainstore.h"
#include "azure/auth/vault.h"
#include "tests/support/coro.h"

#include <QFile>
#include <QTemporaryDir>

Q_DECLARE_METATYPE(causeway::Vault::State)

// A keychain that fails as told, and what a vault's tests look at.
namespace causeway::test {

//! A keychain that fails as told, and counts.
class TroubledStore final : public SecretStore
{
public:
    std::optional<Error> onRead, onWrite, onRemove;
    int reads = 0, writes = 0;
    std::unique_ptr<SecretStore> inner = memoryStore();

    QCoro::Task<Result<Secret>> read(QString name, Context context) override
    {
        ++reads;
        if (onRead)
            co_return *std::as_const(onRead);
        Result<Secret> secret = co_await inner->read(name, context);
        co_return secret;
    }
    QCoro::Task<Result<>> write(QString name, Secret secret, Context context) override
    {
        ++writes;
        if (onWrite)
            co_return *std::as_const(onWrite);
        Result<> done = co_await inner->write(name, secret, context);
        co_return done;
    }
    QCoro::Task<Result<>> remove(QString name, Context context) override
    {
        if (onRemove)
            co_return *std::as_const(onRemove);
        Result<> done = co_await inner->remove(name, context);
        co_return done;
    }
};

inline Error errorOf(ErrorKind kind, const char *code, const char *message)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = QLatin1String(message);
    return error;
}

inline QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool put(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

inline Vault::Change append(const QByteArray &what)
{
    return [what](QByteArray content) { return content + what; };
}

} // namespace causeway::test
