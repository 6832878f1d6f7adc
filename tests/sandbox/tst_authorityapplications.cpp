// SPDX-License-Identifier: Apache-2.0
#include "authorityworld.h"

#include <QDateTime>
#include <QTest>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

//! How applications prove who they are: secret, certificate, and the token of another issuer.
class TestAuthorityApplications : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void secrets_data();
    void secrets();
    void assertions_data();
    void assertions();
    void federation_data();
    void federation();
};

namespace {

using Asked = AuthorityWorld;

QString t(const char *text)
{
    return QString::fromUtf8(text);
}

const QString deployer = QStringLiteral("afa540dc-89e2-435e-8d54-8b67e3b2f01a");

//! A key and a certificate of it, for applications.
struct Signer {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_RSA_gen(2048), EVP_PKEY_free};
    QByteArray pem, der;

    Signer()
    {
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
        X509_set_version(certificate.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
        X509_set_pubkey(certificate.get(), key.get());
        X509_sign(certificate.get(), key.get(), EVP_sha256());
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_X509(bio.get(), certificate.get());
        char *bytes = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &bytes);
        pem = QByteArray(bytes, size);
        unsigned char *out = nullptr;
        const int length = i2d_X509(certificate.get(), &out);
        der = QByteArray(reinterpret_cast<char *>(out), length);
        OPENSSL_free(out);
    }

    [[nodiscard]] QString sign(const QJsonObject &head, const QJsonObject &claims) const
    {
        const QByteArray text = base64Url(QJsonDocument(head).toJson(QJsonDocument::Compact)) + '.' + base64Url(QJsonDocument(claims).toJson(QJsonDocument::Compact));
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        EVP_PKEY_CTX *settings = nullptr;
        EVP_DigestSignInit(context.get(), &settings, EVP_sha256(), nullptr, key.get());
        if (head.value(QLatin1String("alg")).toString() == QLatin1String("PS256")) {
            EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, 32);
        }
        QByteArray signature(EVP_PKEY_get_size(key.get()), '\0');
        size_t size = size_t(signature.size());
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, reinterpret_cast<const unsigned char *>(text.constData()), size_t(text.size()));
        return QString::fromLatin1(text + '.' + base64Url(signature.left(qsizetype(size))));
    }
};

Principal &application(Asked &world)
{
    return *std::find_if(world.state.principals.begin(), world.state.principals.end(), [](const Principal &one) { return one.clientId == deployer; });
}

} // namespace

void TestAuthorityApplications::secrets_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<int>("number");
    const QString contoso = t("contoso.example");
    QTest::newRow("good") << Fields{} << contoso << 0;
    QTest::newRow("wrong secret") << Fields{{"client_secret", t("x")}} << contoso << 7000215;
    QTest::newRow("no secret") << Fields{{"-client_secret", {}}} << contoso << 7000218;
    QTest::newRow("unknown application") << Fields{{"client_id", Asked().client}} << contoso << 700016;
    QTest::newRow("not .default") << Fields{{"scope", t("https://management.azure.com/user_impersonation")}} << contoso << 1002012;
    QTest::newRow("no tenant") << Fields{} << t("organizations") << 50059;
    QTest::newRow("another tenant") << Fields{} << t("fabrikam.example") << 700016;
    QTest::newRow("unknown resource") << Fields{{"scope", t("https://nobody.example/.default")}} << contoso << 500011;
}

void TestAuthorityApplications::secrets()
{
    QFETCH(Fields, changes);
    QFETCH(QString, tenant);
    QFETCH(int, number);
    Asked world;
    application(world).secret = t("s+e~c.r&t");
    const Response response = world.token(changed({{"grant_type", t("client_credentials")}, {"client_id", deployer}, {"client_secret", t("s+e~c.r&t")},
                                                   {"scope", t("https://management.azure.com/.default")}}, changes), tenant);
    QCOMPARE(Asked::aadsts(response), number);
    if (number != 0)
        return;
    const QJsonObject body = Asked::body(response);
    QVERIFY(!body.contains(t("refresh_token")) && !body.contains(t("id_token")) && !body.contains(t("scope")));
    QCOMPARE(Asked::text(jwtPart(Asked::text(body, "access_token"), 1), "idtyp"), t("app"));
}

