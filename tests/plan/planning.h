// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupdocument.h"
#include "domain/types.h"
#include "plan/observed.h"
#include "plan/planner.h"
#include "plan/targets.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>

namespace causeway::test {

inline SetupSpec example(const QString &name)
{
    QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/%1.json").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qUtf8Printable(name));
    const ParsedSetup parsed = parseSetup(file.readAll());
    if (!parsed.spec)
        qFatal("%s is no setup", qUtf8Printable(name));
    return *parsed.spec;
}

inline const QString subscription = QStringLiteral("b1e34741-9f85-48e5-8d4b-4907cb3e42b8");

inline RunIdentity somebody()
{
    return {Cloud::AzurePublic, QStringLiteral("72f988bf-86f1-41af-91ab-2d7cd011db47"), subscription, QStringLiteral("dba@contoso.example")};
}

inline QJsonObject json(const char *text)
{
    QJsonParseError error{};
    const QJsonObject object = QJsonDocument::fromJson(text, &error).object();
    if (error.error != QJsonParseError::NoError)
        qFatal("bad test JSON: %s", qUtf8Printable(error.errorString()));
    return object;
}

//! The subscription is known by name, and nothing else is there.
inline Observed nothing()
{
    Observed observed;
    observed.subscriptions << ObservedSubscription{subscription, QStringLiteral("Sandbox"), QStringLiteral("Enabled"), somebody().tenant};
    return observed;
}

//! What GET would report when a plan has been carried out: what it sends, as services show it.
inline void carryOut(const Plan &plan, Observed &observed)
{
    const auto merge = [](QJsonObject &into, const QJsonObject &from, const auto &self) -> void {
        for (auto each = from.begin(); each != from.end(); ++each) {
            if (each->isObject() && into.value(each.key()).isObject()) {
                QJsonObject inner = into.value(each.key()).toObject();
                self(inner, each->toObject(), self);
                into.insert(each.key(), inner);
            } else {
                into.insert(each.key(), each.value());
            }
        }
    };
    for (const PlannedStep &step : plan.steps) {
        if (step.calls.isEmpty() || step.kind == StepKind::ConnectionTest || step.kind == StepKind::InteractiveAuthoring || step.kind == StepKind::RegisterProvider)
            continue;
        QString path = step.target.toString();
        path.replace(QStringLiteral("{factory:identity.principalId}"), QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001"));
        path.replace(QStringLiteral("{identity:properties.principalId}"), QStringLiteral("aaaaaaaa-0000-0000-0000-000000000002"));
        if (step.kind == StepKind::Approval || step.kind == StepKind::EndpointApproval)
            continue;
        QJsonObject body = observed.resources.value(path.toLower());
        merge(body, step.calls.first().body.toObject(), merge);
        body.insert(QStringLiteral("id"), path);
        QJsonObject inner = body.value(QStringLiteral("properties")).toObject();
        switch (step.kind) {
        case StepKind::Server:
            inner.remove(QStringLiteral("administratorLoginPassword"));
            inner.remove(QStringLiteral("createMode"));
            inner.insert(QStringLiteral("state"), QStringLiteral("Ready"));
            inner.insert(QStringLiteral("fullyQualifiedDomainName"), QStringLiteral("pg-sales.postgres.database.azure.com"));
            body.insert(QStringLiteral("location"), QStringLiteral("West Europe"));
            break;
        case StepKind::Factory: {
            QJsonObject identity = body.value(QStringLiteral("identity")).toObject();
            identity.insert(QStringLiteral("principalId"), QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001"));
            body.insert(QStringLiteral("identity"), identity);
            break;
        }
        case StepKind::LinkedService: {
            QJsonObject type = inner.value(QStringLiteral("typeProperties")).toObject();
            if (type.contains(QStringLiteral("server")))
                type.insert(QStringLiteral("server"), QStringLiteral("pg-sales.postgres.database.azure.com"));
            inner.insert(QStringLiteral("typeProperties"), type);
            break;
        }
        case StepKind::Identity:
            inner.insert(QStringLiteral("principalId"), QStringLiteral("aaaaaaaa-0000-0000-0000-000000000002"));
            break;
        case StepKind::ManagedPrivateEndpoint:
            inner.insert(QStringLiteral("connectionState"), json(R"({"status":"Approved"})"));
            break;
        default:
            break;
        }
        body.insert(QStringLiteral("properties"), inner);
        observed.resources.insert(path.toLower(), body);
        observed.absent.remove(path.toLower());
    }
    const auto targets = targetsOf(plan.spec, observed, plan.identity);
    if (!targets)
        qFatal("no targets");
    if (!targets->managedEndpoint.isEmpty() && !targets->server.isEmpty()) {
        const QString name = targets->factory.name() + QLatin1Char('.') + targets->managedEndpoint.name();
        QJsonObject connection = json(R"({"properties":{"privateLinkServiceConnectionState":{"status":"Approved"}}})");
        connection.insert(QStringLiteral("id"), targets->server.child(QStringLiteral("privateEndpointConnections"), name + QStringLiteral(".1fa229cd")).toString());
        QJsonObject inner = connection.value(QStringLiteral("properties")).toObject();
        inner.insert(QStringLiteral("privateEndpoint"), QJsonObject{{QStringLiteral("id"), QStringLiteral("/subscriptions/cccccccc-0000-0000-0000-000000000003/resourceGroups/vnet-rg/providers/Microsoft.Network/privateEndpoints/") + name.toLower()}});
        connection.insert(QStringLiteral("properties"), inner);
        observed.connections.insert(targets->server.key(), QJsonArray{connection});
    }
}

//! "server create", in the plan's order.
inline QStringList summary(const Plan &plan)
{
    QStringList lines;
    for (const PlannedStep &step : plan.steps)
        lines << step.id + QLatin1Char(' ') + toText(step.change);
    return lines;
}

inline QStringList words(const char *text) { return QString::fromLatin1(text).split(QStringLiteral(", ")); }

} // namespace causeway::test
