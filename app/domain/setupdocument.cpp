// SPDX-License-Identifier: Apache-2.0
#include "domain/setupdocument.h"

#include "domain/secretreference.h"
#include "domain/setupfields.h"
#include "domain/suggestion.h"
#include "domain/words.h"

#include <QJsonArray>
#include <algorithm>
#include <cmath>
#include <limits>

namespace causeway {

static const int suggestionLimit = 64; // a longer key or word was no slip of the pen

static QString jsonTypeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null: return QStringLiteral("null");
    case QJsonValue::Bool: return QStringLiteral("boolean");
    case QJsonValue::Double: return QStringLiteral("number");
    case QJsonValue::String: return QStringLiteral("string");
    case QJsonValue::Array: return QStringLiteral("list");
    case QJsonValue::Object: return QStringLiteral("object");
    case QJsonValue::Undefined: break;
    }
    return QStringLiteral("nothing");
}

namespace {

//! The archive that fills a spec from one object of the document.
class SetupReader
{
public:
    SetupReader(QJsonObject object, QString path, const JsonText &text, Issues &issues)
        : m_object(std::move(object)), m_path(std::move(path)), m_text(text), m_issues(issues)
    {}

    void operator()(const Field &field, QString &out)
    {
        if (const QJsonValue value = take(field, QJsonValue::String, "string"); !value.isUndefined())
            out = value.toString();
    }
    void operator()(const Field &field, bool &out)
    {
        if (const QJsonValue value = take(field, QJsonValue::Bool, "boolean"); !value.isUndefined())
            out = value.toBool();
    }
    void operator()(const Field &field, int &out)
    {
        if (const QJsonValue value = take(field, QJsonValue::Double, "integer"); !value.isUndefined())
            readInteger(field, value.toDouble(), out);
    }
    template <class T>
        requires(std::is_same_v<T, int> || std::is_same_v<T, bool>)
    void operator()(const Field &field, std::optional<T> &out)
    {
        if (!m_object.contains(key(field)))
            return know(field);
        out.emplace();
        (*this)(field, *out);
    }
    template <class E>
        requires(std::is_enum_v<E>)
    void operator()(const Field &field, E &out)
    {
        QString word;
        (*this)(field, word);
        if (m_object.value(key(field)).isString())
            out = readWord(field, word, fromWord<E>(word), allWords<E>(), out);
    }
    void operator()(const Field &field, ResourceId &out)
    {
        QString text;
        (*this)(field, text);
        if (text.isEmpty())
            return;
        if (auto id = ResourceId::parse(text, *field.resourceType))
            out = *id;
        else
            find(pathOf(field), QStringLiteral("resource-id"), {text, *field.resourceType, id.error().message});
    }
    void operator()(const Field &field, SecretReference &out)
    {
        know(field);
        const QJsonValue value = m_object.value(key(field));
        if (value.isUndefined())
            return;
        const QJsonObject object = value.toObject();
        const auto reference = secretFromText(object.value(QStringLiteral("secret")).toString());
        // Nothing of what stands here is shown: it may be the secret itself.
        if (!value.isObject())
            find(pathOf(field), QStringLiteral("secret-plain"));
        else if (object.size() != 1 || !reference)
            find(pathOf(field), QStringLiteral("secret-form"));
        else
            out = *reference;
    }
    void operator()(const Field &field, QStringList &out)
    {
        const QJsonArray array = take(field, QJsonValue::Array, "list of strings").toArray();
        for (int i = 0; i < array.size(); ++i) {
            if (array.at(i).isString())
                out << array.at(i).toString();
            else
                wrongType(elementPath(field, i), "string", array.at(i));
        }
    }
    template <class T>
    void part(const Field &field, std::optional<T> &out)
    {
        if (const QJsonValue value = take(field, QJsonValue::Object, "object"); !value.isUndefined())
            readObject(value.toObject(), pathOf(field), [&](SetupReader &inner) { describe(inner, out.emplace()); });
    }
    template <class T>
    void list(const Field &field, QList<T> &out)
    {
        const QJsonArray array = take(field, QJsonValue::Array, "list of objects").toArray();
        for (int i = 0; i < array.size(); ++i) {
            T element;
            if (array.at(i).isObject())
                readObject(array.at(i).toObject(), elementPath(field, i), [&](SetupReader &inner) { describe(inner, element); });
            else
                wrongType(elementPath(field, i), "object", array.at(i));
            out << element;
        }
    }
    template <class Body>
    void group(const Field &field, bool, Body body)
    {
        if (const QJsonValue value = take(field, QJsonValue::Object, "object"); !value.isUndefined())
            readObject(value.toObject(), pathOf(field), body);
    }
    void toggle(const Field &field, std::optional<bool> &out)
    {
        QString word;
        (*this)(field, word);
        const QStringList words{QStringLiteral("Disabled"), QStringLiteral("Enabled")};
        if (m_object.value(key(field)).isString())
            out = readWord(field, word, words.contains(word) ? std::optional<bool>(word == words.last()) : std::nullopt, words, false);
    }
    void encryption(const Field &field, LinkedServiceSpec &s)
    {
        if (s.version == QLatin1String("1.0"))
            (*this)(field, s.encryptionV1);
        else
            (*this)(field, s.encryption);
    }
    void format(const Field &field)
    {
        m_known << QStringLiteral("$schema"); // editors look for it; it says nothing to us
        int found = setupFormat;
        (*this)(field, found);
        if (found > setupFormat)
            find(pathOf(field), QStringLiteral("format-newer"), {QString::number(found), QString::number(setupFormat)});
        else if (found < setupFormat)
            find(pathOf(field), QStringLiteral("format-unknown"), {QString::number(found), QString::number(setupFormat)});
    }
    //! To be called when everything has been read.
    void refuseUnknownKeys()
    {
        for (auto it = m_object.begin(); it != m_object.end(); ++it)
            if (!m_known.contains(it.key()))
                unknownKey(it.key());
    }

private:
    static QString key(const Field &field) { return QString::fromLatin1(field.key); }
    [[nodiscard]] QString pathOf(const QString &name) const { return m_path.isEmpty() ? name : m_path + QLatin1Char('.') + name; }
    [[nodiscard]] QString pathOf(const Field &field) const { return pathOf(key(field)); }
    [[nodiscard]] QString elementPath(const Field &field, int index) const { return QStringLiteral("%1[%2]").arg(pathOf(field)).arg(index); }
    void know(const Field &field) { m_known << key(field); }

