// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/front/httpfront.h"

#include <QElapsedTimer>

class QTcpSocket;

namespace causeway::sandbox {

//! One client. Requests that it pipelines wait in its buffer; past that, in the kernel's.
class HttpConnection : public QObject
{
public:
    HttpConnection(QTcpSocket *socket, HttpFront *front);
    ~HttpConnection() override;

    void answer(Response response);
    void closeIfIdle();

private:
    enum class Phase { Head, Body, Busy, Refusing, Over };

    void read();
    void step();
    bool takeHead();
    bool takeBody();
    void dispatch(QByteArray body);
    void refuse(int status);
    void write(const Response &response);
    void writeFaulty(const Fault &fault, Response response);
    void end();
    void endRefused();

    QTcpSocket *m_socket; // child
    HttpFront *m_front;
    QByteArray m_in;
    Phase m_phase = Phase::Head;
    MessageHead m_head;
    ChunkedBody m_chunks;
    std::optional<Fault> m_fault;
    QElapsedTimer m_since; // of the present phase
    bool m_stepping = false;
};

} // namespace causeway::sandbox
