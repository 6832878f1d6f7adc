// SPDX-License-Identifier: Apache-2.0
#include "domain/jsontext.h"

#include "domain/characters.h"

#include <QJsonArray>
#include <QJsonObject>
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>

namespace causeway {

static const int jsonIssueLimit = 100;            // more findings help nobody
static const qsizetype jsonPathBudget = 8'000'000; // characters kept in paths, against long keys around many values

static const char byteOrderMark[] = "\xEF\xBB\xBF";

namespace {

class JsonScanner
{
public:
    JsonScanner(const QByteArray &text, const JsonLimits &limits) : m_text(text), m_limits(limits) {}

    JsonText read()
    {
        QJsonValue value;
        if (isReadable() && readValue(value, 0) && atEnd() && !hasErrors(m_result.issues))
            m_result.value = value;
        return std::move(m_result);
    }

private:
    bool isReadable();
    bool readValue(QJsonValue &out, int depth);
    bool readObject(QJsonValue &out, int depth);
    bool readMember(QJsonObject &object, int depth);
    bool readArray(QJsonValue &out, int depth);
    bool readString(QString &out, qsizetype limit);
    bool readEscape(QString &out);
    bool readNumber(QJsonValue &out);
    bool readWord(QJsonValue &out);
    bool atEnd();
    bool expect(char character, const char *name);
    bool syntax(const QString &expected);
    bool stop(const QString &code, const QStringList &arguments, qsizetype at);
    void find(const QString &code, const QStringList &arguments, qsizetype at);
    void remember(QHash<QString, TextPosition> &where, qsizetype at);
    TextPosition positionAt(qsizetype at);
    void skipSpace();
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text.at(m_at) : '\0'; }
    void skipDigits()
    {
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
    }

