// SPDX-License-Identifier: Apache-2.0
#include "tests/domain/documents.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace causeway::test {

QByteArray example(const QString &name)
{
    QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/%1.json").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no %s", qPrintable(file.fileName()));
    return file.readAll();
}

QJsonObject exampleObject(const QString &name)
{
    return QJsonDocument::fromJson(example(name)).object();
}

static QJsonValue editedAt(const QJsonValue &around, const QStringList &path, const QJsonValue &value)
{
    if (path.isEmpty())
        return value;
    if (path.first().startsWith(QLatin1Char('#'))) {
        QJsonArray array = around.toArray();
        const int index = path.first().mid(1).toInt();
        const QJsonValue element = editedAt(array.at(index), path.mid(1), value);
        if (index < array.size())
            array.replace(index, element);
        else
            array.append(element);
        return array;
    }
    QJsonObject object = around.toObject();
    const bool isRemoval = path.size() == 1 && value.isNull();
    if (isRemoval)
        object.remove(path.first());
    else
        object.insert(path.first(), editedAt(object.value(path.first()), path.mid(1), value));
    return object;
}

QJsonObject edited(QJsonObject object, const QByteArray &edits)
{
    QJsonParseError error;
    const QJsonObject changes = QJsonDocument::fromJson(edits.isEmpty() ? "{}" : edits, &error).object();
    if (error.error != QJsonParseError::NoError)
        qFatal("bad edits: %s", edits.constData());
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        const QString path = QString(it.key()).replace(QRegularExpression(QStringLiteral("\\[(\\d+)\\]")), QStringLiteral(".#\\1"));
        object = editedAt(object, path.split(QLatin1Char('.')), it.value()).toObject();
    }
    return object;
}

} // namespace causeway::test
