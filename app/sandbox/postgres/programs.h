// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>
#include <sys/types.h>

class QProcess;

namespace causeway::sandbox {

//! Whom the servers run as: PostgreSQL refuses root, so root hands them to "postgres" or, without it, "nobody".
struct ServerAccount {
    uid_t uid = 0;
    gid_t gid = 0;
    bool other = false; //!< not the account of this process

    static ServerAccount choose();
    //! Can this account get to files below `folder`?
    [[nodiscard]] bool reaches(const QString &folder) const;
    //! Gives a file or folder to the account.
    void own(const QString &path) const;
    //! What is started becomes the account, works in `folder` with a small environment, and dies with the thread that started it.
    void prepare(QProcess &process, const QString &folder) const;
};

//! Where PostgreSQL's server programs are.
struct PostgresPrograms {
    QString folder;

    [[nodiscard]] QString path(const QString &program) const { return folder + QLatin1Char('/') + program; }
    //! The newest of Debian's /usr/lib/postgresql/*/bin, else the one on the PATH.
    static std::optional<PostgresPrograms> find();
};

//! Field 22 of /proc/PID/stat, which tells a process from a later one with its number; empty when there is none.
QByteArray processStart(qint64 pid);
//! The server that runs on a data folder, by its postmaster.pid and its working directory; 0: none.
qint64 postmasterOf(const QString &dataFolder);

} // namespace causeway::sandbox
