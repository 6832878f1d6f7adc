// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"

namespace causeway::wizard {

class SetupModel;

//! Secrets for a run that the window started: what was typed on the pages, or what the setup's references name.
class SetupSecrets final : public SecretSource
{
public:
    //! `store` may be null: there is no keychain.
    SetupSecrets(const SetupModel &setup, SecretStore *store) : m_setup(setup), m_store(store) {}

    QCoro::Task<Result<Secret>> secret(SecretReference reference, QString field, Context context) override;

private:
    const SetupModel &m_setup;
    SecretStore *m_store;
};

} // namespace causeway::wizard