void TestAuthorityApplications::assertions_data()
{
    QTest::addColumn<QJsonObject>("head");
    QTest::addColumn<QJsonObject>("claims"); // changes; null removes
    QTest::addColumn<int>("number");
    const QJsonObject none;
    const auto at = [](int seconds) { return double(QDateTime::currentSecsSinceEpoch() + seconds); };
    QTest::newRow("PS256") << none << none << 0;
    QTest::newRow("RS256 with x5t") << QJsonObject{{t("alg"), t("RS256")}, {t("x5t#S256"), QJsonValue()}, {t("x5t"), t("sha1")}} << none << 0;
    QTest::newRow("for the issuer") << none << QJsonObject{{t("aud"), t("https://127.0.0.1:4711/525ce356-c43c-4eed-860e-112f387e6af6/v2.0")}} << 0;
    QTest::newRow("unsigned") << QJsonObject{{t("alg"), t("none")}} << none << 50013;
    QTest::newRow("signed as another way") << QJsonObject{{t("alg"), t("RS512")}} << none << 50013;
    QTest::newRow("unknown certificate") << QJsonObject{{t("x5t#S256"), t("AAAA")}} << none << 700027;
    QTest::newRow("no certificate named") << QJsonObject{{t("x5t#S256"), QJsonValue()}} << none << 700027;
    QTest::newRow("another endpoint") << none << QJsonObject{{t("aud"), t("https://login.microsoftonline.com/x/oauth2/v2.0/token")}} << 700023;
    QTest::newRow("expired") << none << QJsonObject{{t("exp"), at(-400)}} << 700024;
    QTest::newRow("a little late") << none << QJsonObject{{t("exp"), at(-200)}} << 0;
    QTest::newRow("not yet") << none << QJsonObject{{t("nbf"), at(400)}} << 700024;
    QTest::newRow("another subject") << none << QJsonObject{{t("sub"), t("somebody")}} << 700021;
    QTest::newRow("another issuer") << none << QJsonObject{{t("iss"), t("somebody")}} << 700021;
    QTest::newRow("no jti") << none << QJsonObject{{t("jti"), QJsonValue()}} << 50013;
}

void TestAuthorityApplications::assertions()
{
    QFETCH(QJsonObject, head);
    QFETCH(QJsonObject, claims);
    QFETCH(int, number);
    static const Signer signer;
    Asked world;
    application(world).certificates = {t("no certificate"), QString::fromLatin1(signer.pem)};
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    QJsonObject allHead{{t("alg"), t("PS256")}, {t("typ"), t("JWT")}, {t("x5t#S256"), QString::fromLatin1(base64Url(QCryptographicHash::hash(signer.der, QCryptographicHash::Sha256)))}};
    QJsonObject allClaims{{t("aud"), t("https://127.0.0.1:4711/contoso.example/oauth2/v2.0/token")}, {t("iss"), deployer}, {t("sub"), deployer}, {t("jti"), t("j-1")},
                          {t("nbf"), now}, {t("iat"), now}, {t("exp"), now + 600}};
    for (const auto &[all, changes] : {std::pair(&allHead, &head), std::pair(&allClaims, &claims)}) {
        for (auto it = changes->begin(); it != changes->end(); ++it) {
            all->insert(it.key(), it.value());
            if (it.value().isNull())
                all->remove(it.key());
        }
    }
    if (allHead.value(t("x5t")).toString() == t("sha1"))
        allHead.insert(t("x5t"), QString::fromLatin1(base64Url(QCryptographicHash::hash(signer.der, QCryptographicHash::Sha1))));
    const auto send = [&](const QString &assertion) {
        return world.token({{"grant_type", t("client_credentials")}, {"client_id", deployer}, {"scope", t("https://management.azure.com/.default")},
                            {"client_assertion_type", t("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")}, {"client_assertion", assertion}}, t("contoso.example"));
    };
    const QString assertion = signer.sign(allHead, allClaims);
    QCOMPARE(Asked::aadsts(send(assertion)), number);
    QCOMPARE(Asked::aadsts(send(assertion)), number == 0 ? 50013 : number); // a replay
    QCOMPARE(Asked::aadsts(send(t("not.a-jwt"))), 50027);
    static const Signer other;
    allClaims.insert(t("jti"), t("j-2"));
    if (number == 0)
        QCOMPARE(Asked::aadsts(send(other.sign(allHead, allClaims))), 50013); // names the right certificate, has another key
}

void TestAuthorityApplications::federation_data()
{
    QTest::addColumn<QJsonObject>("claims");
    QTest::addColumn<int>("number");
    QTest::newRow("good") << QJsonObject() << 0;
    QTest::newRow("issuer") << QJsonObject{{t("iss"), t("https://other.example")}} << 700211;
    QTest::newRow("subject") << QJsonObject{{t("sub"), t("system:serviceaccount:default:other")}} << 700213;
    QTest::newRow("audience") << QJsonObject{{t("aud"), t("api://other")}} << 700212;
    QTest::newRow("expired") << QJsonObject{{t("exp"), 1000}} << 700024;
}

void TestAuthorityApplications::federation()
{
    QFETCH(QJsonObject, claims);
    QFETCH(int, number);
    static const Signer cluster;
    Asked world;
    application(world).federated = {QJsonObject{{t("issuer"), t("https://cluster.example")}, {t("subject"), t("system:serviceaccount:default:causeway")}}};
    QJsonObject all{{t("iss"), t("https://cluster.example")}, {t("sub"), t("system:serviceaccount:default:causeway")}, {t("aud"), t("api://AzureADTokenExchange")},
                    {t("exp"), double(QDateTime::currentSecsSinceEpoch() + 3600)}};
    for (auto it = claims.begin(); it != claims.end(); ++it)
        all.insert(it.key(), it.value());
    for (int time = 0; time < 2; ++time) { // the file serves many requests
        QCOMPARE(Asked::aadsts(world.token({{"grant_type", t("client_credentials")}, {"client_id", deployer}, {"scope", t("https://management.azure.com/.default")},
                                            {"client_assertion_type", t("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")},
                                            {"client_assertion", cluster.sign({{t("alg"), t("RS256")}}, all)}}, t("contoso.example"))), number);
    }
}

QTEST_GUILESS_MAIN(TestAuthorityApplications)
#include "tst_authorityapplications.moc"
