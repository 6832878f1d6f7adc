// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/vault.h"

#include "core/libcrypto.h"
#include "core/processlock.h"
#include "core/waiting.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QTimer>
#include <algorithm>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace causeway {

namespace {

const QString vaultKeyName = QStringLiteral("+vault-key/1"); // no name that a person could give a secret of a setup
constexpr char vaultMark[] = {'C', 'W', 'V', '1'};
constexpr qsizetype markSize = sizeof vaultMark, ivSize = 12, tagSize = 16, keySize = 32, headSize = markSize + ivSize + tagSize;
constexpr qsizetype maxVault = 16 * 1024 * 1024; // tokens of hundreds of tenants are one

// --- sealing ----------------------------------------------------------------------------------------------------------------

QByteArray vaultRandom(qsizetype size)
{
    QByteArray bytes((size + 3) / 4 * 4, Qt::Uninitialized);
    auto *words = reinterpret_cast<quint32 *>(bytes.data());
    QRandomGenerator::system()->generate(words, words + bytes.size() / 4);
    bytes.truncate(size);
    return bytes;
}

const uchar *octets(const QByteArray &bytes)
{
    return reinterpret_cast<const uchar *>(bytes.constData());
}

uchar *octets(QByteArray &bytes)
{
    return reinterpret_cast<uchar *>(bytes.data());
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;

//! One pass of AES-256-GCM; empty optional: refused (a wrong tag, or no cipher).
std::optional<QByteArray> aesGcm(bool encrypt, const Secret &key, const QByteArray &iv, QByteArray &tag, const QByteArray &input)
{
    const CipherContext context(EVP_CIPHER_CTX_new());
    QByteArray output(input.size(), Qt::Uninitialized);
    int length = 0;
    bool good = context && key.reveal().size() == keySize
                && EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, octets(key.reveal()), octets(iv), encrypt ? 1 : 0) == 1
                && EVP_CipherUpdate(context.get(), nullptr, &length, reinterpret_cast<const uchar *>(vaultMark), int(markSize)) == 1
                && EVP_CipherUpdate(context.get(), octets(output), &length, octets(input), int(input.size())) == 1;
    if (good && !encrypt)
        good = EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, int(tagSize), tag.data()) == 1;
    good = good && EVP_CipherFinal_ex(context.get(), octets(output) + length, &length) == 1;
    if (good && encrypt)
        good = EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, int(tagSize), tag.data()) == 1;
    return good ? std::optional(output) : std::nullopt;
}

QByteArray sealedWith(const Secret &key, const QByteArray &content)
{
    const QByteArray iv = vaultRandom(ivSize); // anew at every write
    QByteArray tag(tagSize, '\0');
    const auto text = aesGcm(true, key, iv, tag, content);
    return text ? QByteArray(vaultMark, markSize) + iv + tag + *text : QByteArray();
}

std::optional<QByteArray> unsealedWith(const Secret &key, const QByteArray &sealed)
{
    if (sealed.size() < headSize || !sealed.startsWith(QByteArrayView(vaultMark, markSize)))
        return std::nullopt;
    QByteArray tag = sealed.mid(markSize + ivSize, tagSize);
    return aesGcm(false, key, sealed.mid(markSize, ivSize), tag, sealed.mid(headSize));
}

// --- the file ---------------------------------------------------------------------------------------------------------------

QByteArray stampOf(const QString &file)
{
    struct stat it{};
    if (::lstat(QFile::encodeName(file).constData(), &it) != 0)
        return {};
    return QByteArray::number(qulonglong(it.st_ino)) + ' ' + QByteArray::number(qlonglong(it.st_size)) + ' ' + QByteArray::number(qlonglong(it.st_mtim.tv_sec)) + '.'
           + QByteArray::number(qlonglong(it.st_mtim.tv_nsec));
}

//! Why we do not trust the file as it lies there; empty: we do, or there is none.
QString objectionTo(const QString &file)
{
    struct stat it{};
    if (::lstat(QFile::encodeName(file).constData(), &it) != 0)
        return {};
    if (S_ISLNK(it.st_mode))
        return QStringLiteral("%1 is a link, and nothing is kept through one.").arg(file);
    if (!S_ISREG(it.st_mode))
        return QStringLiteral("%1 is no ordinary file.").arg(file);
    if (it.st_uid != ::geteuid())
        return QStringLiteral("%1 belongs to somebody else.").arg(file);
    if (it.st_size > maxVault)
        return QStringLiteral("%1 is too large to be ours.").arg(file);
    return {};
}

