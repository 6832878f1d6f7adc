// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>
#include <optional>

namespace causeway {

//! One request to the loopback listener. Whoever runs on this machine, and every page in every browser on it, can send one.
struct LoopbackRequest {
    QByteArray method;
    QByteArray path;        //!< undecoded
    QByteArray query;
    QByteArray host;        //!< lower case
    QByteArray contentType; //!< lower case
    QByteArray body;
};

//! Reads one from pieces of any size, within bounds. Chunked bodies, folded lines, bare line ends, doubled lengths and hosts are refused:
//! no browser sends them.
class LoopbackReader
{
public:
    //! nullopt: more is needed. 0: request() is whole. Else: refused, with that HTTP status.
    std::optional<int> take(const QByteArray &bytes);
    [[nodiscard]] const LoopbackRequest &request() const { return m_request; }

private:
    int readHead(const QByteArray &head);
    int readField(const QByteArray &name, const QByteArray &value);
    QByteArray m_buffer;
    qsizetype m_bodyStart = -1;
    qint64 m_length = -1;
    LoopbackRequest m_request;
};

//! application/x-www-form-urlencoded as browsers write it (WHATWG); nothing when a name comes twice (RFC 6749 §3.1).
std::optional<QHash<QString, QString>> loopbackFields(const QByteArray &encoded);

} // namespace causeway
