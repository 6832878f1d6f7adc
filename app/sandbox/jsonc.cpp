// SPDX-License-Identifier: Apache-2.0
#include "sandbox/jsonc.h"

#include <QJsonDocument>

namespace causeway::sandbox {

namespace {

bool nameBegin(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

//! Rewrites the lenient form into strict JSON, copying what it does not know: the strict parser then complains about it.
class LenientJson
{
public:
    explicit LenientJson(const QByteArray &text) : m_text(text) {}

    QByteArray strict()
    {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"' || c == '\'')
                copyString(c);
            else if (skipComment())
                continue;
            else if (nameBegin(c))
                copyWord();
            else
                copyPlain(c);
        }
        return m_out;
    }

private:
    void copyString(char quote)
    {
        m_out += '"';
        for (++m_at; m_at < m_text.size() && m_text[m_at] != quote; ++m_at) {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size())
                m_out += m_text[m_at++];
            m_out += m_text[m_at];
        }
        m_out += '"';
        ++m_at;
    }

    bool skipComment()
    {
        const QByteArray mark = m_text.mid(m_at, 2);
        if (mark != "//" && mark != "/*")
            return false;
        const QByteArray closing = mark == "//" ? QByteArray("\n") : QByteArray("*/");
        const qsizetype end = m_text.indexOf(closing, m_at + 2);
        m_at = end < 0 ? m_text.size() : end + closing.size();
        m_out += ' ';
        return true;
    }

    void copyWord() // true, false, null, or a name without quotes
    {
        const qsizetype begin = m_at;
        while (m_at < m_text.size() && (nameBegin(m_text[m_at]) || (m_text[m_at] >= '0' && m_text[m_at] <= '9')))
            ++m_at;
        const QByteArray word = m_text.mid(begin, m_at - begin);
        qsizetype next = m_at;
        while (next < m_text.size() && QByteArrayView(" \t\r\n").contains(m_text[next]))
            ++next;
        m_out += next < m_text.size() && m_text[next] == ':' ? '"' + word + '"' : word;
    }

    void copyPlain(char c)
    {
        if (c == '}' || c == ']') { // a comma before it goes
            qsizetype last = m_out.size();
            while (last > 0 && QByteArrayView(" \t\r\n").contains(m_out[last - 1]))
                --last;
            if (last > 0 && m_out[last - 1] == ',')
                m_out[last - 1] = ' ';
        }
        m_out += c;
        ++m_at;
    }

    QByteArray m_text;
    QByteArray m_out;
    qsizetype m_at = 0;
};

} // namespace

std::optional<QJsonObject> objectFromBody(const QByteArray &body, QString *error)
{
    QJsonParseError problem;
    QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    if (problem.error != QJsonParseError::NoError) {
        QJsonParseError second;
        document = QJsonDocument::fromJson(LenientJson(body).strict(), &second);
        if (second.error != QJsonParseError::NoError) {
            *error = QStringLiteral("%1 at offset %2").arg(problem.errorString()).arg(problem.offset);
            return std::nullopt;
        }
    }
    if (!document.isObject()) {
        *error = QStringLiteral("the body is not a JSON object");
        return std::nullopt;
    }
    return document.object();
}

} // namespace causeway::sandbox
