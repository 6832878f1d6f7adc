// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/loopbackrequest.h"

#include <QList>
#include <algorithm>

namespace causeway {

namespace {

constexpr qsizetype longestHead = 64 * 1024;   // cookies of everything else that runs on localhost come along
constexpr qsizetype longestTarget = 32 * 1024; // codes have some 2 KiB
constexpr qint64 longestBody = 64 * 1024;

bool isToken(const QByteArray &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return isalnum(uchar(c)) || c == '-' || c == '_'; });
}

bool isPlain(const QByteArray &text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return (uchar(c) < 0x20 && c != '\t') || c == 0x7f; });
}

} // namespace

std::optional<int> LoopbackReader::take(const QByteArray &bytes)
{
    const qsizetype seen = std::max<qsizetype>(0, m_buffer.size() - 3);
    m_buffer += bytes;
    if (m_bodyStart < 0) {
        const qsizetype end = m_buffer.indexOf("\r\n\r\n", seen);
        if (end < 0 && m_buffer.size() <= longestHead)
            return std::nullopt;
        if (end < 0 || end > longestHead)
            return m_buffer.left(longestTarget).contains('\n') ? 431 : 414;
        if (const int refused = readHead(m_buffer.left(end)))
            return refused;
        m_bodyStart = end + 4;
    }
    const qint64 wanted = std::max<qint64>(m_length, 0);
    if (m_buffer.size() < m_bodyStart + wanted)
        return std::nullopt;
    m_request.body = m_buffer.mid(m_bodyStart, wanted);
    return 0;
}

int LoopbackReader::readHead(const QByteArray &head)
{
    const QByteArray text = QByteArray(head).replace("\r\n", "\n");
    if (text.contains('\r') || head.count("\r\n") != head.count('\n'))
        return 400; // a line ends with both
    QList<QByteArray> lines = text.split('\n');
    const QList<QByteArray> first = lines.takeFirst().split(' ');
    const bool understood = first.size() == 3 && isToken(first.at(0)) && first.at(1).startsWith('/') && isPlain(first.at(1))
        && (first.at(2) == "HTTP/1.1" || first.at(2) == "HTTP/1.0");
    if (!understood)
        return 400;
    if (first.at(1).size() > longestTarget)
        return 414;
    const qsizetype query = first.at(1).indexOf('?');
    m_request.method = first.at(0);
    m_request.path = query < 0 ? first.at(1) : first.at(1).left(query);
    m_request.query = query < 0 ? QByteArray() : first.at(1).mid(query + 1);
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon < 1 || !isToken(line.left(colon)) || !isPlain(line))
            return 400;
        if (const int refused = readField(line.left(colon).toLower(), line.mid(colon + 1).trimmed()))
            return refused;
    }
    return m_request.host.isEmpty() ? 400 : 0;
}

int LoopbackReader::readField(const QByteArray &name, const QByteArray &value)
{
    if (name == "transfer-encoding")
        return 501;
    if (name == "content-type")
        m_request.contentType = value.toLower();
    if (name == "host") {
        if (!m_request.host.isEmpty())
            return 400;
        m_request.host = value.toLower();
    }
    if (name == "content-length") {
        const bool digits = !value.isEmpty() && value.size() < 10 && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (m_length >= 0 || !digits)
            return value.size() >= 10 && m_length < 0 ? 413 : 400;
        m_length = value.toLongLong();
        if (m_length > longestBody)
            return 413;
    }
    return 0;
}

std::optional<QHash<QString, QString>> loopbackFields(const QByteArray &encoded)
{
    const auto decoded = [](QByteArray text) { return QString::fromUtf8(QByteArray::fromPercentEncoding(text.replace('+', ' '))); };
    QHash<QString, QString> fields;
    for (const QByteArray &part : encoded.split('&')) {
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.indexOf('=');
        const QString name = decoded(equals < 0 ? part : part.left(equals));
        if (fields.contains(name))
            return std::nullopt;
        fields.insert(name, equals < 0 ? QString() : decoded(part.mid(equals + 1)));
    }
    return fields;
}

} // namespace causeway