    //! The value of the key when it is there and of the type; Undefined otherwise.
    QJsonValue take(const Field &field, QJsonValue::Type type, const char *typeName)
    {
        know(field);
        const QJsonValue value = m_object.value(key(field));
        if (value.isUndefined() && field.need == Need::Required)
            find(m_path, QStringLiteral("missing-key"), {key(field)});
        if (value.isUndefined() || value.type() == type)
            return value;
        wrongType(pathOf(field), typeName, value);
        return QJsonValue(QJsonValue::Undefined);
    }
    template <class Body>
    void readObject(const QJsonObject &object, const QString &path, Body body)
    {
        SetupReader inner(object, path, m_text, m_issues);
        body(inner);
        inner.refuseUnknownKeys();
    }
    void readInteger(const Field &field, double number, int &out)
    {
        const bool fits = std::abs(number) <= std::numeric_limits<int>::max();
        if (number != std::floor(number))
            find(pathOf(field), QStringLiteral("wrong-type"), {QStringLiteral("integer"), QStringLiteral("number with decimals")});
        else if (!fits)
            find(pathOf(field), QStringLiteral("number-range"), {QString::number(number, 'g', 17)});
        else
            out = int(number);
    }
    template <class T>
    T readWord(const Field &field, const QString &word, std::optional<T> value, const QStringList &words, T otherwise)
    {
        if (value)
            return *value;
        find(pathOf(field), QStringLiteral("unknown-word"), {word, words.join(QStringLiteral(", ")), nearestWord(word.left(suggestionLimit), words)});
        return otherwise;
    }
    void wrongType(const QString &path, const char *expected, const QJsonValue &got)
    {
        find(path, QStringLiteral("wrong-type"), {QString::fromLatin1(expected), jsonTypeName(got)});
    }
    void unknownKey(const QString &name)
    {
        // The marks of a server in a virtual network of its own; Private Link cannot reach it (article 002).
        static const QStringList injected{QStringLiteral("delegatedSubnetResourceId"), QStringLiteral("privateDnsZoneArmResourceId"),
                                          QStringLiteral("delegatedSubnet"), QStringLiteral("virtualNetwork")};
        const bool isServer = m_path == QLatin1String("server") || m_path == QLatin1String("server.create");
        const TextPosition position = m_text.positionOfKey(pathOf(name));
        QStringList known = m_known;
        known.removeAll(QStringLiteral("$schema"));
        Issue issue{pathOf(name), QStringLiteral("unknown-key"), Severity::Error,
                    {name, nearestWord(name.left(suggestionLimit), known), known.join(QStringLiteral(", "))}, position.line, position.column};
        if (isServer && injected.contains(name))
            issue.code = QStringLiteral("server-injected");
        m_issues << issue;
    }
    void find(const QString &path, const QString &code, const QStringList &arguments = {})
    {
        const TextPosition position = m_text.positionOf(path);
        m_issues << Issue{path, code, Severity::Error, arguments, position.line, position.column};
    }

    QJsonObject m_object;
    QString m_path;
    const JsonText &m_text;
    Issues &m_issues;
    QStringList m_known;
};

} // namespace

//! As a reader meets them; findings without a place come first.
static void sortByPlace(Issues &issues)
{
    std::stable_sort(issues.begin(), issues.end(), [](const Issue &a, const Issue &b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
}

ParsedSetup parseSetup(const QByteArray &utf8)
{
    ParsedSetup parsed;
    parsed.text = readJson(utf8);
    parsed.issues = parsed.text.issues;
    if (!parsed.text.value)
        return parsed;
    if (!parsed.text.value->isObject()) {
        const TextPosition position = parsed.text.positionOf({});
        parsed.issues << Issue{{}, QStringLiteral("wrong-type"), Severity::Error,
                               {QStringLiteral("object"), jsonTypeName(*parsed.text.value)}, position.line, position.column};
        return parsed;
    }
    SetupSpec spec;
    SetupReader reader(parsed.text.value->toObject(), {}, parsed.text, parsed.issues);
    describe(reader, spec);
    reader.refuseUnknownKeys();
    // A newer format may word everything differently: nothing else that was found says anything.
    const auto newer = std::find_if(parsed.issues.cbegin(), parsed.issues.cend(), [](const Issue &issue) { return issue.code == QLatin1String("format-newer"); });
    if (newer != parsed.issues.cend())
        parsed.issues = Issues{Issue(*newer)};
    sortByPlace(parsed.issues);
    if (!hasErrors(parsed.issues))
        parsed.spec = spec;
    return parsed;
}

Issues located(Issues issues, const ParsedSetup &parsed)
{
    for (Issue &issue : issues) {
        const TextPosition position = parsed.text.positionOf(issue.field);
        issue.line = position.line;
        issue.column = position.column;
    }
    sortByPlace(issues);
    return issues;
}

} // namespace causeway
