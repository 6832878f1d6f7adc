// SPDX-License-Identifier: Apache-2.0
#include "text/plain.h"

#include "domain/characters.h"

namespace causeway {

QString plainText(const QString &text, int limit)
{
    QString plain;
    int count = 0;
    for (qsizetype i = 0; i < text.size(); ++count) {
        if (count == limit)
            return plain + QChar(0x2026);
        const qsizetype start = i;
        const char32_t character = nextCodePoint(text, i);
        if (character == U'\n' || character == U'\t' || character == U'\r')
            plain += QLatin1Char(' ');
        else if (isHiddenCharacter(character))
            plain += QLatin1Char('<') + codePointName(character) + QLatin1Char('>');
        else
            plain += QStringView(text).mid(start, i - start);
    }
    return plain;
}

QString filledIn(const QString &sentence, const QStringList &values, int limit)
{
    QString text;
    for (qsizetype i = 0; i < sentence.size(); ++i) {
        const bool isPlace = sentence.at(i) == QLatin1Char('%') && i + 1 < sentence.size() && sentence.at(i + 1) >= QLatin1Char('1') && sentence.at(i + 1) <= QLatin1Char('9');
        if (isPlace)
            text += plainText(values.value(sentence.at(++i).unicode() - '1'), limit);
        else
            text += sentence.at(i);
    }
    return text;
}

} // namespace causeway
