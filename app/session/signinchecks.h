// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/check.h"
#include "probe/networkchecks.h"
#include "session/signins.h"

#include <QProcessEnvironment>

namespace causeway {

//! What is looked at to say whether and how somebody can sign in here.
struct SignInCheckMeans {
    std::shared_ptr<SignIns> signIns; //!< kept until the checks have ended, whoever else lets go of it
    QProcessEnvironment environment;
    QString azProgram = QStringLiteral("az");
};
//! Settings, client id, return addresses, browser, keychain, kept sessions, accounts, Azure CLI, environment, the tenant's metadata, a silent
//! token for each account, and in the end the ways that are open. Nobody is asked for anything; nothing is changed.
QCoro::Task<Result<QList<Check>>> signInChecks(SignInCheckMeans means, CheckListener listener, Context context);

//! What a cloud consists of, for networkChecks(). `tenant`: empty for organizations.
QList<ProbedEndpoint> endpointsOf(const CloudProfile &cloud, const QString &tenant);
//! The same proxy and certificates as the calls to Azure use. `wall` outlives the checks.
NetworkMeans networkMeans(const QnamOptions &network, Clock *wall);

} // namespace causeway
