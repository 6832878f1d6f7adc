// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace causeway {

//! The one of `words` that was probably meant: equal but for case, or at most a third of its letters away. Empty: none.
QString nearestWord(const QString &word, const QStringList &words);

} // namespace causeway
