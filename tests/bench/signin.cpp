// SPDX-License-Identifier: Apache-2.0
// How long a new process takes from its exec to a usable token, when somebody signed in before: keychain, vault, refresh.
//   bench_signin [--json]
// A real Secret Service in a session of its own; the authority is a script on this machine.
#include "azure/auth/accountbook.h"
#include "azure/auth/keychainstore.h"
#include "azure/http/qnamtransport.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"
#include "tests/support/tokens.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>

using namespace causeway;
using namespace causeway::test;

namespace {

constexpr int rounds = 21;

double wallSeconds()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

//! One start of the program; "prime" signs in with a token that is over, so that each start must refresh.
int start(const QString &what, const QString &origin)
{
    const double began = qEnvironmentVariable("BENCH_STARTED").toDouble();
    double ready = wallSeconds();
    bool good = true;
    if (what != QLatin1String("--bare")) {
        SystemClock clock;
        const CloudProfile cloud = cloudAt(QStringLiteral("sandbox"), origin, origin);
        QnamTransport transport(*signInPlanes(cloud), clock);
        TokenEndpoint endpoint(transport, clock, cloud);
        const auto keychain = keychainStore();
        Vault vault(*keychain, qEnvironmentVariable("HOME") + QStringLiteral("/state/vault"));
        AccountBook book(endpoint, vault, kClient);
        if (what == QLatin1String("--prime")) {
            good = test::await(book.add(tokenAnswer(clock.now() - std::chrono::hours(2)), kHomeTenant, Context())).ok() && book.vaultState() == Vault::State::Kept;
        } else {
            const auto loaded = test::await(book.load(Context()));
            const QList<StoredAccount> accounts = book.accounts();
            const auto token = test::await(book.token(accounts.value(0).homeAccountId, TokenRequest(QStringLiteral("https://management.azure.com/.default")), Context()));
            ready = wallSeconds();
            good = loaded && token && book.refreshes() == 1;
        }
    }
    std::printf("%s %.6f\n", good ? "good" : "bad", ready - began);
    return good ? 0 : 1;
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.value(values.size() / 2);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3)
        return start(arguments.at(1), arguments.at(2));
    ScriptedAuthority authority;
    authority.tokens.tenant = kHomeTenant;
    authority.tokens.clientId = kClient;
    authority.tokens.objectId = kUser;
    authority.tokens.refreshToken = QStringLiteral("RT-1");
    authority.tokens.expiresIn = 1; // over at once: every start has to refresh
    authority.playEntra();
    const QTemporaryDir home;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home.path());
    environment.remove(QStringLiteral("DISPLAY"));
    QProcess session;
    session.setProcessEnvironment(environment);
    session.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const QString script = QStringLiteral("printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \"$0\" --prime %1; "
                                          "for i in $(seq %2); do for what in --bare --start; do printf '%s ' $what; BENCH_STARTED=$EPOCHREALTIME \"$0\" $what %1; done; done").arg(authority.origin()).arg(rounds);
    QEventLoop loop;
    QObject::connect(&session, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&session, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
    session.start(QStringLiteral("dbus-run-session"), {QStringLiteral("--"), QStringLiteral("bash"), QStringLiteral("-c"), script, QCoreApplication::applicationFilePath()});
    loop.exec();
    QList<double> bare, full;
    for (const QByteArray &line : session.readAllStandardOutput().split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 3 && words.at(1) == "good")
            (words.first() == "--bare" ? bare : full).append(words.at(2).toDouble() * 1000);
    }
    const bool valid = full.size() == rounds && bare.size() == rounds;
    const double value = median(full);
    const char *verdict = !valid ? "FAILED" : value <= 60 ? "ok" : "MISSED";
    if (arguments.contains(QStringLiteral("--json")))
        std::printf("{\"figure\":\"silent start to a usable token\",\"value\":%.2f,\"unit\":\"ms\",\"aim\":60,\"yardstick\":\"a bare QCoreApplication %.1f ms\",\"good\":%s}\n", value, median(bare), valid && value <= 60 ? "true" : "false");
    else
        std::printf("%-34s %10.2f %-5s <= %-8d %-6s a bare QCoreApplication of the same program %.1f ms\n", "silent start to a usable token", value, "ms", 60, verdict, median(bare));
    return valid ? 0 : 1;
}
