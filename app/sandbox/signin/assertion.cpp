// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/assertion.h"

#include "core/libcrypto.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QSslCertificate>

namespace causeway::sandbox {

namespace {

constexpr auto assertionBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr std::chrono::minutes clockSkew{5};

struct JwtAssertion {
    QJsonObject head, claims;
    QByteArray signedText, signature;

    [[nodiscard]] QString claim(const char *name) const { return claims.value(QLatin1String(name)).toString(); }
    [[nodiscard]] TimePoint time(const char *name) const
    {
        return TimePoint(std::chrono::seconds(qint64(claims.value(QLatin1String(name)).toDouble())));
    }
};

std::optional<JwtAssertion> parsedAssertion(const QString &text)
{
    const QByteArrayList parts = text.toLatin1().split('.');
    if (parts.size() != 3)
        return std::nullopt;
    const auto object = [&](int at) { return QJsonDocument::fromJson(QByteArray::fromBase64(parts[at], assertionBase64)).object(); };
    JwtAssertion assertion{object(0), object(1), parts[0] + '.' + parts[1], QByteArray::fromBase64(parts[2], assertionBase64)};
    return assertion.head.isEmpty() || assertion.claims.isEmpty() ? std::nullopt : std::optional(std::move(assertion));
}

bool signatureGood(const JwtAssertion &assertion, const QByteArray &certificatePem)
{
    const std::unique_ptr<BIO, Freed<BIO_free>> bio(BIO_new_mem_buf(certificatePem.constData(), int(certificatePem.size())));
    const std::unique_ptr<X509, Freed<X509_free>> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    EVP_PKEY *key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
    const QString algorithm = assertion.head.value(QLatin1String("alg")).toString();
    const bool pss = algorithm == QLatin1String("PS256");
    if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || (!pss && algorithm != QLatin1String("RS256")))
        return false; // "none" above all
    const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *settings = nullptr;
    if (EVP_DigestVerifyInit(context.get(), &settings, EVP_sha256(), nullptr, key) != 1)
        return false;
    if (pss && (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) != 1 || EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(assertion.signature.constData()), size_t(assertion.signature.size()),
                            reinterpret_cast<const unsigned char *>(assertion.signedText.constData()), size_t(assertion.signedText.size())) == 1;
}

std::optional<StsError> refuseSignature(const JwtAssertion &assertion, const Principal &application)
{
    const QString sha256 = assertion.head.value(QLatin1String("x5t#S256")).toString();
    const QByteArray named = QByteArray::fromBase64((sha256.isEmpty() ? assertion.head.value(QLatin1String("x5t")).toString() : sha256).toLatin1(), assertionBase64);
    for (const QString &pem : application.certificates) {
        const QSslCertificate certificate(pem.toLatin1());
        if (named.isEmpty() || certificate.digest(sha256.isEmpty() ? QCryptographicHash::Sha1 : QCryptographicHash::Sha256) != named)
            continue;
        return signatureGood(assertion, pem.toLatin1()) ? std::nullopt
                                                        : std::optional<StsError>(StsError(50013, {QStringLiteral("Invalid signature.")}));
    }
    return StsError(700027, {QStringLiteral("The key was not found."), QString::fromLatin1(named.toHex().toUpper())});
}

std::optional<StsError> refuseFederated(const JwtAssertion &assertion, const Principal &application)
{
    int refusal = 700211;
    for (const QJsonValue &value : application.federated) {
        const QJsonObject row = value.toObject();
        if (row.value(QLatin1String("issuer")).toString() != assertion.claim("iss"))
            continue;
        refusal = 700213;
        if (row.value(QLatin1String("subject")).toString() != assertion.claim("sub"))
            continue;
        refusal = 700212;
        if (row.value(QLatin1String("audience")).toString(QStringLiteral("api://AzureADTokenExchange")) != assertion.claim("aud"))
            continue;
        const QString certificate = row.value(QLatin1String("certificate")).toString();
        if (!certificate.isEmpty() && !signatureGood(assertion, certificate.toLatin1()))
            return StsError(50013, {QStringLiteral("Invalid signature.")});
        return std::nullopt;
    }
    const char *about = refusal == 700211 ? "iss" : refusal == 700213 ? "sub" : "aud";
    return StsError(refusal, {assertion.claim(about)});
}

} // namespace

std::optional<StsError> refuseAssertion(const QString &text, const Principal &application, const AssertionPlace &place, Grants &grants)
{
    const auto assertion = parsedAssertion(text);
    if (!assertion)
        return StsError(50027);
    const bool own = assertion->claim("iss").compare(application.clientId, Qt::CaseInsensitive) == 0;
    if (own && assertion->claim("sub").compare(application.clientId, Qt::CaseInsensitive) != 0)
        return StsError(700021, {application.clientId, assertion->claim("sub")});
    if (!own && application.federated.isEmpty())
        return StsError(700021, {application.clientId, assertion->claim("iss")});
    if (auto refusal = own ? refuseSignature(*assertion, application) : refuseFederated(*assertion, application))
        return refusal;
    if (own && !place.audiences.contains(assertion->claim("aud"), Qt::CaseInsensitive))
        return StsError(700023, {assertion->claim("aud")});
    const TimePoint from = assertion->time("nbf"), until = assertion->time("exp");
    if (until + clockSkew < place.now || from - clockSkew > place.now)
        return StsError(700024, {toText(place.now), toText(from), toText(until)});
    // A workload's file holds one token for many requests; our own assertions are made for one.
    if (own && (assertion->claim("jti").isEmpty() || !grants.firstUse(assertion->claim("jti"), place.now, until + clockSkew)))
        return StsError(50013, {QStringLiteral("The jti is missing or was used before.")});
    return std::nullopt;
}

} // namespace causeway::sandbox
