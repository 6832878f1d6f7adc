// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace causeway::sandbox::test {

//! Checks bodies against a type file (tests/data/types): members that do not exist, wrong JSON types, members that are
//! required and missing, and write-only members that come back.
class TypeCheck
{
public:
    explicit TypeCheck(QJsonArray types) : m_types(std::move(types)) {}

    //! "Microsoft.X/servers@2025-08-01"; false: the file has no such type.
    bool knows(const QString &type) const { return !resourceBody(type).isEmpty(); }
    //! Empty when the body is as documented.
    QString complaint(const QString &type, const QJsonObject &body) const { return object(resourceBody(type), body, QString(), true); }

private:
    enum Flag { Required = 1, WriteOnly = 4 };

    QJsonObject at(const QJsonValue &reference) const
    {
        return m_types.at(reference.toObject().value(QLatin1String("$ref")).toString().mid(2).toInt()).toObject();
    }

    QJsonObject resourceBody(const QString &type) const
    {
        for (const QJsonValue &one : m_types) {
            if (one.toObject().value(QLatin1String("name")).toString().compare(type, Qt::CaseInsensitive) == 0)
                return at(one.toObject().value(QLatin1String("body")));
        }
        return {};
    }

    QString object(const QJsonObject &type, const QJsonObject &body, const QString &path, bool top) const
    {
        const QJsonObject members = type.value(QLatin1String("properties")).toObject();
        for (auto it = body.begin(); it != body.end(); ++it) {
            const QString here = path + QLatin1Char('/') + it.key();
            const QJsonObject member = members.value(it.key()).toObject();
            if (member.isEmpty() && !type.contains(QLatin1String("additionalProperties")))
                return here + QStringLiteral(" is not documented");
            if (member.value(QLatin1String("flags")).toInt() & WriteOnly)
                return here + QStringLiteral(" is write-only");
            const QJsonValue kind = member.isEmpty() ? type.value(QLatin1String("additionalProperties")) : member.value(QLatin1String("type"));
            if (const QString wrong = value(at(kind), *it, here); !wrong.isEmpty())
                return wrong;
        }
        for (auto it = members.begin(); it != members.end(); ++it) {
            const int flags = it->toObject().value(QLatin1String("flags")).toInt();
            const bool ours = top && it.key() == QLatin1String("apiVersion"); // no answer has it
            if ((flags & Required) && !(flags & WriteOnly) && !ours && !body.contains(it.key()))
                return path + QLatin1Char('/') + it.key() + QStringLiteral(" is missing");
        }
        return {};
    }

    QString value(const QJsonObject &type, const QJsonValue &given, const QString &path) const
    {
        const QString kind = type.value(QLatin1String("$type")).toString();
        const auto check = [&](bool right) { return right ? QString() : path + QStringLiteral(" is no ") + kind; };
        if (given.isNull())
            return {}; // the service says null for absent
        if (kind == QLatin1String("ObjectType"))
            return given.isObject() ? object(type, given.toObject(), path, false) : check(false);
        if (kind == QLatin1String("StringType"))
            return check(given.isString());
        if (kind == QLatin1String("StringLiteralType"))
            return check(given == type.value(QLatin1String("value")));
        if (kind == QLatin1String("IntegerType"))
            return check(given.isDouble() && given.toDouble() == double(given.toInteger()));
        if (kind == QLatin1String("BooleanType"))
            return check(given.isBool());
        if (kind == QLatin1String("ArrayType"))
            return array(type, given, path);
        return kind == QLatin1String("UnionType") ? anyOf(type, given, path) : QString();
    }

    QString array(const QJsonObject &type, const QJsonValue &given, const QString &path) const
    {
        if (!given.isArray())
            return path + QStringLiteral(" is no array");
        const QJsonObject item = at(type.value(QLatin1String("itemType")));
        for (const QJsonValue &one : given.toArray()) {
            if (const QString wrong = value(item, one, path + QStringLiteral("[]")); !wrong.isEmpty())
                return wrong;
        }
        return {};
    }

    QString anyOf(const QJsonObject &type, const QJsonValue &given, const QString &path) const
    {
        for (const QJsonValue &one : type.value(QLatin1String("elements")).toArray()) {
            if (value(at(one), given, path).isEmpty())
                return {};
        }
        return path + QStringLiteral(" has a value that is not documented: ") + given.toVariant().toString();
    }

    QJsonArray m_types;
};

} // namespace causeway::sandbox::test
