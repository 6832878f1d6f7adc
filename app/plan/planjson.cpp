// SPDX-License-Identifier: Apache-2.0
// A saved plan: {"plan":1,"setup":{…},"identity":{…},"fingerprint":"…","steps":[…],"warnings":[…]}.
#include "domain/setupdocument.h"
#include "plan/plan.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace causeway {

QJsonObject stepToJson(const PlannedStep &step)
{
    QJsonArray calls;
    for (const RestCall &call : step.calls) {
        QJsonObject one{{QStringLiteral("method"), QString::fromLatin1(call.method)}, {QStringLiteral("path"), call.path}, {QStringLiteral("apiVersion"), call.apiVersion}};
        if (!call.body.isUndefined())
            one.insert(QStringLiteral("body"), call.body);
        calls.append(one);
    }
    QJsonArray differences;
    for (const Difference &each : step.differences) {
        QJsonObject one{{QStringLiteral("path"), each.path}, {QStringLiteral("wanted"), each.wanted}};
        if (!each.found.isUndefined())
            one.insert(QStringLiteral("found"), each.found);
        differences.append(one);
    }
    QJsonObject json{{QStringLiteral("id"), step.id}, {QStringLiteral("kind"), toText(step.kind)}, {QStringLiteral("target"), step.target.toString()},
                     {QStringLiteral("change"), toText(step.change)}, {QStringLiteral("dependsOn"), QJsonArray::fromStringList(step.dependsOn)},
                     {QStringLiteral("actor"), toText(step.actor)}, {QStringLiteral("estimateSeconds"), double(step.estimate.count()) / 1000},
                     {QStringLiteral("calls"), calls}};
    if (!step.serialKey.isEmpty())
        json.insert(QStringLiteral("serial"), step.serialKey);
    if (!differences.isEmpty())
        json.insert(QStringLiteral("differences"), differences);
    return json;
}

namespace {

Error badPlan(const QString &where)
{
    return Error::invalid(QStringLiteral("BadPlan"), QStringLiteral("This is not a saved plan: %1 is missing or not understood.").arg(where), where);
}

QStringList textList(const QJsonValue &value)
{
    QStringList list;
    for (const QJsonValue &each : value.toArray())
        list << each.toString();
    return list;
}

//! A target may be empty only where a step has none of its own.
Result<ResourceId> targetFromText(const QString &text)
{
    if (text.isEmpty())
        return ResourceId();
    return ResourceId::parse(text);
}

Result<PlannedStep> stepFromJson(const QJsonObject &json, int index)
{
    const QString where = QStringLiteral("steps[%1]").arg(index);
    const auto kind = stepKindFromText(json.value(QStringLiteral("kind")).toString());
    const auto change = changeFromText(json.value(QStringLiteral("change")).toString());
    const auto actor = actorFromText(json.value(QStringLiteral("actor")).toString());
    auto target = targetFromText(json.value(QStringLiteral("target")).toString());
    PlannedStep step;
    step.id = json.value(QStringLiteral("id")).toString();
    if (!kind || !change || !actor || !target || step.id.isEmpty())
        return badPlan(where);
    step.kind = *kind;
    step.change = *change;
    step.actor = *actor;
    step.target = *target;
    step.dependsOn = textList(json.value(QStringLiteral("dependsOn")));
    step.estimate = Milliseconds(qint64(json.value(QStringLiteral("estimateSeconds")).toDouble() * 1000));
    step.serialKey = json.value(QStringLiteral("serial")).toString();
    for (const QJsonValue &each : json.value(QStringLiteral("calls")).toArray()) {
        const QJsonObject one = each.toObject();
        RestCall call{one.value(QStringLiteral("method")).toString().toLatin1(), one.value(QStringLiteral("path")).toString(), one.value(QStringLiteral("apiVersion")).toString(), one.value(QStringLiteral("body"))};
        if (call.method.isEmpty() || !call.path.startsWith(QLatin1Char('/')))
            return badPlan(where + QStringLiteral(".calls"));
        step.calls << call;
    }
    for (const QJsonValue &each : json.value(QStringLiteral("differences")).toArray()) {
        const QJsonObject one = each.toObject();
        step.differences << Difference{one.value(QStringLiteral("path")).toString(), one.value(QStringLiteral("wanted")), one.value(QStringLiteral("found"))};
    }
    return step;
}

} // namespace

