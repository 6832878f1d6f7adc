// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/postgres/cluster.h"
#include "sandbox/state.h"

#include <QHash>
#include <QJsonObject>

namespace causeway::sandbox {

//! What the servers of one process share.
struct ServerShop {
    QString templateFolder;
    std::optional<CertificateAuthority> azureAuthority;
    QString azureFile; //!< its certificate, for clients that trust it
    QString otherFile; //!< another authority's
};

//! One flexible server's effects, each as SQL or as work on its cluster. The words are those of effects.h.
class ServerWork
{
public:
    ServerWork(const ServerShop &shop, std::unique_ptr<Cluster> cluster, QString notesFile);

    //! One at a time. The outcome is that of effects.h.
    QCoro::Task<QJsonObject> carryOut(Effect effect, Context context);
    [[nodiscard]] Cluster &cluster() { return *m_cluster; }

private:
    QCoro::Task<QJsonObject> startServer(QJsonObject arguments, Context context);
    QCoro::Task<Result<>> restartIfPending(Context context);
    QCoro::Task<QJsonObject> stopServer(bool forGood);
    QCoro::Task<QJsonObject> setParameter(QString name, QString value, Context context);
    QCoro::Task<QJsonObject> createDatabase(QJsonObject arguments, Context context);
    QCoro::Task<QJsonObject> connectTo(QJsonObject arguments, Context context);
    QCoro::Task<QJsonObject> sql(QStringList statements, Context context);
    QCoro::Task<bool> ensureRunning(Context context);
    [[nodiscard]] PgParameters clientParameters(const QJsonObject &arguments, quint16 port) const;
    void note(const QString &name, const QJsonValue &value);

    const ServerShop &m_shop;
    std::unique_ptr<Cluster> m_cluster;
    QString m_notesFile;
    QJsonObject m_notes; // {login, stopped}: what a later process must know
};

//! Statements that make a role exist with this password: idempotent.
QString roleStatement(const QString &name, const QString &password, const QString &attributes);
//! Parameters that concern Azure's own machinery, or where the server lives: the world keeps them, the server does not.
bool isWorldOnly(const QString &parameter);
//! The value, or as much of it as this machine carries.
QString valueThatFits(const QString &parameter, const QString &value);
QJsonObject computedOutcome();

} // namespace causeway::sandbox
