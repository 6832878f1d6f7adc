// SPDX-License-Identifier: Apache-2.0
#include "session/recents.h"

#include <QSettings>

namespace causeway {

static const char kRecentSubscriptions[] = "subscriptions";

QStringList Recents::ids() const
{
    return QSettings(m_file, QSettings::IniFormat).value(QLatin1String(kRecentSubscriptions)).toStringList().mid(0, kMost);
}

void Recents::used(const QString &id)
{
    QStringList all = ids();
    all.removeAll(id);
    all.prepend(id);
    QSettings(m_file, QSettings::IniFormat).setValue(QLatin1String(kRecentSubscriptions), QStringList(all.mid(0, kMost)));
}

} // namespace causeway
