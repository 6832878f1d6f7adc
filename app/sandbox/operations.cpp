// SPDX-License-Identifier: Apache-2.0
#include "sandbox/operations.h"

#include "sandbox/routes.h"

namespace causeway::sandbox {

static Response unreadableStatus(Call &call, const Operation *operation, const QString &id)
{
    if (!operation)
        return Response::error(404, QStringLiteral("ResourceNotFound"), QStringLiteral("The operation '%1' could not be found.").arg(id));
    Q_UNUSED(call)
    return Response::error(
        400, QStringLiteral("InvalidOperationUri"),
        QStringLiteral("The URI of operation '%1' is not the one that was handed out: its signed parameters are missing or were changed.").arg(id));
}

static bool stillRuns(const Operation &operation)
{
    return !operation.ended.has_value();
}

static Headers pollAgainLater(const Call &call, int seconds)
{
    return {{"retry-after", QByteArray::number(call.state.retryAfter(seconds))}};
}

Response operationStatus(Call &call, const QString &id, StatusShape shape, int seconds)
{
    const Operation *operation = call.state.operation(id);
    if (!operation || !call.world.signatureHolds(call))
        return unreadableStatus(call, operation, id);
    QJsonObject body{{QStringLiteral("status"), operation->status}};
    if (shape == StatusShape::NameStatusStart) {
        body.insert(QStringLiteral("name"), operation->id);
        body.insert(QStringLiteral("startTime"), toText(operation->started));
    }
    if (!operation->error.isEmpty())
        body.insert(QStringLiteral("error"), operation->error);
    return Response::json(200, body, stillRuns(*operation) ? pollAgainLater(call, seconds) : Headers{});
}

Response operationResult(Call &call, const QString &id, int seconds, int done)
{
    const Operation *operation = call.state.operation(id);
    if (!operation || !call.world.signatureHolds(call))
        return unreadableStatus(call, operation, id);
    if (stillRuns(*operation)) {
        Headers headers = pollAgainLater(call, seconds);
        headers.append({"location", call.request.origin + call.request.rawPath + '?' + call.request.rawQuery});
        return Response::empty(202, headers);
    }
    if (!operation->error.isEmpty())
        return Response::json(operation->extra.value(QLatin1String("httpStatus")).toInt(409), {{QStringLiteral("error"), operation->error}});
    if (!operation->result.isEmpty())
        return Response::json(200, operation->result);
    return Response::empty(done);
}

Headers pollHeaders(Call &call, const QString &statusPath, const QString &resultPath, int seconds)
{
    Headers headers;
    if (!statusPath.isEmpty())
        headers.append({"azure-asyncoperation", call.world.signedUrl(call, statusPath, call.version)});
    if (!resultPath.isEmpty())
        headers.append({"location", call.world.signedUrl(call, resultPath, call.version)});
    return headers + pollAgainLater(call, seconds);
}

void succeed(Operation &operation, TimePoint now)
{
    operation.status = QStringLiteral("Succeeded");
    operation.ended = now;
}

void fail(Operation &operation, const QString &code, const QString &message, TimePoint now)
{
    operation.status = QStringLiteral("Failed");
    operation.error = {{QStringLiteral("code"), code}, {QStringLiteral("message"), message}};
    operation.ended = now;
}

Response missingResource(const QString &id)
{
    const QStringList parts = id.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    const qsizetype providers = lastProviders(parts);
    const bool grouped = parts.size() > 3 && parts[2].compare(QLatin1String("resourceGroups"), Qt::CaseInsensitive) == 0;
    const QString what = providers < 0 ? parts.join(QLatin1Char('/')) : parts.mid(providers + 1).join(QLatin1Char('/'));
    return Response::error(
        404, QStringLiteral("ResourceNotFound"),
        QStringLiteral("The Resource '%1' under resource group '%2' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix")
            .arg(what, grouped ? parts[3] : QStringLiteral("<null>")));
}

} // namespace causeway::sandbox
