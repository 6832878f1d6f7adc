// SPDX-License-Identifier: Apache-2.0
#include "text/verdicttext.h"

#include <QCoreApplication>
#include <array>

namespace causeway {

namespace {

//! In the order of the enum's values, as the wire words are.
constexpr std::array authenticationNames{QT_TRANSLATE_NOOP("Choice", "Basic auth"), QT_TRANSLATE_NOOP("Choice", "Service principal"),
                                         QT_TRANSLATE_NOOP("Choice", "System-assigned managed identity"),
                                         QT_TRANSLATE_NOOP("Choice", "User-assigned managed identity")};
constexpr std::array principalNames{QT_TRANSLATE_NOOP("Choice", "Service principal key"), QT_TRANSLATE_NOOP("Choice", "Service principal certificate")};
constexpr std::array accountNames{QT_TRANSLATE_NOOP("Choice", "From Azure subscription"), QT_TRANSLATE_NOOP("Choice", "Enter manually")};
constexpr std::array encryptionNames{QT_TRANSLATE_NOOP("Choice", "Disable"), QT_TRANSLATE_NOOP("Choice", "Allow"),
                                     QT_TRANSLATE_NOOP("Choice", "Prefer"), QT_TRANSLATE_NOOP("Choice", "Require"),
                                     QT_TRANSLATE_NOOP("Choice", "Verify CA"), QT_TRANSLATE_NOOP("Choice", "Verify full")};
constexpr std::array encryptionNamesV1{QT_TRANSLATE_NOOP("Choice", "No encryption"), "SSL", "RequestSSL"};
constexpr std::array availabilityNames{QT_TRANSLATE_NOOP("Choice", "Disabled"), QT_TRANSLATE_NOOP("Choice", "Same zone"),
                                       QT_TRANSLATE_NOOP("Choice", "Zone redundant")};
constexpr std::array dnsNames{QT_TRANSLATE_NOOP("Choice", "Yes, in a private DNS zone"), QT_TRANSLATE_NOOP("Choice", "An Azure Policy writes the record"),
                              QT_TRANSLATE_NOOP("Choice", "No")};
constexpr std::array endpointApprovalNames{QT_TRANSLATE_NOOP("Choice", "Automatic"), QT_TRANSLATE_NOOP("Choice", "Manual, by the server's owner")};
constexpr std::array approvalNames{QT_TRANSLATE_NOOP("Choice", "Approve what this run makes"), QT_TRANSLATE_NOOP("Choice", "Wait for somebody else")};
constexpr std::array integrationNames{"Azure Data Factory", "Azure Synapse Analytics"};
constexpr std::array cloudNames{QT_TRANSLATE_NOOP("Choice", "Azure"), QT_TRANSLATE_NOOP("Choice", "Azure China (21Vianet)"),
                                QT_TRANSLATE_NOOP("Choice", "Azure US Government")};

constexpr std::array encryptionExplanations{
    QT_TRANSLATE_NOOP("Choice", "Never encrypts."),
    QT_TRANSLATE_NOOP("Choice", "Encrypts only when the server insists."),
    QT_TRANSLATE_NOOP("Choice", "Encrypts when the server can, else does without."),
    QT_TRANSLATE_NOOP("Choice", "Always encrypts, without checking who answers."),
    QT_TRANSLATE_NOOP("Choice", "Always encrypts and checks that a trusted authority issued the certificate."),
    QT_TRANSLATE_NOOP("Choice", "Always encrypts and checks the certificate and the server's name. Recommended.")};
constexpr std::array encryptionExplanationsV1{
    QT_TRANSLATE_NOOP("Choice", "Never encrypts. The connection only succeeds if the server parameter require_secure_transport is off, which is not recommended, since it relaxes security."),
    QT_TRANSLATE_NOOP("Choice", "Always encrypts."),
    QT_TRANSLATE_NOOP("Choice", "Encrypts when the server can, else does without.")};
constexpr std::array authenticationExplanations{
    QT_TRANSLATE_NOOP("Choice", "A PostgreSQL role and its password."),
    QT_TRANSLATE_NOOP("Choice", "An application of Microsoft Entra with a key or a certificate."),
    QT_TRANSLATE_NOOP("Choice", "The data factory's own identity; no secret to keep. It must be a Microsoft Entra administrator of the server."),
    QT_TRANSLATE_NOOP("Choice", "An identity of your own that is assigned to the data factory. It must be a Microsoft Entra administrator of the server.")};

constexpr std::array verdictSentences{
    QT_TRANSLATE_NOOP("Verdict", "Encrypted; the certificate and the server's name are checked."),
    QT_TRANSLATE_NOOP("Verdict", "Encrypted; the certificate's issuer is checked, but not that it is this server's."),
    QT_TRANSLATE_NOOP("Verdict", "Encrypted, but the server's certificate is not checked: somebody in between could pose as the server."),
    QT_TRANSLATE_NOOP("Verdict", "Encrypted only as long as the server offers it; otherwise everything is sent in clear text. require_secure_transport is off on this server."),
    QT_TRANSLATE_NOOP("Verdict", "Not encrypted. The connection only succeeds because the server parameter require_secure_transport is off, which is not a recommended practice, since it relaxes security."),
    QT_TRANSLATE_NOOP("Verdict", "The server will refuse this: without encryption the connection only succeeds if the server parameter require_secure_transport is off, which is not a recommended practice, since it relaxes security.")};
static_assert(verdictSentences.size() == size_t(Verdict::Refused) + 1);

template <class Names, class E>
QString chosenText(const Names &names, E value)
{
    return QCoreApplication::translate("Choice", names.at(size_t(value)));
}

} // namespace

QString verdictText(EncryptionMethod method, std::optional<bool> requireSecureTransport, bool trustServerCertificate)
{
    const EncryptionVerdict verdict = judge(method, requireSecureTransport, trustServerCertificate);
    QString text = QCoreApplication::translate("Verdict", verdictSentences.at(size_t(verdict.verdict)));
    if (!requireSecureTransport && verdict.needsReason)
        text += QLatin1Char(' ') + QCoreApplication::translate("Verdict", "Assumed here: require_secure_transport is on, the service's default.");
    if (verdict.needsReason)
        text += QLatin1Char(' ') + QCoreApplication::translate("Verdict", "Less than Require needs a reason.");
    return text;
}

QString displayName(AuthenticationType type) { return chosenText(authenticationNames, type); }
QString displayName(ServicePrincipalCredential credential) { return chosenText(principalNames, credential); }
QString displayName(AccountSelection account) { return chosenText(accountNames, account); }
QString displayName(EncryptionMethod method) { return chosenText(encryptionNames, method); }
QString displayName(EncryptionMethodV1 method) { return chosenText(encryptionNamesV1, method); }
QString displayName(HighAvailability mode) { return chosenText(availabilityNames, mode); }
QString displayName(DnsMode mode) { return chosenText(dnsNames, mode); }
QString displayName(EndpointApproval approval) { return chosenText(endpointApprovalNames, approval); }
QString displayName(ApprovalMode mode) { return chosenText(approvalNames, mode); }
QString displayName(IntegrationKind kind) { return chosenText(integrationNames, kind); }
QString displayName(Cloud cloud) { return chosenText(cloudNames, cloud); }

QString explanation(EncryptionMethod method) { return chosenText(encryptionExplanations, method); }
QString explanation(EncryptionMethodV1 method) { return chosenText(encryptionExplanationsV1, method); }
QString explanation(AuthenticationType type) { return chosenText(authenticationExplanations, type); }

} // namespace causeway
