// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/template.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <algorithm>
#include <memory>
#include <optional>

namespace causeway::sandbox {

namespace {

class TemplateReader
{
public:
    TemplateReader(const QJsonObject &json, const TemplateScope &scope) : m_json(json), m_scope(scope), m_target(scope) {}

    TemplateReading read(const QJsonObject &parameters)
    {
        takeParameters(parameters);
        takeTemplate(m_json);
        const auto isGroup = [](const TemplateResource &one) { return one.type.compare(groupType, Qt::CaseInsensitive) == 0; };
        std::stable_partition(m_reading.resources.begin(), m_reading.resources.end(), isGroup);
        return m_reading;
    }

private:
    static constexpr QLatin1String groupType{"Microsoft.Resources/resourceGroups"};
    static constexpr int mostNested = 500; // documented limit of the expansion

    void takeTemplate(const QJsonObject &json)
    {
        const QJsonValue resources = json.value(QLatin1String("resources"));
        if (!json.value(QLatin1String("$schema")).isString() || !json.value(QLatin1String("contentVersion")).isString())
            return complain(QStringLiteral("The template is missing its required properties '$schema' and 'contentVersion'"));
        if (!resources.isArray() && !resources.isObject())
            return complain(QStringLiteral("The template is missing its required property 'resources'"));
        QJsonArray list = resources.toArray();
        for (const QJsonValue &one : resources.toObject()) // languageVersion 2.0: symbolic names
            list.append(one);
        for (const QJsonValue &one : std::as_const(list))
            takeResource(one.toObject(), {}, {});
    }

    void complain(const QString &text)
    {
        if (m_reading.problem.isEmpty())
            m_reading.problem = text;
    }

    void takeParameters(const QJsonObject &given)
    {
        const QJsonObject declared = m_json.value(QLatin1String("parameters")).toObject();
        for (auto it = given.begin(); it != given.end(); ++it) {
            if (!declared.contains(it.key()))
                complain(QStringLiteral("The following parameters were supplied, but do not correspond to any parameters defined in the template: '%1'")
                             .arg(it.key()));
        }
        for (auto it = declared.begin(); it != declared.end(); ++it) {
            const QJsonValue usual = it->toObject().value(QLatin1String("defaultValue"));
            const QJsonObject supplied = given.value(it.key()).toObject();
            if (supplied.contains(QLatin1String("value")))
                m_parameters.insert(it.key(), supplied.value(QLatin1String("value")));
            else if (supplied.contains(QLatin1String("reference")))
                m_parameters.insert(it.key(), QStringLiteral("[reference]"));
            else if (!usual.isUndefined())
                m_parameters.insert(it.key(), resolved(usual));
            else
                complain(QStringLiteral("The value for the template parameter '%1' is not provided").arg(it.key()));
        }
    }

    void takeResource(const QJsonObject &json, const QString &parentType, const QString &parentName)
    {
        if (json.value(QLatin1String("existing")).toBool() || resolved(json.value(QLatin1String("condition"))) == QJsonValue(false))
            return;
        QString type = json.value(QLatin1String("type")).toString();
        QString name = resolved(json.value(QLatin1String("name"))).toString();
        const QString version = json.value(QLatin1String("apiVersion")).toString();
        if (type.isEmpty() || name.isEmpty() || version.isEmpty())
            return complain(QStringLiteral("A resource is missing 'type', 'name' or 'apiVersion'"));
        if (!parentType.isEmpty()) {
            type = parentType + QLatin1Char('/') + type;
            name = parentName + QLatin1Char('/') + name;
        }
        if (type.compare(QLatin1String("Microsoft.Resources/deployments"), Qt::CaseInsensitive) == 0)
            return takeDeployment(json);
        const bool isExpression = name.startsWith(QLatin1Char('['));
        if (!isExpression && name.count(QLatin1Char('/')) != type.count(QLatin1Char('/')) - 1)
            return complain(QStringLiteral("The template resource '%1' of type '%2' has an incorrect segment length. A nested resource type must have "
                                           "identical number of segments as its "
                                           "resource name. A root resource type must have segment length one greater than its resource name")
                                .arg(name, type));
        QJsonObject body = json;
        for (const char *own : {"type", "apiVersion", "name", "dependsOn", "resources", "condition", "scope", "comments", "copy"})
            body.remove(QLatin1String(own));
        m_reading.resources.append({idOf(type, name), type, version, resolved(body).toObject()});
        for (const QJsonValue &child : json.value(QLatin1String("resources")).toArray())
            takeResource(child.toObject(), type, name);
    }