//! Makes the folder, for us alone; why it cannot be used, or empty.
QString objectionToFolder(const QString &folder)
{
    const QByteArray name = QFile::encodeName(folder);
    struct stat it{};
    if (!QDir().mkpath(QFileInfo(folder).path()) || (::mkdir(name.constData(), 0700) != 0 && errno != EEXIST) || ::lstat(name.constData(), &it) != 0)
        return QStringLiteral("%1 cannot be made.").arg(folder);
    if (!S_ISDIR(it.st_mode) || it.st_uid != ::geteuid())
        return QStringLiteral("%1 is no folder of ours.").arg(folder);
    if (::access(name.constData(), W_OK | X_OK) != 0)
        return QStringLiteral("%1 cannot be written.").arg(folder);
    if ((it.st_mode & 0077) != 0 && ::chmod(name.constData(), 0700) != 0)
        return QStringLiteral("%1 can be read by others.").arg(folder);
    return {};
}

// --- the keychain -----------------------------------------------------------------------------------------------------------

Vault::State stateAfter(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::NotFound:
        return Vault::State::Damaged; // the file's key is gone
    case ErrorKind::Unauthorized:
        return Vault::State::Locked;
    case ErrorKind::TimedOut:
    case ErrorKind::Cancelled:
        return Vault::State::Silent;
    default:
        return Vault::State::NoKeychain;
    }
}

Error vaultKeyMissing()
{
    Error error;
    error.kind = ErrorKind::NotFound;
    error.message = QStringLiteral("The keychain no longer has the key of what was kept.");
    return error;
}

QCoro::Task<bool> vaultPause(Milliseconds time, Context context)
{
    OneShot<bool> shot;
    QTimer timer; // the wall's: another process, too, lives by it
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [shot] { shot.fire(true); });
    timer.start(time);
    const std::stop_callback onStop(context.stop, [shot] { shot.fire(false); });
    const bool ranOut = co_await shot.wait();
    co_return ranOut;
}

} // namespace

Vault::Vault(SecretStore &keychain, QString file, Milliseconds patience) : m_keychain(keychain), m_file(std::move(file)), m_patience(patience) {}
Vault::~Vault() = default;

bool Vault::isStale() const
{
    return !m_inMemory && stampOf(m_file) != m_stamp;
}

Vault::Look Vault::look()
{
    Look seen;
    seen.reason = objectionTo(m_file);
    m_stamp = stampOf(m_file); // before it is read: a change in between shows
    if (seen.reason.isEmpty() && !m_stamp.isEmpty()) {
        QFile file(m_file);
        if (file.open(QIODevice::ReadOnly))
            seen.sealed = file.read(maxVault);
        else
            seen.reason = file.errorString();
    }
    if (!seen.reason.isEmpty())
        seen.state = State::Unwritable;
    else if (seen.sealed.isEmpty() && !m_stamp.isEmpty())
        seen.sealed = QByteArray(1, '\0'); // an empty file is a damaged one
    return seen;
}

QCoro::Task<Result<Secret>> Vault::key(Context context)
{
    const QString name = vaultKeyName;
    const Alive alive = m_alive;
    m_key = {};
    const Result<Secret> kept = co_await m_keychain.read(name, context);
    if (alive.expired())
        co_return Error::cancelled();
    if (!kept)
        co_return kept.error();
    m_key = Secret(QByteArray::fromBase64(kept->reveal()));
    if (m_key.reveal().size() != keySize) { // somebody else's entry: as good as none
        m_key = {};
        co_return vaultKeyMissing();
    }
    const Secret copy = m_key;
    co_return copy;
}

QCoro::Task<Result<Secret>> Vault::newKey(Context context)
{
    const QString name = vaultKeyName;
    const Secret made(vaultRandom(keySize));
    const Secret text(made.reveal().toBase64());
    const Alive alive = m_alive;
    const Result<> written = co_await m_keychain.write(name, text, context);
    if (alive.expired())
        co_return Error::cancelled();
    if (!written)
        co_return written.error();
    m_key = made;
    co_return made;
}

QCoro::Task<Vault::Opened> Vault::unseal(QByteArray sealed, Context context)
{
    Opened opened;
    std::optional<QByteArray> content = m_key.isEmpty() ? std::nullopt : unsealedWith(m_key, sealed);
    if (!content) { // the first time, or another process made a new key since
        const Result<Secret> kept = co_await key(context);
        if (!kept) {
            opened.state = stateAfter(kept.error());
            opened.reason = kept.error().message;
            co_return opened;
        }
        content = unsealedWith(*kept, sealed);
    }
    if (content)
        opened.content = Secret(*content);
    else
        opened.state = State::Damaged;
    co_return opened;
}

Vault::Opened Vault::remember(State state, const QString &reason, QByteArray content)
{
    m_inMemory = true;
    m_memory.state = state;
    m_memory.reason = reason;
    m_memory.content = Secret(std::move(content));
    return m_memory;
}

Vault::Opened Vault::remembered() const
{
    return m_memory;
}

