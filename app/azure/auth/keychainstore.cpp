// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/keychainstore.h"

#include "core/waiting.h"

#include <QAbstractEventDispatcher>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QMap>
#include <QTimer>
#include <algorithm>
#include <atomic>
#include <qt6keychain/keychain.h>

namespace causeway {

namespace {

const QString keychainService = QStringLiteral("io.causeway");
constexpr qsizetype keychainLimit = 2560; // CRED_MAX_CREDENTIAL_BLOB_SIZE; a setup made here is to run there

Error keychainError(ErrorKind kind, const char *code, const QString &message)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = message.left(300);
    return error;
}

Error keychainSilent()
{
    return keychainError(ErrorKind::TimedOut, "KeychainSilent", QStringLiteral("The keychain does not answer; perhaps it waits for a password in a window of its own."));
}

Error keychainLocked(const QString &message = {})
{
    return keychainError(ErrorKind::Unauthorized, "KeychainLocked", message.isEmpty() ? QStringLiteral("The keychain is locked.") : message);
}

Error errorOfJob(QKeychain::Error error, const QString &text)
{
    switch (error) {
    case QKeychain::EntryNotFound:
        return keychainError(ErrorKind::NotFound, "SecretNotFound", QStringLiteral("There is no such entry in the keychain."));
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return keychainLocked(text);
    case QKeychain::NoError:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        break;
    }
    return keychainError(ErrorKind::Internal, "KeychainAbsent", text.isEmpty() ? QStringLiteral("There is no keychain here.") : text);
}

bool isKde()
{
    return qEnvironmentVariableIsSet("KDE_SESSION_VERSION") || qEnvironmentVariable("XDG_CURRENT_DESKTOP").contains(QLatin1String("KDE"), Qt::CaseInsensitive);
}

//! libsecret answers on GLib's main loop and nowhere else: without it every job would wait for ever (sign-in.md §16).
bool hasGlibLoop()
{
#ifdef Q_OS_LINUX
    const QAbstractEventDispatcher *loop = QAbstractEventDispatcher::instance();
    return isKde() || (loop && loop->inherits("QEventDispatcherGlib"));
#else
    return true;
#endif
}

QCoro::Task<Result<QDBusMessage>> askSecretService(QString path, QString interface, QString method, QVariantList arguments, Milliseconds patience)
{
    QDBusMessage call = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.secrets"), path, interface, method);
    call.setArguments(arguments);
    QDBusPendingCallWatcher watcher(QDBusConnection::sessionBus().asyncCall(call, int(patience.count())));
    OneShot<QDBusMessage> shot;
    QObject::connect(&watcher, &QDBusPendingCallWatcher::finished, &watcher, [shot](QDBusPendingCallWatcher *done) { shot.fire(done->reply()); });
    const QDBusMessage reply = co_await shot.wait();
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty())
        co_return errorOfJob(QKeychain::OtherError, reply.errorMessage());
    co_return reply;
}

//! A locked keychain says "no such entry" to libsecret where it cannot prompt; only the service's own property tells.
QCoro::Task<bool> isSecretServiceLocked(Milliseconds patience)
{
    const QString root = QStringLiteral("/org/freedesktop/secrets"), service = QStringLiteral("org.freedesktop.Secret.Service");
    const QString readAlias = QStringLiteral("ReadAlias"), properties = QStringLiteral("org.freedesktop.DBus.Properties"), get = QStringLiteral("Get");
    const QVariantList alias = {QStringLiteral("default")};
    const Result<QDBusMessage> found = co_await askSecretService(root, service, readAlias, alias, patience);
    const QString collection = found ? found->arguments().constFirst().value<QDBusObjectPath>().path() : QString();
    if (collection.size() < 2)
        co_return false; // none yet: nothing that could be locked
    const QVariantList property = {QStringLiteral("org.freedesktop.Secret.Collection"), QStringLiteral("Locked")};
    const Result<QDBusMessage> locked = co_await askSecretService(collection, properties, get, property, patience);
    co_return locked && locked->arguments().constFirst().value<QDBusVariant>().variant().toBool();
}

class KeychainSecrets final : public SecretStore
{
public:
    explicit KeychainSecrets(Milliseconds patience) : m_patience(patience) {}

    QCoro::Task<Result<Secret>> read(QString name, Context context) override;
    QCoro::Task<Result<>> write(QString name, Secret secret, Context context) override;
    QCoro::Task<Result<>> remove(QString name, Context context) override;

private:
    //! The text of a read job; empty for the others.
    QCoro::Task<Result<QByteArray>> run(QKeychain::Job *job, QString name, Context context);

    Milliseconds m_patience;
    std::shared_ptr<std::atomic<int>> m_left = std::make_shared<std::atomic<int>>(0); // jobs that we gave up and that still run: QtKeychain does one after another
};

