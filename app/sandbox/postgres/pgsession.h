// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/waiting.h"

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>

namespace causeway::sandbox {

//! How far a connection came, and what the server or libpq said.
struct PgOutcome {
    bool ok = false;
    QString message;       //!< the server's or libpq's own text
    QString sqlstate;      //!< five characters; empty for libpq's own failures
    QString phase;         //!< connect, tls, auth, query
    bool tls = false;
    QString tlsVersion;
    QString cipher;
    QString serverVersion; //!< "15.20"
    QStringList values;    //!< first column of each statement's first row
};

using PgParameters = QList<QPair<QByteArray, QByteArray>>;

//! Connects and runs the statements one after the other, until one fails. Asynchronous; `budget` is wall time.
QCoro::Task<PgOutcome> runSql(PgParameters parameters, QStringList statements, Milliseconds budget, Context context);

QString sqlIdentifier(const QString &name);
QString sqlLiteral(const QString &text);
//! libpq 15 gives no SQLSTATE for a refused start-up: from the server's text (English: lc_messages is C).
QString sqlstateOfText(const QString &message);

} // namespace causeway::sandbox
