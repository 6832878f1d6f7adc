// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"
#include "domain/check.h"

#include <QProcessEnvironment>

namespace causeway {

// What a sign-in needs of this machine.

//! 127.0.0.1 and ::1 can be listened on; `port` 0: any. A fixed port that is taken is a warning: another one is used then.
QList<Check> loopbackChecks(quint16 port);
//! Something that opens a web page (xdg-open on Linux) and, there, a display to show it on.
Check browserCheck(const QProcessEnvironment &environment);
//! Writes, reads and removes an entry of its own ("doctor-probe"): a keychain that only reads says "no such entry" when it is locked.
QCoro::Task<Check> keychainCheck(SecretStore *keychain, Context context);
//! What the environment offers to sign in without a person: service principal, workload identity, managed identity. Names, never values.
QList<Check> environmentChecks(const QProcessEnvironment &environment);

} // namespace causeway
