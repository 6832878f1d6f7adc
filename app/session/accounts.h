// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace causeway {

struct AccountChoice {
    QString user;          //!< user principal name
    QString displayName;
    QString description;   //!< "Owner of the first subscription"
    QString tenant;
};

//! Who may be signed in as, for the account page. The sandbox offers the users of its world.
class Accounts
{
public:
    Accounts() = default;
    virtual ~Accounts() = default;
    Q_DISABLE_COPY_MOVE(Accounts)

    [[nodiscard]] virtual QList<AccountChoice> choices() const = 0;
    //! From now on, calls are made as this user.
    virtual void use(const QString &user) = 0;
};

} // namespace causeway
