// SPDX-License-Identifier: Apache-2.0
#include "probe/hostprobe.h"

#include "core/waiting.h"

#include <QAuthenticator>
#include <QDateTime>
#include <QHostAddress>
#include <QHostInfo>
#include <QLocale>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <memory>

namespace causeway {

namespace {

enum class StepEnd { Well, Badly, Late, Cancelled };

//! Ends with whatever fires first: the step, its time, or the one who asks to stop.
QCoro::Task<StepEnd> stepEnd(Clock *wall, OneShot<StepEnd> shot, Milliseconds patience, Context context)
{
    const Clock::TimerId timer = wall->callAfter(patience, [shot] { shot.fire(StepEnd::Late); });
    StepEnd end = StepEnd::Cancelled;
    {
        const std::stop_callback onStop(context.stop, [shot] { shot.fire(StepEnd::Cancelled); });
        end = co_await shot.wait();
    }
    wall->cancel(timer);
    co_return context.cancelled() ? StepEnd::Cancelled : end;
}

struct SocketCloser {
    void operator()(QSslSocket *socket) const
    {
        socket->disconnect();
        socket->abort();
        socket->deleteLater(); // a slot of it may be on the stack
    }
};
using ProbeSocket = std::unique_ptr<QSslSocket, SocketCloser>;

constexpr qint64 mostAnswer = 64 * 1024; // its head and the beginning of its body

QByteArray headValue(const QByteArray &head, const QByteArray &name)
{
    for (const QByteArray &line : head.split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).trimmed().toLower() == name)
            return line.mid(colon + 1).trimmed().left(2000);
    }
    return {};
}

QString tlsName(QSsl::SslProtocol protocol)
{
    return protocol == QSsl::TlsV1_3 ? QStringLiteral("TLS 1.3") : protocol == QSsl::TlsV1_2 ? QStringLiteral("TLS 1.2") : QStringLiteral("TLS");
}

QString issuerName(const QSslCertificate &certificate)
{
    const QStringList organisation = certificate.issuerInfo(QSslCertificate::Organization);
    const QStringList common = certificate.issuerInfo(QSslCertificate::CommonName);
    return (common.isEmpty() ? organisation : common).value(0).left(120);
}

bool comesFrom(const QList<QSslCertificate> &chain, const QString &caFile)
{
    for (const QSslCertificate &authority : QSslCertificate::fromPath(caFile)) {
        for (const QSslCertificate &each : chain) {
            if (each == authority || (!authority.subjectDisplayName().isEmpty() && each.issuerInfo(QSslCertificate::CommonName) == authority.subjectInfo(QSslCertificate::CommonName)))
                return true;
        }
    }
    return false;
}

void noteTls(const QSslSocket &socket, const QString &caFile, ProbedHost &found)
{
    const QList<QSslCertificate> chain = socket.peerCertificateChain();
    found.tlsVersion = tlsName(socket.sessionProtocol());
    found.issuer = chain.isEmpty() ? QString() : issuerName(chain.first());
    found.ownAuthority = !caFile.isEmpty() && comesFrom(chain, caFile);
}

void noteAnswer(const QByteArray &bytes, ProbedHost &found)
{
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    const QByteArray head = end < 0 ? QByteArray() : bytes.left(end);
    if (!head.startsWith("HTTP/1."))
        return;
    found.status = head.mid(9, 3).toInt();
    found.contentType = headValue(head, "content-type").toLower();
    found.location = headValue(head, "location");
    found.date = headValue(head, "date");
}

QCoro::Task<StepEnd> lookUpName(Clock *wall, HostProbe wanted, ProbedHost *found, Context context)
{
    QObject receiver;
    OneShot<StepEnd> shot;
    const int lookup = QHostInfo::lookupHost(wanted.host, &receiver, [shot, found](const QHostInfo &info) {
        for (const QHostAddress &address : info.addresses().mid(0, 4))
            found->addresses.append(address.toString());
        found->reason = info.errorString();
        shot.fire(found->addresses.isEmpty() ? StepEnd::Badly : StepEnd::Well);
    });
    const StepEnd end = co_await stepEnd(wall, shot, wanted.patience, context);
    QHostInfo::abortHostLookup(lookup);
    co_return end;
}

} // namespace

