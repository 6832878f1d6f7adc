// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/resourceapi.h"

namespace causeway {

ArmRequest ResourceApi::request(const char *method, QString path, std::optional<QJsonValue> body) const
{
    ArmRequest out;
    out.method = method;
    out.path = std::move(path);
    out.apiVersion = m_apiVersion;
    out.body = std::move(body);
    return out;
}

QCoro::Task<Result<QJsonObject>> ResourceApi::get(ResourceId id, Context context)
{
    return getPath(id.toString(), context);
}

QCoro::Task<Result<ArmOperation>> ResourceApi::put(ResourceId id, QJsonObject body, Context context)
{
    return m_client.begin(request("PUT", id.toString(), body), context);
}

QCoro::Task<Result<ArmOperation>> ResourceApi::putIf(ResourceId id, QJsonObject body, HttpHeaders conditions, Context context)
{
    ArmRequest out = request("PUT", id.toString(), body);
    out.headers = std::move(conditions);
    return m_client.begin(out, context);
}

QCoro::Task<Result<ArmOperation>> ResourceApi::patch(ResourceId id, QJsonObject body, Context context)
{
    return m_client.begin(request("PATCH", id.toString(), body), context);
}

QCoro::Task<Result<ArmOperation>> ResourceApi::remove(ResourceId id, Context context)
{
    return m_client.begin(request("DELETE", id.toString()), context);
}

QCoro::Task<Result<QJsonArray>> ResourceApi::children(ResourceId parent, QString childType, Context context)
{
    return listPath(parent.toString() + QLatin1Char('/') + childType, context);
}

QCoro::Task<Result<QJsonArray>> ResourceApi::allIn(ResourceId scope, QString type, Context context)
{
    return listPath(scope.toString() + QStringLiteral("/providers/") + type, context);
}

QCoro::Task<Result<QJsonValue>> ResourceApi::finish(ArmOperation operation, Context context)
{
    return m_client.finish(operation, context);
}

QCoro::Task<Result<QJsonObject>> ResourceApi::getPath(QString path, Context context)
{
    return m_client.get(path, m_apiVersion, context);
}

QCoro::Task<Result<QJsonArray>> ResourceApi::listPath(QString path, Context context)
{
    return m_client.list(path, m_apiVersion, context);
}

QCoro::Task<Result<QJsonObject>> ResourceApi::ask(QString path, std::optional<QJsonValue> body, Context context)
{
    const ArmRequest question = request("POST", path, body);
    const Result<ArmResponse> answer = co_await m_client.send(question, context);
    if (!answer)
        co_return answer.error();
    co_return answer->body.toObject();
}

QCoro::Task<Result<ArmOperation>> ResourceApi::act(QString path, std::optional<QJsonValue> body, Context context)
{
    return m_client.begin(request("POST", path, std::move(body)), context);
}

} // namespace causeway
