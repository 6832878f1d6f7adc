// SPDX-License-Identifier: Apache-2.0
// The Azure CLI's tokens and service principals (sign-in facts §11).
#include "azure/auth/credentials.h"
#include "azure/auth/credentialscertificate.h"
#include "domain/signinfailure.h"
#include "tests/azure/loginfixture.h"
#include "tests/support/coro.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

using namespace causeway;
using namespace test;

namespace {

//! A self-signed certificate: made here, so that none gets old.
struct Pair {
    explicit Pair(const char *kind)
    {
        key = QByteArray(kind) == "RSA" ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
        certificate = X509_new();
        X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_sign(certificate, key, EVP_sha256());
    }
    ~Pair()
    {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    Q_DISABLE_COPY_MOVE(Pair)
    static QByteArray taken(BIO *bio)
    {
        char *text = nullptr;
        const long size = BIO_get_mem_data(bio, &text);
        const QByteArray bytes(text, size);
        BIO_free(bio);
        return bytes;
    }
    [[nodiscard]] QByteArray keyPem(const char *password = nullptr) const
    {
        BIO *bio = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(bio, key, password ? EVP_aes_256_cbc() : nullptr, reinterpret_cast<const unsigned char *>(password), password ? int(strlen(password)) : 0, nullptr, nullptr);
        return taken(bio);
    }
    [[nodiscard]] QByteArray certificatePem() const
    {
        BIO *bio = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(bio, certificate);
        return taken(bio);
    }
    [[nodiscard]] QByteArray pfx(const char *password) const
    {
        PKCS12 *made = PKCS12_create(password, "x", key, certificate, nullptr, 0, 0, 0, 0, 0);
        BIO *bio = BIO_new(BIO_s_mem());
        i2d_PKCS12_bio(bio, made);
        PKCS12_free(made);
        return taken(bio);
    }
    EVP_PKEY *key;
    X509 *certificate;
};

bool verifies(EVP_PKEY *key, const QByteArray &jwt)
{
    const QByteArray text = jwt.left(jwt.lastIndexOf('.'));
    const QByteArray signature = QByteArray::fromBase64(jwt.mid(jwt.lastIndexOf('.') + 1), QByteArray::Base64UrlEncoding);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = nullptr;
    EVP_DigestVerifyInit(digest, &options, EVP_sha256(), nullptr, key);
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
    const int good = EVP_DigestVerify(digest, reinterpret_cast<const unsigned char *>(signature.constData()), std::size_t(signature.size()), reinterpret_cast<const unsigned char *>(text.constData()), std::size_t(text.size()));
    EVP_MD_CTX_free(digest);
    return good == 1;
}

QProcessEnvironment environmentOf(const QList<QPair<QString, QString>> &values)
{
    QProcessEnvironment environment;
    for (const auto &[name, value] : values)
        environment.insert(name, value);
    return environment;
}

} // namespace

class TestSignInCredentials : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    QString script(const QByteArray &body)
    {
        static int count = 0;
        const QString path = m_folder.filePath(QStringLiteral("az%1").arg(++count));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write("#!/bin/sh\n" + body);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    QString written(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(content);
        return file.fileName();
    }

private Q_SLOTS:
    void azCli();
    void azCliFails_data();
    void azCliFails();
    void azCliArguments_data();
    void azCliArguments();
    void azCliChallenge();
    void secret();
    void certificate_data();
    void certificate();
    void badCertificates_data();
    void badCertificates();
    void workloadIdentity();
    void environments_data();
    void environments();
};

void TestSignInCredentials::azCli()
{
    VirtualClock clock(noon);
    const QString seen = m_folder.filePath(QStringLiteral("seen"));
    const QString az = script("echo \"$@\" > '" + seen.toUtf8() + "'\necho '{\"accessToken\":\"AT\",\"expiresOn\":\"2026-11-20 13:00:00.000000\",\"expires_on\":1795177200,\"tokenType\":\"Bearer\"}'\n");
    const auto credential = azCliCredential(clock, QStringLiteral("contoso.com"), az);
    QCOMPARE(credential->name(), QStringLiteral("Azure CLI"));
    auto token = test::await(credential->token({arm}, Context()));
    QVERIFY(token.ok());
    QCOMPARE(token->token.reveal(), QByteArray("AT"));
    QCOMPARE(token->expires, TimePoint(std::chrono::seconds(1795177200)));
    QFile file(seen);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().trimmed(), QByteArray("account get-access-token --output json --scope https://management.azure.com/.default --tenant contoso.com"));
    const auto old = azCliCredential(clock, {}, script("echo '{\"accessToken\":\"AT\",\"expiresOn\":\"2026-11-20 13:00:00.123456\"}'\n"));
    token = test::await(old->token({arm}, Context()));
    const QDateTime local(QDate(2026, 11, 20), QTime(13, 0), Qt::LocalTime);
    QCOMPARE(token->expires, TimePoint(Milliseconds(local.toMSecsSinceEpoch())));
}