QCoro::Task<Vault::Opened> Vault::open(Context context)
{
    if (m_inMemory && !m_memory.content.isEmpty())
        co_return remembered();
    m_inMemory = false; // perhaps the keychain is open now
    const Look seen = look();
    Opened opened;
    opened.state = seen.state;
    opened.reason = seen.reason;
    if (seen.sealed.isEmpty())
        co_return opened;
    const Alive alive = m_alive;
    const QByteArray sealed = seen.sealed;
    opened = co_await unseal(sealed, context);
    if (!alive.expired() && opened.state == State::Damaged && stampOf(m_file) != m_stamp) { // written by another process, with another key, as we looked
        const QByteArray again = look().sealed;
        opened = co_await unseal(again, context);
    }
    co_return opened;
}

QCoro::Task<std::shared_ptr<ProcessLock>> Vault::lock(Milliseconds patience, Context context)
{
    static constexpr Milliseconds step{4};
    const QString path = m_file + QStringLiteral(".lock");
    std::shared_ptr<ProcessLock> taken = ProcessLock::tryTake(path);
    const Alive alive = m_alive;
    for (Milliseconds waited{0}; !taken && waited < patience; waited += step) {
        const bool goOn = co_await vaultPause(step, context);
        if (!goOn || alive.expired())
            break;
        taken = ProcessLock::tryTake(path);
    }
    co_return taken;
}

QString Vault::writeSealed(const QByteArray &sealed)
{
    if (sealed.isEmpty())
        return QStringLiteral("AES-256-GCM is not to be had.");
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file.write(sealed) != sealed.size() || !file.commit())
        return file.errorString();
    m_stamp = stampOf(m_file);
    return {};
}

QCoro::Task<Vault::Opened> Vault::update(Change change, Context context)
{
    if (m_inMemory)
        co_return remember(m_memory.state, m_memory.reason, change(m_memory.content.reveal()));
    const QString objection = objectionToFolder(QFileInfo(m_file).path());
    if (!objection.isEmpty())
        co_return remember(State::Unwritable, objection, change({}));
    const Alive alive = m_alive;
    const Milliseconds patience = m_patience;
    const std::shared_ptr<ProcessLock> held = co_await lock(patience, context);
    if (alive.expired())
        co_return Opened();
    const Look seen = look();
    Opened opened;
    opened.state = seen.state;
    opened.reason = seen.reason;
    if (!seen.sealed.isEmpty()) {
        const QByteArray sealed = seen.sealed;
        opened = co_await unseal(sealed, context);
        if (alive.expired())
            co_return Opened();
    }
    if (opened.state == State::Damaged) // sign in again: what cannot be read is replaced
        opened.state = State::Kept;
    const QByteArray content = change(opened.content.reveal());
    if (opened.state != State::Kept)
        co_return remember(opened.state, opened.reason, content);
    if (!held)
        co_return remember(State::Unwritable, QStringLiteral("Process %1 does not let go of %2.").arg(ProcessLock::holder(m_file + QStringLiteral(".lock"))).arg(m_file), content);
    if (m_key.isEmpty() || seen.sealed.isEmpty()) { // a cached key may be one that another process has wiped
        const Result<Secret> kept = co_await key(context);
        if (alive.expired())
            co_return Opened();
        if (!kept && kept.error().kind != ErrorKind::NotFound)
            co_return remember(stateAfter(kept.error()), kept.error().message, content);
        if (!kept) {
            const Result<Secret> made = co_await newKey(context); // a write decides: a locked keychain may have said "not found"
            if (alive.expired())
                co_return Opened();
            if (!made)
                co_return remember(made.error().kind == ErrorKind::NotFound ? State::NoKeychain : stateAfter(made.error()), made.error().message, content);
        }
    }
    const QString trouble = writeSealed(sealedWith(m_key, content));
    if (!trouble.isEmpty())
        co_return remember(State::Unwritable, trouble, content);
    opened.content = Secret(content);
    opened.reason.clear();
    co_return opened;
}

QCoro::Task<Result<>> Vault::wipe(Context context)
{
    const Milliseconds patience = std::min(m_patience, Milliseconds(1000)); // a purge does not wait long for anybody
    const QString name = vaultKeyName;
    m_inMemory = false;
    m_memory = {};
    m_key = {};
    const Alive alive = m_alive;
    const bool folder = QFileInfo(QFileInfo(m_file).path()).isDir();
    std::shared_ptr<ProcessLock> held;
    if (folder)
        held = co_await lock(patience, context);
    if (alive.expired())
        co_return Error::cancelled();
    const QByteArray path = QFile::encodeName(m_file);
    const bool gone = ::unlink(path.constData()) == 0 || errno == ENOENT || errno == ENOTDIR; // a link itself, not what it points at
    const QString why = gone ? QString() : qt_error_string(errno);
    m_stamp = stampOf(m_file);
    const QString file = m_file;
    const Result<> removed = co_await m_keychain.remove(name, context);
    if (!gone)
        co_return Error::internal(QStringLiteral("VaultStays"), QStringLiteral("%1 cannot be removed: %2").arg(file, why));
    if (!removed && removed.error().kind == ErrorKind::Cancelled)
        co_return removed.error();
    co_return Result<>(); // a key that a locked keychain keeps opens nothing any more
}

} // namespace causeway
