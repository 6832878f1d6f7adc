// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"
#include "domain/setupspec.h"
#include "engine/engine.h"

namespace causeway {

//! Secrets for a run on the command line: a prompt without echo, a variable of the environment, or the keychain ("secret set").
class TerminalSecrets final : public SecretSource
{
public:
    //! `standIn`: what a grown world takes in place of secrets that stayed with the customer; empty: none.
    //! `keychain`: for {"secret":"keychain:NAME"}; null: there is none.
    TerminalSecrets(Console &console, QString login, Secret standIn, std::shared_ptr<SecretStore> keychain = {})
        : m_console(console), m_login(std::move(login)), m_standIn(std::move(standIn)), m_keychain(std::move(keychain))
    {}

    QCoro::Task<Result<Secret>> secret(SecretReference reference, QString field, Context context) override;

private:
    QCoro::Task<Result<Secret>> kept(QString name, QString field, Context context);
    QCoro::Task<Result<Secret>> prompted(QString field, Context context);
    [[nodiscard]] Result<Secret> checked(Secret secret, const QString &field) const;

    Console &m_console;
    QString m_login;
    Secret m_standIn;
    std::shared_ptr<SecretStore> m_keychain;
};

//! The secrets of a setup that are to be there before anything is looked at: variables that are not set, or hold what the rules refuse.
Result<> areAtHand(const SetupSpec &spec);
//! What a plan sends and only a person can type: refused before a question is asked where nobody can be.
Result<> canBeTyped(const Console &console, const Plan &plan);

} // namespace causeway
