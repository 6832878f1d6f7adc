// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/currentaccount.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace causeway {

namespace {

constexpr qint64 longestChoice = 64 * 1024;

QJsonObject choicesIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.read(longestChoice)).object().value(QLatin1String("current")).toObject();
}

Result<> putChoices(const QString &path, const QJsonObject &choices)
{
    const QByteArray text = QJsonDocument(QJsonObject{{QStringLiteral("current"), choices}}).toJson();
    const bool folder = QDir().mkpath(QFileInfo(path).path()); // the vault, which comes first, makes it 0700
    QSaveFile file(path);
    if (!folder || !file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file.write(text) != text.size() || !file.commit())
        return Error::internal(QStringLiteral("CurrentAccountNotKept"), QStringLiteral("%1 cannot be written: %2").arg(path, folder ? file.errorString() : QStringLiteral("its folder cannot be made")));
    return {};
}

} // namespace

QString CurrentAccount::read() const
{
    return choicesIn(m_file).value(m_cloud).toString().left(200);
}

Result<> CurrentAccount::write(const QString &homeAccountId) const
{
    QJsonObject choices = choicesIn(m_file);
    choices.insert(m_cloud, homeAccountId);
    return putChoices(m_file, choices);
}

Result<> CurrentAccount::clear() const
{
    QJsonObject choices = choicesIn(m_file);
    if (!choices.contains(m_cloud))
        return {};
    choices.remove(m_cloud);
    return putChoices(m_file, choices);
}

Result<> CurrentAccount::forget(const QString &homeAccountId) const
{
    return read().compare(homeAccountId, Qt::CaseInsensitive) == 0 ? clear() : Result<>();
}

void CurrentAccount::clearAll() const
{
    QFile::remove(m_file);
}

} // namespace causeway
