// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/wire.h"

#include <QByteArray>

namespace causeway::sandbox {

//! What one client may make us hold.
struct HttpLimits {
    qsizetype line = 16 * 1024;      //!< request line; ARM's own signed links are about 3.5 KB
    qsizetype head = 64 * 1024;
    qsizetype body = 8 * 1024 * 1024;
    int headers = 200;
    int connections = 256;
    int idleMs = 30000;              //!< for a head or a body to arrive, and between requests
};

//! Request line and headers, and what they say about the body (RFC 9112).
struct MessageHead {
    QByteArray method;
    QByteArray target;
    Headers headers;
    qint64 contentLength = 0;
    bool chunked = false;
    bool keepAlive = true;
    bool expectsContinue = false;
    qsizetype size = 0; //!< bytes, with the empty line
};

enum class HeadState { Incomplete, Complete, Refused };
struct ParsedHead {
    HeadState state = HeadState::Incomplete;
    int status = 400; //!< of the refusal
    MessageHead head;
};
ParsedHead parseHead(const QByteArray &bytes, const HttpLimits &limits);

//! Takes a chunked body apart (RFC 9112 §7.1) as it arrives.
class ChunkedBody
{
public:
    enum class State { More, Done, Bad, TooLarge };
    //! Consumes from the front of `bytes`.
    State feed(QByteArray &bytes, qsizetype limit);
    QByteArray take() { return std::move(m_body); }

private:
    QByteArray m_body;
    qint64 m_left = -1;      // of the present chunk; -1: its size line is next
    bool m_trailer = false;
};

QByteArray reasonPhrase(int status);

} // namespace causeway::sandbox
