// SPDX-License-Identifier: Apache-2.0
// MSAL Python reads and refreshes what we keep, and we what it keeps.
#include "tests/azure/accountdesk.h"
#include "tests/support/authorityscript.h"

#include <QProcess>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;
using namespace std::chrono_literals;

namespace {

//! MSAL Python with a scripted login.microsoftonline.com, whose answers are a strict service's.
QJsonObject msalPython(Desk &desk, const char *what, const QByteArray &input)
{
    ScriptedAuthority authority;
    authority.tokens.tenant = kHomeTenant;
    authority.on("/common/discovery/instance", ScriptedAnswer::json(200, {{QStringLiteral("tenant_discovery_endpoint"), QStringLiteral("x")},
        {QStringLiteral("metadata"), QJsonArray{QJsonObject{{QStringLiteral("preferred_network"), QStringLiteral("login.microsoftonline.com")}, {QStringLiteral("preferred_cache"), QStringLiteral("login.windows.net")},
            {QStringLiteral("aliases"), QJsonArray{QStringLiteral("login.microsoftonline.com"), QStringLiteral("login.windows.net"), QStringLiteral("login.microsoft.com"), QStringLiteral("sts.windows.net")}}}}}}));
    const QString root = QStringLiteral("https://login.microsoftonline.com/") + kHomeTenant;
    authority.on(authority.path("v2.0/.well-known/openid-configuration"), ScriptedAnswer::json(200, {{QStringLiteral("issuer"), root + QStringLiteral("/v2.0")},
        {QStringLiteral("authorization_endpoint"), root + QStringLiteral("/oauth2/v2.0/authorize")}, {QStringLiteral("token_endpoint"), root + QStringLiteral("/oauth2/v2.0/token")}}));
    authority.on(authority.tokenPath(), [&desk](const ReceivedRequest &request) {
        if (request.form("refresh_token").toLatin1() != desk.service.valid)
            return ScriptedAnswer::entraError(400, "invalid_grant", 70000, QStringLiteral("spent"));
        return ScriptedAnswer::json(200, desk.service.answer(kHomeTenant, request.form("scope").remove(QRegularExpression(QStringLiteral(" ?\\b(openid|profile|offline_access)\\b"))).trimmed()));
    });
    QProcess python;
    QEventLoop loop;
    QObject::connect(&python, &QProcess::finished, &loop, &QEventLoop::quit);
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start(QStringLiteral("/usr/bin/python3"), {QStringLiteral(CAUSEWAY_SOURCE_DIR "/tests/azure/msalpython.py"), QString::number(authority.port()), kClient, kHomeTenant, QLatin1String(what)});
    python.write(input);
    python.closeWriteChannel();
    QTimer::singleShot(30'000, &loop, &QEventLoop::quit);
    loop.exec();
    return QJsonDocument::fromJson(python.readAllStandardOutput()).object();
}

bool hasMsalPython()
{
    return QProcess::execute(QStringLiteral("/usr/bin/python3"), {QStringLiteral("-c"), QStringLiteral("import msal")}) == 0;
}

} // namespace

class TestAccountBookMsal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isReadByMsalPython();
    void readsMsalPython();
};

void TestAccountBookMsal::isReadByMsalPython()
{
    if (!hasMsalPython())
        QSKIP("MSAL for /usr/bin/python3 is not installed (packaging/packages.sh: python3-msal)");
    Desk desk;
    const QJsonObject said = msalPython(desk, "read", desk.onDisk());
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().size(), 1);
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().first()[QLatin1String("username")].toString(), QStringLiteral("ada@contoso.example"));
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().first()[QLatin1String("home")].toString(), kHomeId);
    QCOMPARE(said.value(QLatin1String("result"))[QLatin1String("access_token")].toString(), QStringLiteral("AT-2")); // it refreshed, with our token
    // And what it wrote is taken up again: its new refresh token, in one entry, and our ARM token beside its own.
    const QByteArray theirs = said.value(QLatin1String("cache")).toString().toUtf8();
    test::await(desk.vault.update([&](const QByteArray &) { return theirs; }, Context()));
    QVERIFY(test::await(desk.book->load(Context())));
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-1"));
    desk.pass(1h);
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-3"));
    QCOMPARE(desk.service.field(0, "refresh_token"), QStringLiteral("RT-2"));
    const QJsonObject kept = QJsonDocument::fromJson(desk.onDisk()).object();
    QCOMPARE(kept.value(QLatin1String("RefreshToken")).toObject().size(), 1);
    QCOMPARE(kept.value(QLatin1String("Account")).toObject().size(), 1);
}

void TestAccountBookMsal::readsMsalPython()
{
    if (!hasMsalPython())
        QSKIP("MSAL for /usr/bin/python3 is not installed (packaging/packages.sh: python3-msal)");
    Desk desk(false);
    const QJsonObject said = msalPython(desk, "write", "RT-1");
    const QByteArray theirs = said.value(QLatin1String("cache")).toString().toUtf8();
    QVERIFY2(theirs.contains("RT-2"), QJsonDocument(said).toJson());
    test::await(desk.vault.update([&](const QByteArray &) { return theirs; }, Context()));
    QVERIFY(test::await(desk.book->load(Context())));
    QCOMPARE(desk.book->accounts().size(), 1);
    QCOMPARE(desk.book->accounts().first().username, QStringLiteral("ada@contoso.example"));
    const QString home = desk.book->accounts().first().homeAccountId;
    QCOMPARE(home, kHomeId);
    QCOMPARE(bytesOf(desk.token(database)), QByteArray("AT-3"));
    QCOMPARE(desk.service.field(0, "refresh_token"), QStringLiteral("RT-2"));
    // Every entry of theirs has all its fields still.
    const QJsonObject before = QJsonDocument::fromJson(theirs).object(), after = QJsonDocument::fromJson(desk.onDisk()).object();
    const auto whole = [&](const char *section) {
        for (const QJsonValue &old : before.value(QLatin1String(section)).toObject()) {
            bool found = false;
            for (const QJsonValue &entry : after.value(QLatin1String(section)).toObject()) {
                const QStringList keys = old.toObject().keys();
                found = found || std::all_of(keys.cbegin(), keys.cend(), [&](const QString &key) { return entry.toObject().contains(key); });
            }
            if (!found)
                return false;
        }
        return true;
    };
    for (const char *section : {"AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata"})
        QVERIFY2(whole(section), section);
}

QTEST_GUILESS_MAIN(TestAccountBookMsal)
#include "tst_accountbookmsal.moc"
