// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace causeway {

//! Untrusted text for people: one line, at most `limit` characters and then "…", hidden characters as "<U+202E>".
QString plainText(const QString &text, int limit = 200);

//! Puts the values, made plain, in the places %1 … %9 of a sentence. A value that looks like a place stays as it is.
QString filledIn(const QString &sentence, const QStringList &values, int limit = 200);

} // namespace causeway
