// SPDX-License-Identifier: Apache-2.0
#include "text/preflighttext.h"

#include "plan/plan.h"
#include "text/plain.h"
#include "text/steptext.h"

#include <QCoreApplication>
#include <array>

namespace causeway {
namespace {

struct FindingSentence {
    const char *code;
    const char *sentence;
};

// The arguments are those of plan/preflight.h.
constexpr FindingSentence findingSentences[]{
    {"subscription-state", QT_TRANSLATE_NOOP("Finding", "The subscription \"%1\" is %2, so nothing can be created in it. Its account administrator can switch it on again.")},
    {"subscription-unknown", QT_TRANSLATE_NOOP("Finding", "This account sees no subscription \"%1\". Check the spelling, or sign in to its tenant.")},
    {"subscription-tenant", QT_TRANSLATE_NOOP("Finding", "The subscription \"%1\" belongs to tenant %2, but you are signed in to %3. Sign in to that tenant.")},
    {"locked", QT_TRANSLATE_NOOP("Finding", "The %1 \"%2\" is locked: lock \"%3\" (%4) on %5. Ask an Owner or User Access Administrator of that scope to remove the lock, and to set it again afterwards.")},
    {"delete-locked", QT_TRANSLATE_NOOP("Finding", "The %1 \"%2\" has the lock \"%3\" (%4) on %5. Creating works; taking it back later does not until an Owner or User Access Administrator of that scope removes the lock.")},
    {"not-registered", QT_TRANSLATE_NOOP("Finding", "The resource provider %1 is not registered in subscription %2. A Contributor of the subscription can register it; with that right, the run does it.")},
    {"not-permitted", QT_TRANSLATE_NOOP("Finding", "You need the action %1 on %2. The %3 usually has it; an Owner there can give it to you.")},
    {"approval-needs-dba", QT_TRANSLATE_NOOP("Finding", "You may not approve connections: that needs %1 on %2. The run will wait there for the DBA.")},
    {"endpoint-needs-manual", QT_TRANSLATE_NOOP("Finding", "Automatic approval needs %1 on %2, which you do not have. Choose manual approval, and the DBA decides; or ask for the right.")},
    {"group-missing", QT_TRANSLATE_NOOP("Finding", "There is no resource group \"%1\". Let the setup create it, or choose one that exists.")},
    {"network-missing", QT_TRANSLATE_NOOP("Finding", "There is no virtual network \"%1\". Check its id; the network admin can create it.")},
    {"subnet-missing", QT_TRANSLATE_NOOP("Finding", "The virtual network has no subnet \"%1\". The network admin can add it.")},
    {"server-missing", QT_TRANSLATE_NOOP("Finding", "There is no server \"%1\". Check its name and group, or let the setup create it.")},
    {"factory-missing", QT_TRANSLATE_NOOP("Finding", "There is no data factory \"%1\". Check its name and group, or let the setup create it.")},
    {"subnet-full", QT_TRANSLATE_NOOP("Finding", "The subnet \"%1\" has no free address, and the private endpoint needs one. Choose another subnet, or ask the network admin for a larger one.")},
    {"subnet-delegated", QT_TRANSLATE_NOOP("Finding", "The subnet \"%1\" is delegated to %2 and cannot take a private endpoint. Choose another subnet.")},
    {"subnet-policies", QT_TRANSLATE_NOOP("Finding", "Network policies for private endpoints are %2 in subnet \"%1\": its security rules and routes apply to the endpoint. The network admin knows whether they let port 5432 through.")},
    {"server-in-network", QT_TRANSLATE_NOOP("Finding", "The server \"%1\" was made with private access (virtual network integration). Such a server cannot have a private endpoint, and the choice cannot be changed. Make a server with public access.")},
    {"server-not-ready", QT_TRANSLATE_NOOP("Finding", "The server \"%1\" is %2; it has to be Ready. The DBA can start it.")},
    {"location-restricted", QT_TRANSLATE_NOOP("Finding", "The region %1 is closed for this subscription. Choose another, or ask Azure support to open it.")},
    {"sku-not-offered", QT_TRANSLATE_NOOP("Finding", "The size \"%1\" is not offered in %2. Offered are, for example: %3.")},
    {"version-not-offered", QT_TRANSLATE_NOOP("Finding", "PostgreSQL %1 is not offered in %2. Offered are: %3.")},
    {"high-availability-not-offered", QT_TRANSLATE_NOOP("Finding", "High availability \"%1\" is not offered for %2 in %3. Choose another mode or size.")},
    {"name-taken", QT_TRANSLATE_NOOP("Finding", "The server name \"%1\" is taken; names are unique in all of Azure. Choose another. Azure says: %2")},
    {"name-not-valid", QT_TRANSLATE_NOOP("Finding", "Azure does not take the server name \"%1\": %2")},
    {"zone-reused", QT_TRANSLATE_NOOP("Finding", "The virtual network is linked to the zone %1 already, and can be linked to only one of that name; the endpoint's address goes there.")},
    {"zone-not-asked", QT_TRANSLATE_NOOP("Finding", "A record in the zone \"%1\" would never be asked for; the server wants \"%2\".")},
    {"endpoint-region", QT_TRANSLATE_NOOP("Finding", "The private endpoint is to be in %1, but its virtual network is in %2. Both must be in one region.")},
    {"server-region", QT_TRANSLATE_NOOP("Finding", "The server is in %1, the virtual network in %2. Azure's article asks for one region; Private Link itself no longer does, but traffic crosses regions and costs more.")},
    {"connection-rejected", QT_TRANSLATE_NOOP("Finding", "The server's owner has rejected the connection of \"%1\", and a rejected connection cannot become approved. Delete that endpoint, then run again.")},
    {"runtime-not-in-network", QT_TRANSLATE_NOOP("Finding", "The integration runtime \"%1\" exists outside the managed virtual network and cannot be moved into it. Choose another name.")},
    {"plan-conflict", QT_TRANSLATE_NOOP("Finding", "%1")},
    {"administrator-not-named", QT_TRANSLATE_NOOP("Finding", "The service principal \"%1\" is not made Microsoft Entra administrator of the server, because its object id is not given; without a role there the connection test fails. Give it (az ad sp show --id %2 --query id), for example \"servicePrincipalObjectId\": \"72f988bf-86f1-41af-91ab-2d7cd011db47\", or let the DBA add it.")},
    {"administrator-unknown", QT_TRANSLATE_NOOP("Finding", "The identity of \"%1\" could not be read, so it is not made Microsoft Entra administrator of the server. The DBA has to add it.")},
};

//! What a lock is found on: the first argument of "locked" and "delete-locked".
[[maybe_unused]] constexpr std::array lockedThings{QT_TRANSLATE_NOOP("Finding", "subnet"), QT_TRANSLATE_NOOP("Finding", "virtual network"),
                                                   QT_TRANSLATE_NOOP("Finding", "private DNS zone"), QT_TRANSLATE_NOOP("Finding", "server"),
                                                   QT_TRANSLATE_NOOP("Finding", "resource group"), QT_TRANSLATE_NOOP("Finding", "data factory"),
                                                   QT_TRANSLATE_NOOP("Finding", "resource")};

} // namespace

QString preflightText(const Issue &issue)
{
    const bool ofLock = issue.code == QLatin1String("locked") || issue.code == QLatin1String("delete-locked");
    for (const FindingSentence &each : findingSentences) {
        if (issue.code != QLatin1String(each.code))
            continue;
        QStringList arguments = issue.arguments;
        if (const auto actor = actorFromText(arguments.value(2)); actor && issue.code == QLatin1String("not-permitted"))
            arguments[2] = actorName(*actor);
        if (ofLock && !arguments.isEmpty())
            arguments[0] = QCoreApplication::translate("Finding", arguments[0].toUtf8().constData());
        return filledIn(QCoreApplication::translate("Finding", each.sentence), arguments, 400);
    }
    return {};
}

} // namespace causeway
