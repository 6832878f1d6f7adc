// SPDX-License-Identifier: Apache-2.0
#include "domain/characters.h"

#include <algorithm>
#include <iterator>

namespace causeway {

namespace {
struct HiddenRange {
    char32_t first;
    char32_t last;
};
} // namespace

static constexpr HiddenRange hiddenRanges[] = {
    {0x0000, 0x001F}, // C0 controls
    {0x007F, 0x009F}, // DEL and C1 controls
    {0x061C, 0x061C}, // Arabic letter mark
    {0x200B, 0x200B}, // zero width space; the joiners 200C and 200D belong to scripts and emoji
    {0x200E, 0x200F}, // direction marks
    {0x2028, 0x202E}, // line and paragraph separator, embeddings and overrides
    {0x2066, 0x2069}, // isolates
    {0xD800, 0xDFFF}, // half a surrogate pair
    {0xFEFF, 0xFEFF}, // byte order mark
    {0xFFF9, 0xFFFB}, // interlinear annotation
    {0xFFFE, 0xFFFF}, // no characters
    {0xE0000, 0xE007F} // tags
};

bool isHiddenCharacter(char32_t character)
{
    return std::any_of(std::begin(hiddenRanges), std::end(hiddenRanges),
                       [=](const HiddenRange &range) { return character >= range.first && character <= range.last; });
}

char32_t nextCodePoint(QStringView text, qsizetype &index)
{
    const QChar first = text.at(index++);
    if (first.isHighSurrogate() && index < text.size() && text.at(index).isLowSurrogate())
        return QChar::surrogateToUcs4(first, text.at(index++));
    return first.unicode();
}

QString codePointName(char32_t character)
{
    return QStringLiteral("U+%1").arg(QString::number(uint(character), 16).toUpper(), 4, QLatin1Char('0'));
}

QString firstHiddenCharacter(QStringView text, bool lineBreaks)
{
    for (qsizetype i = 0; i < text.size();) {
        const char32_t character = nextCodePoint(text, i);
        const bool isBreak = character == U'\n' || character == U'\r' || character == U'\t';
        if (isHiddenCharacter(character) && !(isBreak && lineBreaks))
            return codePointName(character);
    }
    return {};
}

int utf8SequenceLength(const QByteArray &text, qsizetype at)
{
    const auto byte = [&](qsizetype i) { return i < text.size() ? uchar(text.at(i)) : uchar(0); };
    const auto follows = [&](int n, uchar low, uchar high) {
        if (byte(at + 1) < low || byte(at + 1) > high)
            return 0;
        for (int i = 2; i < n; ++i)
            if ((byte(at + i) & 0xC0) != 0x80)
                return 0;
        return n;
    };
    const uchar first = byte(at);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return follows(2, 0x80, 0xBF);
    if (first >= 0xE0 && first <= 0xEF)
        return follows(3, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    if (first >= 0xF0 && first <= 0xF4)
        return follows(4, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return 0;
}

} // namespace causeway
