// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/messagehead.h"

#include <algorithm>
#include <cstring>

namespace causeway::sandbox {

namespace {

bool isTokenText(QByteArrayView text)
{
    static constexpr char others[] = "!#$%&'*+-.^_`|~"; // RFC 9110 §5.6.2
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && std::strchr(others, c));
    });
}

bool isFieldText(QByteArrayView text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return (uchar(c) < 0x20 && c != '\t') || c == 0x7f; });
}

bool same(QByteArrayView left, const char *right)
{
    return left.compare(QByteArrayView(right), Qt::CaseInsensitive) == 0;
}

// 0 or the status of the refusal.
int readRequestLine(QByteArrayView line, MessageHead &head, bool &oldVersion)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first + 1)
        return 400;
    const QByteArrayView method = line.first(first);
    const QByteArrayView target = line.sliced(first + 1, last - first - 1);
    const QByteArrayView version = line.sliced(last + 1);
    if (!isTokenText(method) || target.indexOf(' ') >= 0 || !isFieldText(target))
        return 400;
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return version.startsWith("HTTP/") ? 505 : 400;
    oldVersion = version.endsWith('0');
    head.method = method.toByteArray();
    head.target = target.toByteArray();
    return 0;
}

struct Framing {
    bool length = false;
    bool host = false;
    bool close = false;
    bool keepAlive = false;
};

// A length and a coding together, or two lengths, are how requests are smuggled (RFC 9112 §6.3, §11.2).
int readFraming(const QByteArray &name, const QByteArray &value, MessageHead &head, Framing &framing)
{
    if (same(name, "content-length")) {
        bool ok = false;
        const bool digits = !value.isEmpty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        head.contentLength = value.toLongLong(&ok);
        if (framing.length || head.chunked || !digits)
            return 400;
        if (!ok)
            return 413;
        framing.length = true;
    } else if (same(name, "transfer-encoding")) {
        if (framing.length || head.chunked)
            return 400;
        if (!same(value, "chunked"))
            return 501;
        head.chunked = true;
    } else if (same(name, "host")) {
        if (framing.host)
            return 400;
        framing.host = true;
    } else if (same(name, "connection")) {
        framing.close = framing.close || value.toLower().contains("close");
        framing.keepAlive = value.toLower().contains("keep-alive");
    } else if (same(name, "expect")) {
        if (!same(value, "100-continue"))
            return 417;
        head.expectsContinue = true;
    }
    return 0;
}

ParsedHead refusedHead(int status)
{
    return {HeadState::Refused, status, {}};
}

} // namespace

ParsedHead parseHead(const QByteArray &bytes, const HttpLimits &limits)
{
    const qsizetype lineEnd = bytes.indexOf("\r\n");
    if ((lineEnd < 0 ? bytes.size() : lineEnd) > limits.line)
        return refusedHead(414);
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if ((end < 0 ? bytes.size() : end) > limits.head)
        return refusedHead(431);
    if (end < 0)
        return {};
    ParsedHead parsed{HeadState::Complete, 0, {}};
    MessageHead &head = parsed.head;
    head.size = end + 4;
    bool oldVersion = false;
    if (const int status = readRequestLine(QByteArrayView(bytes).first(lineEnd), head, oldVersion))
        return refusedHead(status);
    Framing framing;
    for (qsizetype from = lineEnd + 2; from < end + 2;) {
        const qsizetype stop = bytes.indexOf("\r\n", from);
        const QByteArrayView line = QByteArrayView(bytes).sliced(from, stop - from);
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0 || !isTokenText(line.first(colon)) || !isFieldText(line.sliced(colon + 1)))
            return refusedHead(400);
        if (head.headers.size() >= limits.headers)
            return refusedHead(431);
        head.headers.append({line.first(colon).toByteArray(), line.sliced(colon + 1).trimmed().toByteArray()});
        if (const int status = readFraming(head.headers.last().first, head.headers.last().second, head, framing))
            return refusedHead(status);
        from = stop + 2;
    }
    if (!framing.host && !oldVersion)
        return refusedHead(400); // RFC 9112 §3.2
    if (head.contentLength > limits.body)
        return refusedHead(413);
    head.keepAlive = oldVersion ? framing.keepAlive : !framing.close;
    return parsed;
}

ChunkedBody::State ChunkedBody::feed(QByteArray &bytes, qsizetype limit)
{
    constexpr qsizetype longestLine = 1024; // a size with extensions, or a trailer
    qsizetype at = 0;
    State state = State::More;
    while (state == State::More) {
        if (m_left > 0) {
            const qsizetype count = std::min<qsizetype>(m_left, bytes.size() - at);
            if (count == 0)
                break;
            m_body.append(QByteArrayView(bytes).sliced(at, count));
            at += count;
            m_left -= count;
            continue;
        }
        const qsizetype end = bytes.indexOf("\r\n", at);
        if (end < 0) {
            if (bytes.size() - at > longestLine)
                state = State::Bad;
            break;
        }
        const QByteArray line = bytes.mid(at, std::min(end - at, longestLine));
        at = end + 2;
        if (m_trailer) {
            if (line.isEmpty())
                state = State::Done;
        } else if (m_left == 0) { // the line end after a chunk
            if (!line.isEmpty())
                state = State::Bad;
            m_left = -1;
        } else {
            bool ok = false;
            const QByteArray size = line.left(line.indexOf(';') < 0 ? line.size() : line.indexOf(';')).trimmed();
            m_left = size.toLongLong(&ok, 16);
            if (!ok || m_left < 0 || size.startsWith('+') || size.startsWith("0x"))
                state = State::Bad;
            else if (m_left > limit - m_body.size())
                state = State::TooLarge;
            m_trailer = m_left == 0;
        }
    }
    bytes.remove(0, at);
    return state;
}

QByteArray reasonPhrase(int status)
{
    struct Phrase { int status; const char *text; };
    static constexpr Phrase phrases[] = {
        {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {302, "Found"}, {304, "Not Modified"},
        {307, "Temporary Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
        {405, "Method Not Allowed"}, {408, "Request Timeout"}, {409, "Conflict"}, {412, "Precondition Failed"},
        {413, "Content Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
        {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
        {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"}};
    for (const Phrase &phrase : phrases) {
        if (phrase.status == status)
            return phrase.text;
    }
    return "Status";
}

} // namespace causeway::sandbox
