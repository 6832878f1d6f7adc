// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

#include <QString>
#include <functional>
#include <memory>

namespace causeway {

class ProcessLock;

//! Where signed-in sessions are kept (sign-in.md §16): one key in the keychain, an AES-256-GCM file beside it (0600, in a folder 0700).
//! `CWV1 ‖ iv 12 ‖ tag 16 ‖ ciphertext`, the mark authenticated too. Without a keychain, or with a locked one, nothing is written
//! anywhere: what was to be kept lives as long as the vault. Several processes may use one file at a time. Belongs to one thread.
class Vault
{
public:
    enum class State {
        Kept,        //!< sessions survive this process
        NoKeychain,  //!< no service answers: memory only
        Locked,      //!< the keychain is locked, or refused: memory only
        Silent,      //!< it did not answer in time: memory only
        Damaged,     //!< the file cannot be opened with the key: sign in again
        Unwritable   //!< the file or its folder refuses us: memory only
    };

    //! `keychain` outlives the vault; `patience` is for another process that has the file.
    Vault(SecretStore &keychain, QString file, Milliseconds patience = std::chrono::seconds(10));
    ~Vault();
    Q_DISABLE_COPY_MOVE(Vault)

    struct Opened {
        State state = State::Kept;
        Secret content;      //!< empty when there is nothing yet
        QString reason;      //!< of the service, plain
    };
    using Change = std::function<QByteArray(QByteArray)>;

    //! Never fails and never hangs longer than the keychain's patience: the state says what is. Where there is no file, the keychain is not
    //! even asked (so that nobody is prompted who never signed in): the first update() finds out how it is.
    QCoro::Task<Opened> open(Context context);
    //! Reads, lets `change` work on it (once) and writes, under a lock between processes. A damaged file is replaced: `change` gets nothing.
    QCoro::Task<Opened> update(Change change, Context context);
    //! Removes file and key, also when both are damaged or the keychain is away. An error: the file is still there.
    QCoro::Task<Result<>> wipe(Context context);

    [[nodiscard]] const QString &file() const { return m_file; }
    //! Somebody else wrote the file since we read or wrote it.
    [[nodiscard]] bool isStale() const;

private:
    using Alive = std::weak_ptr<bool>; // a vault may go while a keychain thinks
    struct Look { //!< at the file, nothing decrypted
        State state = State::Kept;
        QByteArray sealed;
        QString reason;
    };
    [[nodiscard]] Look look();
    QCoro::Task<Result<Secret>> key(Context context);
    QCoro::Task<Result<Secret>> newKey(Context context);
    QCoro::Task<Opened> unseal(QByteArray sealed, Context context);
    QCoro::Task<std::shared_ptr<ProcessLock>> lock(Milliseconds patience, Context context);
    //! From now on in memory.
    Opened remember(State state, const QString &reason, QByteArray content);
    [[nodiscard]] Opened remembered() const;
    QString writeSealed(const QByteArray &sealed);

    SecretStore &m_keychain;
    QString m_file;
    Milliseconds m_patience;
    Secret m_key;       // once it was read
    QByteArray m_stamp; // of the file that we know
    bool m_inMemory = false;
    Opened m_memory;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace causeway
