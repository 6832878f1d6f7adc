// SPDX-License-Identifier: Apache-2.0
#include "sandbox/policy.h"

namespace causeway::sandbox {

static QJsonValue fieldOf(const QJsonObject &body, const QString &path)
{
    QJsonValue value = body;
    for (const QString &part : path.split(QLatin1Char('.')))
        value = value.toObject().value(part);
    return value.isUndefined() ? QJsonValue(QJsonValue::Null) : value;
}

//! Azure Policy compares texts without regard to case.
static bool policyEqual(const QJsonValue &left, const QJsonValue &right)
{
    if (left.isString() && right.isString())
        return left.toString().compare(right.toString(), Qt::CaseInsensitive) == 0;
    return left == right;
}

static bool policyContains(const QJsonValue &list, const QJsonValue &value)
{
    for (const QJsonValue &one : list.toArray()) {
        if (policyEqual(one, value))
            return true;
    }
    return false;
}

static bool breaksPolicy(const QJsonObject &policy, const QString &id, const QString &type, const QJsonObject &body)
{
    const auto text = [&](const char *name) { return policy.value(QLatin1String(name)).toString(); };
    if (text("effect").compare(QLatin1String("deny"), Qt::CaseInsensitive) != 0 || type.compare(text("type"), Qt::CaseInsensitive) != 0)
        return false;
    const QString scope = key(text("scope"));
    if (!scope.isEmpty() && key(id) != scope && !key(id).startsWith(scope + QLatin1Char('/')))
        return false;
    const QJsonValue value = fieldOf(body, text("field"));
    const auto given = [&](const char *name) { return policy.contains(QLatin1String(name)); };
    const auto operand = [&](const char *name) { return policy.value(QLatin1String(name)); };
    return (given("equals") && policyEqual(value, operand("equals"))) || (given("notEquals") && !policyEqual(value, operand("notEquals"))) ||
           (given("in") && policyContains(operand("in"), value)) || (given("notIn") && !policyContains(operand("notIn"), value));
}

std::optional<QJsonObject> policyDenial(const State &state, const QString &id, const QString &type, const QJsonObject &body)
{
    for (const QJsonValue &one : state.policies) {
        const QJsonObject policy = one.toObject();
        if (!breaksPolicy(policy, id, type, body))
            continue;
        const QString resource = id.section(QLatin1Char('/'), -1);
        const QString name = policy.value(QLatin1String("name")).toString();
        const QString assignment = policy.value(QLatin1String("assignmentId")).toString();
        const QString definition =
            policy.value(QLatin1String("definitionId"))
                .toString(QStringLiteral("/providers/Microsoft.Authorization/policyDefinitions/%1").arg(guidFrom(qHash(name, 1), qHash(name, 2))));
        const QJsonObject info{{QStringLiteral("policyDefinitionDisplayName"), name},
                               {QStringLiteral("policyDefinitionId"), definition},
                               {QStringLiteral("policyAssignmentDisplayName"), name},
                               {QStringLiteral("policyAssignmentId"), assignment}};
        return QJsonObject{{QStringLiteral("code"), QStringLiteral("RequestDisallowedByPolicy")},
                           {QStringLiteral("target"), resource},
                           {QStringLiteral("message"), QStringLiteral("Resource '%1' was disallowed by policy. Policy: '%2'.").arg(resource, name)},
                           {QStringLiteral("additionalInfo"),
                            QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("PolicyViolation")}, {QStringLiteral("info"), info}}}}};
    }
    return std::nullopt;
}

} // namespace causeway::sandbox
