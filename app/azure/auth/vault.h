// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

#include <functional>

namespace causeway {

//! Where signed-in sessions are kept (sign-in.md §16): one key in the keychain, an AES-256-GCM file beside it (0600).
//! `CWV1 ‖ iv 12 ‖ tag 16 ‖ ciphertext`. Without a keychain, or with a locked one, nothing is written anywhere.
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

    //! `keychain` outlives the vault.
    Vault(SecretStore &keychain, QString file);

    struct Opened {
        State state = State::Kept;
        Secret content;      //!< empty when there is nothing yet
        QString reason;      //!< of the service, plain
    };
    //! Never fails and never hangs longer than the keychain's patience: the state says what is.
    QCoro::Task<Opened> open(Context context);
    //! Reads, lets `change` work on it and writes, under a lock between processes.
    QCoro::Task<Opened> update(std::function<QByteArray(QByteArray)> change, Context context);
    //! Removes file and key, also when both are damaged or the keychain is away.
    QCoro::Task<Result<>> wipe(Context context);

private:
    SecretStore &m_keychain;
    QString m_file;
};

} // namespace causeway
