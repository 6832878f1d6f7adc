// SPDX-License-Identifier: Apache-2.0
#include "azure/http/origin.h"

#include <QHostAddress>
#include <QList>
#include <algorithm>

namespace causeway {

namespace {

constexpr qsizetype kLongestLink = 16 * 1024; // signed poll links of 3.5 KB exist

Error linkError(const char *code, const QString &message)
{
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QString::fromLatin1(code);
    error.message = message;
    return error;
}

bool isHostByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool isSchemeByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

// The length of "scheme" when the link starts with "scheme:" before any '/', '?' or '#'.
qsizetype schemeLength(const QByteArray &link)
{
    for (qsizetype i = 0; i < link.size(); ++i) {
        if (link.at(i) == ':')
            return i;
        if (!isSchemeByte(link.at(i)))
            return -1;
    }
    return -1;
}

// Percent-encodes what may not stand in a request line as it is, and leaves every other byte alone.
QByteArray encodeStray(const QByteArray &text)
{
    static const QByteArray stray = " \"<>^`{|}";
    QByteArray out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text.at(i);
        const bool broken = c == '%' && !(i + 2 < text.size() && isxdigit(uchar(text.at(i + 1))) && isxdigit(uchar(text.at(i + 2))));
        if (uchar(c) >= 0x80 || stray.contains(c) || broken)
            out += '%' + QByteArray(1, c).toHex().toUpper();
        else
            out += c;
    }
    return out;
}

// RFC 3986 §5.2.3 and §5.2.4: a relative reference put in the place of the base's last segment.
QByteArray mergePath(const QByteArray &base, const QByteArray &reference)
{
    const QByteArray basePath = base.left(std::min<qsizetype>(base.size(), base.indexOf('?') < 0 ? base.size() : base.indexOf('?')));
    const qsizetype query = reference.indexOf('?');
    const QByteArray path = query < 0 ? reference : reference.left(query);
    const QByteArray tail = query < 0 ? QByteArray() : reference.mid(query);
    if (path.isEmpty())
        return basePath + tail;
    QList<QByteArray> out;
    const QList<QByteArray> segments = (basePath.left(basePath.lastIndexOf('/') + 1) + path).mid(1).split('/');
    for (qsizetype i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        if (segments.at(i) == "..") {
            if (!out.isEmpty())
                out.removeLast();
        } else if (segments.at(i) != ".") {
            out.append(segments.at(i));
            continue;
        }
        if (last)
            out.append(QByteArray());
    }
    return '/' + out.join('/') + tail;
}

} // namespace

Result<Origin> Origin::fromAuthority(bool secure, QByteArray authority)
{
    authority = authority.toLower();
    if (authority.contains('@'))
        return linkError("UserInformation", QStringLiteral("An address with a user name in it is refused."));
    Origin origin;
    origin.m_secure = secure;
    origin.m_port = secure ? 443 : 80;
    qsizetype hostEnd = authority.lastIndexOf(':');
    if (authority.startsWith('[')) {
        const qsizetype close = authority.indexOf(']');
        const QByteArray literal = close < 0 ? QByteArray() : authority.mid(1, close - 1);
        if (QHostAddress(QString::fromLatin1(literal)).protocol() != QAbstractSocket::IPv6Protocol || literal.contains('%'))
            return linkError("HostNotUnderstood", QStringLiteral("The host of an address is not understood."));
        hostEnd = close + 1 < authority.size() ? close + 1 : -1;
        origin.m_host = authority.left(close + 1);
        if (hostEnd > 0 && authority.at(hostEnd) != ':')
            return linkError("HostNotUnderstood", QStringLiteral("The host of an address is not understood."));
    } else {
        origin.m_host = hostEnd < 0 ? authority : authority.left(hostEnd);
        if (origin.m_host.endsWith('.'))
            origin.m_host.chop(1);
        if (origin.m_host.isEmpty() || origin.m_host.contains("..") || !std::all_of(origin.m_host.begin(), origin.m_host.end(), isHostByte))
            return linkError("HostNotUnderstood", QStringLiteral("The host of an address is not understood."));
    }
    if (hostEnd >= 0 && hostEnd + 1 < authority.size()) {
        const QByteArray port = authority.mid(hostEnd + 1);
        const bool digits = port.size() <= 5 && std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
        origin.m_port = digits ? port.toInt() : 0;
        if (origin.m_port < 1 || origin.m_port > 65535)
            return linkError("PortNotUnderstood", QStringLiteral("The port of an address is not understood."));
    }
    return origin;
}

