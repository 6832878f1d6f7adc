// SPDX-License-Identifier: Apache-2.0
#include "datafactoryworld.h"

#include <QTest>

using namespace causeway::sandbox;
using test::DataFactoryWorld;
using test::propertiesOf;

static QString text(const char *ascii)
{
    return QString::fromLatin1(ascii);
}

//! Linked services and credentials: documents that are kept, masked and refer to one another.
class TestDataFactoryDocuments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linkedServiceRoundTrip();
    void secrets_data();
    void secrets();
    void documentRefusals_data();
    void documentRefusals();
    void references();
};

void TestDataFactoryDocuments::linkedServiceRoundTrip()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/linkedservices/Pg_Any"));
    const QJsonObject sent = world.object(R"({"name":"ignored","properties":{"type":"AzurePostgreSql","version":"2.0","annotations":["x"],"parameters":{"db":{"type":"String"}},
        "typeProperties":{"server":"s.postgres.database.azure.com","database":{"value":"@{linkedService().db}","type":"Expression"},"sslMode":5,
        "pooling":true,"nobodyKnows":{"deep":[1,{"a":null}]}}}})");
    const Response put = world.call("PUT", path, sent);
    QCOMPARE(put.status, 200);
    const QJsonObject body = world.get(path);
    QCOMPARE(body, world.json(put));
    QCOMPARE(propertiesOf(body), propertiesOf(sent)); // nothing lost, nothing added
    QCOMPARE(body.value(text("name")).toString(), text("Pg_Any"));
    QCOMPARE(body.value(text("type")).toString(), text("Microsoft.DataFactory/factories/linkedservices"));
    QCOMPARE(world.get(world.factory(text("/linkedservices"))).value(text("value")).toArray().size(), 1);
    QCOMPARE(world.call("DELETE", path).status, 200);
    QCOMPARE(world.call("DELETE", path).status, 204);
}

void TestDataFactoryDocuments::secrets_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("SecureString") << QByteArray(R"({"password":{"type":"SecureString","value":"s3cr3t-1"}})");
    QTest::newRow("plain string") << QByteArray(R"({"password":"s3cr3t-1"})");
    QTest::newRow("connection string") << QByteArray(R"({"connectionString":"host=h;uid=u;Password=s3cr3t-1;EncryptionMethod=1"})");
    QTest::newRow("pwd at the end") << QByteArray(R"({"connectionString":"host=h;uid=u;pwd = s3cr3t-1"})");
    QTest::newRow("secure connection string") << QByteArray(R"({"connectionString":{"type":"SecureString","value":"host=h;password=s3cr3t-1"}})");
    QTest::newRow("service principal") << QByteArray(R"({"servicePrincipalKey":{"type":"SecureString","value":"s3cr3t-1"},"servicePrincipalEmbeddedCertPassword":"s3cr3t-1"})");
    QTest::newRow("deep") << QByteArray(R"({"list":[{"inner":{"type":"SecureString","value":"s3cr3t-1"}}]})");
}

void TestDataFactoryDocuments::secrets()
{
    QFETCH(QByteArray, settings);
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/linkedservices/Pg"));
    const QJsonObject properties{{text("type"), text("AzurePostgreSql")}, {text("typeProperties"), QJsonDocument::fromJson(settings).object()}};
    QCOMPARE(world.call("PUT", path, {{text("properties"), properties}}).status, 200);
    const QJsonObject shown = propertiesOf(world.get(path)).value(text("typeProperties")).toObject();
    const QByteArray credential = QByteArray::fromBase64(shown.value(text("encryptedCredential")).toString().toLatin1());
    QVERIFY(QJsonDocument::fromJson(credential).object().value(text("CredentialId")).toString().startsWith(text("DF-ADF-DEMO_")));
    world.get(world.factory(text("/linkedservices")));
    world.get(world.factory());
    QVERIFY(!world.everything.contains("s3cr3t"));
    QVERIFY(QJsonDocument(world.state().find(path)->hidden).toJson().contains("s3cr3t")); // kept for the test
    // A document without its secret, but with its encryptedCredential, keeps it (as documents in Git do).
    QJsonObject stripped = shown;
    for (const char *name : {"password", "servicePrincipalKey", "servicePrincipalEmbeddedCertPassword"})
        stripped.remove(text(name));
    if (!QJsonDocument(stripped).toJson().contains("****")) {
        QJsonObject again = properties;
        again.insert(text("typeProperties"), stripped);
        world.call("PUT", path, {{text("properties"), again}});
        QVERIFY(QJsonDocument(world.state().find(path)->hidden).toJson().contains("s3cr3t"));
        QVERIFY(!world.everything.contains("s3cr3t"));
    }
}

