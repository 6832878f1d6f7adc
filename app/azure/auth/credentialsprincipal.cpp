// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/credentials.h"
#include "azure/auth/credentialscertificate.h"

#include <QFile>
#include <QFileInfo>

namespace causeway {

namespace {

QString ways(const ServicePrincipal &who)
{
    return !who.secret.isEmpty() ? QStringLiteral("secret") : !who.certificateFile.isEmpty() ? QStringLiteral("certificate") : QStringLiteral("workload identity");
}

constexpr qint64 longestAssertion = 64 * 1024;

// It rotates: read for every request.
Result<Secret> assertionFrom(const QString &path)
{
    const auto unreadable = [&path](const QString &what) {
        return Error::invalid(QStringLiteral("AssertionUnreadable"), QStringLiteral("The workload identity's token file %1 %2").arg(path.left(300), what), QStringLiteral("AZURE_FEDERATED_TOKEN_FILE"));
    };
    QFile file(path);
    if (!QFileInfo(path).isFile()) // a pipe would keep us waiting
        return unreadable(QFileInfo::exists(path) ? QStringLiteral("is no file.") : QStringLiteral("is not there."));
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(QStringLiteral("cannot be read: %1").arg(file.errorString()));
    const QByteArray assertion = file.read(longestAssertion + 1).trimmed();
    if (assertion.size() > longestAssertion)
        return unreadable(QStringLiteral("is too large: a token has at most %1 KiB.").arg(longestAssertion >> 10));
    if (assertion.isEmpty())
        return unreadable(QStringLiteral("is empty."));
    return Secret(assertion);
}

class PrincipalCredential final : public NamedCredential
{
public:
    PrincipalCredential(TokenEndpoint &endpoint, ServicePrincipal who, std::optional<ClientCertificate> certificate)
        : m_endpoint(endpoint), m_who(std::move(who)), m_certificate(std::move(certificate))
    {}

    [[nodiscard]] QString name() const override { return QStringLiteral("service principal %1 (%2)").arg(m_who.clientId, ways(m_who)); }

    QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) override
    {
        const Result<Authority> authority = Authority::make(m_endpoint.cloud(), request.tenant.isEmpty() ? m_who.tenant : request.tenant);
        if (!authority)
            co_return authority.error();
        if (!request.scope.endsWith(QLatin1String("/.default")))
            co_return Error::invalid(QStringLiteral("ScopeNotDefault"), QStringLiteral("An application is given /.default only, not %1.").arg(request.scope.left(200)), QStringLiteral("scope"));
        FormFields fields;
        fields.append(qMakePair(QByteArray("client_id"), m_who.clientId));
        fields.append(qMakePair(QByteArray("grant_type"), QStringLiteral("client_credentials")));
        fields.append(qMakePair(QByteArray("scope"), request.scope));
        if (!request.claims.isEmpty())
            fields.append(qMakePair(QByteArray("claims"), QString::fromUtf8(request.claims)));
        const Result<> proven = prove(fields, authority->url("token"));
        if (!proven)
            co_return proven.error();
        TokenExpectation expected;
        expected.authority = *authority;
        expected.cloud = m_endpoint.cloud();
        expected.clientId = m_who.clientId;
        expected.scopes = request.scope;
        const Result<TokenAnswer> answer = co_await m_endpoint.token(expected, fields, context);
        if (!answer)
            co_return answer.error();
        AccessToken token = answer->access;
        co_return token;
    }

private:
    Result<> prove(FormFields &fields, const QString &audience) const
    {
        if (!m_who.secret.isEmpty()) {
            fields.append(qMakePair(QByteArray("client_secret"), QString::fromUtf8(m_who.secret.reveal())));
            return {};
        }
        const Result<Secret> assertion = m_certificate ? m_certificate->assertion(m_who.clientId, audience, m_endpoint.clock().now()) : assertionFrom(m_who.assertionFile);
        if (!assertion)
            return assertion.error();
        fields.append(qMakePair(QByteArray("client_assertion_type"), QStringLiteral("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")));
        fields.append(qMakePair(QByteArray("client_assertion"), QString::fromUtf8(assertion->reveal())));
        return {};
    }

