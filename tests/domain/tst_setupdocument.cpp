// SPDX-License-Identifier: Apache-2.0
#include "domain/rules.h"
#include "domain/setupdocument.h"
#include "tests/domain/documents.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace causeway;

class TestSetupDocument : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void examplesAreGood_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("warnings");
        QTest::newRow("quickstart") << QStringLiteral("quickstart") << QStringList();
        QTest::newRow("password") << QStringLiteral("password") << QStringList();
        QTest::newRow("system-assigned") << QStringLiteral("system-assigned") << QStringList();
        QTest::newRow("network-admin-only") << QStringLiteral("network-admin-only") << QStringList{QStringLiteral("network-server-subscription")};
        QTest::newRow("data-engineer-only") << QStringLiteral("data-engineer-only") << QStringList();
    }
    void examplesAreGood()
    {
        QFETCH(QString, name);
        QFETCH(QStringList, warnings);
        const ParsedSetup parsed = parseSetup(test::example(name));
        QVERIFY2(parsed.spec, qPrintable(parsed.issues.isEmpty() ? QString() : parsed.issues.first().field + parsed.issues.first().code));
        const Issues issues = validate(*parsed.spec);
        QVERIFY(!hasErrors(issues));
        QStringList codes;
        for (const Issue &issue : issues)
            codes << issue.code;
        QCOMPARE(codes, warnings);
        // Read, written and read again it is the same.
        const ParsedSetup again = parseSetup(toDocumentText(*parsed.spec));
        QVERIFY(again.spec);
        QVERIFY(*again.spec == *parsed.spec);
        QCOMPARE(toDocumentText(*again.spec), toDocumentText(*parsed.spec));
    }

    void quickstartHoldsEveryPart()
    {
        const SetupSpec spec = *parseSetup(test::example(QStringLiteral("quickstart"))).spec;
        QVERIFY(spec.resourceGroup && spec.server && spec.server->create && spec.privateEndpoint && spec.integration && spec.linkedService);
        QCOMPARE(spec.server->create->administratorPassword.kind, SecretReference::Kind::Generate);
        QCOMPARE(spec.server->publicNetworkAccess, std::optional<bool>(true));
        QCOMPARE(spec.integration->interactiveAuthoringMinutes, 60);
        QCOMPARE(spec.linkedService->encryption, EncryptionMethod::VerifyFull);
    }

    void theOrderIsTheDesigns()
    {
        const QByteArray text = toDocumentText(*parseSetup(test::example(QStringLiteral("quickstart"))).spec);
        qsizetype last = -1;
        for (const char *key : {"causeway", "cloud", "resourceGroup", "server", "privateEndpoint", "integration", "linkedService", "test"}) {
            const qsizetype at = text.indexOf(QByteArray("\n  \"") + key + "\":");
            QVERIFY2(at > last, key);
            last = at;
        }
    }

    void unusualSpecsSurviveWriting_data()
    {
        QTest::addColumn<QByteArray>("edits");
        QTest::newRow("version 1.0") << QByteArray(R"({"linkedService.version":"1.0","linkedService.encryption":"RequestSSL","linkedService.encryptionReason":"old"})");
        QTest::newRow("trust") << QByteArray(R"({"linkedService.trustServerCertificate":true})");
        QTest::newRow("empty texts") << QByteArray(R"({"server.create.version":"","privateEndpoint.subresource":"","privateEndpoint.dns.zone":"","linkedService.authentication.cloudType":""})");
        QTest::newRow("cloud type of another") << QByteArray(R"({"linkedService.authentication.cloudType":"AzureChina","linkedService.authentication.credentialType":"ServicePrincipalCert"})");
        QTest::newRow("runtime without a name") << QByteArray(R"({"integration.runtime":{"name":"","interactiveAuthoringMinutes":30}})");
        QTest::newRow("quotes and umlauts") << QByteArray("{\"name\":\"\\\"Größe\\\" \\\\ / 😀\"}");
        QTest::newRow("absent everything") << QByteArray(R"({"server":null,"privateEndpoint":null,"integration":null,"linkedService":null,"resourceGroup":null,"test":null})");
        QTest::newRow("secrets") << QByteArray(R"({"linkedService.authentication":{"type":"BasicAuth","username":"u","password":{"secret":"keyvault:My Vault/pg-password"},"key":{"secret":"env:A_1"},"certificate":{"secret":"keychain:a/b.c"},"certificatePassword":{"secret":"prompt"}}})");
        QTest::newRow("identity") << QByteArray(R"({"linkedService.authentication":{"type":"UserAssignedManagedIdentity","identity":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/etl"}})");
        QTest::newRow("$schema") << QByteArray(R"({"$schema":"./setup.schema.json"})");
    }
    void unusualSpecsSurviveWriting()
    {
        QFETCH(QByteArray, edits);
        const ParsedSetup parsed = parseSetup(QJsonDocument(test::edited(test::exampleObject(QStringLiteral("quickstart")), edits)).toJson());
        QVERIFY2(parsed.spec, qPrintable(parsed.issues.isEmpty() ? QString() : parsed.issues.first().field + parsed.issues.first().code));
        const ParsedSetup again = parseSetup(toDocumentText(*parsed.spec));
        QVERIFY2(again.spec, toDocumentText(*parsed.spec).constData());
        QVERIFY2(*again.spec == *parsed.spec, toDocumentText(*parsed.spec).constData());
        QCOMPARE(toDocument(*parsed.spec), QJsonDocument::fromJson(toDocumentText(*parsed.spec)).object());
    }

    void findingsStandWhereTheTextDoes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::newRow("key") << QByteArray("{\n  \"causeway\": 1,\n  \"sevrer\": {}\n}") << "unknown-key"
                             << QStringList{QStringLiteral("sevrer"), QStringLiteral("server")} << 3 << 3;
        QTest::newRow("value") << QByteArray("{\"causeway\": 1,\n \"linkedService\": {\"name\": \"A\", \"port\": \"5432\", \"authentication\": {\"type\": \"BasicAuth\"}}}") << "wrong-type"
                               << QStringList{QStringLiteral("integer"), QStringLiteral("string")} << 2 << 41;
        QTest::newRow("behind wide characters") << QByteArray("{\"name\": \"größe😀\", \"x\": 1, \"causeway\": 1}") << "unknown-key" << QStringList{QStringLiteral("x")} << 1 << 20;
        QTest::newRow("syntax") << QByteArray("{\n\n\"a\" 5}") << "json-syntax" << QStringList{QStringLiteral("'5'"), QStringLiteral("':'")} << 3 << 5;
        QTest::newRow("end") << QByteArray("{\"a\": [1, 2\n") << "json-syntax" << QStringList{QStringLiteral("the end of the file")} << 2 << 1;
        QTest::newRow("byte") << QByteArray("{\"a\":\n\"\xC0\xAF\"}") << "json-not-utf8" << QStringList{QStringLiteral("7")} << 2 << 2;
        QTest::newRow("mark") << QByteArray("\xEF\xBB\xBF{\"x\": 1, \"causeway\": 1}") << "unknown-key" << QStringList{QStringLiteral("x")} << 1 << 2;
        QTest::newRow("twice") << QByteArray("{\"causeway\": 1,\n\"cloud\": \"AzurePublic\",\n \"cloud\": \"AzureChina\"}") << "duplicate-key" << QStringList{QStringLiteral("cloud")} << 3 << 2;
        QTest::newRow("override") << QByteArray("{\"causeway\": 1,\n\"name\": \"a\xE2\x80\xAE\"}") << "character-not-allowed" << QStringList{QStringLiteral("U+202E")} << 2 << 9;
        QTest::newRow("half a pair") << QByteArray("{\"causeway\": 1, \"name\": \"\\ud83d\"}") << "character-not-allowed" << QStringList{QStringLiteral("U+D83D")} << 1 << 25;
        QTest::newRow("word") << QByteArray("{\"causeway\": 1, \"cloud\": \"azurechina\"}") << "unknown-word"
                              << QStringList{QStringLiteral("azurechina"), QStringLiteral("AzurePublic, AzureChina, AzureUsGovernment"), QStringLiteral("AzureChina")} << 1 << 26;
    }
    void findingsStandWhereTheTextDoes()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        QFETCH(QStringList, arguments);
        const ParsedSetup parsed = parseSetup(text);
        QVERIFY(!parsed.issues.isEmpty());
        const Issue issue = parsed.issues.first();
        QCOMPARE(issue.code, code);
        QCOMPARE(issue.arguments.mid(0, arguments.size()), arguments);
        QTEST(issue.line, "line");
        QTEST(issue.column, "column");
    }

    void findingsComeInTheOrderOfTheText()
    {
        const ParsedSetup parsed = parseSetup("{\"zzz\": 1,\n\"causeway\": 1,\n\"linkedService\": {\"port\": true,\n\"name\": 5,\n\"x\": 1}}");
        QList<int> lines;
        for (const Issue &issue : parsed.issues)
            lines << issue.line;
        QCOMPARE(lines, (QList<int>{1, 3, 3, 4, 5}));
    }

    void aByteOrderMarkIsAccepted()
    {
        QVERIFY(parseSetup("\xEF\xBB\xBF" + test::example(QStringLiteral("quickstart"))).spec);
    }

    void depth64IsTaken()
    {
        QVERIFY(readJson(QByteArray(64, '[') + QByteArray(64, ']')).value);
        QVERIFY(!readJson(QByteArray(65, '[') + QByteArray(65, ']')).value);
    }

    void numbersAreNotRounded()
    {
        const QJsonArray numbers = readJson("[9223372036854775807, -9223372036854775808, 0.5, -0, 1e3, 5432.0]").value->toArray();
        QCOMPARE(numbers.at(0).toInteger(), std::numeric_limits<qint64>::max());
        QCOMPARE(numbers.at(1).toInteger(), std::numeric_limits<qint64>::min());
        QCOMPARE(numbers.at(2).toDouble(), 0.5);
        QCOMPARE(numbers.at(4).toInteger(), 1000);
        for (const char *bad : {"9223372036854775808", "01", "+1", ".5", "1.", "1e", "-", "0x10", "Infinity", "-Infinity", "1e400", "[1,]", "{\"a\":1,}", "'a'", "\"\\x\"", "\"\\u12g4\"", "tru", "nul", "\"a"})
            QVERIFY2(!readJson(bad).value, bad);
    }

    //! Whatever our reader takes, Qt's takes too, and reads the same.
    void theReaderAgreesWithQt()
    {
        for (const char *name : {"quickstart", "password", "system-assigned", "network-admin-only", "data-engineer-only"}) {
            const QByteArray text = test::example(QString::fromLatin1(name));
            QCOMPARE(readJson(text).value->toObject(), QJsonDocument::fromJson(text).object());
        }
    }

    void manyKeysUnderALongPathStayBounded()
    {
        QByteArray text;
        for (int i = 0; i < 60; ++i)
            text += "{\"" + QByteArray(250, char('a' + i % 26)) + "\":";
        text += '[' + QByteArray("0,").repeated(150000) + "0]" + QByteArray(60, '}');
        const JsonText read = readJson(text);
        QVERIFY(read.value);
        QVERIFY(read.values.size() < 10000);
        QVERIFY(read.positionOf(QStringLiteral("x.y[3]")) == (TextPosition{1, 1}));
    }

    void theSchemaIsPublished()
    {
        QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/schema/setup.schema.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QJsonDocument(setupSchema()).toJson());
    }

    void theSchemaKnowsEveryKeyOfTheExamples()
    {
        const QStringList fields = setupFields();
        QVERIFY(fields.contains(QStringLiteral("server.firewall[].from")));
        QVERIFY(fields.contains(QStringLiteral("linkedService.authentication.certificatePassword")));
        QVERIFY(!fields.contains(QStringLiteral("server.create.administratorPassword.secret")));
        QCOMPARE(fields.size(), QSet<QString>(fields.begin(), fields.end()).size());
        describeEveryProperty(setupSchema(), QStringLiteral("setup"));
    }

    void mutationsNeverLoseThePlace()
    {
        const QByteArray original = test::example(QStringLiteral("quickstart"));
        QRandomGenerator random(20261120);
        int good = 0;
        for (int i = 0; i < 10000; ++i) {
            QByteArray text = original;
            for (int change = random.bounded(1, 3); change > 0 && !text.isEmpty(); --change)
                mutate(text, random);
            const ParsedSetup parsed = parseSetup(text);
            const Issues issues = parsed.spec ? located(validate(*parsed.spec), parsed) : parsed.issues;
            QVERIFY2(parsed.spec || hasErrors(parsed.issues), text.constData());
            const int lines = int(text.count('\n')) + 1;
            for (const Issue &issue : issues)
                QVERIFY2(issue.line >= 1 && issue.line <= lines && issue.column >= 1, text.constData());
            if (parsed.spec) {
                ++good;
                QVERIFY(parseSetup(toDocumentText(*parsed.spec)).spec == parsed.spec);
            }
        }
        QVERIFY2(good > 500 && good < 9500, qPrintable(QString::number(good)));
    }