void TestDataFactoryDocuments::documentRefusals_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *path, const QByteArray &body, const char *code) { QTest::newRow(name) << text(path) << body << text(code); };
    row("no type", "/linkedservices/Pg", R"({"properties":{}})", "InvalidResourceRequest");
    row("bad name", "/linkedservices/Pg.1", R"({"properties":{"type":"AzurePostgreSql"}})", "InvalidResourceRequest");
    row("no such runtime", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","connectVia":{"referenceName":"no","type":"IntegrationRuntimeReference"}}})", "InputIsMalformedDetailed");
    row("no such credential", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"credential":{"referenceName":"no","type":"CredentialReference"}}}})", "BadRequest");
    row("no such vault", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"password":{"type":"AzureKeyVaultSecret","store":{"referenceName":"no","type":"LinkedServiceReference"},"secretName":"s"}}}})", "BadRequest");
    row("too large", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","description":")" + QByteArray(103000, 'x') + R"("}})", "InvalidResourceRequest");
    row("credential type", "/credentials/c1", R"({"properties":{"type":"Password"}})", "InvalidResourceRequest");
    row("credential name", "/credentials/-c1", R"({"properties":{"type":"ManagedIdentity"}})", "InvalidResourceRequest");
    row("not an identity", "/credentials/c1", R"({"properties":{"type":"ManagedIdentity","typeProperties":{"resourceId":"/subscriptions/x"}}})", "InvalidResourceRequest");
    row("key not from a vault", "/credentials/c1", R"({"properties":{"type":"ServicePrincipal","typeProperties":{"servicePrincipalKey":{"type":"SecureString","value":"x"}}}})", "InvalidResourceRequest");
}

void TestDataFactoryDocuments::documentRefusals()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    DataFactoryWorld world;
    world.makeFactory();
    const Response answer = world.call("PUT", world.factory(path), QJsonDocument::fromJson(body).object());
    QCOMPARE(answer.status, 400);
    QTEST(DataFactoryWorld::code(answer), "code");
}

void TestDataFactoryDocuments::references()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString runtime = world.makeRuntime();
    const QString credential = world.factory(text("/credentials/uamiCred"));
    const QString vault = world.factory(text("/linkedservices/Akv"));
    const QJsonObject store = world.object(R"({"properties":{"type":"AzureKeyVault","typeProperties":{"baseUrl":"https://kv.vault.azure.net/"}}})");
    QCOMPARE(world.call("PUT", vault, store).status, 200);
    const QJsonObject identity = world.object(R"({"properties":{"type":"ManagedIdentity","annotations":[],"typeProperties":{"resourceId":
        "/subscriptions/S/resourcegroups/RG/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u"}}})");
    QCOMPARE(world.call("PUT", credential, identity).status, 200);
    const QJsonObject service = DataFactoryWorld::service({
        {text("credential"), world.object(R"({"referenceName":"uamiCred","type":"CredentialReference"})")},
        {text("password"), world.object(R"({"type":"AzureKeyVaultSecret","store":{"referenceName":"Akv","type":"LinkedServiceReference"},"secretName":"pg"})")}});
    const QString path = world.factory(text("/linkedservices/PgSales"));
    QCOMPARE(world.call("PUT", path, service, text(world.author)).status, 200); // linkedServices/write is enough
    QVERIFY(!propertiesOf(world.get(path)).value(text("typeProperties")).toObject().contains(text("encryptedCredential")));
    for (const QString &used : {runtime, credential, vault}) {
        const Response answer = world.call("DELETE", used);
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.body.contains("The document cannot be deleted since it is referenced by PgSales."));
    }
    QCOMPARE(world.call("DELETE", path).status, 200);
    for (const QString &used : {runtime, credential, vault})
        QCOMPARE(world.call("DELETE", used).status, 200);
}

QTEST_GUILESS_MAIN(TestDataFactoryDocuments)
#include "tst_datafactorydocuments.moc"