    const QByteArray &m_text;
    const JsonLimits &m_limits;
    JsonText m_result;
    QString m_path;
    qsizetype m_at = 0;
    qsizetype m_pathLengths = 0;
    int m_count = 0;
    // Positions are asked for in rising order nearly always, so that one walk through the text finds them all.
    qsizetype m_walked = 0;
    TextPosition m_walkedTo{1, 1};
};

bool JsonScanner::isReadable()
{
    if (m_text.size() > m_limits.bytes)
        return stop(QStringLiteral("json-too-large"), {QString::number(m_limits.bytes / (1024 * 1024))}, 0);
    for (qsizetype at = 0; at < m_text.size();) {
        const int length = utf8SequenceLength(m_text, at);
        if (length == 0)
            return stop(QStringLiteral("json-not-utf8"), {QString::number(at)}, at);
        at += length;
    }
    if (m_text.startsWith(byteOrderMark)) {
        m_at = 3;
        m_walked = 3;
    }
    skipSpace();
    return m_at < m_text.size() || stop(QStringLiteral("json-empty"), {}, m_at);
}

bool JsonScanner::readValue(QJsonValue &out, int depth)
{
    skipSpace();
    if (++m_count > m_limits.values)
        return stop(QStringLiteral("json-too-many-values"), {QString::number(m_limits.values)}, m_at);
    remember(m_result.values, m_at);
    switch (peek()) {
    case '{':
        return readObject(out, depth + 1);
    case '[':
        return readArray(out, depth + 1);
    case '"': {
        QString text;
        if (!readString(text, m_limits.stringLength))
            return false;
        out = text;
        return true;
    }
    default:
        return peek() == '-' || (peek() >= '0' && peek() <= '9') ? readNumber(out) : readWord(out);
    }
}

bool JsonScanner::readObject(QJsonValue &out, int depth)
{
    if (depth > m_limits.depth)
        return stop(QStringLiteral("json-too-deep"), {QString::number(m_limits.depth)}, m_at);
    QJsonObject object;
    ++m_at;
    skipSpace();
    if (peek() == '}') {
        ++m_at;
        out = object;
        return true;
    }
    for (;;) {
        if (!readMember(object, depth))
            return false;
        skipSpace();
        if (peek() != ',')
            break;
        ++m_at;
    }
    if (!expect('}', "',' or '}'"))
        return false;
    out = object;
    return true;
}

bool JsonScanner::readMember(QJsonObject &object, int depth)
{
    skipSpace();
    const qsizetype keyAt = m_at;
    if (peek() != '"')
        return syntax(QStringLiteral("a key in quotation marks"));
    QString key;
    if (!readString(key, m_limits.keyLength))
        return false;
    const qsizetype outer = m_path.size();
    if (!m_path.isEmpty())
        m_path += QLatin1Char('.');
    m_path += key;
    const bool isTwice = object.contains(key);
    if (isTwice)
        find(QStringLiteral("duplicate-key"), {key}, keyAt);
    else
        remember(m_result.keys, keyAt);
    skipSpace();
    QJsonValue value;
    if (!expect(':', "':'") || !readValue(value, depth))
        return false;
    if (!isTwice)
        object.insert(key, value);
    m_path.truncate(outer);
    return true;
}

bool JsonScanner::readArray(QJsonValue &out, int depth)
{
    if (depth > m_limits.depth)
        return stop(QStringLiteral("json-too-deep"), {QString::number(m_limits.depth)}, m_at);
    QJsonArray array;
    ++m_at;
    skipSpace();
    if (peek() == ']') {
        ++m_at;
        out = array;
        return true;
    }
    const qsizetype outer = m_path.size();
    for (;;) {
        m_path += QStringLiteral("[%1]").arg(array.size());
        QJsonValue value;
        if (!readValue(value, depth))
            return false;
        m_path.truncate(outer);
        array.append(value);
        skipSpace();
        if (peek() != ',')
            break;
        ++m_at;
    }
    if (!expect(']', "',' or ']'"))
        return false;
    out = array;
    return true;
}

bool JsonScanner::readString(QString &out, qsizetype limit)
{
    const qsizetype start = m_at++;
    while (m_at < m_text.size() && peek() != '"') {
        if (peek() == '\\') {
            if (!readEscape(out))
                return false;
        } else {
            const int length = utf8SequenceLength(m_text, m_at);
            out += QString::fromUtf8(m_text.constData() + m_at, length);
            m_at += length;
        }
        if (out.size() > limit)
            return stop(QStringLiteral("json-string-too-long"), {QString::number(limit)}, start);
    }
    if (m_at >= m_text.size())
        return syntax(QStringLiteral("'\"'"));
    ++m_at;
    const QString hidden = firstHiddenCharacter(out, m_limits.lineBreaks);
    if (!hidden.isEmpty())
        find(QStringLiteral("character-not-allowed"), {hidden}, start);
    return true;
}

bool JsonScanner::readEscape(QString &out)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    ++m_at;
    const char *letter = peek() == '\0' ? nullptr : strchr(letters, peek());
    if (letter) {
        out += QLatin1Char(meanings[letter - letters]);
        ++m_at;
        return true;
    }
    bool isHex = false;
    const QByteArray digits = m_text.mid(m_at + 1, 4);
    const ushort unit = digits.toUShort(&isHex, 16);
    const bool isUnit = peek() == 'u' && digits.size() == 4 && isHex && std::all_of(digits.begin(), digits.end(), isxdigit);
    if (!isUnit)
        return syntax(QStringLiteral("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000"));
    out += QChar(unit);
    m_at += 5;
    return true;
}

bool JsonScanner::readNumber(QJsonValue &out)
{
    const qsizetype start = m_at;
    if (peek() == '-')
        ++m_at;
    const bool startsWithZero = peek() == '0';
    const qsizetype digits = m_at;
    skipDigits();
    if (m_at == digits)
        return peek() == 'I' ? readWord(out) : syntax(QStringLiteral("a digit"));
    if (startsWithZero && m_at - digits > 1) {
        m_at = digits + 1;
        return syntax(QStringLiteral("no digit behind a leading 0"));
    }
    bool isInteger = true;
    const auto part = [&] {
        isInteger = false;
        const qsizetype from = m_at;
        skipDigits();
        return m_at > from;
    };
    if (peek() == '.' && (++m_at, !part()))
        return syntax(QStringLiteral("a digit"));
    if (peek() == 'e' || peek() == 'E') {
        ++m_at;
        if (peek() == '+' || peek() == '-')
            ++m_at;
        if (!part())
            return syntax(QStringLiteral("a digit"));
    }
    const QByteArray token = m_text.mid(start, m_at - start);
    bool fits = false;
    if (isInteger) {
        const qint64 number = token.toLongLong(&fits);
        out = QJsonValue(number);
    } else {
        const double number = token.toDouble(&fits);
        fits = fits && std::isfinite(number);
        out = QJsonValue(number);
    }
    if (!fits) {
        out = QJsonValue(0);
        find(QStringLiteral("number-range"), {QString::fromLatin1(token.left(64))}, start);
    }
    return true;
}

