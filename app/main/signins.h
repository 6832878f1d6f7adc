// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/planes.h"
#include "azure/http/qnamtransport.h"
#include "core/secret.h"

namespace causeway {

//! The managed-identity endpoint of a sandbox that another process serves. Keeps nothing: the pipeline's TokenKeeper does.
class ServedCredential final : public TokenCredential
{
public:
    //! `user`: empty for the world's first.
    ServedCredential(const Planes &planes, Clock &clock, const QString &caFile, QString user);
    QCoro::Task<Result<AccessToken>> token(TokenRequest wanted, Context context) override;

private:
    Clock &m_clock;
    QString m_user;
    QnamTransport m_transport;
};

} // namespace causeway
