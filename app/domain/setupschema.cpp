// SPDX-License-Identifier: Apache-2.0
#include "domain/setupdocument.h"
#include "domain/setupfields.h"
#include "domain/words.h"

#include <QJsonArray>

namespace causeway {

namespace {

//! The archive that makes the JSON Schema of one object.
class SchemaWriter
{
public:
    void operator()(const Field &field, QString &) { put(field, {{QStringLiteral("type"), QStringLiteral("string")}}); }
    void operator()(const Field &field, bool &) { put(field, {{QStringLiteral("type"), QStringLiteral("boolean")}}); }
    void operator()(const Field &field, int &) { put(field, {{QStringLiteral("type"), QStringLiteral("integer")}}); }
    template <class T>
    void operator()(const Field &field, std::optional<T> &)
    {
        T value{};
        (*this)(field, value);
    }
    template <class E>
        requires(std::is_enum_v<E>)
    void operator()(const Field &field, E &)
    {
        put(field, words(allWords<E>()));
    }
    void operator()(const Field &field, ResourceId &)
    {
        put(field, {{QStringLiteral("type"), QStringLiteral("string")},
                    {QStringLiteral("pattern"), QStringLiteral("^(/subscriptions/.+/providers/.+)?$")}});
    }
    void operator()(const Field &field, SecretReference &)
    {
        put(field, {{QStringLiteral("$ref"), QStringLiteral("#/$defs/secret")}});
    }
    void operator()(const Field &field, QStringList &)
    {
        put(field, {{QStringLiteral("type"), QStringLiteral("array")},
                    {QStringLiteral("items"), QJsonObject{{QStringLiteral("type"), QStringLiteral("string")}}}});
    }
    template <class T>
    void part(const Field &field, std::optional<T> &)
    {
        T value;
        group(field, true, [&](SchemaWriter &inner) { describe(inner, value); });
    }
    template <class T>
    void list(const Field &field, QList<T> &)
    {
        T element;
        SchemaWriter inner;
        describe(inner, element);
        put(field, {{QStringLiteral("type"), QStringLiteral("array")}, {QStringLiteral("items"), inner.object()}});
    }
    template <class Body>
    void group(const Field &field, bool, Body body)
    {
        SchemaWriter inner;
        body(inner);
        put(field, inner.object());
    }
    void toggle(const Field &field, std::optional<bool> &) { put(field, words({QStringLiteral("Disabled"), QStringLiteral("Enabled")})); }
    void encryption(const Field &field, LinkedServiceSpec &) { put(field, words(allWords<EncryptionMethod>() + allWords<EncryptionMethodV1>())); }
    void format(const Field &field)
    {
        m_properties.insert(QStringLiteral("$schema"), QJsonObject{{QStringLiteral("type"), QStringLiteral("string")}});
        put(field, {{QStringLiteral("const"), setupFormat}});
    }

    [[nodiscard]] QJsonObject object() const
    {
        QJsonObject schema{{QStringLiteral("type"), QStringLiteral("object")},
                           {QStringLiteral("additionalProperties"), false},
                           {QStringLiteral("properties"), m_properties}};
        if (!m_required.isEmpty())
            schema.insert(QStringLiteral("required"), m_required);
        return schema;
    }

private:
    static QJsonObject words(const QStringList &list)
    {
        return {{QStringLiteral("enum"), QJsonArray::fromStringList(list)}};
    }
    void put(const Field &field, QJsonObject schema)
    {
        const QString key = QString::fromLatin1(field.key);
        schema.insert(QStringLiteral("description"), QString::fromLatin1(field.description));
        m_properties.insert(key, schema);
        if (field.need == Need::Required)
            m_required.append(key);
    }

    QJsonObject m_properties;
    QJsonArray m_required;
};

//! Walks the properties of a schema; secrets are fields, not objects.
void listSchemaFields(const QJsonObject &schema, const QString &path, QStringList &fields)
{
    const QJsonObject items = schema.value(QStringLiteral("items")).toObject();
    if (items.contains(QStringLiteral("properties")))
        listSchemaFields(items, path + QStringLiteral("[]"), fields);
    const QJsonObject properties = schema.value(QStringLiteral("properties")).toObject();
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        if (it.key() == QLatin1String("$schema"))
            continue;
        const QString field = path.isEmpty() ? it.key() : path + QLatin1Char('.') + it.key();
        fields << field;
        listSchemaFields(it->toObject(), field, fields);
    }
}

} // namespace

QJsonObject setupSchema()
{
    SetupSpec spec;
    SchemaWriter writer;
    describe(writer, spec);
    QJsonObject schema = writer.object();
    schema.insert(QStringLiteral("$schema"), QStringLiteral("https://json-schema.org/draft/2020-12/schema"));
    schema.insert(QStringLiteral("title"), QStringLiteral("Causeway setup"));
    schema.insert(QStringLiteral("description"),
                  QStringLiteral("What is wanted of a private road between Data Factory and an Azure Database for PostgreSQL flexible server. "
                                 "Every part may be left out. A secret is never a value, but says where the value comes from."));
    const QJsonObject secret{{QStringLiteral("type"), QStringLiteral("string")},
                             {QStringLiteral("pattern"), QStringLiteral("^(prompt|generate|env:.+|keychain:.+|keyvault:.+/.+)$")}};
    const QJsonObject reference{{QStringLiteral("type"), QStringLiteral("object")},
                                {QStringLiteral("title"), QStringLiteral("Secret reference")},
                                {QStringLiteral("additionalProperties"), false},
                                {QStringLiteral("required"), QJsonArray{QStringLiteral("secret")}},
                                {QStringLiteral("properties"), QJsonObject{{QStringLiteral("secret"), secret}}}};
    schema.insert(QStringLiteral("$defs"), QJsonObject{{QStringLiteral("secret"), reference}});
    return schema;
}

QStringList setupFields()
{
    QStringList fields;
    listSchemaFields(setupSchema(), {}, fields);
    return fields;
}

} // namespace causeway
