// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QString>

namespace causeway {

//! Which of several kept accounts is meant where none is named, as `az account set` does it; one for each cloud. A small file (0600) beside
//! the vault: a home account id is no secret, and it can be read where the keychain is locked.
class CurrentAccount
{
public:
    //! `cloud`: as the token cache names it (CloudProfile::cacheEnvironment).
    CurrentAccount(QString file, QString cloud) : m_file(std::move(file)), m_cloud(std::move(cloud)) {}

    //! Home account id; empty: none was chosen, or the file says nothing that is understood. Whoever reads it may have signed out since.
    [[nodiscard]] QString read() const;
    Result<> write(const QString &homeAccountId) const;
    //! In this cloud.
    Result<> clear() const;
    //! The same, when it is this one: it was signed out.
    Result<> forget(const QString &homeAccountId) const;
    //! In all of them.
    void clearAll() const;

private:
    QString m_file;
    QString m_cloud;
};

} // namespace causeway
