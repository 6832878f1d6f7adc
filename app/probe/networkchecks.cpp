// SPDX-License-Identifier: Apache-2.0
#include "probe/networkchecks.h"

#include <QFileInfo>
#include <cmath>

namespace causeway {

namespace {

using State = Check::State;

Check found(const char *id, const QString &subject, State state, const QString &code, const QStringList &facts = {})
{
    return Check{QString::fromLatin1(id), subject, state, code, facts, std::nullopt};
}

Check caFileCheck(const QString &file)
{
    if (file.isEmpty())
        return found("ca", {}, State::Skipped, QStringLiteral("ca-none"));
    const QFileInfo there(file);
    const int count = certificatesIn(file);
    if (count > 0)
        return found("ca", file, State::Good, QStringLiteral("ca-read"), {file, QString::number(count)});
    const QString reason = !there.exists() ? QStringLiteral("it does not exist") : !there.isReadable() ? QStringLiteral("it may not be read") : QStringLiteral("it holds no PEM certificate");
    return found("ca", file, State::Bad, QStringLiteral("ca-unreadable"), {file, reason});
}

Check proxyCheck(const QString &host, const QNetworkProxy &proxy)
{
    if (proxy.type() == QNetworkProxy::NoProxy)
        return found("proxy", host, State::Good, QStringLiteral("proxy-none"), {host});
    return found("proxy", host, State::Good, QStringLiteral("proxy-used"), {host, QStringLiteral("%1:%2").arg(proxy.hostName()).arg(proxy.port())});
}

Check nameCheck(const QString &host, const ProbedHost &probed)
{
    if (probed.addresses.isEmpty() && probed.step != ProbedHost::Step::Name)
        return found("dns", host, State::Skipped, QStringLiteral("dns-by-proxy"), {host});
    if (probed.addresses.isEmpty())
        return found("dns", host, State::Bad, probed.late ? QStringLiteral("dns-late") : QStringLiteral("dns-missing"), {host, probed.reason});
    return found("dns", host, State::Good, QStringLiteral("dns-found"), {host, probed.addresses.join(QStringLiteral(", "))});
}

//! "TlsHostMismatch" → "tls-host-mismatch", as the words are called.
QString codeWords(const QString &code)
{
    QString words;
    for (const QChar each : code)
        words += each.isUpper() ? (words.isEmpty() ? QString() : QStringLiteral("-")) + each.toLower() : QString(each);
    return words;
}

Check connectionCheck(const NetworkMeans &means, const ProbedEndpoint &endpoint, const QNetworkProxy &proxy, const ProbedHost &probed)
{
    const QString host = endpoint.url.host();
    const QString at = QStringLiteral("%1:%2").arg(host).arg(endpoint.url.port(endpoint.url.scheme() == QLatin1String("http") ? 80 : 443));
    const QString through = QStringLiteral("%1:%2").arg(proxy.hostName()).arg(proxy.port());
    const bool proxied = proxy.type() != QNetworkProxy::NoProxy;
    if (!probed.proxyAsks.isEmpty() && probed.step != ProbedHost::Step::Done)
        return found("connection", host, State::Bad, QStringLiteral("proxy-asks"), {at, through, probed.proxyAsks});
    if (probed.step == ProbedHost::Step::Connection || (probed.step == ProbedHost::Step::Tls && proxied && probed.refusals.isEmpty() && probed.late))
        return found("connection", host, State::Bad, proxied ? QStringLiteral("proxy-unreachable") : probed.late ? QStringLiteral("connection-late") : QStringLiteral("connection-refused"),
                     proxied ? QStringList{at, through, probed.reason} : QStringList{at, probed.reason});
    if (probed.step == ProbedHost::Step::Tls) {
        const Error why = means.tlsReason ? means.tlsReason(probed.refusals, host, probed.reason) : Error::internal(QStringLiteral("TlsFailed"), probed.reason);
        return found("connection", host, State::Bad, codeWords(why.code), {at, why.message});
    }
    if (probed.tlsVersion.isEmpty())
        return found("connection", host, State::Good, QStringLiteral("connection-plain"), {at});
    return found("connection", host, State::Good, probed.ownAuthority ? QStringLiteral("tls-own-authority") : QStringLiteral("tls-good"), {at, probed.tlsVersion, probed.issuer});
}

Check answerCheck(const ProbedEndpoint &endpoint, const ProbedHost &probed)
{
    const QString host = endpoint.url.host();
    const QString status = QString::number(probed.status);
    if (probed.step != ProbedHost::Step::Done)
        return found("answer", host, State::Bad, QStringLiteral("answer-none"), {host, probed.reason});
    if (!endpoint.json)
        return found("answer", host, State::Good, QStringLiteral("answer-good"), {host, status});
    const bool elsewhere = probed.status >= 300 && probed.status < 400 && !QUrl(QString::fromLatin1(probed.location)).host().isEmpty()
                           && QUrl(QString::fromLatin1(probed.location)).host() != host;
    if (elsewhere || probed.status == 511 || (probed.status == 200 && !probed.contentType.contains("json"))) // RFC 6585 §6
        return found("answer", host, State::Bad, QStringLiteral("answer-portal"), {host, status, elsewhere ? QString::fromLatin1(probed.location) : QString::fromLatin1(probed.contentType)});
    if (probed.status == 407)
        return found("answer", host, State::Bad, QStringLiteral("answer-status"), {host, status});
    return found("answer", host, probed.status == 200 ? State::Good : State::Warning, probed.status == 200 ? QStringLiteral("answer-good") : QStringLiteral("answer-status"), {host, status});
}

//! One endpoint's checks, in the order of its steps; those behind a failure are left out.
QCoro::Task<Result<QList<Check>>> endpointChecks(NetworkMeans means, ProbedEndpoint endpoint, CheckListener listener, Context context)
{
    const QUrl url = endpoint.url;
    const QNetworkProxy proxy = means.proxyFor ? means.proxyFor(url) : QNetworkProxy(QNetworkProxy::NoProxy);
    HostProbe wanted;
    wanted.host = url.host();
    wanted.secure = url.scheme() != QLatin1String("http");
    wanted.port = quint16(url.port(wanted.secure ? 443 : 80));
    wanted.target = url.path(QUrl::FullyEncoded).toLatin1() + (url.hasQuery() ? '?' + url.query(QUrl::FullyEncoded).toLatin1() : QByteArray());
    if (wanted.target.isEmpty())
        wanted.target = "/";
    wanted.proxy = proxy;
    wanted.caFile = means.caFile;
    wanted.patience = means.patience;
    Clock *const wall = means.wall;
    const Result<ProbedHost> looked = co_await probeHost(wall, wanted, context);
    if (!looked)
        co_return looked.error();
    QList<Check> checks{proxyCheck(wanted.host, proxy), nameCheck(wanted.host, *looked)};
    if (looked->step != ProbedHost::Step::Name)
        checks << connectionCheck(means, endpoint, proxy, *looked);
    if (looked->step == ProbedHost::Step::Answer || looked->step == ProbedHost::Step::Done)
        checks << answerCheck(endpoint, *looked);
    if (endpoint.clock && looked->step == ProbedHost::Step::Done)
        checks << clockCheck(wanted.host, looked->date, means.now ? means.now() : wall->now());
    for (Check &each : checks) {
        if (!endpoint.needed && each.state == State::Bad)
            each.state = State::Warning;
        if (listener)
            listener(each);
    }
    co_return checks;
}

} // namespace

Check clockCheck(const QString &host, const QByteArray &date, TimePoint now)
{
    const auto theirs = httpDate(date);
    if (!theirs)
        return found("clock", host, State::Skipped, QStringLiteral("clock-unknown"), {host});
    const double seconds = double((now - *theirs).count()) / 1000.0;
    const double off = std::abs(seconds);
    const QString amount = off < 120 ? QStringLiteral("%1 s").arg(int(off)) : off < 7200 ? QStringLiteral("%1 min").arg(int(off / 60)) : QStringLiteral("%1 h").arg(int(off / 3600));
    if (off <= 60)
        return found("clock", host, State::Good, QStringLiteral("clock-right"), {host, amount});
    return found("clock", host, off < 300 ? State::Warning : State::Bad, seconds > 0 ? QStringLiteral("clock-fast") : QStringLiteral("clock-slow"), {host, amount});
}

QCoro::Task<Result<QList<Check>>> networkChecks(NetworkMeans means, QList<ProbedEndpoint> endpoints, CheckListener listener, Context context)
{
    QList<Check> checks{caFileCheck(means.caFile)};
    if (listener)
        listener(checks.first());
    std::vector<QCoro::Task<Result<QList<Check>>>> tasks;
    for (const ProbedEndpoint &endpoint : std::as_const(endpoints))
        tasks.push_back(endpointChecks(means, endpoint, listener, context));
    std::vector<Result<QList<Check>>> all = co_await whenAll(std::move(tasks));
    for (const Result<QList<Check>> &some : all) {
        if (!some)
            co_return some.error();
        checks << *some;
    }
    co_return checks;
}

} // namespace causeway
