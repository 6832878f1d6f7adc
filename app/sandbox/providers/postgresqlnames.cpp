// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresqlparts.h"

#include <QRegularExpression>
#include <algorithm>

//! Names, logins and passwords (facts §2.3, §12).

namespace causeway::sandbox::postgresql {

Refusal checkLogin(const QString &login)
{
    static const QRegularExpression allowed("^[a-zA-Z0-9]{1,63}$"_t);
    static const QStringList reserved{"azure_superuser"_t, "azure_pg_admin"_t, "admin"_t, "administrator"_t, "root"_t, "guest"_t,
                                      "public"_t};
    if (!allowed.match(login).hasMatch() || reserved.contains(login.toLower()) || login.startsWith("pg_"_t, Qt::CaseInsensitive))
        return invalidValue("AdministratorLogin"_t);
    return {};
}

bool nameWellFormed(const QString &name)
{
    static const QRegularExpression shape("^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$"_t);
    return shape.match(name).hasMatch();
}

bool nameTaken(const State &state, const QString &name, const QString &except)
{
    const QJsonArray strangers = state.setting("postgresqlTakenNames"_t, QJsonArray()).toArray();
    if (strangers.contains(name.toLower()))
        return true;
    return std::ranges::any_of(state.resources, [&](const auto &entry) {
        const Resource &other = entry.second;
        return other.type.compare(serversType(), Qt::CaseInsensitive) == 0
            && other.name.compare(name, Qt::CaseInsensitive) == 0 && key(other.id) != key(except);
    });
}

//! 8–128 characters from three of four classes, without three or more characters of the login in a row (facts §2.3).
bool passwordIsStrong(const QString &password, const QString &login)
{
    if (password.size() < 8 || password.size() > 128)
        return false;
    const auto has = [&](auto test) { return std::ranges::any_of(password, test) ? 1 : 0; };
    const int classes = has([](QChar c) { return c.isUpper(); }) + has([](QChar c) { return c.isLower(); })
        + has([](QChar c) { return c.isDigit(); }) + has([](QChar c) { return !c.isLetterOrNumber(); });
    if (classes < 3)
        return false;
    for (qsizetype i = 0; i + 3 <= login.size(); ++i) {
        const QString part = login.mid(i, 3);
        if (std::ranges::all_of(part, [](QChar c) { return c.isLetterOrNumber(); }) && password.contains(part, Qt::CaseInsensitive))
            return false;
    }
    return true;
}

} // namespace causeway::sandbox::postgresql
