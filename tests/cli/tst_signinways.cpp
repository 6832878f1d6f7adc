// SPDX-License-Identifier: Apache-2.0
// --auth az-cli, workload-identity, managed-identity: which one was used is said, and what is wrong is told.
#include "main/signins.h"
#include "tests/cli/personathome.h"
#include "tests/support/authorityscript.h"

#include <QTest>

using namespace causeway;
using namespace causeway::test;

namespace {

const QString robot = QStringLiteral("66666666-7777-4888-8999-aaaaaaaaaaaa");

QByteArray quoted(const QByteArray &json)
{
    return "printf '%s\\n' '" + json + "'\n";
}

} // namespace

class TestSignInWays : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<PersonAtHome> m_home;
    QByteArray m_path;

    CliOutcome list(const char *auth, const QStringList &more = {}) const
    {
        return m_home->person->run(subscriptionsLine + QStringList{QStringLiteral("--auth"), QLatin1String(auth)} + more);
    }
    //! Of the world's first user, as another program got it.
    [[nodiscard]] QByteArray token() const { return m_home->person->box->tokenFor(m_home->person->user).reveal(); }
    //! An `az` that comes first on the path.
    void putAz(const QByteArray &body) const
    {
        const QString az = m_home->written(QStringLiteral("az"), "#!/bin/sh\n" + body);
        QFile::setPermissions(az, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("PATH", m_home->folder.path().toLocal8Bit() + ':' + m_path);
    }
    //! A workload whose cluster vouches for it.
    void putRobot() const
    {
        m_home->person->box->visit([](sandbox::World &world) {
            sandbox::Principal principal;
            principal.objectId = QStringLiteral("11111111-2222-4333-8444-555555555555");
            principal.kind = QStringLiteral("ServicePrincipal");
            principal.displayName = QStringLiteral("robot");
            principal.tenant = world.state().tenants.first().id;
            principal.clientId = robot;
            principal.federated = {QJsonObject{{QStringLiteral("issuer"), QStringLiteral("https://cluster.example")}, {QStringLiteral("subject"), QStringLiteral("system:serviceaccount:default:causeway")}}};
            world.state().principals.append(principal);
            qputenv("AZURE_TENANT_ID", principal.tenant.toLatin1());
        });
        qputenv("AZURE_CLIENT_ID", robot.toLatin1());
    }
    static QByteArray assertion(const char *subject = "system:serviceaccount:default:causeway")
    {
        return ScriptedAuthority::jwt({{QStringLiteral("iss"), QStringLiteral("https://cluster.example")}, {QStringLiteral("sub"), QLatin1String(subject)},
                                       {QStringLiteral("aud"), QStringLiteral("api://AzureADTokenExchange")}, {QStringLiteral("exp"), double(QDateTime::currentSecsSinceEpoch() + 3600)}});
    }

private Q_SLOTS:
    void initTestCase() { m_path = qgetenv("PATH"); }
    void init() { m_home = std::make_unique<PersonAtHome>(); }
    void cleanup()
    {
        qputenv("PATH", m_path);
        m_home.reset();
    }

    void azCli()
    {
        const QString seen = m_home->folder.filePath(QStringLiteral("seen"));
        putAz("echo \"$@\" >> '" + seen.toLocal8Bit() + "'\n" + quoted(R"({"accessToken":")" + token() + R"(","expires_on":)" + QByteArray::number(QDateTime::currentSecsSinceEpoch() + 3600) + ",\"tokenType\":\"Bearer\"}"));
        const CliOutcome used = list("az-cli");
        QVERIFY2(used.code == 0 && used.out.contains(QLatin1String("displayName")), qPrintable(used.all()));
        QVERIFY2(used.err.contains(QStringLiteral("Signed in with Azure CLI: ") + m_home->person->user), qPrintable(used.all()));
        QVERIFY(!used.all().contains(QString::fromLatin1(token().left(60))));
        QFile asked(seen);
        QVERIFY(asked.open(QIODevice::ReadOnly));
        QVERIFY2(asked.readLine().startsWith("account get-access-token --output json --scope "), "what az was asked");
        QVERIFY(asked.atEnd()); // once: it takes seconds
    }

    //! The proof is given once: who comes back with it, refused, is given another.
    void azCliAgain()
    {
        const QString seen = m_home->folder.filePath(QStringLiteral("seen"));
        const QByteArray good = quoted(R"({"accessToken":")" + token() + R"(","expires_on":4102444800})"), spoilt = quoted(R"({"accessToken":"abc","expires_on":4102444800})");
        putAz("if [ -e '" + seen.toLocal8Bit() + "' ]; then\n" + good + "else\ntouch '" + seen.toLocal8Bit() + "'\n" + spoilt + "fi\n");
        const CliOutcome used = list("az-cli");
        QVERIFY2(used.code == 0 && used.out.contains(QLatin1String("displayName")), qPrintable(used.all()));
    }

    void azCliFails_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const QByteArray &body, const char *code, const char *said) { QTest::newRow(name) << body << QString::fromLatin1(code) << QString::fromLatin1(said); };
        row("not signed in", "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1\n", "AzCliRefused", "sign in with: az login");
        row("session over", "echo 'ERROR: AADSTS70043: The refresh token has expired. To re-authenticate, please run: az login' >&2; exit 1\n", "AADSTS70043", "az login");
        row("old version", "echo 'usage: az [-h] ...' >&2; echo 'az: error: unrecognized arguments: --scope https://management.azure.com/.default' >&2; exit 2\n", "AzCliOld", "az upgrade");
        row("garbage", "echo 'hello \033[31m'\n", "AzCliNotUnderstood", "something else than a token");
        row("another JSON", "echo '[1]'\n", "AzCliNotUnderstood", "something else than a token");
        row("a token that is none for ARM", quoted(R"({"accessToken":"abc","expires_on":4102444800})"), "InvalidAuthenticationToken", "Signed in with Azure CLI.");
        row("hangs", "exec sleep 60\n", "AzCliSilent", "did not answer within 1 s");
    }

    void azCliFails()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, code);
        QFETCH(QString, said);
        putAz(body);
        if (body.contains("sleep"))
            m_home->person->azPatience = std::chrono::milliseconds(500);
        const CliOutcome failed = list("az-cli", {QStringLiteral("--json")});
        QVERIFY2(failed.code == 1, qPrintable(failed.all()));
        const QString told = failed.json()[QLatin1String("error")][QLatin1String("code")].toString();
        QVERIFY2(told.isEmpty() ? failed.err.contains(code) : told == code, qPrintable(failed.all())); // "rest" says ARM's own words and nothing else
        QVERIFY2(failed.err.contains(said), qPrintable(failed.all()));
        QVERIFY(!failed.all().contains(QLatin1Char('\033')));
    }

    void workloadIdentity()
    {
        putRobot();
        qputenv("AZURE_FEDERATED_TOKEN_FILE", m_home->written(QStringLiteral("assertion"), assertion() + '\n').toLocal8Bit());
        qputenv("AZURE_CLIENT_SECRET", "not for this one");
        const CliOutcome used = list("workload-identity");
        QVERIFY2(used.code == 0, qPrintable(used.all()));
        QVERIFY2(used.err.contains(QStringLiteral("Signed in with service principal %1 (workload identity)").arg(robot)), qPrintable(used.all()));
        QVERIFY(!used.all().contains(QLatin1String("eyJ")));
    }

    void workloadIdentityFails_data()
    {
        QTest::addColumn<QString>("lacks"); // a variable
        QTest::addColumn<QByteArray>("content"); // null: no file
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const char *lacks, const QByteArray &content, int code, const char *said) { QTest::newRow(name) << QString::fromLatin1(lacks) << content << code << QString::fromLatin1(said); };
        row("no file named", "AZURE_FEDERATED_TOKEN_FILE", assertion(), 2, "For a workload identity the environment lacks AZURE_FEDERATED_TOKEN_FILE.");
        row("no tenant", "AZURE_TENANT_ID", assertion(), 2, "lacks AZURE_TENANT_ID.");
        row("no client", "AZURE_CLIENT_ID", assertion(), 2, "lacks AZURE_CLIENT_ID.");
        row("not there", "", QByteArray(), 2, "is not there");
        row("empty", "", "\n", 2, "is empty");
        row("too large", "", QByteArray(64 * 1024 + 1, 'a'), 2, "is too large: a token has at most 64 KiB");
        row("of another workload", "", assertion("system:serviceaccount:default:other"), 1, "700213");
        row("no token", "", "hello", 1, "50027");
    }

    void workloadIdentityFails()
    {
        QFETCH(QString, lacks);
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        QFETCH(QString, said);
        putRobot();
        const QString file = content.isNull() ? m_home->folder.filePath(QStringLiteral("none")) : m_home->written(QStringLiteral("assertion"), content);
        qputenv("AZURE_FEDERATED_TOKEN_FILE", file.toLocal8Bit());
        if (!lacks.isEmpty())
            qunsetenv(lacks.toLatin1().constData());
        const CliOutcome failed = list("workload-identity");
        QVERIFY2(failed.code == code, qPrintable(failed.all()));
        QVERIFY2(failed.err.contains(said), qPrintable(failed.all()));
        QVERIFY2(!failed.err.contains(QLatin1String("Signed in")), qPrintable(failed.all()));
    }

    void managedIdentity_data()
    {
        QTest::addColumn<bool>("appService");
        QTest::addColumn<QString>("account");
        QTest::addColumn<QString>("variable"); // AZURE_CLIENT_ID
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("name");
        const QString resource = QStringLiteral("/subscriptions/s/resourceGroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i");
        QTest::newRow("virtual machine") << false << QString() << QString() << QString() << QStringLiteral("managed identity (virtual machine)");
        QTest::newRow("virtual machine, by client id") << false << robot << QString() << QStringLiteral("client_id") << QStringLiteral("managed identity %1 (virtual machine)").arg(robot);
        QTest::newRow("virtual machine, by resource id") << false << resource << QString() << QStringLiteral("msi_res_id") << QStringLiteral("(virtual machine)");
        QTest::newRow("App Service") << true << QString() << QString() << QString() << QStringLiteral("managed identity (App Service)");
        QTest::newRow("App Service, by variable") << true << QString() << robot << QStringLiteral("client_id") << QStringLiteral("managed identity %1 (App Service)").arg(robot);
        QTest::newRow("App Service, the line before the variable") << true << QStringLiteral("object:c0ffee") << robot << QStringLiteral("object_id") << QStringLiteral("managed identity object:c0ffee (App Service)");
    }

    void managedIdentity()
    {
        QFETCH(bool, appService);
        QFETCH(QString, account);
        QFETCH(QString, variable);
        QFETCH(QString, field);
        QFETCH(QString, name);
        ScriptedAuthority host;
        const QString given = QString::fromLatin1(token());
        host.on("*", [given](const ReceivedRequest &request) { // IMDS is found by how it refuses whoever does not say "Metadata: true"
            const bool proven = request.header("metadata") == "true" || request.header("x-identity-header") == "H";
            return proven ? ScriptedAnswer::json(200, {{QStringLiteral("access_token"), given}, {QStringLiteral("expires_in"), QStringLiteral("3600")}}) : ScriptedAnswer::json(400, {{QStringLiteral("error"), QStringLiteral("invalid_request")}});
        });
        if (appService) {
            qputenv("IDENTITY_ENDPOINT", (host.origin() + QStringLiteral("/msi/token")).toLatin1());
            qputenv("IDENTITY_HEADER", "H");
        } else {
            qputenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", host.origin().toLatin1());
        }
        if (!variable.isEmpty())
            qputenv("AZURE_CLIENT_ID", variable.toLatin1());
        const CliOutcome used = list("managed-identity", account.isEmpty() ? QStringList() : QStringList{QStringLiteral("--account"), account});
        QVERIFY2(used.code == 0, qPrintable(used.all()));
        QVERIFY2(used.err.contains(QStringLiteral("Signed in with ")) && used.err.contains(name), qPrintable(used.all()));
        QVERIFY(!used.all().contains(given.left(60)));
        const ReceivedRequest asked = host.requests().last();
        QCOMPARE(asked.path, appService ? QByteArray("/msi/token") : QByteArray("/metadata/identity/oauth2/token"));
        for (const char *each : {"client_id", "object_id", "msi_res_id", "mi_res_id"})
            QCOMPARE(asked.query(each).isEmpty(), QLatin1String(each) != field);
    }

    void managedIdentityFails_data()
    {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value"); // HOST: a host that knows no such identity; GONE: nobody listens
        QTest::addColumn<QString>("account");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const char *variable, const char *value, const char *account, int code, const char *said) {
            QTest::newRow(name) << QString::fromLatin1(variable) << QString::fromLatin1(value) << QString::fromLatin1(account) << code << QString::fromLatin1(said);
        };
        row("no metadata service", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "GONE", "", 1, "This machine has no managed identity");
        row("nobody at App Service's address", "IDENTITY_ENDPOINT", "GONE/msi/token", "", 1, "(App Service, http://127.0.0.1:");
        row("no such identity", "IDENTITY_ENDPOINT", "HOST/msi/token", "c0ffee", 1, "Identity not found");
        row("an address elsewhere", "IDENTITY_ENDPOINT", "http://evil.example/token", "", 2, "is not one of this machine");
        row("cannot be chosen", "MSI_ENDPOINT", "HOST/oauth2/token", "c0ffee", 2, "On Cloud Shell an identity cannot be chosen this way");
    }

    void managedIdentityFails()
    {
        QFETCH(QString, variable);
        QFETCH(QString, value);
        QFETCH(QString, account);
        QFETCH(int, code);
        QFETCH(QString, said);
        ScriptedAuthority host;
        host.on("*", ScriptedAnswer::json(400, {{QStringLiteral("error"), QStringLiteral("invalid_request")}, {QStringLiteral("error_description"), QStringLiteral("Identity not found")}}));
        QString gone;
        {
            const ScriptedAuthority left;
            gone = left.origin();
        }
        value.replace(QStringLiteral("HOST"), host.origin()).replace(QStringLiteral("GONE"), gone);
        qputenv(variable.toLatin1().constData(), value.toLatin1());
        qputenv("IDENTITY_HEADER", "H");
        const CliOutcome failed = list("managed-identity", account.isEmpty() ? QStringList() : QStringList{QStringLiteral("--account"), account});
        QVERIFY2(failed.code == code, qPrintable(failed.all()));
        QVERIFY2(failed.err.contains(said), qPrintable(failed.all()));
        QVERIFY2(!failed.err.contains(QLatin1String("Signed in")), qPrintable(failed.all()));
    }

    //! What a served sandbox gave is kept where it is attached, and nowhere else: a token that was refused is not given again.
    void servedCredentialKeepsNothing()
    {
        ScriptedAuthority host;
        int given = 0;
        host.on("*", [&given](const ReceivedRequest &) {
            return ScriptedAnswer::json(200, {{QStringLiteral("access_token"), QStringLiteral("AT-%1").arg(++given)}, {QStringLiteral("expires_on"), QStringLiteral("4102444800")}});
        });
        Planes planes;
        planes.set(Plane::Arm, Planes::Entry{*Origin::parse(host.origin()), QString()});
        SystemClock clock;
        ServedCredential credential(planes, clock, {}, {});
        TokenRequest request(QStringLiteral("https://management.azure.com/.default"));
        const auto first = await(credential.token(request, Context()));
        QVERIFY(first.ok());
        request.refused = first->token;
        const auto second = await(credential.token(request, Context()));
        QVERIFY(second.ok());
        QCOMPARE(second->token.reveal(), QByteArray("AT-2"));
    }
};

QTEST_GUILESS_MAIN(TestSignInWays)
#include "tst_signinways.moc"