QCoro::Task<Result<QByteArray>> KeychainSecrets::run(QKeychain::Job *job, QString name, Context context)
{
    job->setAutoDelete(true);
    job->setInsecureFallback(false); // on the KWallet path it would write plain text, readable by all
    job->setKey(keychainService + QLatin1Char('/') + name);
    OneShot<Result<QByteArray>> shot;
    auto left = m_left;
    QObject::connect(job, &QKeychain::Job::finished, job, [shot, left](QKeychain::Job *done) {
        const auto *read = qobject_cast<QKeychain::ReadPasswordJob *>(done);
        const bool first = shot.fire(done->error() == QKeychain::NoError ? Result<QByteArray>(read ? read->textData().toUtf8() : QByteArray())
                                                                         : Result<QByteArray>(errorOfJob(done->error(), done->errorString())));
        if (!first)
            --*left;
    });
    const auto giveUp = [shot, left](const Error &error) {
        if (shot.fire(error))
            ++*left;
    };
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [giveUp] { giveUp(keychainSilent()); });
    timer.start(m_patience); // of a person, so by the wall's clock
    const std::stop_callback onStop(context.stop, [giveUp] { giveUp(Error::cancelled()); });
    job->start();
    Result<QByteArray> answer = co_await shot.wait();
    co_return answer;
}

//! Why a job need not be made at all.
Result<> mayAsk(int left, const Context &context)
{
    if (context.cancelled())
        return Error::cancelled();
    if (left > 0)
        return keychainSilent();
    if (!hasGlibLoop())
        return errorOfJob(QKeychain::NoBackendAvailable, QStringLiteral("The keychain needs Qt's GLib event loop, which is switched off here (QT_NO_GLIB)."));
    return {};
}

QCoro::Task<Result<Secret>> KeychainSecrets::read(QString name, Context context)
{
    if (const Result<> may = mayAsk(*m_left, context); !may)
        co_return may.error();
    const Milliseconds patience = std::min(m_patience, Milliseconds(10'000));
    auto *job = new QKeychain::ReadPasswordJob(keychainService);
    const Result<QByteArray> text = co_await run(job, name, context);
    if (text)
        co_return Secret(*text);
    if (text.error().kind == ErrorKind::NotFound && !isKde()) {
        const bool locked = co_await isSecretServiceLocked(patience);
        if (locked)
            co_return keychainLocked();
    }
    co_return text.error();
}

QCoro::Task<Result<>> KeychainSecrets::write(QString name, Secret secret, Context context)
{
    if (const Result<> fits = checkForKeychain(secret); !fits)
        co_return fits.error();
    if (const Result<> may = mayAsk(*m_left, context); !may)
        co_return may.error();
    auto *job = new QKeychain::WritePasswordJob(keychainService);
    job->setTextData(QString::fromUtf8(secret.reveal())); // text everywhere: one name written in both modes is two entries
    const Result<QByteArray> done = co_await run(job, name, context);
    if (!done)
        co_return done.error();
    co_return Result<>();
}

QCoro::Task<Result<>> KeychainSecrets::remove(QString name, Context context)
{
    if (const Result<> may = mayAsk(*m_left, context); !may)
        co_return may.error();
    auto *job = new QKeychain::DeletePasswordJob(keychainService);
    const Result<QByteArray> done = co_await run(job, name, context);
    if (!done && done.error().kind != ErrorKind::NotFound)
        co_return done.error();
    co_return Result<>();
}

class MemorySecrets final : public SecretStore
{
public:
    QCoro::Task<Result<Secret>> read(QString name, Context) override
    {
        if (!m_secrets.contains(name))
            co_return errorOfJob(QKeychain::EntryNotFound, {});
        const Secret secret = m_secrets.value(name);
        co_return secret;
    }
    QCoro::Task<Result<>> write(QString name, Secret secret, Context) override
    {
        m_secrets.insert(name, secret);
        co_return Result<>();
    }
    QCoro::Task<Result<>> remove(QString name, Context) override
    {
        m_secrets.remove(name);
        co_return Result<>();
    }

private:
    QMap<QString, Secret> m_secrets;
};

} // namespace

Result<> checkForKeychain(const Secret &secret)
{
    const QByteArray &bytes = secret.reveal();
    if (bytes.size() > keychainLimit)
        return Error::invalid(QStringLiteral("SecretTooLong"), QStringLiteral("A keychain takes no more than %1 bytes.").arg(keychainLimit));
    if (bytes.contains('\0') || QString::fromUtf8(bytes).toUtf8() != bytes)
        return Error::invalid(QStringLiteral("SecretNotText"), QStringLiteral("A keychain takes text only, and this is none."));
    return {};
}

std::unique_ptr<SecretStore> keychainStore(Milliseconds patience)
{
    return std::make_unique<KeychainSecrets>(patience);
}

std::unique_ptr<SecretStore> memoryStore()
{
    return std::make_unique<MemorySecrets>();
}

} // namespace causeway