QJsonObject Plan::toJson() const
{
    QJsonArray all;
    for (const PlannedStep &each : steps)
        all.append(stepToJson(each));
    QJsonArray issues;
    for (const Issue &issue : warnings)
        issues.append(QJsonObject{{QStringLiteral("field"), issue.field}, {QStringLiteral("code"), issue.code}, {QStringLiteral("severity"), issue.severity == Severity::Error ? QStringLiteral("error") : QStringLiteral("warning")}, {QStringLiteral("arguments"), QJsonArray::fromStringList(issue.arguments)}});
    return {{QStringLiteral("plan"), 1},
            {QStringLiteral("setup"), toDocument(spec)},
            {QStringLiteral("identity"), QJsonObject{{QStringLiteral("cloud"), toText(identity.cloud)}, {QStringLiteral("tenant"), identity.tenant}, {QStringLiteral("subscription"), identity.subscription}, {QStringLiteral("user"), identity.user}}},
            {QStringLiteral("fingerprint"), fingerprint},
            {QStringLiteral("criticalPath"), QJsonArray::fromStringList(criticalPath())},
            {QStringLiteral("criticalSeconds"), double(criticalTime().count()) / 1000},
            {QStringLiteral("steps"), all},
            {QStringLiteral("warnings"), issues}};
}

Result<Plan> Plan::fromJson(const QJsonObject &json)
{
    if (json.value(QStringLiteral("plan")).toInt() != 1)
        return badPlan(QStringLiteral("\"plan\": 1"));
    ParsedSetup setup = parseSetup(QJsonDocument(json.value(QStringLiteral("setup")).toObject()).toJson(QJsonDocument::Compact));
    if (!setup.spec)
        return badPlan(QStringLiteral("setup"));
    Plan plan;
    plan.spec = *setup.spec;
    const QJsonObject who = json.value(QStringLiteral("identity")).toObject();
    for (const Cloud cloud : {Cloud::AzurePublic, Cloud::AzureChina, Cloud::AzureUsGovernment}) {
        if (toText(cloud) == who.value(QStringLiteral("cloud")).toString())
            plan.identity.cloud = cloud;
    }
    plan.identity.tenant = who.value(QStringLiteral("tenant")).toString();
    plan.identity.subscription = who.value(QStringLiteral("subscription")).toString();
    plan.identity.user = who.value(QStringLiteral("user")).toString();
    const QJsonArray steps = json.value(QStringLiteral("steps")).toArray();
    for (int i = 0; i < steps.size(); ++i) {
        auto step = stepFromJson(steps[i].toObject(), i);
        if (!step)
            return step.error();
        plan.steps << *step;
    }
    for (const QJsonValue &each : json.value(QStringLiteral("warnings")).toArray()) {
        const QJsonObject one = each.toObject();
        Issue issue;
        issue.field = one.value(QStringLiteral("field")).toString();
        issue.code = one.value(QStringLiteral("code")).toString();
        issue.severity = one.value(QStringLiteral("severity")).toString() == QLatin1String("error") ? Severity::Error : Severity::Warning;
        issue.arguments = textList(one.value(QStringLiteral("arguments")));
        plan.warnings << issue;
    }
    const QString saved = json.value(QStringLiteral("fingerprint")).toString();
    auto sorted = ordered(plan);
    if (sorted && !saved.isEmpty() && sorted->fingerprint != saved)
        return Error::invalid(QStringLiteral("PlanChanged"), QStringLiteral("The steps of this plan are not those that it was saved with. Make the plan again."));
    return sorted;
}

} // namespace causeway
