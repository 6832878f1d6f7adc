// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/credentials.h"
#include "core/waiting.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>

namespace causeway {

namespace {

constexpr int longestWords = 250; // of the Azure CLI's own, as the Azure SDKs bound them

Error azError(const char *code, const QString &message, ErrorKind kind = ErrorKind::Unauthorized)
{
    Error error;
    error.kind = kind;
    error.code = QString::fromLatin1(code);
    error.message = message;
    return error;
}

// az is a script, on Windows one that cmd.exe reads: nothing that a shell could take for its own gets there (Azure SDK rule).
bool isPlainArgument(const QString &text)
{
    static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9._:/-]*\\z"));
    return plain.match(text).hasMatch() && !text.startsWith(QLatin1Char('-'));
}

QString executable(const QString &program)
{
    const QString found = QStandardPaths::findExecutable(program);
    if (!found.isEmpty())
        return found;
#ifdef Q_OS_WIN
    const QStringList usual{qEnvironmentVariable("ProgramFiles") + QStringLiteral("/Microsoft SDKs/Azure/CLI2/wbin")};
#else
    const QStringList usual{QStringLiteral("/usr/bin"), QStringLiteral("/usr/local/bin"), QStringLiteral("/opt/homebrew/bin")};
#endif
    const QString elsewhere = QStandardPaths::findExecutable(program, usual);
    return elsewhere.isEmpty() ? program : elsewhere;
}

// "expires_on" is newer than "expiresOn", which is local time without a zone.
TimePoint expiryIn(const QJsonObject &answer, TimePoint now)
{
    const QJsonValue seconds = answer.value(QLatin1String("expires_on"));
    const double number = seconds.isString() ? seconds.toString().toDouble() : seconds.toDouble();
    if (number > 0 && number < 1e11)
        return TimePoint(std::chrono::seconds(qint64(number)));
    const QDateTime local = QDateTime::fromString(answer.value(QLatin1String("expiresOn")).toString().left(19), QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    return local.isValid() ? TimePoint(Milliseconds(local.toMSecsSinceEpoch())) : now;
}

Error refusedByAz(const QByteArray &words)
{
    QString said = QString::fromUtf8(words.right(8 * 1024)).trimmed();
    said.remove(QStringLiteral("ERROR: "));
    if (said.contains(QLatin1String("unrecognized arguments")) || said.contains(QLatin1String("is misspelled or not recognized"))) // argparse's words, and az's own
        return azError("AzCliOld", QStringLiteral("This Azure CLI does not know what it is asked; a newer one does: az upgrade. It says: %1").arg(said.simplified().left(longestWords)));
    Error error = azError("AzCliRefused", QStringLiteral("The Azure CLI gives no token; sign in with: az login. It says: %1").arg(said.simplified().left(longestWords)));
    static const QRegularExpression number(QStringLiteral("AADSTS\\d{4,9}"));
    if (const auto match = number.match(said); match.hasMatch())
        error.code = match.captured();
    return error;
}

Result<AccessToken> tokenFromAz(const ProcessOutcome &outcome, TimePoint now)
{
    if (outcome.exitCode != 0)
        return refusedByAz(outcome.err);
    const QJsonObject answer = outcome.out.size() > 256 * 1024 ? QJsonObject() : QJsonDocument::fromJson(outcome.out).object();
    const QByteArray token = answer.value(QLatin1String("accessToken")).toString().toUtf8();
    const bool good = !token.isEmpty() && token.size() <= 64 * 1024 && std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!good)
        return azError("AzCliNotUnderstood", QStringLiteral("The Azure CLI answered something else than a token."), ErrorKind::Protocol);
    return AccessToken{Secret(token), expiryIn(answer, now), {}};
}

class AzCliCredential final : public NamedCredential
{
public:
    AzCliCredential(Clock &clock, QString tenant, QString program, Milliseconds patience)
        : m_clock(clock), m_tenant(std::move(tenant)), m_program(std::move(program)), m_patience(patience)
    {}
    [[nodiscard]] QString name() const override { return QStringLiteral("Azure CLI"); }

    QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) override
    {
        const QString tenant = request.tenant.isEmpty() ? m_tenant : request.tenant;
        if (!isPlainArgument(request.scope) || !isPlainArgument(tenant))
            co_return azError("AzCliArgument", QStringLiteral("This is not handed to the Azure CLI: %1 %2").arg(request.scope.left(100), tenant.left(100)), ErrorKind::InvalidInput);
        if (!request.claims.isEmpty())
            co_return challenged(request, tenant);
        QStringList arguments{QStringLiteral("account"), QStringLiteral("get-access-token"), QStringLiteral("--output"), QStringLiteral("json"), QStringLiteral("--scope"), request.scope};
        if (!tenant.isEmpty())
            arguments += {QStringLiteral("--tenant"), tenant};
        const std::stop_source stop;
        const std::stop_callback outer(context.stop, [stop]() mutable { stop.request_stop(); });
        QTimer late;
        late.setSingleShot(true);
        QObject::connect(&late, &QTimer::timeout, &late, [stop]() mutable { stop.request_stop(); });
        late.start(m_patience);
        Context bounded = context;
        bounded.stop = stop.get_token();
        const QString program = executable(m_program);
        const Result<ProcessOutcome> outcome = co_await runProcess(program, arguments, bounded);
        if (context.cancelled())
            co_return Error::cancelled();
        if (!outcome && outcome.error().kind == ErrorKind::Cancelled)
            co_return azError("AzCliSilent", QStringLiteral("The Azure CLI did not answer within %1 s.").arg(std::chrono::ceil<std::chrono::seconds>(m_patience).count()), ErrorKind::TimedOut);
        if (!outcome)
            co_return azError("AzCliMissing", QStringLiteral("The Azure CLI (az) cannot be run: %1").arg(outcome.error().message.left(longestWords)));
        Result<AccessToken> token = tokenFromAz(*outcome, m_clock.now());
        co_return token;
    }

private:
    // Its tokens cannot be stepped up from outside (sign-in.md §9): the person has to.
    static Error challenged(const TokenRequest &request, const QString &tenant)
    {
        QString line = QStringLiteral("az login --claims-challenge \"%1\"").arg(QString::fromLatin1(request.claims.toBase64()));
        if (!tenant.isEmpty())
            line += QStringLiteral(" --tenant ") + tenant;
        line += QStringLiteral(" --scope ") + request.scope;
        Error error = azError("AzCliChallenged", QStringLiteral("Azure asks for more than the Azure CLI's sign-in gave (multi-factor authentication). Run this, then try again: %1").arg(line));
        error.target = QStringLiteral("interaction_required");
        error.claims = request.claims;
        return error;
    }

    Clock &m_clock;
    QString m_tenant;
    QString m_program;
    Milliseconds m_patience;
};

} // namespace

std::unique_ptr<NamedCredential> azCliCredential(Clock &clock, QString tenant, QString program, Milliseconds patience)
{
    return std::make_unique<AzCliCredential>(clock, std::move(tenant), std::move(program), patience);
}

} // namespace causeway