bool JsonScanner::readWord(QJsonValue &out)
{
    const qsizetype start = m_at;
    while (isalpha(uchar(peek())))
        ++m_at;
    const QByteArray word = m_text.mid(start, m_at - start);
    if (word == "true" || word == "false")
        out = word == "true";
    else if (word == "null")
        out = QJsonValue();
    else if (word == "NaN" || word == "Infinity")
        find(QStringLiteral("number-range"), {QString::fromLatin1(word)}, start);
    else {
        m_at = start;
        return syntax(QStringLiteral("a value"));
    }
    return true;
}

bool JsonScanner::atEnd()
{
    skipSpace();
    return m_at >= m_text.size() || syntax(QStringLiteral("the end of the file"));
}

bool JsonScanner::expect(char character, const char *name)
{
    if (peek() != character || m_at >= m_text.size())
        return syntax(QString::fromLatin1(name));
    ++m_at;
    return true;
}

bool JsonScanner::syntax(const QString &expected)
{
    QString found = QStringLiteral("the end of the file");
    if (m_at < m_text.size())
        found = QLatin1Char('\'') + QString::fromUtf8(m_text.constData() + m_at, utf8SequenceLength(m_text, m_at)) + QLatin1Char('\'');
    return stop(QStringLiteral("json-syntax"), {found, expected}, m_at);
}

bool JsonScanner::stop(const QString &code, const QStringList &arguments, qsizetype at)
{
    find(code, arguments, at);
    return false;
}

void JsonScanner::find(const QString &code, const QStringList &arguments, qsizetype at)
{
    if (m_result.issues.size() >= jsonIssueLimit)
        return;
    const TextPosition position = positionAt(at);
    m_result.issues << Issue{m_path, code, Severity::Error, arguments, position.line, position.column};
}

void JsonScanner::remember(QHash<QString, TextPosition> &where, qsizetype at)
{
    m_pathLengths += m_path.size() + 1;
    if (m_pathLengths <= jsonPathBudget && !where.contains(m_path))
        where.insert(m_path, positionAt(at));
}

TextPosition JsonScanner::positionAt(qsizetype at)
{
    if (at < m_walked) {
        m_walked = 0;
        m_walkedTo = {1, m_text.startsWith(byteOrderMark) ? 0 : 1};
    }
    for (; m_walked < at && m_walked < m_text.size(); ++m_walked) {
        const uchar byte = uchar(m_text.at(m_walked));
        if (byte == '\n')
            m_walkedTo = {m_walkedTo.line + 1, 1};
        else if ((byte & 0xC0) != 0x80)
            ++m_walkedTo.column;
    }
    return m_walkedTo;
}

void JsonScanner::skipSpace()
{
    while (m_at < m_text.size() && strchr(" \t\r\n", m_text.at(m_at)) && m_text.at(m_at) != '\0')
        ++m_at;
}

//! "a.b[2].c" → "a.b[2]" → "a.b" → "a" → ""
QString aroundPath(const QString &path)
{
    return path.left(std::max(path.lastIndexOf(QLatin1Char('.')), std::max(qsizetype(0), path.lastIndexOf(QLatin1Char('[')))));
}

} // namespace

TextPosition JsonText::positionOf(const QString &path) const
{
    for (QString around = path; !around.isEmpty(); around = aroundPath(around))
        if (values.contains(around))
            return values.value(around);
    return values.value(QString(), {1, 1});
}

TextPosition JsonText::positionOfKey(const QString &path) const
{
    return keys.contains(path) ? keys.value(path) : positionOf(path);
}

JsonText readJson(const QByteArray &utf8, const JsonLimits &limits)
{
    return JsonScanner(utf8, limits).read();
}

} // namespace causeway
