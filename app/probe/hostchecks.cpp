// SPDX-License-Identifier: Apache-2.0
#include "probe/hostchecks.h"

#include <QHostAddress>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTcpServer>

namespace causeway {

namespace {

Check hostFinding(const char *id, Check::State state, const char *code, const QStringList &facts = {})
{
    return Check{QString::fromLatin1(id), {}, state, QString::fromLatin1(code), facts, std::nullopt};
}

QStringList missing(const QProcessEnvironment &environment, const QStringList &names)
{
    QStringList all;
    for (const QString &name : names) {
        if (environment.value(name).isEmpty())
            all << name;
    }
    return all;
}

} // namespace

QList<Check> loopbackChecks(quint16 port)
{
    QList<Check> checks;
    for (const QHostAddress &address : {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        QTcpServer server;
        const bool wanted = server.listen(address, port);
        const QString why = server.errorString();
        const bool any = wanted || (port != 0 && server.listen(address, 0));
        const bool version6 = address == QHostAddress(QHostAddress::LocalHostIPv6);
        const QStringList facts{address.toString(), QString::number(port), why};
        if (wanted)
            checks << hostFinding("loopback", Check::State::Good, "loopback-free", facts);
        else if (any)
            checks << hostFinding("loopback", Check::State::Warning, "loopback-port-taken", facts);
        else // a machine without IPv6 has no browser that prefers it
            checks << hostFinding("loopback", version6 ? Check::State::Warning : Check::State::Bad, "loopback-closed", facts);
        checks.last().subject = address.toString();
    }
    return checks;
}

Check browserCheck(const QProcessEnvironment &environment)
{
#if defined(Q_OS_LINUX)
    const QString opener = QStandardPaths::findExecutable(QStringLiteral("xdg-open"), environment.contains(QStringLiteral("PATH")) ? environment.value(QStringLiteral("PATH")).split(QLatin1Char(':')) : QStringList());
    if (opener.isEmpty())
        return hostFinding("browser", Check::State::Warning, "browser-no-opener");
    if (environment.value(QStringLiteral("DISPLAY")).isEmpty() && environment.value(QStringLiteral("WAYLAND_DISPLAY")).isEmpty())
        return hostFinding("browser", Check::State::Warning, "browser-no-display", {opener});
    return hostFinding("browser", Check::State::Good, "browser-opener", {opener});
#else
    Q_UNUSED(environment)
    return hostFinding("browser", Check::State::Good, "browser-opener", {QStringLiteral("the system")});
#endif
}

QCoro::Task<Check> keychainCheck(SecretStore *keychain, Context context)
{
    const QString name = QStringLiteral("doctor-probe");
    const Secret written(QByteArray::number(QRandomGenerator::system()->generate64(), 16));
    Error why;
    const Result<> write = co_await keychain->write(name, written, context);
    if (!write) {
        why = write.error();
    } else {
        const Result<Secret> read = co_await keychain->read(name, context);
        const Result<> removed = co_await keychain->remove(name, context);
        if (read && read->equals(written) && removed)
            co_return hostFinding("keychain", Check::State::Good, "keychain-good");
        why = !read ? read.error() : !removed ? removed.error() : Error::internal(QStringLiteral("KeychainWrong"), QStringLiteral("it gave back another value than the one that was written"));
    }
    const char *code = why.code == QLatin1String("KeychainLocked") ? "keychain-locked" : why.code == QLatin1String("KeychainSilent") ? "keychain-silent" : why.code == QLatin1String("KeychainAbsent") ? "keychain-absent" : "keychain-wrong";
    co_return hostFinding("keychain", Check::State::Warning, code, {why.message});
}

QList<Check> environmentChecks(const QProcessEnvironment &environment)
{
    const auto set = [&environment](const char *name) { return !environment.value(QString::fromLatin1(name)).isEmpty(); };
    QList<Check> checks;
    const QStringList two{QStringLiteral("AZURE_TENANT_ID"), QStringLiteral("AZURE_CLIENT_ID")};
    if (set("AZURE_FEDERATED_TOKEN_FILE")) {
        const QStringList absent = missing(environment, two);
        checks << hostFinding("environment", absent.isEmpty() ? Check::State::Good : Check::State::Bad, absent.isEmpty() ? "environment-workload" : "environment-incomplete",
                              {absent.isEmpty() ? environment.value(two[1]) : QStringLiteral("workload identity"), absent.join(QStringLiteral(", "))});
    } else if (set("AZURE_CLIENT_SECRET") || set("AZURE_CLIENT_CERTIFICATE_PATH")) {
        const QStringList absent = missing(environment, two);
        checks << hostFinding("environment", absent.isEmpty() ? Check::State::Good : Check::State::Bad, absent.isEmpty() ? "environment-principal" : "environment-incomplete",
                              {absent.isEmpty() ? environment.value(two[1]) : QStringLiteral("service principal"), absent.join(QStringLiteral(", "))});
    }
    for (const char *name : {"IDENTITY_ENDPOINT", "MSI_ENDPOINT"}) {
        if (set(name)) {
            checks << hostFinding("environment", Check::State::Good, "environment-managed", {QString::fromLatin1(name)});
            break;
        }
    }
    if (checks.isEmpty())
        checks << hostFinding("environment", Check::State::Skipped, "environment-none");
    return checks;
}

} // namespace causeway
