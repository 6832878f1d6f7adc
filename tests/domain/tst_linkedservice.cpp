// SPDX-License-Identifier: Apache-2.0
#include "domain/encryption.h"
#include "domain/linkedservice.h"

#include <QJsonDocument>
#include <QTest>

using namespace causeway;

namespace {

const QString fqdn = QStringLiteral("pgsrv.postgres.database.azure.com");
const QString tenant = QStringLiteral("ef761696-47ca-49aa-8ce8-93fb75212ebd");
const QString application = QStringLiteral("649b6090-69bd-4d7b-8961-6a1e5543fe30");

QJsonObject json(const QByteArray &text)
{
    QJsonParseError error;
    const QJsonObject object = QJsonDocument::fromJson(text, &error).object();
    if (error.error != QJsonParseError::NoError)
        qFatal("%s in %s", qPrintable(error.errorString()), text.constData());
    return object;
}

LinkedServiceSpec common()
{
    LinkedServiceSpec spec;
    spec.name = QStringLiteral("PgLinkedService");
    spec.database = QStringLiteral("app");
    spec.encryption = EncryptionMethod::Require;
    spec.connectVia = QStringLiteral("ManagedVnetIR");
    return spec;
}

SecretReference prompt()
{
    return {SecretReference::Kind::Prompt, {}, {}};
}

//! The common head of azure-data-factory.md §7.2 around one type's own properties.
QByteArray body(const QByteArray &own)
{
    return R"({"properties":{"annotations":[],"type":"AzurePostgreSql","version":"2.0","connectVia":{"referenceName":"ManagedVnetIR","type":"IntegrationRuntimeReference"},
               "typeProperties":{"server":"pgsrv.postgres.database.azure.com","port":5432,"database":"app","sslMode":3,)" + own + "}}}";
}

} // namespace

