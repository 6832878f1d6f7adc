// SPDX-License-Identifier: Apache-2.0
// What a person can get wrong on the command line: exit 2, in words that say what and where, and nothing written.
#include "domain/setupdocument.h"
#include "tests/support/cliline.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>

using namespace causeway;

namespace {

QByteArray exampleText(const char *name)
{
    QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/%1.json").arg(QLatin1String(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

//! Nobody may be asked: a line that is refused never gets a world.
QCoro::Task<Result<std::unique_ptr<Stage>>> noStage(StageOptions, Context)
{
    co_return Error::internal(QStringLiteral("StageAsked"), QStringLiteral("a world was asked for"));
}

QByteArray nested(int depth)
{
    return QByteArray("{\"causeway\": 1, \"x\": ") + QByteArray(depth, '[') + QByteArray(depth, ']') + '}';
}

} // namespace

class TestBadInput : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", (m_folder.path() + QStringLiteral("/state")).toLocal8Bit());
    }

    void cleanup() { QVERIFY2(!QDir(m_folder.path() + QStringLiteral("/state")).exists(), "something was written"); }

    void documents_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("words"); // all of them are in the answer
        const QByteArray good = exampleText("quickstart");
        const auto row = [](const char *name, const QByteArray &text, const QStringList &words) { QTest::newRow(name) << text << words; };
        const auto with = [&](const char *from, const char *to) {
            QByteArray changed = good;
            changed.replace(from, to);
            if (changed == good)
                qFatal("nothing to replace: %s", from);
            return changed;
        };
        row("B1 empty", "", {QStringLiteral("empty")});
        row("B5 UTF-16", QByteArray("\xFF\xFE{\0}\0", 6), {QStringLiteral("UTF-8")});
        row("B5 Latin-1", with("\"sales-etl\"", "\"sales-\xE4\""), {QStringLiteral("UTF-8"), QStringLiteral(":3:")});
        row("B7 syntax", with("\"causeway\": 1,", "\"causeway\": 1"), {QStringLiteral(":3:3"), QStringLiteral("^")});
        row("B8 depth 65", nested(65), {QStringLiteral("64")});
        row("B8 depth 100000", nested(100'000), {QStringLiteral("64"), QStringLiteral("x[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0] … ][0][0][0][0][0][0]: ")}); // the path too
        row("B9 key twice", with("\"causeway\": 1,", "\"causeway\": 1, \"name\": \"a\","), {QStringLiteral("name"), QStringLiteral("twice")});
        row("B10 unknown key", with("\"server\": {", "\"sevrer\": {"), {QStringLiteral("sevrer"), QStringLiteral("Did you mean \"server\"")});
        row("B11 type", with("\"port\": 5432", "\"port\": \"5432\""), {QStringLiteral("linkedService.port"), QStringLiteral("integer"), QStringLiteral("string")});
        row("B12 large", with("\"port\": 5432", "\"port\": 12345678901234567890"), {QStringLiteral("linkedService.port")});
        row("B12 infinite", with("\"port\": 5432", "\"port\": 1e400"), {QStringLiteral("linkedService.port")});
        row("B12 NaN", with("\"port\": 5432", "\"port\": NaN"), {QStringLiteral(":")});
        row("B13 bidi", with("\"pg-sales\"", "\"pg-\xE2\x80\xAEsales\""), {QStringLiteral("202E")});
        row("B13 NUL", with("\"pg-sales\"", "\"pg-\\u0000sales\""), {QStringLiteral("server.name")});
        row("B13 half a pair", with("\"pg-sales\"", "\"pg-\\ud800sales\""), {QStringLiteral("server.name")});
        row("B14 future", with("\"causeway\": 1", "\"causeway\": 99"), {QStringLiteral("99"), QStringLiteral("newer")});
        row("B14 zero", with("\"causeway\": 1", "\"causeway\": 0"), {QStringLiteral("causeway")});
        for (const char *name : {"PG-Sales", "p1", "-pg-sales", "pg-sales-", "pg_sales", "pg-\xF0\x9F\x98\x80", "pg-m\xC3\xBCnchen"})
            row(qPrintable(QStringLiteral("B19 %1").arg(QString::fromUtf8(name))), with("\"pg-sales\"", (QByteArray("\"") + name + '"').constData()), {QStringLiteral("server.name")});
        row("B19 64 characters", with("\"pg-sales\"", ('"' + QByteArray(64, 'a') + '"').constData()), {QStringLiteral("server.name"), QStringLiteral("63")});
        for (const char *name : {"azure_superuser", "azure_pg_admin", "admin", "administrator", "root", "guest", "public", "pg_sales"})
            row(qPrintable(QStringLiteral("B20 %1").arg(QLatin1String(name))), with("\"salesdba\"", (QByteArray("\"") + name + '"').constData()), {QStringLiteral("administratorLogin"), QLatin1String(name)});
        row("B21 a password in the document", with("{\"secret\": \"generate\"}", "\"Hunter2-Hunter2\""), {QStringLiteral("administratorPassword")});
        row("B23 no subscription", with("\"subscription\": \"Sandbox\",", "\"subscription\": \"\","), {QStringLiteral("subscription")});
        for (const char *id : {"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/n", "/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8//resourceGroups/rg",
                               "/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/../providers/Microsoft.Network/virtualNetworks/v", "/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/a%2fb/providers/Microsoft.Network/virtualNetworks/v",
                               "vnet-hub"})
            row(qPrintable(QStringLiteral("B24 %1").arg(QLatin1String(id))),
                with("\"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub\"", (QByteArray("\"") + id + '"').constData()),
                {QStringLiteral("privateEndpoint.virtualNetwork")});
        row("B27 turned round", with("\"from\": \"203.0.113.10\", \"to\": \"203.0.113.20\"", "\"from\": \"203.0.113.20\", \"to\": \"203.0.113.10\""), {QStringLiteral("server.firewall[0]")});
        row("B27 IPv6", with("\"from\": \"203.0.113.10\"", "\"from\": \"2001:db8::1\""), {QStringLiteral("server.firewall[0]")});
        row("B28 an address", with("\"account\": \"fromSubscription\"", "\"account\": \"manual\", \"host\": \"10.0.0.4\""), {QStringLiteral("linkedService.host"), QStringLiteral("DNS name")});
        row("B29 port 0", with("\"port\": 5432", "\"port\": 0"), {QStringLiteral("linkedService.port"), QStringLiteral("65535")});
        row("B29 port 65536", with("\"port\": 5432", "\"port\": 65536"), {QStringLiteral("linkedService.port"), QStringLiteral("65535")});
        row("B29 port with a space", with("\"port\": 5432", "\"port\": \"5432 \""), {QStringLiteral("linkedService.port")});
        row("B30 quote", with("\"databases\": [\"sales\"]", "\"databases\": [\"sa\\\"les\"]"), {QStringLiteral("server.databases[0]")});
        row("B30 64 characters", with("\"databases\": [\"sales\"]", ("\"databases\": [\"" + QByteArray(64, 'd') + "\"]").constData()), {QStringLiteral("server.databases[0]")});
        row("B30 reserved", with("\"databases\": [\"sales\"]", "\"databases\": [\"postgres\"]"), {QStringLiteral("server.databases[0]")});
        for (const char *word : {"Disable", "Allow", "Prefer"})
            row(qPrintable(QStringLiteral("B31 %1 without a reason").arg(QLatin1String(word))), with("\"encryption\": \"VerifyFull\"", (QByteArray("\"encryption\": \"") + word + '"').constData()), {QStringLiteral("encryptionReason")});
        row("B31 unknown", with("\"encryption\": \"VerifyFull\"", "\"encryption\": \"7\""), {QStringLiteral("linkedService.encryption"), QStringLiteral("VerifyFull")});
        row("B32 no tenant", with("\"type\": \"SystemAssignedManagedIdentity\"", "\"type\": \"ServicePrincipal\", \"username\": \"app\", \"servicePrincipalId\": \"b1e34741-9f85-48e5-8d4b-4907cb3e42b8\", \"key\": {\"secret\": \"env:KEY\"}"),
            {QStringLiteral("tenant")});
        row("B32 key and certificate", with("\"type\": \"SystemAssignedManagedIdentity\"", "\"type\": \"ServicePrincipal\", \"username\": \"app\", \"tenant\": \"b1e34741-9f85-48e5-8d4b-4907cb3e42b8\", \"servicePrincipalId\": \"b1e34741-9f85-48e5-8d4b-4907cb3e42b8\", \"key\": {\"secret\": \"env:KEY\"}, \"certificate\": {\"secret\": \"env:CERT\"}"),
            {QStringLiteral("key"), QStringLiteral("certificate")});
        row("B35 linked service", with("\"PgSales\"", "\"Pg<Sales\""), {QStringLiteral("linkedService.name")});
        row("B35 factory", with("\"adf-sales\"", "\"adf.sales\""), {QStringLiteral("integration.name")});
        row("B38 retention 6", with("\"storageGiB\": 128,", "\"storageGiB\": 128, \"backupRetentionDays\": 6,"), {QStringLiteral("backupRetentionDays"), QStringLiteral("7")});
        row("B38 retention 36", with("\"storageGiB\": 128,", "\"storageGiB\": 128, \"backupRetentionDays\": 36,"), {QStringLiteral("backupRetentionDays"), QStringLiteral("35")});
        row("B42 no managed runtime", with("\"connectVia\": \"VnetRuntime\"", "\"connectVia\": \"OtherRuntime\""), {QStringLiteral("linkedService.connectVia")});
        row("B54 10 MB", with("\"sales-etl\"", ('"' + QByteArray(10'000'000, 'x') + '"').constData()), {QStringLiteral("name"), QStringLiteral("1048576")});
        row("B54 right to left", with("\"sales-etl\"", "\"\xE2\x80\xAEsales\""), {QStringLiteral("name"), QStringLiteral("202E")});
        row("B54 spaces", with("\"sales-etl\"", "\" sales \""), {QStringLiteral("name"), QStringLiteral("Spaces")});
        row("B39 burstable", with("\"sku\": \"Standard_D2ds_v5\"", "\"sku\": \"Standard_B2s\", \"highAvailability\": \"SameZone\"").replace(",\n      \"highAvailability\": \"Disabled\"", ""), {QStringLiteral("highAvailability"), QStringLiteral("Burstable")});
    }

    void documents()
    {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, words);
        const QString path = m_folder.filePath(QStringLiteral("wrong.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
        file.close();
        for (const QString &command : {QStringLiteral("apply"), QStringLiteral("plan"), QStringLiteral("check")}) {
            const auto outcome = test::runLine({command, path, QStringLiteral("--sandbox")}, &noStage);
            QVERIFY2(outcome.code == 2, qPrintable(outcome.all()));
            QVERIFY2(outcome.err.contains(path), qPrintable(outcome.all()));
            for (const QString &word : words)
                QVERIFY2(outcome.err.contains(word, Qt::CaseInsensitive), qPrintable(word + QStringLiteral(" is not in: ") + outcome.all()));
            QVERIFY2(!outcome.all().contains(QLatin1String("Hunter2")), "a password was repeated");
            const QString place = outcome.err.section(QLatin1Char('\n'), 0, 0);
            QVERIFY2(place.size() < path.size() + 700, qPrintable(place)); // however deep or long the thing is that is wrong
        }
        const auto json = test::runLine({QStringLiteral("check"), path, QStringLiteral("--json"), QStringLiteral("--offline")}, &noStage);
        QCOMPARE(json.code, 2);
        QCOMPARE(json.json()[QLatin1String("exitCode")].toInt(), 2);
        QCOMPARE(json.out.count(QLatin1Char('\n')), 1);
    }

    void byteOrderMarkIsTaken() // B6
    {
        const QString path = m_folder.filePath(QStringLiteral("bom.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("\xEF\xBB\xBF" + exampleText("quickstart"));
        file.close();
        const auto outcome = test::runLine({QStringLiteral("check"), path, QStringLiteral("--offline")}, &noStage);
        QVERIFY2(outcome.code == 0, qPrintable(outcome.all()));
    }

    void files_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("word");
        const QString fifo = m_folder.filePath(QStringLiteral("fifo"));
        ::mkfifo(QFile::encodeName(fifo).constData(), 0600);
        const QString huge = m_folder.filePath(QStringLiteral("huge.json"));
        QFile sparse(huge);
        QVERIFY(sparse.open(QIODevice::WriteOnly) && sparse.resize(5'000'000'000));
        QTest::newRow("B2 folder") << m_folder.path() << QStringLiteral("regular");
        QTest::newRow("B2 device") << QStringLiteral("/dev/zero") << QStringLiteral("regular");
        QTest::newRow("B2 FIFO") << fifo << QStringLiteral("regular");
        QTest::newRow("B3 not there") << m_folder.filePath(QStringLiteral("nowhere.json")) << QStringLiteral("No such file");
        QTest::newRow("B4 5 GB") << huge << QStringLiteral("16 MiB");
    }

    void files()
    {
        QFETCH(QString, path);
        QFETCH(QString, word);
        const auto outcome = test::runLine({QStringLiteral("apply"), path, QStringLiteral("--sandbox"), QStringLiteral("--yes")}, &noStage);
        QVERIFY2(outcome.code == 2, qPrintable(outcome.all()));
        QVERIFY2(outcome.err.contains(path) && outcome.err.contains(word), qPrintable(outcome.all()));
    }

    void lines_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::addColumn<QStringList>("words");
        const QString setup = QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/quickstart.json");
        const auto row = [](const char *name, const QString &line, const QStringList &words) { QTest::newRow(name) << line.split(QLatin1Char(' ')) << words; };
        row("B22 password", QStringLiteral("apply %1 --sandbox --password Hunter2").arg(setup), {QStringLiteral("--password"), QStringLiteral("prompt")});
        row("B22 password=", QStringLiteral("apply %1 --sandbox --administrator-password=Hunter2").arg(setup), {QStringLiteral("--administrator-password"), QStringLiteral("env:NAME")});
        row("B45 parallel 0", QStringLiteral("apply %1 --sandbox --parallel 0").arg(setup), {QStringLiteral("--parallel"), QStringLiteral("64")});
        row("B45 parallel -1", QStringLiteral("apply %1 --sandbox --parallel -1").arg(setup), {QStringLiteral("64")});
        row("B45 parallel 1000000", QStringLiteral("apply %1 --sandbox --parallel 1000000").arg(setup), {QStringLiteral("64")});
        row("B46 sandbox and endpoint", QStringLiteral("apply %1 --sandbox --endpoint arm=http://127.0.0.1:1").arg(setup), {QStringLiteral("--sandbox"), QStringLiteral("--endpoint")});
        row("B46 unknown flag", QStringLiteral("apply %1 --sandbox --frobnicate").arg(setup), {QStringLiteral("--frobnicate"), QStringLiteral("--help")});
        row("B46 word of a group", QStringLiteral("runs shwo"), {QStringLiteral("\"shwo\" below \"runs\". Did you mean \"show\"?")});
        row("B46 nothing of a group", QStringLiteral("runs"), {QStringLiteral("required. See: causewayctl runs --help")});
        row("B46 flag of a group's command", QStringLiteral("sandbox serve --prot 1"), {QStringLiteral("--prot"), QStringLiteral("See: causewayctl sandbox serve --help")});
        row("B46 flag after --", QStringLiteral("apply %1 --sandbox -- --yes").arg(setup), {QStringLiteral("--yes")});
        row("B46 unknown command", QStringLiteral("aply %1").arg(setup), {QStringLiteral("aply"), QStringLiteral("\"apply\"")});
        row("no setup", QStringLiteral("apply --sandbox"), {QStringLiteral("setup is required")});
        row("sandbox without a name", QStringLiteral("runs list --sandbox="), {QStringLiteral("--sandbox=fresh")});
        row("user without sandbox", QStringLiteral("runs list --as dba"), {QStringLiteral("--sandbox")});
        row("wait", QStringLiteral("apply %1 --sandbox --wait 0").arg(setup), {QStringLiteral("--wait")});
        row("engine", QStringLiteral("apply %1 --sandbox --engine deployment").arg(setup), {QStringLiteral("not there yet")});
        row("engine word", QStringLiteral("apply %1 --sandbox --engine magic").arg(setup), {QStringLiteral("--engine")});
        row("B24 connection", QStringLiteral("approvals approve pe-sales --sandbox --yes"), {QStringLiteral("privateEndpointConnections")});
        row("B24 test", QStringLiteral("test /subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg --sandbox"), {QStringLiteral("linkedservices")});
        row("B47 decide", QStringLiteral("approvals reject /subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/s/privateEndpointConnections/c --sandbox"), {QStringLiteral("--yes")});
    }

    void lines()
    {
        QFETCH(QStringList, line);
        QFETCH(QStringList, words);
        const auto outcome = test::runLine(line, &noStage);
        QVERIFY2(outcome.code == 2, qPrintable(outcome.all()));
        for (const QString &word : words)
            QVERIFY2(outcome.err.contains(word), qPrintable(word + QStringLiteral(" is not in: ") + outcome.all()));
        QVERIFY2(!outcome.all().contains(QLatin1String("Hunter2")), "a password was repeated");
    }

    //! What only a world can tell, found before anything is made: bad input 2, not permitted 3.
    void worlds_data()
    {
        QTest::addColumn<QString>("setup");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char *name, const char *setup, const QByteArray &from, const QByteArray &to, int code, const QStringList &words) { QTest::newRow(name) << QString::fromLatin1(setup) << from << to << code << words; };
        row("B25 another tenant", "network-admin-only", "/subscriptions/8ad63d68-3088-430c-8f20-6e9d0084e405/", "/subscriptions/580eaf9a-a089-4ef2-862b-98a3646230f5/", 2,
            {QStringLiteral("525ce356-c43c-4eed-860e-112f387e6af6"), QStringLiteral("b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6")});
        row("B26 region", "quickstart", "\"create\": {\n      \"location\": \"westeurope\"", "\"create\": {\n      \"location\": \"westeuropa\"", 2, {QStringLiteral("server.create.location"), QStringLiteral("(westeurope?)")});
        row("B26 size", "quickstart", "Standard_D2ds_v5", "Standard_D2ds_v9", 2, {QStringLiteral("server.create.sku"), QStringLiteral("for example: Standard_D2ds_v")});
        row("B40 delegated subnet", "network-admin-only", "/subscriptions/8ad63d68-3088-430c-8f20-6e9d0084e405/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub\",\n    \"subnet\": \"snet-endpoints\"",
            "/subscriptions/ddf126ed-14ed-4626-815c-ea983735cfd5/resourceGroups/rg-legacy/providers/Microsoft.Network/virtualNetworks/vnet-legacy\",\n    \"subscription\": \"ddf126ed-14ed-4626-815c-ea983735cfd5\",\n    \"subnet\": \"snet-postgres\"", 2,
            {QStringLiteral("privateEndpoint.subnet"), QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers")});
        row("B41 server in a network", "network-admin-only", "resourceGroups/rg-sales/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales", "resourceGroups/rg-legacy/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-legacy", 2,
            {QStringLiteral("server"), QStringLiteral("pg-legacy")});
        row("locked network", "network-admin-only", "vnet-hub", "vnet-locked", 3, {QStringLiteral("no-changes")});
    }

    void worlds()
    {
        QFETCH(QString, setup);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(int, code);
        QFETCH(QStringList, words);
        QByteArray text = exampleText(setup.toLatin1().constData());
        QVERIFY2(text.contains(from), from.constData());
        const QString path = m_folder.filePath(QStringLiteral("world.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text.replace(from, to));
        file.close();
        const bool shared = setup != QLatin1String("quickstart");
        const QString world = shared ? QStringLiteral("--sandbox=" CAUSEWAY_SOURCE_DIR "/resources/worlds/contoso.json") : QStringLiteral("--sandbox=fresh");
        for (const QString &command : {QStringLiteral("plan"), QStringLiteral("apply")}) {
            const auto outcome = test::runLine({command, path, world, QStringLiteral("--yes")});
            QVERIFY2(outcome.code == code, qPrintable(outcome.all()));
            for (const QString &word : words)
                QVERIFY2(outcome.err.contains(word), qPrintable(word + QStringLiteral(" is not in: ") + outcome.all()));
        }
        QDir(m_folder.path() + QStringLiteral("/state")).removeRecursively(); // a kept world is made by looking into it
    }

    //! What one person saved opens with another, who has neither the secrets nor the subscription; nothing secret was in it.
    void savedByAnother()
    {
        qputenv("CAUSEWAY_TEST_PASSWORD", "Hunter2-Hunter2");
        QByteArray text = exampleText("password");
        QVERIFY(text.contains("{\"secret\": \""));
        const auto parsed = parseSetup(text);
        QVERIFY(parsed.spec.has_value());
        const QString path = m_folder.filePath(QStringLiteral("saved.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(toDocumentText(*parsed.spec));
        file.close();
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray saved = file.readAll();
        QVERIFY(!saved.contains("Hunter2"));
        QCOMPARE(*parseSetup(saved).spec, *parsed.spec);
        const auto other = test::runLine({QStringLiteral("plan"), path, QStringLiteral("--sandbox=fresh")});
        QVERIFY2(other.code == 0, qPrintable(other.all()));
        qunsetenv("CAUSEWAY_TEST_PASSWORD");
    }

    void live_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("word");
        QTest::newRow("a sandbox's id") << QStringList{} << QStringLiteral("is one of a sandbox");
        QTest::newRow("none elsewhere") << QStringList{QStringLiteral("--auth"), QStringLiteral("none")} << QStringLiteral("is one of a sandbox");
    }

    void live()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, word);
        const auto outcome = test::runLine(QStringList{QStringLiteral("apply"), QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/quickstart.json"), QStringLiteral("--yes")} + options);
        QVERIFY2(outcome.code == 2 && outcome.err.contains(word), qPrintable(outcome.all()));
    }

    void signIn()
    {
        const QStringList list{QStringLiteral("approvals"), QStringLiteral("list")};
        const auto plain = test::runLine(list);
        QVERIFY2(plain.code == 2 && plain.err.contains(QLatin1String("--sandbox")) && plain.err.contains(QLatin1String("az-cli")), qPrintable(plain.all()));
        const auto elsewhere = test::runLine(list + QStringList{QStringLiteral("--auth"), QStringLiteral("none")});
        QVERIFY2(elsewhere.code == 2 && elsewhere.err.contains(QLatin1String("loopback")), qPrintable(elsewhere.all()));
        const auto later = test::runLine(list + QStringList{QStringLiteral("--auth"), QStringLiteral("device-code")});
        QVERIFY2(later.code == 2 && later.err.contains(QLatin1String("No client id")), qPrintable(later.all()));
        const auto unknown = test::runLine(list + QStringList{QStringLiteral("--auth"), QStringLiteral("magic")});
        QVERIFY2(unknown.code == 2 && unknown.err.contains(QLatin1String("device-code")), qPrintable(unknown.all()));
    }

    //! The journal is a file of ours: nobody signs in to read it, no world is started for it, and looking makes nothing.
    void journalNeedsNobody()
    {
        for (const QStringList &where : {QStringList(), QStringList{QStringLiteral("--sandbox")}, QStringList{QStringLiteral("--sandbox=http://127.0.0.1:1")}, QStringList{QStringLiteral("--sandbox=fresh")}}) {
            const auto listed = test::runLine(QStringList{QStringLiteral("runs"), QStringLiteral("list")} + where);
            QVERIFY2(listed.code == 0 && listed.err == QLatin1String("No runs yet.\n"), qPrintable(listed.all()));
        }
        const auto nowhere = test::runLine({QStringLiteral("runs"), QStringLiteral("list"), QStringLiteral("--sandbox=/no/such/world.json")});
        QVERIFY2(nowhere.code == 2 && nowhere.err.contains(QLatin1String("/no/such/world.json")), qPrintable(nowhere.all()));
    }

    void help()
    {
        const auto outcome = test::runLine({QStringLiteral("--help")}, &noStage);
        QCOMPARE(outcome.code, 0);
        for (const char *word : {"init", "schema", "check", "plan", "apply", "runs", "resume", "approvals", "test", "rest", "sandbox", "sign-in", "sign-out", "accounts", "secret", "doctor"})
            QVERIFY2(outcome.out.contains(QLatin1String(word)), word);
        for (const char *word : {"drift", "bundle", "handover", "upgrade-linked-service", "undo", "explain"}) // later issues'
            QVERIFY2(!outcome.out.contains(QLatin1String(word)), word);
        QCOMPARE(test::runLine({}, &noStage).code, 2);
    }

    void initAndSchema()
    {
        for (const char *name : {"quickstart", "password", "system-assigned", "network-admin-only", "data-engineer-only"}) {
            const auto outcome = test::runLine({QStringLiteral("init"), QStringLiteral("--example"), QLatin1String(name)}, &noStage);
            QCOMPARE(outcome.code, 0);
            QVERIFY2(parseSetup(outcome.out.toUtf8()).spec.has_value(), name);
        }
        const auto schema = test::runLine({QStringLiteral("schema")}, &noStage);
        QCOMPARE(QJsonDocument::fromJson(schema.out.toUtf8()).object(), setupSchema());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_badinput.moc"
