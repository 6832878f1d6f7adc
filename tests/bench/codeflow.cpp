// SPDX-License-Identifier: Apache-2.0
// How long a sign-in takes that a person does not slow down: from the call, through the pages of a real OpenID provider on this machine
// and the loopback listener, to tokens that are kept. The headless browser's start is left out: its clock says when it asked for the first page.
//   bench_codeflow [--json]
// Yardstick: the smallest thing that the same provider can be asked for tokens, by Qt alone, over a connection of its own.
#include "azure/auth/keychainstore.h"
#include "session/signins.h"
#include "tests/support/coro.h"
#include "tests/support/openidprovider.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>

using namespace causeway;
using namespace causeway::test;

namespace {

constexpr int warmUps = 3, rounds = 21;
constexpr int aim = 400;

double wallMilliseconds()
{
    return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
}

struct Round {
    double whole = 0; // without the browser's start
    double pages = 0; // of it, the headless person at the provider's
    double rest = 0;  // of it, ours and the code's redemption
    double bare = 0;
};

//! A refresh, which makes the same tokens.
std::optional<double> bareRefresh(const OpenIdProvider &provider, const Secret &refreshToken)
{
    const double began = wallMilliseconds();
    QNetworkAccessManager access;
    QNetworkRequest request(QUrl(provider.origin() + QStringLiteral("/organizations/oauth2/v2.0/token")));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
    QNetworkReply *const reply = access.post(request, "grant_type=refresh_token&client_id=" + OpenIdProvider::clientId().toLatin1() + "&refresh_token=" + refreshToken.reveal());
    const OneShot<bool> done;
    QObject::connect(reply, &QNetworkReply::finished, reply, [done] { done.fire(true); });
    OneShot<bool> waiting = done;
    test::await(waiting.wait());
    const bool good = reply->readAll().contains("access_token");
    return good ? std::optional(wallMilliseconds() - began) : std::nullopt;
}

std::optional<Round> measure(OpenIdProvider &provider, SignIns &signIns)
{
    std::optional<QCoro::Task<Result<ProcessOutcome>>> tab;
    double opened = 0;
    SignIns::Browser how;
    how.prompt = QStringLiteral("consent");
    how.openBrowser = [&](const QUrl &address) {
        opened = wallMilliseconds();
        tab.emplace(provider.visit(address, {QStringLiteral("--times")}));
        return true;
    };
    const double began = wallMilliseconds();
    const auto answer = test::await(signIns.byBrowser(how, Context()));
    const auto account = answer ? test::await(signIns.keep(*answer, QString(), Context())) : Result<StoredAccount>(answer.error());
    const double ended = wallMilliseconds();
    const auto visit = tab ? test::await(std::move(*tab)) : Result<ProcessOutcome>(Error::cancelled());
    const QByteArrayList times = visit ? visit->out.trimmed().split('\n').last().split(' ') : QByteArrayList();
    const auto bare = account ? bareRefresh(provider, answer->refreshToken) : std::nullopt;
    if (times.size() != 2 || !bare)
        return std::nullopt;
    const double asked = times.first().toDouble(), delivered = times.last().toDouble();
    const double rest = opened - began + ended - delivered, pages = delivered - asked;
    return Round{rest + pages, pages, rest, *bare};
}

double medianOf(const std::vector<Round> &all, double Round::*part)
{
    std::vector<double> values;
    for (const Round &each : all)
        values.push_back(each.*part);
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values.at(values.size() / 2);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    OpenIdProvider provider(QStringLiteral(CAUSEWAY_BUILD_DIR "/provider"));
    const QString absence = provider.absence();
    if (!absence.isEmpty()) {
        std::fprintf(stderr, "code flow at an OpenID provider: not measured, %s\n", qPrintable(absence));
        return 0;
    }
    const QTemporaryDir folder;
    SignIns::Means means;
    means.settings.clientId = OpenIdProvider::clientId();
    means.keychain = memoryStore();
    means.vaultFile = folder.filePath(QStringLiteral("state/vault"));
    means.wall = std::make_shared<SystemClock>();
    std::vector<Round> all;
    if (provider.start()) {
        means.cloud = provider.cloud();
        const std::unique_ptr<SignIns> signIns = std::move(*SignIns::make(means));
        for (int each = 0; each < warmUps + rounds; ++each) {
            const auto round = measure(provider, *signIns);
            if (round && each >= warmUps)
                all.push_back(*round);
        }
    }
    const bool valid = all.size() == rounds;
    const double value = medianOf(all, &Round::whole), pages = medianOf(all, &Round::pages), rest = medianOf(all, &Round::rest), bare = medianOf(all, &Round::bare);
    const char *verdict = !valid ? "FAILED" : value <= aim ? "ok" : "MISSED";
    if (QCoreApplication::arguments().contains(QStringLiteral("--json")))
        std::printf("{\"figure\":\"code flow to kept tokens\",\"value\":%.2f,\"unit\":\"ms\",\"aim\":%d,\"yardstick\":\"a bare refresh at the provider %.1f ms; its pages %.1f ms\",\"good\":%s}\n", value, aim, bare, pages, valid && value <= aim ? "true" : "false");
    else
        std::printf("%-34s %10.2f %-5s <= %-8d %-6s of it the provider's pages %.1f ms, ours and the code's redemption %.1f ms; a bare refresh at the provider %.1f ms\n", "code flow to kept tokens", value, "ms", aim, verdict, pages, rest, bare);
    return valid ? 0 : 1;
}