void TestSignInCredentials::azCliFails_data()
{
    QTest::addColumn<QByteArray>("body"); // empty: no such program
    QTest::addColumn<QString>("code");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("not signed in") << QByteArray("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1\n") << QStringLiteral("AzCliRefused") << ErrorKind::Unauthorized;
    QTest::newRow("AADSTS") << QByteArray("echo 'ERROR: AADSTS50076: Due to a configuration change' >&2; exit 1\n") << QStringLiteral("AADSTS50076") << ErrorKind::Unauthorized;
    QTest::newRow("a flood of words") << QByteArray("head -c 300000 /dev/zero | tr '\\0' x >&2; exit 2\n") << QStringLiteral("AzCliRefused") << ErrorKind::Unauthorized;
    QTest::newRow("no JSON") << QByteArray("echo hello\n") << QStringLiteral("AzCliNotUnderstood") << ErrorKind::Protocol;
    QTest::newRow("no token") << QByteArray("echo '{}'\n") << QStringLiteral("AzCliNotUnderstood") << ErrorKind::Protocol;
    QTest::newRow("header injection") << QByteArray("printf '{\"accessToken\":\"a\\\\r\\\\nb\"}'\n") << QStringLiteral("AzCliNotUnderstood") << ErrorKind::Protocol;
    QTest::newRow("silent") << QByteArray("exec sleep 30\n") << QStringLiteral("AzCliSilent") << ErrorKind::TimedOut;
    QTest::newRow("missing") << QByteArray() << QStringLiteral("AzCliMissing") << ErrorKind::Unauthorized;
}

void TestSignInCredentials::azCliFails()
{
    QFETCH(QByteArray, body);
    VirtualClock clock(noon);
    const bool silent = body.contains("sleep");
    const QString program = body.isEmpty() ? m_folder.filePath(QStringLiteral("nothing")) : script(body);
    const auto credential = azCliCredential(clock, {}, program, silent ? Milliseconds(300) : Milliseconds(13000));
    const auto token = test::await(credential->token({arm}, Context()));
    QVERIFY(!token.ok());
    QTEST(token.error().code, "code");
    QTEST(token.error().kind, "kind");
    QVERIFY(token.error().message.size() < 400);
}

void TestSignInCredentials::azCliArguments_data()
{
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QString>("inTenant");
    QTest::newRow("quote") << QStringLiteral("https://x\";calc") << QString();
    QTest::newRow("ampersand") << QStringLiteral("https://x&calc") << QString();
    QTest::newRow("option for tenant") << arm << QStringLiteral("--debug");
    QTest::newRow("newline") << arm << QStringLiteral("a\nb");
    QTest::newRow("percent") << arm << QStringLiteral("%PATH%");
    QTest::newRow("space") << arm << QStringLiteral("a b");
}

void TestSignInCredentials::azCliArguments()
{
    QFETCH(QString, scope);
    QFETCH(QString, inTenant);
    VirtualClock clock(noon);
    const QString mark = m_folder.filePath(QStringLiteral("ran"));
    const auto credential = azCliCredential(clock, {}, script("touch '" + mark.toUtf8() + "'\n"));
    const auto token = test::await(credential->token(TokenRequest(scope, inTenant), Context()));
    QCOMPARE(token.error().code, QStringLiteral("AzCliArgument"));
    QVERIFY(!QFile::exists(mark));
}

void TestSignInCredentials::azCliChallenge()
{
    VirtualClock clock(noon);
    const auto credential = azCliCredential(clock, tenant, m_folder.filePath(QStringLiteral("nothing")));
    const QByteArray claims = R"({"access_token":{"acrs":{"values":["p1"]}}})";
    const auto token = test::await(credential->token(TokenRequest(arm, {}, claims), Context()));
    QVERIFY2(token.error().message.endsWith(QStringLiteral("az login --claims-challenge \"%1\" --tenant %2 --scope %3").arg(QString::fromLatin1(claims.toBase64()), tenant, arm)), qPrintable(token.error().message));
    QCOMPARE(token.error().claims, claims);
    QCOMPARE(signInFailureOf(token.error()), SignInFailure::MoreNeeded);
}

