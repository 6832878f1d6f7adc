// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

namespace causeway {

//! Makes the journal's folder (0700) and an empty file (0600) in it, or looks whether those that are there are only ours: a link, or
//! what belongs to another user, is refused (InvalidInput), and a mode that lets others in is mended. Returns what was mended, in words.
Result<QStringList> claimJournalFile(const QString &path);

} // namespace causeway
