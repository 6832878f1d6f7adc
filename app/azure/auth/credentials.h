// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenendpoint.h"
#include "azure/http/qnamtransport.h"

#include <QProcessEnvironment>
#include <memory>

namespace causeway {

//! A credential that nobody has to click for, and its name for people: which one was used is always said (sign-in.md §11).
class NamedCredential : public TokenCredential
{
public:
    [[nodiscard]] virtual QString name() const = 0; //!< "Azure CLI", "service principal 1234… (secret)", …
};

//! What the Azure CLI is signed in with: `az account get-access-token --scope S [--tenant T]`. A claims challenge is answered with the
//! `az login --claims-challenge …` line that the person has to run.
//! It is given `patience`, of the wall's time: the Azure CLI's own start takes some seconds.
std::unique_ptr<NamedCredential> azCliCredential(Clock &clock, QString tenant = {}, QString program = QStringLiteral("az"), Milliseconds patience = std::chrono::seconds(13));

struct ServicePrincipal {
    QString tenant;              //!< concrete: GUID or domain
    QString clientId;
    Secret secret;               //!< or a certificate:
    QString certificateFile;     //!< PEM with key, or PFX
    Secret certificatePassword;
    QString assertionFile;       //!< workload identity: read anew at every request, because it rotates
};
//! InvalidInput: nothing to prove itself with, a general tenant, an unreadable or non-RSA certificate.
Result<std::unique_ptr<NamedCredential>> servicePrincipalCredential(TokenEndpoint &endpoint, ServicePrincipal who);
//! What a service principal proves itself with: a secret or certificate of its own, or a token of the platform that it runs on.
enum class PrincipalProof { Any, Own, Federated };
//! From AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_PASSWORD, or
//! AZURE_FEDERATED_TOKEN_FILE; those of another proof are not looked at. InvalidInput names what is missing.
Result<ServicePrincipal> servicePrincipalOf(const QProcessEnvironment &environment, PrincipalProof proof = PrincipalProof::Any);

//! The identity of the host we run on: App Service, Azure ML, Cloud Shell, Azure Arc, Service Fabric, else IMDS, as the environment says;
//! never through a proxy. `identity`, of a user-assigned one: its client id, "object:" and its object id, or its resource id.
Result<std::unique_ptr<NamedCredential>> managedIdentityCredential(Clock &clock, const QProcessEnvironment &environment, QString identity = {});

} // namespace causeway