void TestSignInCredentials::secret()
{
    Login login;
    login.transport.answer(200, tokenJson()).answer(200, tokenJson()).answer(401, R"({"error":"invalid_client","error_codes":[7000215],"error_description":"AADSTS7000215: Invalid client secret"})");
    ServicePrincipal who;
    who.tenant = tenant;
    who.clientId = application;
    who.secret = Secret("a+b~c.d&e=%41");
    auto made = servicePrincipalCredential(login.endpoint, who);
    QVERIFY(made.ok());
    QCOMPARE((*made)->name(), QStringLiteral("service principal %1 (secret)").arg(application));
    const auto token = test::await((*made)->token({arm}, Context()));
    QCOMPARE(token->token.reveal(), QByteArray("AT"));
    QCOMPARE(token->expires, noon + std::chrono::seconds(3599));
    QCOMPARE(login.sent("client_secret"), QStringLiteral("a+b~c.d&e=%41")); // the classic AADSTS7000215
    QVERIFY(login.transport.requests().last().body.contains("client_secret=a%2Bb~c.d%26e%3D%2541"));
    QCOMPARE(login.sent("grant_type") + login.sent("scope"), QStringLiteral("client_credentials") + arm);
    QVERIFY(!login.transport.requests().last().body.contains("offline_access"));
    QVERIFY(test::await((*made)->token(TokenRequest(arm, QStringLiteral("fabrikam.com"), R"({"a":1})"), Context())).ok());
    QVERIFY(login.transport.requests().last().target.startsWith("/fabrikam.com/"));
    QCOMPARE(login.sent("claims"), QStringLiteral(R"({"a":1})"));
    QCOMPARE(signInFailureOf(test::await((*made)->token({arm}, Context())).error()), SignInFailure::ServicePrincipal);
    QCOMPARE(test::await((*made)->token({QStringLiteral("https://x/user_impersonation")}, Context())).error().code, QStringLiteral("ScopeNotDefault"));
    who.tenant = QStringLiteral("organizations");
    QCOMPARE(servicePrincipalCredential(login.endpoint, who).error().code, QStringLiteral("TenantNeeded"));
    who.tenant = tenant;
    who.secret = Secret();
    QCOMPARE(servicePrincipalCredential(login.endpoint, who).error().code, QStringLiteral("ProofMissing"));
}

void TestSignInCredentials::certificate_data()
{
    QTest::addColumn<QString>("form");
    for (const char *form : {"pem", "pem, encrypted", "pem, certificate first", "pfx", "pfx without password"})
        QTest::newRow(form) << QString::fromLatin1(form);
}

void TestSignInCredentials::certificate()
{
    QFETCH(QString, form);
    const Pair pair("RSA");
    const bool encrypted = form == QStringLiteral("pem, encrypted") || form == QStringLiteral("pfx");
    const QByteArray bytes = form.startsWith(QStringLiteral("pfx")) ? pair.pfx(encrypted ? "pw" : "")
        : form.endsWith(QStringLiteral("first"))                    ? pair.certificatePem() + pair.keyPem()
                                                                    : pair.keyPem(encrypted ? "pw" : nullptr) + pair.certificatePem();
    Login login;
    login.transport.answer(200, tokenJson());
    ServicePrincipal who;
    who.tenant = tenant;
    who.clientId = application;
    who.certificateFile = written(QStringLiteral("certificate"), bytes);
    who.certificatePassword = Secret(encrypted ? "pw" : "");
    auto made = servicePrincipalCredential(login.endpoint, who);
    QVERIFY2(made.ok(), made.ok() ? "" : qPrintable(made.error().message));
    QVERIFY((*made)->name().endsWith(QStringLiteral("(certificate)")));
    QVERIFY(test::await((*made)->token({arm}, Context())).ok());
    QCOMPARE(login.sent("client_assertion_type"), QStringLiteral("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    const QByteArray jwt = login.sent("client_assertion").toLatin1();
    QVERIFY(verifies(pair.key, jwt));
    const QJsonObject head = QJsonDocument::fromJson(QByteArray::fromBase64(jwt.split('.').first(), QByteArray::Base64UrlEncoding)).object();
    unsigned char digest[32];
    X509_digest(pair.certificate, EVP_sha256(), digest, nullptr);
    QCOMPARE(head.value(QStringLiteral("alg")).toString(), QStringLiteral("PS256"));
    QCOMPARE(head.value(QStringLiteral("x5t#S256")).toString().toLatin1(), ScriptedAuthority::base64Url(QByteArray(reinterpret_cast<const char *>(digest), 32)));
    const QJsonObject claims = jwtPayload(jwt);
    QCOMPARE(claims.value(QStringLiteral("aud")).toString(), login.authority.url("token"));
    QCOMPARE(claims.value(QStringLiteral("iss")).toString() + claims.value(QStringLiteral("sub")).toString(), application + application);
    QCOMPARE(claims.value(QStringLiteral("exp")).toInteger() - claims.value(QStringLiteral("nbf")).toInteger(), 600);
    QCOMPARE(claims.value(QStringLiteral("jti")).toString().size(), 36);
}

void TestSignInCredentials::badCertificates_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const Pair rsa("RSA"), other("RSA"), curve("EC");
    const auto row = [](const char *name, const QByteArray &bytes, const char *says) { QTest::newRow(name) << bytes << QString::fromLatin1(says); };
    row("empty", {}, "neither PEM nor PFX");
    row("nonsense", QByteArray(300, 'x'), "neither PEM nor PFX");
    row("certificate only", rsa.certificatePem(), "no private key");
    row("key only", rsa.keyPem(), "no certificate");
    row("of another key", rsa.keyPem() + other.certificatePem(), "do not belong together");
    row("elliptic curve", curve.keyPem() + curve.certificatePem(), "RSA");
    row("PEM, wrong password", rsa.keyPem("other") + rsa.certificatePem(), "password");
    row("PFX, wrong password", rsa.pfx("other"), "password");
}

void TestSignInCredentials::badCertificates()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const auto loaded = ClientCertificate::load(written(QStringLiteral("bad"), bytes), Secret("pw"));
    QVERIFY(!loaded.ok());
    QCOMPARE(loaded.error().code, QStringLiteral("CertificateUnusable"));
    QVERIFY2(loaded.error().message.contains(says), qPrintable(loaded.error().message));
    QCOMPARE(signInFailureOf(loaded.error()), SignInFailure::ServicePrincipal);
    QCOMPARE(ClientCertificate::load(m_folder.filePath(QStringLiteral("none")), Secret()).error().code, QStringLiteral("CertificateUnusable"));
}

