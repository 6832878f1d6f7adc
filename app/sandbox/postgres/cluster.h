// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/postgres/pgsession.h"
#include "sandbox/postgres/programs.h"
#include "sandbox/tls/certificates.h"

#include <QProcess>
#include <memory>

namespace causeway::sandbox {

//! One PostgreSQL server: a data folder, its process, and a socket folder that only its account may enter.
//! The superuser is azuresu, as on Azure; he comes in by that socket only.
class Cluster
{
public:
    //! `folder` holds the data; `socketFolder` is short (a socket's path has 107 bytes at most).
    Cluster(QString folder, QString socketFolder, PostgresPrograms programs, ServerAccount account);
    ~Cluster();
    Q_DISABLE_COPY_MOVE(Cluster)

    [[nodiscard]] bool exists() const;
    [[nodiscard]] bool running() const { return m_port != 0; }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString dataFolder() const { return m_folder + QStringLiteral("/data"); }

    //! Copies the template and puts the certificate in.
    QCoro::Task<Result<>> create(QString templateFolder, TlsIdentity identity, Context context);
    QCoro::Task<Result<>> start(Context context);
    //! `thrownAway`: at once, for data that nobody needs again. Never fails; never takes more than a few seconds.
    QCoro::Task<> stop(bool thrownAway);
    void removeFiles();

    //! Who may come in: with `requireTls` only over TLS. Takes effect with the next connection.
    Result<> writeAccessRules(bool requireTls);
    void reload();
    //! As the superuser, in the database postgres.
    QCoro::Task<PgOutcome> administer(QStringList statements, Context context);

private:
    QCoro::Task<Result<>> startOnce(quint16 port, Context context);
    void quit();
    Result<> writeAccessRulesIn(const QString &folder, bool requireTls) const;
    [[nodiscard]] bool ready() const;
    [[nodiscard]] QString lastLogLine() const;

    QString m_folder;
    QString m_socketFolder;
    PostgresPrograms m_programs;
    ServerAccount m_account;
    SystemClock m_wall;
    std::unique_ptr<QProcess> m_process;
    quint16 m_port = 0;
};

//! A port of 127.0.0.1 that nobody listens on, kept from others as long as this lives.
class ReservedPort
{
public:
    ReservedPort();
    ~ReservedPort();
    Q_DISABLE_COPY_MOVE(ReservedPort)
    [[nodiscard]] quint16 number() const { return m_number; }

private:
    int m_socket = -1;
    quint16 m_number = 0;
};

//! Everything that decides what a template holds, for its name.
QByteArray templateRecipe();

//! Makes the folder that every cluster is a copy of, at `target` (replaced in one step).
QCoro::Task<Result<>> makeTemplate(PostgresPrograms programs, ServerAccount account, QString workFolder, QString target, Context context);

} // namespace causeway::sandbox
