// SPDX-License-Identifier: Apache-2.0
#include "cli/rest.h"

#include "azure/arm/armclient.h"
#include "azure/arm/armerror.h"
#include "support/setupfile.h"

#include <QJsonDocument>
#include <QTextStream>
#include <algorithm>

namespace causeway {

namespace {

// A service's text on a terminal: one line, bounded, with control and bidi characters written out.
QString terminalText(const QString &text)
{
    QString out;
    for (const QChar c : text.left(4096)) {
        if (c == QLatin1Char('\n') || c == QLatin1Char('\r') || c == QLatin1Char('\t'))
            out += QLatin1Char(' ');
        else if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format)
            out += QStringLiteral("\\u%1").arg(uint(c.unicode()), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out.simplified();
}

bool isToken(const QByteArray &text) // RFC 9110 §5.6.2
{
    static const QByteArray others = "!#$%&'*+-.^_`|~";
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return (uchar(c) < 0x80 && isalnum(uchar(c))) || others.contains(c); });
}

Result<HttpHeaders> parseHeaders(const QStringList &texts)
{
    HttpHeaders headers;
    for (const QString &text : texts) {
        const QByteArray line = text.toUtf8();
        const qsizetype colon = line.indexOf(':');
        const QByteArray name = line.left(std::max<qsizetype>(colon, 0)).trimmed();
        const QByteArray value = line.mid(colon + 1).trimmed();
        const bool clean = std::none_of(value.begin(), value.end(), [](char c) { return uchar(c) < 0x20 || c == 0x7f; });
        if (!isToken(name) || !clean)
            return Error::invalid(QStringLiteral("HeaderNotUnderstood"),
                                  QStringLiteral("A header is written 'NAME: VALUE', without control characters. Example: --header 'If-Match: *'"), QStringLiteral("--header")); // the text may hold a secret
        headers.append(qMakePair(name, value));
    }
    return headers;
}

// The body as it was written: checked to be JSON, not rewritten.
Result<QByteArray> readBody(const QString &text)
{
    QByteArray body = text.toUtf8();
    if (text.startsWith(QLatin1Char('@'))) {
        const Result<QByteArray> read = readSetupFile(text.mid(1)); // a regular file of at most 16 MiB
        if (!read)
            return Error::invalid(read.error().code, read.error().message, QStringLiteral("--body"));
        body = *read;
    }
    if (body.trimmed().isEmpty())
        return Error::invalid(QStringLiteral("BodyEmpty"), QStringLiteral("The body is empty. Leave --body out to send none; an empty object is --body '{}'."), QStringLiteral("--body"));
    const auto json = parseJson(body);
    if (!json)
        return Error::invalid(QStringLiteral("BodyNotJson"), QStringLiteral("The body is not JSON. %1").arg(json.error().message), QStringLiteral("--body"));
    return body;
}

Result<ArmRequest> parseRequest(const RestOptions &options, const Origin &origin)
{
    ArmRequest request;
    request.method = options.method.toUpper().toLatin1();
    static const QByteArrayList known{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"}; // what ARM knows, and az rest sends
    if (!known.contains(request.method))
        return Error::invalid(QStringLiteral("MethodNotUnderstood"), QStringLiteral("'%1' is not a method. Allowed: %2.").arg(terminalText(options.method), QString::fromLatin1(known.join(", "))),
                              QStringLiteral("--method"));
    const QByteArray uri = options.uri.toUtf8();
    const bool absolute = options.uri.startsWith(QLatin1String("http://"), Qt::CaseInsensitive) || options.uri.startsWith(QLatin1String("https://"), Qt::CaseInsensitive);
    if (!absolute && !uri.startsWith('/'))
        return Error::invalid(QStringLiteral("UriNotUnderstood"), QStringLiteral("A URI starts with '/' or with %1. Example: --uri '/subscriptions?api-version=2022-12-01'").arg(QString::fromLatin1(origin.toByteArray())),
                              QStringLiteral("--uri"));
    const auto target = origin.target(uri);
    if (!target)
        return Error::invalid(target.error().code, QStringLiteral("'%1' cannot be called: calls go to %2 only, and nothing was sent. Example: --uri '/subscriptions?api-version=2022-12-01'")
                              .arg(terminalText(options.uri.left(200)), QString::fromLatin1(origin.toByteArray())), QStringLiteral("--uri"));
    request.rawTarget = *target;
    const auto headers = parseHeaders(options.headers);
    if (!headers)
        return headers.error();
    request.headers = *headers;
    if (options.body) {
        const auto body = readBody(*options.body);
        if (!body)
            return body.error();
        request.rawBody = *body;
    }
    return request;
}

void describeLines(const Error &error, const QString &indent, QTextStream &err)
{
    for (const Error &detail : error.details) {
        err << indent << terminalText(describe(detail)) << (detail.target.isEmpty() ? QString() : QStringLiteral(" (") + terminalText(detail.target) + QLatin1Char(')')) << '\n';
        describeLines(detail, indent + QStringLiteral("  "), err);
    }
}

} // namespace

void RestCommand::print(const QJsonValue &body)
{
    if (body.isUndefined())
        return;
    if (body.isObject())
        m_out << QJsonDocument(body.toObject()).toJson(QJsonDocument::Indented);
    else if (body.isArray())
        m_out << QJsonDocument(body.toArray()).toJson(QJsonDocument::Indented);
    else
        m_out << QJsonDocument(QJsonArray{body}).toJson(QJsonDocument::Compact).chopped(1).mid(1) << '\n';
    m_out.flush();
}

int RestCommand::fail(const Error &error)
{
    if (error.httpStatus)
        m_err << "HTTP " << error.httpStatus << ' ';
    m_err << terminalText(describe(error)) << '\n';
    if (!error.target.isEmpty())
        m_err << "  target: " << terminalText(error.target) << '\n';
    describeLines(error, QStringLiteral("  "), m_err);
    if (!error.requestId.isEmpty())
        m_err << "  request id: " << terminalText(error.requestId) << '\n';
    if (!error.correlationId.isEmpty())
        m_err << "  correlation id: " << terminalText(error.correlationId) << '\n';
    m_err.flush();
    switch (error.kind) {
    case ErrorKind::Cancelled:
        return 130;
    case ErrorKind::Forbidden:
        return 3;
    case ErrorKind::InvalidInput:
        return error.httpStatus ? 1 : 2; // the service's own 400 is a failed call, ours means that nothing was sent
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
    return 1;
}

QCoro::Task<int> RestCommand::run(RestOptions options, Context context)
{
    const auto request = parseRequest(options, m_parts.planes.at(Plane::Arm).origin);
    if (!request)
        co_return fail(request.error());
    PipelineOptions settings;
    settings.sessionCookies = true; // as any HTTP tool keeps them for one session; they end with this call
    HttpPipeline pipeline(m_parts.transport, m_parts.clock, m_parts.planes, m_parts.credential, settings);
    ArmClient client(pipeline, m_parts.clock);
    if (options.pollInterval)
        client.setPollSchedule([every = *options.pollInterval](int) { return every; });

    QJsonValue body;
    if (options.wait) {
        const Result<ArmOperation> operation = co_await client.begin(*request, context);
        if (!operation)
            co_return fail(operation.error());
        PollOptions polling;
        polling.reportUnreadable = true;
        polling.headers = request->headers;
        const Result<QJsonValue> final = co_await client.finishWith(*operation, polling, context);
        if (!final)
            co_return fail(final.error());
        body = *final;
    } else {
        const Result<ArmResponse> response = co_await client.send(*request, context);
        if (!response)
            co_return fail(response.error());
        body = response->body;
    }
    if (options.allPages) {
        const Result<QJsonArray> items = co_await client.followPages(body, *request, context);
        if (!items)
            co_return fail(items.error());
        QJsonObject whole;
        whole.insert(QStringLiteral("value"), *items);
        body = whole;
    }
    print(body);
    co_return 0;
}

} // namespace causeway
