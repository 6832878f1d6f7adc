// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringView>

namespace causeway {

//! Characters that have no place in a name or a message: controls, bidirectional marks and overrides, invisible
//! ones and halves of surrogate pairs. They make a text look like another (CVE-2021-42574).
bool isHiddenCharacter(char32_t character);

//! The first hidden character as "U+202E"; empty when there is none. Line breaks and tabs count unless `lineBreaks`.
QString firstHiddenCharacter(QStringView text, bool lineBreaks = false);

//! "U+202E"
QString codePointName(char32_t character);

//! The code point at `index`, which moves on behind it; half a surrogate pair stands for itself.
char32_t nextCodePoint(QStringView text, qsizetype &index);

//! Length in bytes of the UTF-8 sequence at `at`; 0 when there is none (RFC 3629: no overlong forms, no surrogates).
int utf8SequenceLength(const QByteArray &text, qsizetype at);

} // namespace causeway
