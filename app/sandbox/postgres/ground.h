// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/postgres/programs.h"

#include <QString>

namespace causeway::sandbox {

//! The folder of this process's servers below the system's temporary folder, marked with who we are, so that the next
//! process can tell what is left over from what is in use.
class ServerGround
{
public:
    explicit ServerGround(const ServerAccount &account);
    //! Removes the folder.
    ~ServerGround();
    Q_DISABLE_COPY_MOVE(ServerGround)

    [[nodiscard]] const QString &folder() const { return m_folder; }

private:
    QString m_folder;
};

//! Marks a folder as this process's, for removeLeftOvers(). Its name begins with "causeway-" and it lies in the temporary folder.
void markAsOurs(const QString &folder);

//! Stops the servers and removes the folders of processes that are gone. Returns how many folders went.
int removeLeftOvers(const ServerAccount &account);

//! Stops the servers whose data lie below a folder, and removes it.
bool eraseServersBelow(const QString &folder);

//! Where root's clusters are kept in place of a folder that the server's account cannot reach.
QString rootsFolder(const QString &wanted);
//! A place for kept clusters that the server's account can reach: `wanted`, or one below /var/lib for root whose home is closed.
QString reachableFolder(const QString &wanted, const ServerAccount &account);
//! Notes whose servers a redirected folder holds, so that it goes when that world is gone.
void markOrigin(const QString &folder, const QString &origin);

} // namespace causeway::sandbox
