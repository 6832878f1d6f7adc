// SPDX-License-Identifier: Apache-2.0
// Yardsticks. Without arguments, of a fast start: a QCoreApplication and nothing else. With "http", of a fast server: the same
// bytes for every request, over the same sockets, with nothing thought.
#include <QByteArray>
#include <QCoreApplication>
#include <QTcpServer>
#include <QTcpSocket>
#include <cstdio>

static void answer(QTcpSocket *socket)
{
    static const QByteArray response = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 700\r\n\r\n" + QByteArray(700, ' ');
    const qsizetype requests = socket->readAll().count("\r\n\r\n");
    for (qsizetype each = 0; each < requests; ++each)
        socket->write(response);
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (argc < 2)
        return 0;
    QTcpServer server;
    QObject::connect(&server, &QTcpServer::newConnection, &server, [&server] {
        while (QTcpSocket *socket = server.nextPendingConnection()) {
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] { answer(socket); });
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    std::printf("%d\n", int(server.serverPort()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
