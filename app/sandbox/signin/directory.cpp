// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/directory.h"

#include <QJsonDocument>
#include <algorithm>

namespace causeway::sandbox {

const Principal *principalNamed(const State &state, const QString &word)
{
    for (const Principal &principal : state.principals) {
        for (const QString &name : {principal.objectId, principal.clientId, principal.userPrincipalName}) {
            if (!name.isEmpty() && name.compare(word, Qt::CaseInsensitive) == 0)
                return &principal;
        }
    }
    return nullptr;
}

bool isAnyTenant(const QString &word)
{
    return QStringList{QStringLiteral("common"), QStringLiteral("organizations"), QStringLiteral("adfs")}.contains(word, Qt::CaseInsensitive);
}

const Tenant *tenantNamed(const State &state, const QString &word)
{
    const auto found = std::find_if(state.tenants.begin(), state.tenants.end(), [&](const Tenant &tenant) {
        return tenant.id.compare(word, Qt::CaseInsensitive) == 0 || tenant.defaultDomain.compare(word, Qt::CaseInsensitive) == 0;
    });
    return found == state.tenants.end() ? nullptr : &*found;
}

const Principal &atHome(const State &state, const Principal &person)
{
    const Principal *home = person.home.isEmpty() ? nullptr : state.principal(person.home);
    return home ? *home : person;
}

const Principal *personIn(const State &state, const Principal &person, const QString &tenant)
{
    const Principal &home = atHome(state, person);
    if (home.tenant.compare(tenant, Qt::CaseInsensitive) == 0)
        return &home;
    const auto found = std::find_if(state.principals.begin(), state.principals.end(), [&](const Principal &one) {
        return one.home == home.objectId && one.tenant.compare(tenant, Qt::CaseInsensitive) == 0;
    });
    return found == state.principals.end() ? nullptr : &*found;
}

QString clientInfo(const Principal &home)
{
    const QJsonObject info{{QStringLiteral("uid"), home.objectId}, {QStringLiteral("utid"), home.tenant}};
    return QString::fromLatin1(QJsonDocument(info).toJson(QJsonDocument::Compact).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

QList<const Tenant *> tenantsOf(const State &state, const Principal &person)
{
    const Principal &home = atHome(state, person);
    QList<const Tenant *> found;
    for (const Tenant &tenant : state.tenants) {
        if (!personIn(state, home, tenant.id))
            continue;
        if (tenant.id == home.tenant)
            found.prepend(&tenant);
        else
            found.append(&tenant);
    }
    return found;
}

} // namespace causeway::sandbox