private:
    static void mutate(QByteArray &text, QRandomGenerator &random)
    {
        static const QByteArrayList pieces{"{", "}", "[", "]", ",", ":", "\"", "null", "1e999", "-1", "\\u202e", "\\ud800", "\xC3", "true", "\"server\":", " ", "x", "9999999999999999999"};
        const int at = random.bounded(int(text.size()));
        switch (random.bounded(5)) {
        case 0:
            text[at] = char(random.bounded(256));
            break;
        case 1:
            text.remove(at, random.bounded(1, 40));
            break;
        case 2:
            text.insert(at, pieces.at(random.bounded(int(pieces.size()))));
            break;
        case 3:
            text.insert(at, text.mid(random.bounded(int(text.size())), random.bounded(60)));
            break;
        default:
            text[at] = char('a' + random.bounded(26));
        }
    }

    static void describeEveryProperty(const QJsonObject &schema, const QString &path)
    {
        const QJsonObject properties = schema.value(QStringLiteral("properties")).toObject();
        for (auto it = properties.begin(); it != properties.end(); ++it) {
            const QString at = path + QLatin1Char('.') + it.key();
            if (it.key() == QLatin1String("$schema"))
                continue;
            QVERIFY2(!it->toObject().value(QStringLiteral("description")).toString().isEmpty(), qPrintable(at));
            describeEveryProperty(it->toObject(), at);
            describeEveryProperty(it->toObject().value(QStringLiteral("items")).toObject(), at);
        }
    }
};

QTEST_GUILESS_MAIN(TestSetupDocument)
#include "tst_setupdocument.moc"
