// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"

#include <QMap>

namespace causeway {

//! The secrets of one run: asked for once each, generated ones kept for the process and, where there is a store, under the run.
class RunSecrets
{
public:
    RunSecrets(SecretSource &source, SecretStore *store, QString runId, QString login)
        : m_source(source), m_store(store), m_runId(std::move(runId)), m_login(std::move(login))
    {}

    //! `reference` as the marker has it: "generate", "prompt", "env:NAME", "keychain:NAME".
    QCoro::Task<Result<Secret>> secret(QString reference, QString field, Context context);
    //! Made in this process because the one that an earlier process sent is gone: what was written with it must be written again.
    [[nodiscard]] bool isNew(const QString &field) const { return m_made.contains(field); }

private:
    QCoro::Task<Result<Secret>> generated(QString field, Context context);

    SecretSource &m_source;
    SecretStore *m_store;
    QString m_runId;
    QString m_login;
    QMap<QString, Secret> m_known;
    QStringList m_made;
};

} // namespace causeway