void TestSignInCredentials::workloadIdentity()
{
    Login login;
    login.transport.answer(200, tokenJson()).answer(200, tokenJson());
    ServicePrincipal who;
    who.tenant = tenant;
    who.clientId = application;
    who.assertionFile = written(QStringLiteral("federated"), "first\n");
    auto made = servicePrincipalCredential(login.endpoint, who);
    QVERIFY((*made)->name().endsWith(QStringLiteral("(workload identity)")));
    QVERIFY(test::await((*made)->token({arm}, Context())).ok());
    QCOMPARE(login.sent("client_assertion"), QStringLiteral("first"));
    written(QStringLiteral("federated"), "second"); // it rotates
    QVERIFY(test::await((*made)->token({arm}, Context())).ok());
    QCOMPARE(login.sent("client_assertion"), QStringLiteral("second"));
    QVERIFY(QFile::remove(who.assertionFile));
    QCOMPARE(test::await((*made)->token({arm}, Context())).error().code, QStringLiteral("AssertionUnreadable"));
    QCOMPARE(login.transport.requests().size(), 2);
}

void TestSignInCredentials::environments_data()
{
    using Values = QList<QPair<QString, QString>>;
    QTest::addColumn<Values>("values");
    QTest::addColumn<QString>("missing"); // empty: complete
    const QPair<QString, QString> t{QStringLiteral("AZURE_TENANT_ID"), tenant}, c{QStringLiteral("AZURE_CLIENT_ID"), application};
    QTest::newRow("nothing") << Values{} << QStringLiteral("AZURE_TENANT_ID, AZURE_CLIENT_ID, one of");
    QTest::newRow("no proof") << Values{t, c} << QStringLiteral("AZURE_FEDERATED_TOKEN_FILE");
    QTest::newRow("no client") << Values{t, {QStringLiteral("AZURE_CLIENT_SECRET"), QStringLiteral("s")}} << QStringLiteral("AZURE_CLIENT_ID");
    QTest::newRow("secret") << Values{t, c, {QStringLiteral("AZURE_CLIENT_SECRET"), QStringLiteral("s")}} << QString();
    QTest::newRow("certificate") << Values{t, c, {QStringLiteral("AZURE_CLIENT_CERTIFICATE_PATH"), QStringLiteral("/x")}} << QString();
    QTest::newRow("workload") << Values{t, c, {QStringLiteral("AZURE_FEDERATED_TOKEN_FILE"), QStringLiteral("/x")}} << QString();
}

void TestSignInCredentials::environments()
{
    using Values = QList<QPair<QString, QString>>;
    QFETCH(Values, values);
    QFETCH(QString, missing);
    const auto who = servicePrincipalOf(environmentOf(values));
    QCOMPARE(who.ok(), missing.isEmpty());
    if (!who)
        QVERIFY2(who.error().message.contains(missing), qPrintable(who.error().message));
}

QTEST_GUILESS_MAIN(TestSignInCredentials)
#include "tst_signincredentials.moc"
