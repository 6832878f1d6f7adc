// SPDX-License-Identifier: Apache-2.0
#include "domain/rules.h"

#include "domain/characters.h"
#include "domain/rulebook.h"
#include "domain/secretreference.h"
#include "domain/setupfields.h"

#include <QRegularExpression>

namespace causeway {

static const int textLimit = 1024; // longer than any name, id or message that Azure takes

Issues validate(const SetupSpec &spec)
{
    Issues issues;
    checkTexts(spec, issues);
    checkWhole(spec, issues);
    checkServer(spec, issues);
    checkPrivateEndpoint(spec, issues);
    checkIntegration(spec, issues);
    checkLinkedService(spec, issues);
    checkAuthentication(spec, issues);
    return issues;
}

Issues requireText(const QString &value, const QString &field)
{
    return value.trimmed().isEmpty() ? Issues{error(field, "value-required")} : Issues{};
}

Issues checkName(const QString &name, const QString &field, const NameRule &rule)
{
    if (name.isEmpty())
        return requireText(name, field);
    const QRegularExpression pattern(QRegularExpression::anchoredPattern(QString::fromLatin1(rule.pattern)), QRegularExpression::UseUnicodePropertiesOption);
    if (name.size() < rule.least || name.size() > rule.most)
        return {error(field, rule.lengthCode, {QString::number(name.size()), QString::number(rule.least), QString::number(rule.most), name})};
    if (!pattern.match(name).hasMatch())
        return {error(field, rule.patternCode, {name})};
    return {};
}

Issues checkLocation(const QString &location, const QString &field)
{
    static const QRegularExpression pattern(QStringLiteral("\\A[a-z][a-z0-9]*\\z"));
    if (location.isEmpty() || pattern.match(location).hasMatch())
        return requireText(location, field);
    QString plain = location.toLower();
    plain.remove(QRegularExpression(QStringLiteral("[^a-z0-9]")));
    return {error(field, "location-form", {location, plain.left(64)})};
}

bool isGuid(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("\\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\z"));
    return pattern.match(text).hasMatch();
}

QString setupSubscription(const SetupSpec &spec)
{
    return isGuid(spec.subscription) ? spec.subscription.toLower() : QString();
}

namespace {

//! The archive that looks at every text of a spec.
class TextWalker
{
public:
    TextWalker(QString path, Issues &issues) : m_path(std::move(path)), m_issues(issues) {}

    void operator()(const Field &field, const QString &text) { look(pathOf(field), text); }
    void operator()(const Field &field, const SecretReference &secret)
    {
        // Read from a document the form is right already; a window may put together anything.
        if (secret.kind != SecretReference::Kind::None && secretFromText(toText(secret)) != secret)
            m_issues << error(pathOf(field), "secret-form");
    }
    void operator()(const Field &field, const QStringList &texts)
    {
        for (int i = 0; i < texts.size(); ++i)
            look(QStringLiteral("%1[%2]").arg(pathOf(field)).arg(i), texts.at(i));
    }
    template <class T>
    void operator()(const Field &, const T &)
    {}
    template <class T>
    void part(const Field &field, std::optional<T> &value)
    {
        TextWalker inner(pathOf(field), m_issues);
        if (value)
            describe(inner, *value);
    }
    template <class T>
    void list(const Field &field, QList<T> &values)
    {
        for (int i = 0; i < values.size(); ++i) {
            TextWalker inner(QStringLiteral("%1[%2]").arg(pathOf(field)).arg(i), m_issues);
            describe(inner, values[i]);
        }
    }
    template <class Body>
    void group(const Field &field, bool, Body body)
    {
        TextWalker inner(pathOf(field), m_issues);
        body(inner);
    }
    void toggle(const Field &, const std::optional<bool> &) {}
    void encryption(const Field &, const LinkedServiceSpec &) {}
    void format(const Field &) {}

private:
    [[nodiscard]] QString pathOf(const Field &field) const
    {
        const QString key = QString::fromLatin1(field.key);
        return m_path.isEmpty() ? key : m_path + QLatin1Char('.') + key;
    }
    void look(const QString &path, const QString &text)
    {
        const QString hidden = firstHiddenCharacter(QStringView(text).left(textLimit));
        if (text.size() > textLimit)
            m_issues << error(path, "text-too-long", {QString::number(text.size()), QString::number(textLimit)});
        if (!hidden.isEmpty())
            m_issues << error(path, "character-not-allowed", {hidden});
        else if (text != text.trimmed())
            m_issues << error(path, "text-spaces", {QString(text).replace(QLatin1Char(' '), QChar(0x2423)).left(textLimit)});
    }

    QString m_path;
    Issues &m_issues;
};

} // namespace

void checkTexts(const SetupSpec &spec, Issues &issues)
{
    SetupSpec copy = spec;
    TextWalker walker({}, issues);
    describe(walker, copy);
}

static Issues checkSubscription(const QString &subscription, const QString &field)
{
    // "{…}" and a GUID with a digit lost are slips; any other text is a display name.
    static const QRegularExpression almost(QStringLiteral("\\A[{(]?[0-9A-Fa-f]+(-[0-9A-Fa-f]+){4}[)}]?\\z"));
    if (isGuid(subscription) || !almost.match(subscription).hasMatch())
        return {};
    QString bare = subscription;
    bare.remove(QRegularExpression(QStringLiteral("[{}()]")));
    return {error(field, "subscription-form", {subscription, isGuid(bare) ? bare.toLower() : QString()})};
}

static void checkResourceGroup(const ResourceGroupSpec &group, Issues &issues)
{
    issues << checkResourceGroupName(group.name, QStringLiteral("resourceGroup.name"));
    if (group.create || !group.location.isEmpty())
        issues << checkLocation(group.location, QStringLiteral("resourceGroup.location"));
}

void checkWhole(const SetupSpec &spec, Issues &issues)
{
    const bool isInAzure = spec.resourceGroup || spec.server || spec.privateEndpoint || spec.integration;
    if (!isInAzure && !spec.linkedService)
        issues << error({}, "setup-empty");
    if (isInAzure)
        issues << requireText(spec.subscription, QStringLiteral("subscription"));
    issues << checkSubscription(spec.subscription, QStringLiteral("subscription"));
    if (spec.resourceGroup)
        checkResourceGroup(*spec.resourceGroup, issues);
    const auto needsGroup = [&](bool needs, const char *part) {
        if (needs && !spec.resourceGroup)
            issues << error(QString::fromLatin1(part), "resource-group-missing");
    };
    needsGroup(spec.server && spec.server->id.isEmpty(), "server");
    needsGroup(spec.privateEndpoint && spec.privateEndpoint->resourceGroup.isEmpty(), "privateEndpoint.resourceGroup");
    needsGroup(spec.integration && spec.integration->resourceGroup.isEmpty(), "integration.resourceGroup");
    if (spec.privateEndpoint)
        issues << checkSubscription(spec.privateEndpoint->subscription, QStringLiteral("privateEndpoint.subscription"));
}

Issues checkResourceGroupName(const QString &name, const QString &field)
{
    return checkName(name, field, {1, 90, "[-\\w._()]*[-\\w_()]", "resource-group-length", "resource-group-characters"});
}

} // namespace causeway
