// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/interactivesignin.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"

#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

namespace causeway::test {

//! Sends bytes to a port of this machine, in so many pieces, and gives what came until the other side closed; "" when nothing did.
inline QByteArray exchange(quint16 port, const QByteArray &bytes, int pieces = 1, const QHostAddress &host = QHostAddress(QHostAddress::LocalHost), int patience = 3000)
{
    QTcpSocket socket;
    QByteArray received;
    bool closed = false;
    QObject::connect(&socket, &QTcpSocket::readyRead, [&] { received += socket.readAll(); });
    QObject::connect(&socket, &QTcpSocket::disconnected, [&] { closed = true; });
    QObject::connect(&socket, &QTcpSocket::errorOccurred, [&](QAbstractSocket::SocketError error) { closed = closed || error == QAbstractSocket::ConnectionRefusedError; });
    socket.connectToHost(host, port);
    if (!QTest::qWaitFor([&] { return closed || socket.state() == QAbstractSocket::ConnectedState; }, patience) || closed)
        return {};
    const qsizetype step = std::max<qsizetype>(1, (bytes.size() + pieces - 1) / pieces);
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        socket.write(bytes.mid(at, step));
        socket.flush();
        if (pieces > 1) {
            bool turned = false; // through the loop: the other side has read it
            QTimer::singleShot(2, [&turned] { turned = true; });
            (void)QTest::qWaitFor([&turned] { return turned; });
        }
    }
    (void)QTest::qWaitFor([&] { return closed; }, patience);
    return received;
}

inline int statusOf(const QByteArray &answer) { return answer.mid(9, 3).toInt(); }

//! What a browser would bring to the redirect address.
struct Delivery {
    quint16 port = 0;
    bool post = false;
    QByteArray fields; //!< encoded

    [[nodiscard]] QByteArray request(const QByteArray &moreHeaders = {}, const QByteArray &path = "/") const
    {
        const QByteArray host = "Host: localhost:" + QByteArray::number(port) + "\r\n" + moreHeaders;
        if (!post)
            return "GET " + path + '?' + fields + " HTTP/1.1\r\n" + host + "\r\n";
        return "POST " + path + " HTTP/1.1\r\n" + host + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + QByteArray::number(fields.size()) + "\r\n\r\n" + fields;
    }
    [[nodiscard]] Delivery with(const QByteArray &other) const { return {port, post, other}; }
};

//! The person's part: opens the address, presses the only button.
inline Delivery browse(const QUrl &address)
{
    const QByteArray page = exchange(quint16(address.port()), "GET " + address.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto found = [&page](const char *pattern) { return QRegularExpression(QLatin1String(pattern)).match(QString::fromUtf8(page)); };
    Delivery delivery;
    const auto location = found("Location: http://[^:]+:(\\d+)[^?#]*[?#]([^\r]*)");
    delivery.port = quint16(location.hasMatch() ? location.captured(1).toInt() : found("action=\"http://localhost:(\\d+)\"").captured(1).toInt());
    delivery.post = !location.hasMatch();
    delivery.fields = location.captured(2).toUtf8();
    auto inputs = QRegularExpression(QStringLiteral("name=\"([^\"]*)\" value=\"([^\"]*)\"")).globalMatch(QString::fromUtf8(page));
    while (inputs.hasNext()) {
        const auto input = inputs.next();
        QString value = input.captured(2);
        value.replace(QLatin1String("&lt;"), QLatin1String("<")).replace(QLatin1String("&gt;"), QLatin1String(">")).replace(QLatin1String("&quot;"), QLatin1String("\"")).replace(QLatin1String("&amp;"), QLatin1String("&"));
        delivery.fields += (delivery.fields.isEmpty() ? "" : "&") + input.captured(1).toUtf8() + '=' + QUrl::toPercentEncoding(value);
    }
    return delivery;
}

//! Which addresses of this machine listen on a port (X6): "127.0.0.1", "::1", "0.0.0.0" …
inline QStringList listeners(quint16 port)
{
    QStringList found;
    for (const char *table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        QFile file(QString::fromLatin1(table));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const QList<QByteArray> parts = line.simplified().split(' ');
            if (parts.size() < 4 || parts.at(3) != "0A" || parts.at(1).split(':').value(1).toUShort(nullptr, 16) != port)
                continue;
            const QByteArray address = parts.at(1).split(':').first();
            found.append(address == "0100007F"                            ? QStringLiteral("127.0.0.1")
                         : address == "00000000000000000000000001000000" ? QStringLiteral("::1")
                                                                         : QString::fromLatin1(address));
        }
    }
    return found;
}

//! A sign-in on its way, with a scripted authority behind it.
class RunningSignIn
{
public:
    explicit RunningSignIn(Quirk quirk = Quirk::None)
    {
        sts.playEntra(quirk);
        request.cloud = cloudAt(QStringLiteral("custom"), sts.origin(), sts.origin());
        request.authority = *Authority::make(request.cloud, sts.tokens.tenant);
        request.clientId = sts.tokens.clientId;
        request.scope = QStringLiteral("https://management.azure.com/.default");
        request.onAddress = [this](const QUrl &url) { address = url; };
    }
    ~RunningSignIn()
    {
        stop.request_stop();
        if (!address.isEmpty())
            (void)finish(); // it uses our clock
    }

    //! Returns when the address is there.
    void start()
    {
        Context context;
        context.stop = stop.get_token();
        QCoro::Task<> task = run(result.slot, signInInteractively(request, QnamOptions(), &clock, context));
    }
    //! The whole of it, as a person does it; the page that she sees at the end.
    QByteArray signIn()
    {
        start();
        const Delivery delivery = browse(address);
        const QByteArray page = exchange(delivery.port, delivery.request());
        finish();
        return page;
    }
    bool finish(int patience = 5000) { return QTest::qWaitFor([this] { return result.has_value(); }, patience); }
    [[nodiscard]] QString code() const { return !result ? QStringLiteral("(none)") : result->ok() ? QString() : result->error().code; }
    [[nodiscard]] quint16 port() const { return quint16(QUrl(QUrlQuery(address).queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded)).port()); }
    [[nodiscard]] QByteArray state() const { return QUrlQuery(address).queryItemValue(QStringLiteral("state"), QUrl::FullyDecoded).toUtf8(); }
    [[nodiscard]] QList<ReceivedRequest> tokenRequests() const
    {
        QList<ReceivedRequest> found;
        for (const ReceivedRequest &received : sts.requests()) {
            if (received.path == sts.tokenPath())
                found.append(received);
        }
        return found;
    }

    ScriptedAuthority sts;
    SystemClock clock;
    InteractiveRequest request;
    std::stop_source stop;
    QUrl address;
    //! Outlives us when the coroutine does.
    struct Slot {
        using Value = std::optional<Result<TokenAnswer>>;
        std::shared_ptr<Value> slot = std::make_shared<Value>();
        [[nodiscard]] bool has_value() const { return slot->has_value(); }
        explicit operator bool() const { return has_value(); }
        Result<TokenAnswer> *operator->() const { return &**slot; }
    };
    Slot result;

private:
    static QCoro::Task<> run(std::shared_ptr<Slot::Value> slot, QCoro::Task<Result<TokenAnswer>> task)
    {
        Result<TokenAnswer> answer = co_await task;
        slot->emplace(std::move(answer));
    }
};

} // namespace causeway::test