Result<Origin> Origin::parse(const QString &text)
{
    return parsed(text, false);
}

Result<Origin> Origin::parseLocal(const QString &text)
{
    return parsed(text, true);
}

Result<Origin> Origin::parsed(const QString &text, bool local)
{
    const auto refuse = [&text](const QString &why) {
        return Error::invalid(QStringLiteral("EndpointNotUnderstood"),
                              QStringLiteral("'%1' is not an endpoint: %2 Example: https://management.azure.com").arg(text.left(200), why), QStringLiteral("endpoint"));
    };
    const QByteArray bytes = text.toUtf8();
    const qsizetype scheme = schemeLength(bytes);
    const QByteArray name = bytes.left(std::max<qsizetype>(scheme, 0)).toLower();
    if ((name != "https" && name != "http") || bytes.mid(scheme, 3) != "://")
        return refuse(QStringLiteral("it starts with https:// (or http:// on this machine)."));
    QByteArray authority = bytes.mid(scheme + 3);
    if (authority.endsWith('/'))
        authority.chop(1);
    if (authority.contains('/') || authority.contains('?') || authority.contains('#'))
        return refuse(QStringLiteral("it has no path, query or fragment."));
    const auto origin = fromAuthority(name == "https", authority);
    if (!origin)
        return refuse(origin.error().message);
    if (!origin->isSecure() && !origin->isLoopback() && !(local && origin->isLinkLocal()))
        return refuse(QStringLiteral("plain http goes to this machine only."));
    return origin;
}

bool Origin::isLinkLocal() const
{
    const QHostAddress address(QString::fromLatin1(m_host));
    return address.protocol() == QAbstractSocket::IPv4Protocol && address.toString().toLatin1() == m_host && address.isLinkLocal();
}

bool Origin::isLoopback() const
{
    if (m_host == "localhost" || m_host == "[::1]")
        return true;
    const QHostAddress address(QString::fromLatin1(m_host));
    // Only the written-out form: QHostAddress also takes 0x7f000001 and 2130706433 for 127.0.0.1.
    return address.protocol() == QAbstractSocket::IPv4Protocol && address.toString().toLatin1() == m_host && address.isLoopback();
}

QByteArray Origin::toByteArray() const
{
    const QByteArray start = (m_secure ? "https://" : "http://") + m_host;
    return m_port == (m_secure ? 443 : 80) ? start : start + ':' + QByteArray::number(m_port);
}

Result<QByteArray> Origin::target(const QByteArray &link, const QByteArray &base) const
{
    if (isEmpty() || link.isEmpty() || link.size() > kLongestLink)
        return linkError("LinkNotUnderstood", QStringLiteral("A link of %1 bytes is not followed.").arg(link.size()));
    if (std::any_of(link.begin(), link.end(), [](char c) { return uchar(c) < 0x20 || c == 0x7f || c == '\\'; }))
        return linkError("LinkNotUnderstood", QStringLiteral("A link with control characters or backslashes is not followed."));
    QByteArray rest = link.left(link.indexOf('#') < 0 ? link.size() : link.indexOf('#'));
    const qsizetype scheme = schemeLength(rest);
    bool secure = m_secure;
    if (scheme >= 0) {
        const QByteArray name = rest.left(scheme).toLower();
        if ((name != "https" && name != "http") || rest.mid(scheme, 3) != "://")
            return linkError("ForeignLink", QStringLiteral("A link that is not an http address is not followed."));
        secure = name == "https";
        rest = rest.mid(scheme + 1);
    }
    if (rest.startsWith("//")) {
        const auto isEnd = [](char c) { return c == '/' || c == '?'; };
        const auto end = std::find_if(rest.begin() + 2, rest.end(), isEnd);
        const auto other = fromAuthority(secure, QByteArray(rest.constBegin() + 2, end - rest.constBegin() - 2));
        if (!other)
            return other.error();
        if (!(*other == *this))
            return linkError("ForeignLink", QStringLiteral("The service points to %1, which is not %2; nothing is sent there.")
                                                .arg(QString::fromLatin1(other->toByteArray().left(200)), QString::fromLatin1(toByteArray())));
        rest = QByteArray(end, rest.constEnd() - end);
        if (!rest.startsWith('/'))
            rest.prepend('/');
    } else if (!rest.startsWith('/')) {
        rest = mergePath(base, rest);
    }
    return encodeStray(rest);
}

} // namespace causeway
