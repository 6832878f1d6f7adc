// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"
#include "engine/markers.h"

#include <QMap>
#include <QSet>

namespace causeway {

//! What of a plan only a person or a keychain can give, once each; steps of `done` have sent theirs.
QList<SecretMarker> secretsToAsk(const Plan &plan, const QSet<QString> &done = {});

//! What of a step the run makes itself, by field.
QStringList secretsToMake(const PlannedStep &step);
//! Under which name such a secret is kept. It stays until somebody removes it: for a resume, and for those who need the password.
QString runSecretName(const QString &runId, const QString &field);

//! The secrets of one run: asked for once each, generated ones kept for the process and, where there is a store, under the run.
class RunSecrets
{
public:
    RunSecrets(SecretSource &source, SecretStore *store, QString runId, QString login)
        : m_source(source), m_store(store), m_runId(std::move(runId)), m_login(std::move(login))
    {}

    //! `reference` as the marker has it: "generate", "prompt", "env:NAME", "keychain:NAME".
    QCoro::Task<Result<Secret>> secret(QString reference, QString field, Context context);
    //! Asks for all of secretsToAsk(), before the run records or sends anything: who gives up leaves nothing behind.
    QCoro::Task<Result<>> askAhead(Plan plan, QSet<QString> done, Context context);
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