    //! A deployment inside is read in its place: it may go to another group, or to the subscription ("location" without a group).
    void takeDeployment(const QJsonObject &json)
    {
        const QJsonObject properties = json.value(QLatin1String("properties")).toObject();
        const QJsonObject nested = properties.value(QLatin1String("template")).toObject();
        const QJsonObject values = resolved(properties.value(QLatin1String("parameters"))).toObject();
        if (nested.isEmpty() || ++*m_nested > mostNested || m_level >= 8 || isOpen(values))
            return;
        const TemplateScope target = targetOf(json);
        const QString evaluated = properties.value(QLatin1String("expressionEvaluationOptions")).toObject().value(QLatin1String("scope")).toString();
        const bool inner = evaluated.compare(QLatin1String("inner"), Qt::CaseInsensitive) == 0;
        TemplateReader there(inner ? nested : m_json, inner ? target : m_scope);
        there.m_target = target;
        there.m_level = m_level + 1;
        there.m_nested = m_nested;
        there.m_reading.resources = m_reading.resources; // groups that are made on the way
        if (inner)
            there.takeParameters(values);
        else
            there.m_parameters = m_parameters;
        there.takeTemplate(nested);
        m_reading.resources = there.m_reading.resources;
        if (!there.m_reading.problem.isEmpty())
            complain(there.m_reading.problem);
    }

    TemplateScope targetOf(const QJsonObject &json)
    {
        TemplateScope target = m_target;
        if (const QString id = resolved(json.value(QLatin1String("subscriptionId"))).toString(); !id.isEmpty())
            target.subscription = id.toLower();
        target.resourceGroup = resolved(json.value(QLatin1String("resourceGroup"))).toString();
        if (target.resourceGroup.isEmpty() && !json.contains(QLatin1String("subscriptionId")) && !json.contains(QLatin1String("location")))
            target.resourceGroup = m_target.resourceGroup;
        if (target.placeOf && !target.resourceGroup.isEmpty())
            target.location = target.placeOf(target.subscription, target.resourceGroup);
        const QString id = QStringLiteral("/subscriptions/%1/resourceGroups/%2").arg(target.subscription, target.resourceGroup);
        for (const TemplateResource &one : std::as_const(m_reading.resources)) {
            if (one.id.compare(id, Qt::CaseInsensitive) == 0)
                target.location = one.body.value(QLatin1String("location")).toString();
        }
        return target;
    }

    //! Parameters that only the run will know: Azure leaves such a deployment unexpanded (NestedDeploymentShortCircuited).
    static bool isOpen(const QJsonObject &values)
    {
        return std::any_of(values.begin(), values.end(), [](const QJsonValue &one) {
            const QString text = one[QLatin1String("value")].toString();
            return text.startsWith(QLatin1Char('[')) && !text.startsWith(QLatin1String("[[")) && text.endsWith(QLatin1Char(']'));
        });
    }

    QString idOf(const QString &type, const QString &name) const { return idIn(m_target, type, name); }

    static QString idIn(const TemplateScope &scope, const QString &type, const QString &name)
    {
        QString id = QStringLiteral("/subscriptions/") + scope.subscription;
        if (type.compare(groupType, Qt::CaseInsensitive) == 0)
            return id + QStringLiteral("/resourceGroups/") + name;
        if (!scope.resourceGroup.isEmpty())
            id += QStringLiteral("/resourceGroups/") + scope.resourceGroup;
        const QStringList types = type.split(QLatin1Char('/')), names = name.split(QLatin1Char('/'));
        id += QStringLiteral("/providers/") + types.first();
        for (qsizetype at = 1; at < types.size(); ++at)
            id += QLatin1Char('/') + types[at] + QLatin1Char('/') + names.value(at - 1, name);
        return id;
    }

    //! resourceId([subscription], [group], type, name…): what comes before the type is another scope.
    [[nodiscard]] std::optional<QJsonValue> resourceId(const QJsonArray &arguments) const
    {
        QStringList words;
        for (const QJsonValue &one : arguments)
            words.append(one.toString());
        qsizetype type = 0;
        while (type < words.size() && !words[type].contains(QLatin1Char('/')))
            ++type;
        if (type > 2 || type + 1 >= words.size() || words.join(QString()).contains(QLatin1Char('[')))
            return std::nullopt;
        TemplateScope there = m_scope;
        if (type > 0)
            there.resourceGroup = words[type - 1];
        if (type > 1)
            there.subscription = words[0];
        return idIn(there, words[type], words.mid(type + 1).join(QLatin1Char('/')));
    }