class TestLinkedService : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bodiesAreTheDocumentedOnes_data()
    {
        QTest::addColumn<LinkedServiceSpec>("spec");
        QTest::addColumn<QByteArray>("expected");
        LinkedServiceSpec spec = common();
        AuthenticationSpec &s = spec.authentication;
        s.type = AuthenticationType::BasicAuth;
        s.username = QStringLiteral("etl");
        s.password = prompt();
        QTest::newRow("basic, inline") << spec << body(R"("authenticationType":"BasicAuth","username":"etl","password":{"type":"SecureString","value":"pass;word"})");
        s.password = {SecretReference::Kind::KeyVault, QStringLiteral("pg-password"), QStringLiteral("AkvLs")};
        QTest::newRow("basic, vault") << spec << body(R"("authenticationType":"BasicAuth","username":"etl","password":{"type":"AzureKeyVaultSecret","store":{"referenceName":"AkvLs","type":"LinkedServiceReference"},"secretName":"pg-password"})");
        s = {};
        s.type = AuthenticationType::ServicePrincipal;
        s.username = QStringLiteral("sp");
        s.tenant = tenant;
        s.servicePrincipalId = application;
        s.key = prompt();
        QTest::newRow("principal, key") << spec << body(R"("authenticationType":"ServicePrincipal","username":"sp","tenant":"ef761696-47ca-49aa-8ce8-93fb75212ebd","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","azureCloudType":"AzurePublic","servicePrincipalCredentialType":"ServicePrincipalKey","servicePrincipalKey":{"type":"SecureString","value":"the key"})");
        s.key = {};
        s.credentialType = ServicePrincipalCredential::Certificate;
        s.certificate = prompt();
        s.certificatePassword = prompt();
        QTest::newRow("principal, certificate") << spec << body(R"("authenticationType":"ServicePrincipal","username":"sp","tenant":"ef761696-47ca-49aa-8ce8-93fb75212ebd","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","azureCloudType":"AzurePublic","servicePrincipalCredentialType":"ServicePrincipalCert","servicePrincipalEmbeddedCert":{"type":"SecureString","value":"TUlJ"},"servicePrincipalEmbeddedCertPassword":{"type":"SecureString","value":"pfx"})");
        s = {};
        QTest::newRow("system-assigned") << spec << body(R"("authenticationType":"SystemAssignedManagedIdentity")");
        s.type = AuthenticationType::UserAssignedManagedIdentity;
        s.credential = QStringLiteral("uamiCred");
        QTest::newRow("user-assigned") << spec << body(R"("authenticationType":"UserAssignedManagedIdentity","credential":{"referenceName":"uamiCred","type":"CredentialReference"})");
        s.credential.clear();
        s.identity = ResourceId::resource(tenant, QStringLiteral("rg"), QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities"), QStringLiteral("etl"));
        QTest::newRow("user-assigned by identity") << spec << body(R"("authenticationType":"UserAssignedManagedIdentity","credential":{"referenceName":"etl","type":"CredentialReference"})");
    }
    void bodiesAreTheDocumentedOnes()
    {
        QFETCH(LinkedServiceSpec, spec);
        QFETCH(QByteArray, expected);
        const LinkedServiceSecrets secrets{Secret("pass;word"), Secret("the key"), Secret("TUlJ"), Secret("pfx")};
        const QJsonObject made = linkedServiceBody(spec, fqdn, &secrets);
        QCOMPARE(made, json(expected));
        // Shown, it is the same but for stars in the secrets' places.
        const QByteArray shown = QJsonDocument(linkedServiceBody(spec, fqdn, nullptr)).toJson();
        for (const char *secret : {"pass;word", "the key", "TUlJ", "\"pfx\""})
            QVERIFY2(!shown.contains(secret), shown.constData());
        QCOMPARE(shown.contains("**********"), QJsonDocument(made).toJson().contains("SecureString"));
        // Read back, stars are no secret.
        QJsonObject resource = json(shown);
        resource.insert(QStringLiteral("name"), spec.name);
        const auto read = linkedServiceFromBody(resource);
        QVERIFY(read);
        LinkedServiceSpec back = *read;
        QCOMPARE(back.account, AccountSelection::Manual);
        QCOMPARE(back.host, fqdn);
        back.account = spec.account;
        back.host = spec.host;
        if (spec.authentication.credential.isEmpty() && !spec.authentication.identity.isEmpty())
            spec.authentication.credential = spec.authentication.identity.name();
        back.authentication.identity = spec.authentication.identity;
        QVERIFY(back == spec);
    }

    void anEmptySecretIsLeftOut()
    {
        LinkedServiceSpec spec = common();
        spec.authentication.type = AuthenticationType::BasicAuth;
        spec.authentication.password = prompt();
        const LinkedServiceSecrets none;
        const QJsonObject properties = linkedServiceBody(spec, fqdn, &none).value(QStringLiteral("properties")).toObject();
        QVERIFY(!properties.value(QStringLiteral("typeProperties")).toObject().contains(QStringLiteral("password")));
    }

    void manualAccountsUseTheirHost()
    {
        LinkedServiceSpec spec = common();
        spec.account = AccountSelection::Manual;
        spec.host = QStringLiteral("other.example");
        spec.connectVia.clear();
        spec.trustServerCertificate = true;
        const QJsonObject properties = linkedServiceBody(spec, fqdn, nullptr).value(QStringLiteral("properties")).toObject();
        QVERIFY(!properties.contains(QStringLiteral("connectVia")));
        QCOMPARE(properties.value(QStringLiteral("typeProperties")).toObject().value(QStringLiteral("server")).toString(), spec.host);
        QCOMPARE(properties.value(QStringLiteral("typeProperties")).toObject().value(QStringLiteral("trustServerCertificate")).toBool(), true);
    }

    void versionOneIsAConnectionString_data()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<bool>("isTrusting");
        QTest::addColumn<QString>("tail");
        QTest::newRow("none") << int(EncryptionMethodV1::NoEncryption) << false << QStringLiteral("EncryptionMethod=0");
        QTest::newRow("ssl") << int(EncryptionMethodV1::Ssl) << false << QStringLiteral("EncryptionMethod=1;ValidateServerCertificate=1");
        QTest::newRow("ssl, trusting") << int(EncryptionMethodV1::Ssl) << true << QStringLiteral("EncryptionMethod=1;ValidateServerCertificate=0");
        QTest::newRow("request") << int(EncryptionMethodV1::RequestSsl) << false << QStringLiteral("EncryptionMethod=6");
    }
    void versionOneIsAConnectionString()
    {
        QFETCH(int, method);
        QFETCH(bool, isTrusting);
        QFETCH(QString, tail);
        LinkedServiceSpec spec = common();
        spec.version = QStringLiteral("1.0");
        spec.encryption = LinkedServiceSpec().encryption;
        spec.encryptionV1 = EncryptionMethodV1(method);
        spec.trustServerCertificate = isTrusting;
        spec.authentication.type = AuthenticationType::BasicAuth;
        spec.authentication.username = QStringLiteral("etl");
        spec.authentication.password = {SecretReference::Kind::KeyVault, QStringLiteral("pg-password"), QStringLiteral("AkvLs")};
        QJsonObject made = linkedServiceBody(spec, fqdn, nullptr);
        const QJsonObject own = made.value(QStringLiteral("properties")).toObject().value(QStringLiteral("typeProperties")).toObject();
        QCOMPARE(own.value(QStringLiteral("connectionString")).toString(), QStringLiteral("host=%1;database=app;port=5432;uid=etl;%2").arg(fqdn, tail));
        QCOMPARE(own.value(QStringLiteral("password")).toObject().value(QStringLiteral("secretName")).toString(), QStringLiteral("pg-password"));
        made.insert(QStringLiteral("name"), spec.name);
        LinkedServiceSpec back = *linkedServiceFromBody(made);
        back.account = spec.account;
        back.host.clear();
        QVERIFY(back == spec);
    }

    void versionOnesPasswordIsQuoted()
    {
        LinkedServiceSpec spec = common();
        spec.version = QStringLiteral("1.0");
        spec.authentication.type = AuthenticationType::BasicAuth;
        spec.authentication.password = prompt();
        LinkedServiceSecrets secrets;
        secrets.password = Secret("a;b}c");
        const QByteArray text = QJsonDocument(linkedServiceBody(spec, fqdn, &secrets)).toJson();
        QVERIFY2(text.contains("password={a;b}}c}"), text.constData());
        QVERIFY(!QJsonDocument(linkedServiceBody(spec, fqdn, nullptr)).toJson().contains("a;b"));
        QCOMPARE(linkedServiceFromBody(json(text))->authentication.password.kind, SecretReference::Kind::Prompt);
    }

    void strangersBodiesAreRead()
    {
        // Article 001's own example: plain password, sslMode 2; a port as text as the connector's page has it.
        const auto article = linkedServiceFromBody(json(R"({"name":"Pg-Old","properties":{"type":"AzurePostgreSql","version":"2.0","typeProperties":{"server":"h.example","port":"5433","database":"d","sslMode":2,"username":"u","authenticationType":"BasicAuth","password":"secret"}}})"));
        QVERIFY(article);
        QCOMPARE(article->encryption, EncryptionMethod::Prefer);
        QCOMPARE(article->port, 5433);
        QCOMPARE(article->authentication.password.kind, SecretReference::Kind::Prompt);
        QVERIFY(article->authentication.password.name.isEmpty());
        // No sslMode, no type, an expression.
        const auto bare = linkedServiceFromBody(json(R"({"type":"AzurePostgreSql","typeProperties":{"server":{"value":"@{linkedService().host}","type":"Expression"},"database":"d","username":"u"}})"));
        QVERIFY(bare);
        QCOMPARE(bare->encryption, EncryptionMethod::Prefer);
        QCOMPARE(bare->authentication.type, AuthenticationType::BasicAuth);
        QCOMPARE(bare->host, QStringLiteral("@{linkedService().host}"));
        // The 2019 spelling of version 1.0.
        const auto old = linkedServiceFromBody(json(R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"connectionString":"Server=h.example;Database=d;Port=5432;UID=u;Password=p"}}})"));
        QVERIFY(old);
        QCOMPARE(old->version, QStringLiteral("1.0"));
        QCOMPARE(old->encryptionV1, EncryptionMethodV1::NoEncryption);
        QCOMPARE(old->authentication.password.kind, SecretReference::Kind::Prompt);
    }

    void unreadableBodiesSayWhich_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("target");
        QTest::newRow("another connector") << QByteArray(R"({"properties":{"type":"AzureSqlDatabase"}})") << QStringLiteral("type");
        QTest::newRow("nothing") << QByteArray("{}") << QStringLiteral("type");
        QTest::newRow("sslMode 7") << body(R"("sslMode":7)").replace("\"sslMode\":3,", "") << QStringLiteral("sslMode");
        QTest::newRow("type") << body(R"("authenticationType":"Kerberos")") << QStringLiteral("authenticationType");
        QTest::newRow("port") << body(R"("x":1)").replace("5432", "70000") << QStringLiteral("port");
        QTest::newRow("hidden string") << QByteArray(R"({"type":"AzurePostgreSql","typeProperties":{"connectionString":{"type":"SecureString","value":"**********"}}})") << QStringLiteral("connectionString");
    }
    void unreadableBodiesSayWhich()
    {
        QFETCH(QByteArray, text);
        const auto read = linkedServiceFromBody(json(text));
        QVERIFY(!read);
        QTEST(read.error().target, "target");
    }

    void verdicts_data()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<int>("whenOn");
        QTest::addColumn<int>("whenOff");
        QTest::addColumn<bool>("needsReason");
        const auto row = [](const char *name, EncryptionMethod method, Verdict on, Verdict off, bool needsReason) {
            QTest::newRow(name) << int(method) << int(on) << int(off) << needsReason;
        };
        row("disable", EncryptionMethod::Disable, Verdict::Refused, Verdict::ClearText, true);
        row("allow", EncryptionMethod::Allow, Verdict::EncryptedUnverified, Verdict::MayFallBackToClearText, true);
        row("prefer", EncryptionMethod::Prefer, Verdict::EncryptedUnverified, Verdict::MayFallBackToClearText, true);
        row("require", EncryptionMethod::Require, Verdict::EncryptedUnverified, Verdict::EncryptedUnverified, false);
        row("verify ca", EncryptionMethod::VerifyCa, Verdict::EncryptedAuthorityOnly, Verdict::EncryptedAuthorityOnly, false);
        row("verify full", EncryptionMethod::VerifyFull, Verdict::EncryptedVerified, Verdict::EncryptedVerified, false);
    }
    void verdicts()
    {
        QFETCH(int, method);
        QFETCH(bool, needsReason);
        QTEST(int(judge(EncryptionMethod(method), true).verdict), "whenOn");
        QTEST(int(judge(EncryptionMethod(method), false).verdict), "whenOff");
        QTEST(int(judge(EncryptionMethod(method), std::nullopt).verdict), "whenOn");
        QCOMPARE(judge(EncryptionMethod(method), true).needsReason, needsReason);
        QCOMPARE(sslMode(EncryptionMethod(method)), method);
    }

    void trustingIsNotVerifying()
    {
        QCOMPARE(judge(EncryptionMethod::VerifyFull, true, true).verdict, Verdict::EncryptedUnverified);
        QCOMPARE(judge(EncryptionMethod::VerifyCa, true, true).verdict, Verdict::EncryptedUnverified);
        QCOMPARE(fromV1(EncryptionMethodV1::Ssl, false), EncryptionMethod::Require);
        QCOMPARE(fromV1(EncryptionMethodV1::Ssl, true), EncryptionMethod::VerifyFull);
        QCOMPARE(fromV1(EncryptionMethodV1::RequestSsl, true), EncryptionMethod::Prefer);
        QCOMPARE(fromV1(EncryptionMethodV1::NoEncryption, true), EncryptionMethod::Disable);
    }

    void words()
    {
        for (const char *word : {"5", "VerifyFull", "Verify-Full", "verify-full", "VERIFYFULL", "verify_full"})
            QCOMPARE(encryptionFromText(QString::fromLatin1(word)), std::optional(EncryptionMethod::VerifyFull));
        QCOMPARE(encryptionFromText(QStringLiteral("Disabled")), std::optional(EncryptionMethod::Disable));
        for (const char *word : {"7", "-1", "", "full", "6"})
            QVERIFY2(!encryptionFromText(QString::fromLatin1(word)), word);
        QCOMPARE(authenticationFromText(QStringLiteral("basic")), std::optional(AuthenticationType::BasicAuth));
        QVERIFY(!authenticationFromText(QStringLiteral("Kerberos")));
        QCOMPARE(toText(EncryptionMethodV1::RequestSsl), QStringLiteral("RequestSSL"));
    }
};

QTEST_GUILESS_MAIN(TestLinkedService)
#include "tst_linkedservice.moc"