QCoro::Task<Result<ProbedHost>> probeHost(Clock *wall, HostProbe wanted, Context context)
{
    auto result = std::make_unique<ProbedHost>(); // a late signal must not write into a frame that is gone
    ProbedHost *const found = result.get();
    // 1. the name, unless the proxy asks for it
    if (wanted.proxy.type() == QNetworkProxy::NoProxy) {
        const StepEnd named = co_await lookUpName(wall, wanted, found, context);
        if (named == StepEnd::Cancelled)
            co_return Error::cancelled();
        found->late = named == StepEnd::Late;
        if (named != StepEnd::Well)
            co_return *found;
    }
    // 2. a connection, and 3. TLS on it
    found->step = ProbedHost::Step::Connection;
    const ProbeSocket socket(new QSslSocket);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    if (!wanted.caFile.isEmpty())
        tls.addCaCertificates(wanted.caFile);
    socket->setSslConfiguration(tls);
    socket->setProxy(wanted.proxy);
    QObject::connect(socket.get(), &QSslSocket::sslErrors, socket.get(), [found](const QList<QSslError> &errors) { found->refusals = errors; });
    QObject::connect(socket.get(), &QSslSocket::connected, socket.get(), [found, secure = wanted.secure] { found->step = secure ? ProbedHost::Step::Tls : ProbedHost::Step::Answer; });
    QObject::connect(socket.get(), &QSslSocket::proxyAuthenticationRequired, socket.get(), [found](const QNetworkProxy &, QAuthenticator *asked) {
        found->proxyAsks = asked->realm().isEmpty() ? QStringLiteral("?") : asked->realm().left(120);
    });
    OneShot<StepEnd> open;
    QObject::connect(socket.get(), &QSslSocket::errorOccurred, socket.get(), [open, found, sender = socket.get()] {
        found->reason = sender->errorString();
        open.fire(StepEnd::Badly);
    });
    if (wanted.secure) {
        QObject::connect(socket.get(), &QSslSocket::encrypted, socket.get(), [open] { open.fire(StepEnd::Well); });
        socket->connectToHostEncrypted(wanted.host, wanted.port);
    } else {
        QObject::connect(socket.get(), &QSslSocket::connected, socket.get(), [open] { open.fire(StepEnd::Well); });
        socket->connectToHost(wanted.host, wanted.port);
    }
    const StepEnd opened = co_await stepEnd(wall, open, wanted.patience, context);
    if (opened == StepEnd::Cancelled)
        co_return Error::cancelled();
    found->late = opened == StepEnd::Late;
    if (opened != StepEnd::Well)
        co_return *found;
    if (wanted.secure)
        noteTls(*socket, wanted.caFile, *found);
    // 4. a question that anybody may ask
    found->step = ProbedHost::Step::Answer;
    OneShot<StepEnd> answered;
    const auto bytes = std::make_shared<QByteArray>();
    const auto take = [answered, bytes, sender = socket.get()] {
        *bytes += sender->read(mostAnswer - bytes->size());
        if (bytes->contains("\r\n\r\n") || bytes->size() >= mostAnswer)
            answered.fire(StepEnd::Well);
    };
    QObject::connect(socket.get(), &QSslSocket::readyRead, socket.get(), take);
    QObject::connect(socket.get(), &QSslSocket::disconnected, socket.get(), [answered, take] {
        take();
        answered.fire(StepEnd::Badly);
    });
    const TimePoint sent = wall->now();
    const bool usual = wanted.port == (wanted.secure ? 443 : 80);
    const QByteArray host = wanted.host.toLatin1() + (usual ? QByteArray() : ':' + QByteArray::number(wanted.port));
    socket->write("GET " + wanted.target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: causeway\r\nAccept: application/json\r\nConnection: close\r\n\r\n");
    const StepEnd end = co_await stepEnd(wall, answered, wanted.patience, context);
    if (end == StepEnd::Cancelled)
        co_return Error::cancelled();
    found->roundTrip = (wall->now() - sent).count();
    found->late = end == StepEnd::Late;
    noteAnswer(*bytes, *found);
    if (found->status > 0)
        found->step = ProbedHost::Step::Done;
    co_return *found;
}

int certificatesIn(const QString &file)
{
    return int(QSslCertificate::fromPath(file).size());
}

std::optional<TimePoint> httpDate(const QByteArray &text)
{
    const QString format = QStringLiteral("ddd, dd MMM yyyy hh:mm:ss");
    QDateTime time = QLocale::c().toDateTime(QString::fromLatin1(text).remove(QStringLiteral(" GMT")), format);
    if (!time.isValid())
        return std::nullopt;
    time.setTimeSpec(Qt::UTC);
    return TimePoint(Milliseconds(time.toMSecsSinceEpoch()));
}

} // namespace causeway