    QJsonValue resolved(const QJsonValue &value)
    {
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (auto it = object.begin(); it != object.end(); ++it)
                *it = resolved(*it);
            return object;
        }
        if (value.isArray()) {
            QJsonArray array;
            for (const QJsonValue &one : value.toArray())
                array.append(resolved(one));
            return array;
        }
        const QString text = value.toString();
        if (!text.startsWith(QLatin1Char('[')) || !text.endsWith(QLatin1Char(']')))
            return value;
        if (text.startsWith(QLatin1String("[[")))
            return text.mid(1);
        m_text = text.mid(1, text.size() - 2);
        m_at = 0;
        const std::optional<QJsonValue> known = expression(0);
        return known && m_at == m_text.size() ? *known : value;
    }

    void skipBlanks()
    {
        while (m_at < m_text.size() && m_text[m_at].isSpace())
            ++m_at;
    }

    //! One expression from m_at on; nothing when a part is beyond us.
    std::optional<QJsonValue> expression(int depth)
    {
        skipBlanks();
        if (depth > 32 || ++m_steps > 20000 || m_at >= m_text.size()) // an endless template ends
            return std::nullopt;
        if (m_text[m_at] == QLatin1Char('\'')) {
            const qsizetype end = m_text.indexOf(QLatin1Char('\''), m_at + 1);
            if (end < 0)
                return std::nullopt;
            const QString literal = m_text.mid(m_at + 1, end - m_at - 1);
            m_at = end + 1;
            return literal;
        }
        static const QRegularExpression call(QStringLiteral("\\G([A-Za-z]+)\\s*\\("));
        const QRegularExpressionMatch match = call.match(m_text, m_at);
        if (!match.hasMatch())
            return std::nullopt;
        m_at = match.capturedEnd();
        QJsonArray arguments;
        for (skipBlanks(); m_at < m_text.size() && m_text[m_at] != QLatin1Char(')'); skipBlanks()) {
            const std::optional<QJsonValue> argument = expression(depth + 1);
            if (!argument)
                return std::nullopt;
            arguments.append(*argument);
            skipBlanks();
            if (m_at < m_text.size() && m_text[m_at] == QLatin1Char(','))
                ++m_at;
        }
        ++m_at;
        return members(function(match.captured(1).toLower(), arguments));
    }

    //! ".a.b" behind a call.
    std::optional<QJsonValue> members(std::optional<QJsonValue> value)
    {
        static const QRegularExpression member(QStringLiteral("\\G\\s*\\.([A-Za-z0-9_]+)"));
        for (QRegularExpressionMatch match = member.match(m_text, m_at); value && match.hasMatch(); match = member.match(m_text, m_at)) {
            value = value->toObject().value(match.captured(1));
            m_at = match.capturedEnd();
        }
        skipBlanks();
        return value;
    }

    std::optional<QJsonValue> function(const QString &name, const QJsonArray &arguments)
    {
        const QString first = arguments.first().toString();
        if (name == QLatin1String("parameters") && m_parameters.contains(first))
            return m_parameters.value(first);
        if (name == QLatin1String("variables") && m_variableDepth < 16) { // variables that name each other must end
            const QString text = m_text;
            const qsizetype at = m_at;
            ++m_variableDepth;
            const QJsonValue value = resolved(m_json.value(QLatin1String("variables")).toObject().value(first));
            --m_variableDepth;
            m_text = text;
            m_at = at;
            return value;
        }
        if (name == QLatin1String("resourcegroup"))
            return QJsonObject{{QStringLiteral("location"), m_scope.location}, {QStringLiteral("name"), m_scope.resourceGroup}};
        if (name == QLatin1String("subscription"))
            return QJsonObject{{QStringLiteral("subscriptionId"), m_scope.subscription}};
        if (name == QLatin1String("resourceid"))
            return resourceId(arguments);
        if (name == QLatin1String("tolower"))
            return first.toLower();
        if (name != QLatin1String("concat") && name != QLatin1String("format"))
            return std::nullopt;
        QString text = name == QLatin1String("format") ? first : QString();
        for (qsizetype at = 0; at < arguments.size(); ++at) {
            const QString part = arguments[at].isDouble() ? QString::number(arguments[at].toDouble()) : arguments[at].toString();
            if (name == QLatin1String("concat"))
                text += part;
            else if (at > 0)
                text.replace(QStringLiteral("{%1}").arg(at - 1), part);
        }
        return text;
    }

    QJsonObject m_json;
    TemplateScope m_scope;  // of expressions
    TemplateScope m_target; // where the resources go
    int m_level = 0;
    std::shared_ptr<int> m_nested = std::make_shared<int>(0); // deployments of the whole template
    QJsonObject m_parameters;
    TemplateReading m_reading;
    QString m_text;
    qsizetype m_at = 0;
    int m_variableDepth = 0;
    int m_steps = 0;
};

} // namespace

TemplateReading readTemplate(const QJsonObject &json, const QJsonObject &parameters, const TemplateScope &scope)
{
    return TemplateReader(json, scope).read(parameters);
}

} // namespace causeway::sandbox
