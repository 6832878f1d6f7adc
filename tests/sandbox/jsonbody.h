// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace causeway::sandbox::test {

inline QString text(const char *ascii) { return QString::fromLatin1(ascii); }
inline QJsonObject object(const QByteArray &json) { return QJsonDocument::fromJson(json).object(); }

//! Sets or (with Undefined) takes away a member by dotted path.
inline QJsonObject with(QJsonObject body, const QString &path, const QJsonValue &value)
{
    const qsizetype dot = path.indexOf(u'.');
    if (dot < 0 && value.isUndefined())
        body.remove(path);
    else if (dot < 0)
        body.insert(path, value);
    else
        body.insert(path.left(dot), with(body.value(path.left(dot)).toObject(), path.mid(dot + 1), value));
    return body;
}

inline QJsonValue at(const QJsonObject &body, const char *path)
{
    QJsonValue value = body;
    for (const QString &name : QString::fromLatin1(path).split(u'.'))
        value = value.toObject().value(name);
    return value;
}

} // namespace causeway::sandbox::test
