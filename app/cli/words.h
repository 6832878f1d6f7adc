// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <chrono>
#include <string>

#ifndef CAUSEWAY_VERSION
#define CAUSEWAY_VERSION "0.1.0"
#endif

namespace causeway {

//! "1 change", "3 changes".
inline QString counted(qsizetype count, const char *one, const char *many)
{
    return QStringLiteral("%1 %2").arg(count).arg(QLatin1String(count == 1 ? one : many));
}

//! "0:42", "12:05": minutes and seconds for the left edge of a progress line.
inline QString minutesAndSeconds(std::chrono::milliseconds time)
{
    const qint64 seconds = (time.count() + 500) / 1000;
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

} // namespace causeway
