// SPDX-License-Identifier: Apache-2.0
#include "domain/secretreference.h"
#include "domain/setupdocument.h"
#include "domain/setupfields.h"
#include "domain/words.h"

#include <QByteArrayList>
#include <QJsonArray>
#include <QJsonDocument>

namespace causeway {

namespace {

//! The archive that writes a document. QJsonObject forgets the order of keys, so it writes text.
class SetupWriter
{
public:
    explicit SetupWriter(int depth = 0) : m_depth(depth) {}

    void operator()(const Field &field, const QString &value) { put(field, quoted(value), value == QLatin1String(field.omitted)); }
    void operator()(const Field &field, bool value) { put(field, value ? "true" : "false", !value); }
    void operator()(const Field &field, int value) { put(field, QByteArray::number(value), false); }
    template <class T>
    void operator()(const Field &field, const std::optional<T> &value)
    {
        if (value)
            (*this)({field.key, Need::Always, field.description}, *value);
    }
    template <class E>
        requires(std::is_enum_v<E>)
    void operator()(const Field &field, E value)
    {
        put(field, quoted(wordOf(value)), value == E{});
    }
    void operator()(const Field &field, const ResourceId &value) { (*this)(field, value.toString()); }
    void operator()(const Field &field, const SecretReference &value)
    {
        put(field, "{\"secret\": " + quoted(toText(value)) + '}', value.kind == SecretReference::Kind::None);
    }
    void operator()(const Field &field, const QStringList &value)
    {
        QByteArrayList elements;
        for (const QString &text : value)
            elements << quoted(text);
        put(field, '[' + elements.join(", ") + ']', value.isEmpty());
    }
    template <class T>
    void part(const Field &field, std::optional<T> &value)
    {
        group(field, value.has_value(), [&](SetupWriter &inner) { describe(inner, *value); });
    }
    template <class T>
    void list(const Field &field, QList<T> &value)
    {
        QByteArrayList elements;
        for (T &element : value) {
            SetupWriter inner(m_depth + 2);
            describe(inner, element);
            elements << inner.text();
        }
        put(field, '[' + margin(2) + elements.join(',' + margin(2)) + margin(1) + ']', value.isEmpty());
    }
    template <class Body>
    void group(const Field &field, bool isPresent, Body body)
    {
        SetupWriter inner(m_depth + 1);
        if (isPresent)
            body(inner);
        put({field.key, Need::Optional, field.description}, inner.text(), !isPresent);
    }
    void toggle(const Field &field, const std::optional<bool> &value)
    {
        (*this)(field, value ? *value ? QStringLiteral("Enabled") : QStringLiteral("Disabled") : QString());
    }
    void encryption(const Field &field, LinkedServiceSpec &s)
    {
        if (s.version == QLatin1String("1.0"))
            (*this)(field, s.encryptionV1);
        else
            (*this)(field, s.encryption);
    }
    void format(const Field &field) { (*this)(field, setupFormat); }

    [[nodiscard]] QByteArray text() const
    {
        return m_lines.isEmpty() ? QByteArrayLiteral("{}") : '{' + margin(1) + m_lines.join(',' + margin(1)) + margin(0) + '}';
    }

private:
    static QByteArray quoted(const QString &text)
    {
        const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
        return list.mid(1, list.size() - 2);
    }
    [[nodiscard]] QByteArray margin(int more) const { return '\n' + QByteArray(2 * (m_depth + more), ' '); }
    void put(const Field &field, const QByteArray &value, bool isAbsent)
    {
        if (!isAbsent || field.need != Need::Optional)
            m_lines << '"' + QByteArray(field.key) + "\": " + value;
    }

    int m_depth;
    QByteArrayList m_lines;
};

} // namespace

QByteArray toDocumentText(const SetupSpec &spec)
{
    SetupSpec copy = spec;
    SetupWriter writer;
    describe(writer, copy);
    return writer.text() + '\n';
}

QJsonObject toDocument(const SetupSpec &spec)
{
    return QJsonDocument::fromJson(toDocumentText(spec)).object();
}

} // namespace causeway
