// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "domain/types.h"

namespace causeway {

//! What every provider's Api class has: ARM's verbs on ids, under that provider's api-version. A write returns the operation to
//! follow; finish() follows it (at once, when there is nothing to wait for).
class ResourceApi
{
public:
    ResourceApi(ArmClient &client, QString apiVersion) : m_client(client), m_apiVersion(std::move(apiVersion)) {}

    QCoro::Task<Result<QJsonObject>> get(ResourceId id, Context context);
    QCoro::Task<Result<ArmOperation>> put(ResourceId id, QJsonObject body, Context context);
    //! With conditions, If-None-Match: * and such.
    QCoro::Task<Result<ArmOperation>> putIf(ResourceId id, QJsonObject body, HttpHeaders conditions, Context context);
    QCoro::Task<Result<ArmOperation>> patch(ResourceId id, QJsonObject body, Context context);
    QCoro::Task<Result<ArmOperation>> remove(ResourceId id, Context context);
    //! {parent}/{childType}: "firewallRules" of a server, "subnets" of a virtual network.
    QCoro::Task<Result<QJsonArray>> children(ResourceId parent, QString childType, Context context);
    //! All of a type in a resource group or a subscription.
    QCoro::Task<Result<QJsonArray>> allIn(ResourceId scope, QString type, Context context);
    //! Follows an operation to its end: the resource, an action's result, or undefined.
    QCoro::Task<Result<QJsonValue>> finish(ArmOperation operation, Context context);

    [[nodiscard]] ArmClient &client() const { return m_client; }
    [[nodiscard]] const QString &apiVersion() const { return m_apiVersion; }

protected:
    [[nodiscard]] ArmRequest request(const char *method, QString path, std::optional<QJsonValue> body = {}) const;
    //! GET of a path that is no resource id.
    QCoro::Task<Result<QJsonObject>> getPath(QString path, Context context);
    QCoro::Task<Result<QJsonArray>> listPath(QString path, Context context);
    //! POST that answers at once.
    QCoro::Task<Result<QJsonObject>> ask(QString path, std::optional<QJsonValue> body, Context context);
    //! POST that may take long.
    QCoro::Task<Result<ArmOperation>> act(QString path, std::optional<QJsonValue> body, Context context);

private:
    ArmClient &m_client;
    QString m_apiVersion;
};

} // namespace causeway
