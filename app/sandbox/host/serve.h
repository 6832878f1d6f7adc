// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "sandbox/host/sandbox.h"

#include <QIODevice>
#include <QCoroTask>
#include <optional>

namespace causeway::sandbox {

//! A world file, with the reader's complaint as the error's message.
Result<State> readWorld(const QString &path);

//! What `causewayctl sandbox serve` was asked for.
struct ServeOptions {
    quint16 port = 0;
    bool tls = false;
    State world;                  //!< readWorld() of --world or of the default one
    QString stateFolder;
    std::optional<quint64> seed;
    double timeScale = 1.0;
    QString faultsFile;
    Sandbox::Postgres postgres = Sandbox::Postgres::Auto;
};

//! Serves until SIGINT, SIGTERM or a cancelled context. The first line on `out` is the ready line:
//! {"ready":true,"arm","authority","ledger","ca","token","subscription"}. An error is what kept it from starting.
QCoro::Task<Result<>> serve(ServeOptions options, QIODevice *out, Context context);

} // namespace causeway::sandbox
