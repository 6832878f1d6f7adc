// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include "core/waiting.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "text/plain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTextStream>
#include <termios.h>
#include <unistd.h>

namespace causeway {

namespace {

//! A terminal that shows nothing of what is typed, as long as it lives.
class SilentTerminal
{
public:
    SilentTerminal(int descriptor, bool echo) : m_descriptor(descriptor), m_active(!echo && tcgetattr(descriptor, &m_before) == 0)
    {
        if (!m_active)
            return;
        termios quiet = m_before;
        quiet.c_lflag &= ~tcflag_t(ECHO);
        tcsetattr(m_descriptor, TCSAFLUSH, &quiet);
    }
    ~SilentTerminal()
    {
        if (m_active)
            tcsetattr(m_descriptor, TCSAFLUSH, &m_before);
    }
    Q_DISABLE_COPY_MOVE(SilentTerminal)

private:
    int m_descriptor;
    termios m_before{};
    bool m_active;
};

//! A password that somebody wrote into a setup is not shown once more.
bool showsSecret(const QString &excerpt)
{
    static const QRegularExpression pair(QStringLiteral("\"(administratorPassword|password|key|certificate|certificatePassword)\"\\s*:\\s*\""), QRegularExpression::CaseInsensitiveOption);
    return pair.match(excerpt).hasMatch();
}

//! A path whose middle nobody would read: "x[0][0][0] … [0][0]".
QString shownPath(const QString &field)
{
    constexpr int head = 61, tail = 19;
    return plainText(field.size() <= head + tail ? field : field.left(head) + QStringLiteral(" … ") + field.right(tail));
}

constexpr Milliseconds answerTime = std::chrono::hours(12);
constexpr qsizetype longestAnswer = 4096;

} // namespace

Console::Console(QTextStream &out, QTextStream &err, int input)
    : m_out(out), m_err(err), m_input(input), m_terminal(input >= 0 && isatty(input) != 0)
{}

void Console::say(const QString &line)
{
    m_err << line << '\n';
    m_err.flush();
}

void Console::print(const QString &line)
{
    if (m_json)
        return;
    m_out << line << '\n';
    m_out.flush();
}

void Console::emitLine(const QJsonObject &object)
{
    raw(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void Console::document(const QJsonObject &object)
{
    if (m_json)
        raw(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void Console::raw(const QByteArray &text)
{
    m_out << QString::fromUtf8(text);
    m_out.flush();
}

int Console::fail(const Error &error)
{
    const int code = exitCodeOf(error);
    document({{QStringLiteral("error"), errorJson(error)}, {QStringLiteral("exitCode"), code}});
    const bool own = error.kind == ErrorKind::InvalidInput && error.httpStatus == 0; // our own sentence says it all
    say(own ? plainText(error.message, 2000) : errorLines(error));
    return code;
}

int Console::refuse(const QString &code, const QString &message)
{
    return fail(Error::invalid(code, message));
}

int Console::report(const Issues &issues, const QString &file, const QByteArray &text, QString (*sentence)(const Issue &))
{
    const bool wrong = hasErrors(issues);
    if (m_json && wrong) {
        QJsonArray all;
        for (const Issue &issue : issues)
            all.append(issueJson(issue, sentence(issue)));
        document({{QStringLiteral("file"), file}, {QStringLiteral("issues"), all}, {QStringLiteral("exitCode"), 2}});
    }
    const QString name = plainText(file);
    for (const Issue &issue : issues) {
        const QString place = issue.line > 0 ? QStringLiteral("%1:%2:%3").arg(name).arg(issue.line).arg(issue.column) : name;
        const QString kind = issue.severity == Severity::Warning ? QStringLiteral("warning: ") : QStringLiteral("error: ");
        const QString field = issue.field.isEmpty() ? QString() : shownPath(issue.field) + QStringLiteral(": ");
        say(place + QStringLiteral(": ") + kind + field + sentence(issue));
        const QString excerpt = issueExcerpt(text, issue);
        if (showsSecret(excerpt))
            continue;
        for (const QString &line : excerpt.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
            say(QStringLiteral("    ") + line);
    }
    return wrong ? 2 : 0;
}

QCoro::Task<Result<QString>> Console::ask(QString question, bool echo, Context context)
{
    if (!m_terminal)
        co_return Error::invalid(QStringLiteral("NobodyToAsk"), QStringLiteral("This needs an answer (%1), but the standard input is not a terminal.").arg(question));
    const SilentTerminal terminal(m_input, echo);
    m_err << question << ' ';
    m_err.flush();
    const int descriptor = m_input;
    const SocketEvent event = co_await socketEvent(descriptor, SocketWait::Readable, answerTime, context);
    if (!echo || event != SocketEvent::Ready)
        say({});
    if (event != SocketEvent::Ready)
        co_return Error::cancelled();
    QByteArray line(longestAnswer, '\0');
    const ssize_t count = ::read(m_input, line.data(), size_t(line.size())); // a terminal gives a whole line
    if (count <= 0)
        co_return Error::cancelled();
    line.truncate(count);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    co_return QString::fromUtf8(line);
}

QCoro::Task<Result<QByteArray>> Console::readAll(qsizetype limit, Context context)
{
    if (m_input < 0)
        co_return Error::invalid(QStringLiteral("NothingToRead"), QStringLiteral("There is no standard input to read from."));
    QByteArray all;
    const int descriptor = m_input;
    while (all.size() <= limit) {
        const SocketEvent event = co_await socketEvent(descriptor, SocketWait::Readable, answerTime, context);
        if (event != SocketEvent::Ready)
            co_return Error::cancelled();
        QByteArray some(4096, '\0');
        const ssize_t count = ::read(m_input, some.data(), size_t(some.size()));
        if (count <= 0)
            co_return all;
        all += some.left(count);
    }
    co_return Error::invalid(QStringLiteral("TooMuchToRead"), QStringLiteral("The standard input holds more than %1 bytes.").arg(limit));
}

QCoro::Task<Result<bool>> Console::confirm(QString question, bool yes, Context context)
{
    if (yes)
        co_return true;
    if (!m_terminal)
        co_return Error::invalid(QStringLiteral("NeedsYes"), QStringLiteral("%1 Nobody can be asked here, because the standard input is not a terminal: use --yes. Nothing was changed.").arg(question));
    const QString whole = question + QStringLiteral(" [y/N]");
    const bool echo = true;
    const Result<QString> answer = co_await ask(whole, echo, context);
    if (!answer)
        co_return answer.error();
    const QString word = answer->trimmed().toLower();
    co_return word == QLatin1String("y") || word == QLatin1String("yes");
}

int exitCodeOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Cancelled:
        return 130;
    case ErrorKind::Forbidden:
        return 3;
    case ErrorKind::InvalidInput:
        return error.httpStatus ? 1 : 2; // the service's 400 is a failed call
    case ErrorKind::TimedOut:
    case ErrorKind::Network:
    case ErrorKind::OutcomeUnknown:
    case ErrorKind::Unauthorized:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::Throttled:
    case ErrorKind::Service:
    case ErrorKind::Protocol:
    case ErrorKind::Internal:
        return 1;
    }
    Q_UNREACHABLE();
}

QJsonObject errorJson(const Error &error)
{
    QJsonObject json{{QStringLiteral("code"), error.code}, {QStringLiteral("message"), error.message}};
    if (!error.target.isEmpty())
        json.insert(QStringLiteral("target"), error.target);
    if (error.httpStatus)
        json.insert(QStringLiteral("status"), error.httpStatus);
    if (!error.requestId.isEmpty())
        json.insert(QStringLiteral("requestId"), error.requestId);
    if (!error.correlationId.isEmpty())
        json.insert(QStringLiteral("correlationId"), error.correlationId);
    QJsonArray details;
    for (const Error &each : error.details)
        details.append(errorJson(each));
    if (!details.isEmpty())
        json.insert(QStringLiteral("details"), details);
    return json;
}

QJsonObject issueJson(const Issue &issue, const QString &text)
{
    QJsonObject json{{QStringLiteral("field"), issue.field}, {QStringLiteral("code"), issue.code},
                     {QStringLiteral("severity"), issue.severity == Severity::Error ? QStringLiteral("error") : QStringLiteral("warning")},
                     {QStringLiteral("text"), text}};
    if (issue.line > 0) {
        json.insert(QStringLiteral("line"), issue.line);
        json.insert(QStringLiteral("column"), issue.column);
    }
    return json;
}

} // namespace causeway
