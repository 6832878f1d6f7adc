// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"
#include "domain/issue.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QString>

class QTextStream;

namespace causeway {

//! The three streams of a command. Results and JSON go to `out`, words for people to `err`.
class Console
{
public:
    //! `input`: a descriptor, -1 for none; questions are asked only where it is a terminal.
    Console(QTextStream &out, QTextStream &err, int input = -1);

    void useJson(bool json) { m_json = json; }
    [[nodiscard]] bool json() const { return m_json; }
    [[nodiscard]] bool canAsk() const { return m_terminal; }

    //! A line for people. With --json it goes to stderr as well: stdout holds JSON only.
    void say(const QString &line);
    //! A line of the result for people: stdout, or nothing with --json.
    void print(const QString &line);
    //! One JSON object a line.
    void emitLine(const QJsonObject &object);
    //! The one document of a command with --json; nothing without.
    void document(const QJsonObject &object);
    //! Text that is the result itself (a schema, an example, a REST body).
    void raw(const QByteArray &text);

    //! An error in words, and as the document with --json. Returns the exit code for it.
    int fail(const Error &error);
    //! Bad input or usage: exit 2.
    int refuse(const QString &code, const QString &message);
    //! Findings with file, line, column, excerpt; errors and warnings. Returns 2 when there is an error among them, else 0.
    //! `sentence`: issueText() or preflightText().
    int report(const Issues &issues, const QString &file, const QByteArray &text, QString (*sentence)(const Issue &));

    //! Cancelled, or InvalidInput where nobody can be asked. Without echo for secrets.
    QCoro::Task<Result<QString>> ask(QString question, bool echo, Context context);
    //! "[y/N]". True at once with `yes`; where nobody can be asked the error says to use --yes.
    QCoro::Task<Result<bool>> confirm(QString question, bool yes, Context context);

    //! The whole standard input where it is no terminal, at most `limit` bytes; InvalidInput when there is none, or more.
    QCoro::Task<Result<QByteArray>> readAll(qsizetype limit, Context context);

    QTextStream &out() { return m_out; }
    QTextStream &err() { return m_err; }

private:
    QTextStream &m_out;
    QTextStream &m_err;
    int m_input;
    bool m_terminal;
    bool m_json = false;
};

//! 0 done · 1 failed · 2 bad input or usage · 3 not permitted · 20 waiting for a person · 130 cancelled (design.md §5).
int exitCodeOf(const Error &error);
QJsonObject errorJson(const Error &error);
QJsonObject issueJson(const Issue &issue, const QString &text);

} // namespace causeway