    TokenEndpoint &m_endpoint;
    ServicePrincipal m_who;
    std::optional<ClientCertificate> m_certificate;
};

} // namespace

Result<std::unique_ptr<NamedCredential>> servicePrincipalCredential(TokenEndpoint &endpoint, ServicePrincipal who)
{
    const Result<Authority> authority = Authority::make(endpoint.cloud(), who.tenant);
    if (!authority)
        return authority.error();
    if (authority->isGeneral())
        return Error::invalid(QStringLiteral("TenantNeeded"), QStringLiteral("A service principal signs in to one tenant: its GUID or domain is needed."), QStringLiteral("tenant"));
    if (who.clientId.trimmed().isEmpty())
        return Error::invalid(QStringLiteral("ClientIdMissing"), QStringLiteral("A service principal has a client id."), QStringLiteral("clientId"));
    std::optional<ClientCertificate> certificate;
    if (who.secret.isEmpty() && !who.certificateFile.isEmpty()) {
        const Result<ClientCertificate> loaded = ClientCertificate::load(who.certificateFile, who.certificatePassword);
        if (!loaded)
            return loaded.error();
        certificate = *loaded;
    } else if (who.secret.isEmpty() && who.assertionFile.isEmpty()) {
        return Error::invalid(QStringLiteral("ProofMissing"), QStringLiteral("A service principal proves itself with a secret, a certificate or a workload identity's token file; there is none."), QStringLiteral("secret"));
    }
    std::unique_ptr<NamedCredential> made = std::make_unique<PrincipalCredential>(endpoint, std::move(who), std::move(certificate));
    return made;
}

Result<ServicePrincipal> servicePrincipalOf(const QProcessEnvironment &environment, PrincipalProof proof)
{
    const bool own = proof != PrincipalProof::Federated, federated = proof != PrincipalProof::Own;
    const auto value = [&environment](const char *name) { return environment.value(QLatin1String(name)).trimmed(); };
    ServicePrincipal who;
    who.tenant = value("AZURE_TENANT_ID");
    who.clientId = value("AZURE_CLIENT_ID");
    if (own) {
        who.secret = Secret(environment.value(QStringLiteral("AZURE_CLIENT_SECRET")).toUtf8());
        who.certificateFile = value("AZURE_CLIENT_CERTIFICATE_PATH");
        who.certificatePassword = Secret(environment.value(QStringLiteral("AZURE_CLIENT_CERTIFICATE_PASSWORD")).toUtf8());
    }
    if (federated)
        who.assertionFile = value("AZURE_FEDERATED_TOKEN_FILE");
    QStringList missing;
    if (who.tenant.isEmpty())
        missing.append(QStringLiteral("AZURE_TENANT_ID"));
    if (who.clientId.isEmpty())
        missing.append(QStringLiteral("AZURE_CLIENT_ID"));
    if (who.secret.isEmpty() && who.certificateFile.isEmpty() && who.assertionFile.isEmpty())
        missing.append(!own ? QStringLiteral("AZURE_FEDERATED_TOKEN_FILE") : federated ? QStringLiteral("one of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH and AZURE_FEDERATED_TOKEN_FILE")
                                                                                       : QStringLiteral("one of AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH"));
    if (!missing.isEmpty())
        return Error::invalid(QStringLiteral("EnvironmentIncomplete"), QStringLiteral("For a %1 the environment lacks %2.").arg(own ? QStringLiteral("service principal") : QStringLiteral("workload identity"), missing.join(QStringLiteral(", "))),
                              missing.first().section(QLatin1Char(' '), 0, 0));
    return who;
}

} // namespace causeway
