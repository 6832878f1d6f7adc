// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/msalcache.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrl>
#include <algorithm>
#include <functional>

namespace causeway {

using CacheSection = QLatin1String;
static constexpr CacheSection kAccessTokens("AccessToken"), kRefreshTokens("RefreshToken"), kIdTokens("IdToken"), kAccounts("Account"), kApplications("AppMetadata");

// --- names ------------------------------------------------------------------------------------------------------------------

// All names of one login service; the first is what is written (sign-in.md §2: preferred_cache). MSAL Python leaves ports out.
static QStringList environmentsOf(const CloudProfile &cloud)
{
    const QString host = QUrl(cloud.authority).host();
    QStringList names = QStringList{cloud.cacheEnvironment, host} + cloud.loginAliases;
    names.removeAll(QString());
    return names;
}

static QString cacheKey(const QStringList &parts)
{
    return parts.join(QLatin1Char('-')).toLower();
}

static QStringList scopeList(const QString &scopes)
{
    QStringList list = scopes.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    list.sort();
    list.removeDuplicates();
    return list;
}

static bool isOpenIdScope(const QString &scope)
{
    static const QStringList all = {QStringLiteral("openid"), QStringLiteral("profile"), QStringLiteral("offline_access"), QStringLiteral("email")};
    return all.contains(scope, Qt::CaseInsensitive);
}

// ".default" is whatever was granted at the resource, and not every service repeats the word in its answer.
static bool grantsScope(const QStringList &granted, const QString &asked)
{
    static const QString every = QStringLiteral("/.default");
    const QString resource = asked.endsWith(every, Qt::CaseInsensitive) ? asked.left(asked.size() - every.size() + 1) : QString();
    return std::any_of(granted.cbegin(), granted.cend(), [&](const QString &each) {
        return each.compare(asked, Qt::CaseInsensitive) == 0 || (!resource.isEmpty() && each.startsWith(resource, Qt::CaseInsensitive));
    });
}

static bool grantsScopes(const QString &target, const QString &asked)
{
    const QStringList granted = scopeList(target), wanted = scopeList(asked);
    return std::all_of(wanted.cbegin(), wanted.cend(), [&](const QString &each) { return isOpenIdScope(each) || grantsScope(granted, each); });
}

// --- entries ----------------------------------------------------------------------------------------------------------------

using CacheEntry = QJsonObject;

static QString entryText(const CacheEntry &entry, const char *name)
{
    return entry.value(QLatin1String(name)).toString();
}

static bool entryHas(const CacheEntry &entry, const char *name, const QString &value)
{
    return entryText(entry, name).compare(value, Qt::CaseInsensitive) == 0;
}

static QString epochSeconds(TimePoint time)
{
    return QString::number(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

// Text by the schema, numbers of some writers; what is no time is long past.
static TimePoint epochTime(const CacheEntry &entry, const char *name)
{
    static constexpr qint64 year9999 = 253'402'300'799;
    const qint64 value = entry.value(QLatin1String(name)).toVariant().toLongLong();
    return TimePoint(std::chrono::seconds(std::clamp<qint64>(value, 0, year9999)));
}

using CacheMatch = std::function<bool(const CacheEntry &)>;

static QList<CacheEntry> entriesLike(const QJsonObject &cache, CacheSection section, const CacheMatch &match)
{
    QList<CacheEntry> found;
    const QJsonObject all = cache.value(section).toObject();
    for (const QJsonValue &each : all) {
        if (each.isObject() && match(each.toObject()))
            found.append(each.toObject());
    }
    return found;
}

static void dropEntries(QJsonObject &cache, const QString &section, const CacheMatch &match)
{
    QJsonObject all = cache.value(section).toObject();
    for (const QString &key : all.keys()) {
        if (all.value(key).isObject() && match(all.value(key).toObject()))
            all.remove(key);
    }
    if (cache.contains(section))
        cache.insert(section, all);
}

// What it replaces may lie under the key of another library (trailing dashes differ) and have fields that we do not know.
static void putEntry(QJsonObject &cache, CacheSection section, const QString &key, const CacheEntry &entry, const CacheMatch &replaces)
{
    QJsonObject all = cache.value(section).toObject();
    CacheEntry merged;
    for (const QString &other : all.keys()) {
        if (other != key && !(all.value(other).isObject() && replaces(all.value(other).toObject())))
            continue;
        const CacheEntry old = all.take(other).toObject();
        for (auto it = old.begin(); it != old.end(); ++it)
            merged.insert(it.key(), it.value());
    }
    for (auto it = entry.begin(); it != entry.end(); ++it)
        merged.insert(it.key(), it.value());
    all.insert(key, merged);
    cache.insert(section, all);
}

// --- the cache --------------------------------------------------------------------------------------------------------------

Result<MsalCache> MsalCache::fromJson(const QByteArray &json)
{
    MsalCache cache;
    if (json.isEmpty())
        return cache;
    const QJsonDocument document = QJsonDocument::fromJson(json);
    cache.m_json = document.object();
    bool whole = document.isObject();
    for (const CacheSection section : {kAccessTokens, kRefreshTokens, kIdTokens, kAccounts, kApplications})
        whole = whole && (!cache.m_json.contains(section) || cache.m_json.value(section).isObject());
    if (whole)
        return cache;
    Error error = Error::internal(QStringLiteral("CacheDamaged"), QStringLiteral("What was kept of earlier sign-ins is not readable."));
    error.kind = ErrorKind::Protocol;
    return error;
}

QByteArray MsalCache::toJson() const
{
    return QJsonDocument(m_json).toJson(QJsonDocument::Compact);
}

// uid.utid of client_info; without it what every MSAL falls back to, the id token's subject.
static QString homeIdOf(const TokenAnswer &answer, const QString &knownHome)
{
    const QByteArray json = QByteArray::fromBase64(answer.clientInfo.toLatin1(), QByteArray::Base64UrlEncoding);
    const QJsonObject who = QJsonDocument::fromJson(json).object();
    if (!entryText(who, "uid").isEmpty() && !entryText(who, "utid").isEmpty())
        return entryText(who, "uid") + QLatin1Char('.') + entryText(who, "utid");
    return knownHome.isEmpty() ? entryText(answer.idClaims, "sub") : knownHome;
}

// A tenant's GUID; a general authority or a domain is what the id token says that it was.
static QString realmOfAnswer(const TokenAnswer &answer, const QString &asked)
{
    static const QRegularExpression guid(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
    const QString told = entryText(answer.idClaims, "tid");
    return guid.match(asked).hasMatch() || told.isEmpty() ? asked : told;
}

static CacheEntry credentialEntry(const char *type, const Secret &secret, const QString &home, const QString &environment, const QString &clientId)
{
    return {{QStringLiteral("credential_type"), QLatin1String(type)}, {QStringLiteral("secret"), QString::fromUtf8(secret.reveal())},
            {QStringLiteral("home_account_id"), home}, {QStringLiteral("environment"), environment}, {QStringLiteral("client_id"), clientId}};
}

static CacheEntry accountEntry(const TokenAnswer &answer, const QString &home, const QString &environment, const QString &realm)
{
    const auto first = [&](const char *one, const char *other) { return answer.idClaims.contains(QLatin1String(one)) ? entryText(answer.idClaims, one) : entryText(answer.idClaims, other); };
    CacheEntry account{{QStringLiteral("home_account_id"), home}, {QStringLiteral("environment"), environment}, {QStringLiteral("realm"), realm},
                  {QStringLiteral("local_account_id"), first("oid", "sub")}, {QStringLiteral("username"), first("preferred_username", "upn")},
                  {QStringLiteral("authority_type"), QStringLiteral("MSSTS")}};
    if (!answer.clientInfo.isEmpty())
        account.insert(QStringLiteral("client_info"), answer.clientInfo);
    if (const QString name = entryText(answer.idClaims, "name"); !name.isEmpty())
        account.insert(QStringLiteral("name"), name);
    return account;
}

QString MsalCache::add(const TokenAnswer &answer, const CloudProfile &cloud, const QString &clientId, const QString &asked, TimePoint now, const QString &knownHome)
{
    const QStringList environments = environmentsOf(cloud);
    const QString environment = environments.first(), home = homeIdOf(answer, knownHome), realm = realmOfAnswer(answer, asked);
    const QStringList granted = scopeList(answer.scope);
    const QString target = granted.join(QLatin1Char(' '));
    const CacheMatch ours = [&](const CacheEntry &entry) { return entryHas(entry, "home_account_id", home) && environments.contains(entryText(entry, "environment"), Qt::CaseInsensitive); };
    const CacheMatch oursHere = [&](const CacheEntry &entry) { return ours(entry) && entryHas(entry, "realm", realm); };
    const auto of = [&](const CacheMatch &match) -> CacheMatch { return [&, match](const CacheEntry &entry) { return match(entry) && entryHas(entry, "client_id", clientId); }; };

    CacheEntry access = credentialEntry("AccessToken", answer.access.token, home, environment, clientId);
    access.insert(QStringLiteral("realm"), realm);
    access.insert(QStringLiteral("target"), target);
    access.insert(QStringLiteral("token_type"), answer.tokenType.isEmpty() ? QStringLiteral("Bearer") : answer.tokenType);
    access.insert(QStringLiteral("cached_at"), epochSeconds(now));
    access.insert(QStringLiteral("expires_on"), epochSeconds(answer.access.expires));
    access.insert(QStringLiteral("extended_expires_on"), epochSeconds(std::max(answer.access.expires, answer.extendedExpires)));
    access.insert(QStringLiteral("refresh_on"), answer.access.refreshOn ? QJsonValue(epochSeconds(*answer.access.refreshOn)) : QJsonValue(QJsonValue::Undefined));
    const CacheMatch overlaps = [&](const CacheEntry &entry) {
        const QStringList theirs = scopeList(entryText(entry, "target"));
        return oursHere(entry) && entryHas(entry, "client_id", clientId)
               && std::any_of(granted.cbegin(), granted.cend(), [&](const QString &each) { return !isOpenIdScope(each) && theirs.contains(each, Qt::CaseInsensitive); });
    };
    dropEntries(m_json, kAccessTokens, overlaps); // with an older token's other times
    putEntry(m_json, kAccessTokens, cacheKey({home, environment, QStringLiteral("accesstoken"), clientId, realm, target}), access, overlaps);

    if (!answer.refreshToken.isEmpty()) {
        CacheEntry refresh = credentialEntry("RefreshToken", answer.refreshToken, home, environment, clientId);
        refresh.insert(QStringLiteral("last_modification_time"), epochSeconds(now));
        if (!answer.familyId.isEmpty())
            refresh.insert(QStringLiteral("family_id"), answer.familyId);
        const QString whose = answer.familyId.isEmpty() ? clientId : answer.familyId;
        putEntry(m_json, kRefreshTokens, cacheKey({home, environment, QStringLiteral("refreshtoken"), whose, {}, {}}), refresh, of(ours));
    }
    if (!answer.idToken.isEmpty()) {
        CacheEntry identity = credentialEntry("IdToken", answer.idToken, home, environment, clientId);
        identity.insert(QStringLiteral("realm"), realm);
        putEntry(m_json, kIdTokens, cacheKey({home, environment, QStringLiteral("idtoken"), clientId, realm, {}}), identity, of(oursHere));
    }
    if (!answer.idClaims.isEmpty())
        putEntry(m_json, kAccounts, cacheKey({home, environment, realm}), accountEntry(answer, home, environment, realm), oursHere);
    CacheEntry application{{QStringLiteral("client_id"), clientId}, {QStringLiteral("environment"), environment}};
    if (!answer.familyId.isEmpty())
        application.insert(QStringLiteral("family_id"), answer.familyId);
    putEntry(m_json, kApplications, cacheKey({QStringLiteral("appmetadata"), environment, clientId}), application, [](const CacheEntry &) { return false; });
    return home;
}

QList<StoredAccount> MsalCache::accounts(const CloudProfile &cloud, const QString &clientId) const
{
    const QStringList environments = environmentsOf(cloud);
    const CacheMatch here = [&](const CacheEntry &entry) { return environments.contains(entryText(entry, "environment"), Qt::CaseInsensitive) && !entryText(entry, "home_account_id").isEmpty(); };
    const auto isKnownTo = [&](const QString &home) {
        const CacheMatch theirs = [&](const CacheEntry &entry) { return here(entry) && entryHas(entry, "home_account_id", home) && entryHas(entry, "client_id", clientId); };
        return !entriesLike(m_json, kRefreshTokens, theirs).isEmpty() || !entriesLike(m_json, kIdTokens, theirs).isEmpty();
    };
    QMap<QString, StoredAccount> byHome;
    for (const CacheEntry &entry : entriesLike(m_json, kAccounts, here)) {
        const QString home = entryText(entry, "home_account_id"), realm = entryText(entry, "realm");
        if (!clientId.isEmpty() && !isKnownTo(home))
            continue;
        StoredAccount &account = byHome[home];
        const bool first = account.homeAccountId.isEmpty();
        account.homeAccountId = home;
        account.environment = environments.first();
        if (first) {
            const QString utid = home.section(QLatin1Char('.'), 1);
            account.homeTenant = utid.isEmpty() ? realm : utid; // a service without client_info does not say
        }
        if (first || realm.compare(account.homeTenant, Qt::CaseInsensitive) == 0) { // what a guest is called elsewhere is not its name
            account.username = entryText(entry, "username");
            account.name = entryText(entry, "name");
        }
        account.realms.append(realm);
    }
    QList<StoredAccount> list = byHome.values();
    for (StoredAccount &account : list)
        account.realms.sort();
    std::stable_sort(list.begin(), list.end(), [](const StoredAccount &a, const StoredAccount &b) { return a.username.compare(b.username, Qt::CaseInsensitive) < 0; });
    return list;
}

std::optional<AccessToken> MsalCache::accessToken(const QString &home, const CloudProfile &cloud, const QString &clientId, const QString &realm, const QString &scope, TimePoint now,
                                                  Milliseconds margin) const
{
    static constexpr Milliseconds rounding{500}; // MSAL Node rounds to the nearest second (TimeUtils.nowSeconds)
    const QStringList environments = environmentsOf(cloud);
    const CacheMatch fits = [&](const CacheEntry &entry) {
        return entryHas(entry, "home_account_id", home) && entryHas(entry, "client_id", clientId) && entryHas(entry, "realm", realm) && environments.contains(entryText(entry, "environment"), Qt::CaseInsensitive)
               && (entryText(entry, "token_type").isEmpty() || entryHas(entry, "token_type", QStringLiteral("Bearer"))) && !entryText(entry, "secret").isEmpty() && grantsScopes(entryText(entry, "target"), scope)
               && epochTime(entry, "cached_at") <= now + rounding && epochTime(entry, "expires_on") > now + margin;
    };
    std::optional<AccessToken> longest;
    for (const CacheEntry &entry : entriesLike(m_json, kAccessTokens, fits)) {
        const TimePoint expires = epochTime(entry, "expires_on");
        if (longest && longest->expires >= expires)
            continue;
        longest = AccessToken{Secret(entryText(entry, "secret").toUtf8()), expires, std::nullopt};
        if (entry.contains(QLatin1String("refresh_on")))
            longest->refreshOn = epochTime(entry, "refresh_on");
    }
    return longest;
}

Secret MsalCache::refreshToken(const QString &home, const CloudProfile &cloud, const QString &clientId) const
{
    const QStringList environments = environmentsOf(cloud);
    const QList<CacheEntry> found = entriesLike(m_json, kRefreshTokens, [&](const CacheEntry &entry) {
        return entryHas(entry, "home_account_id", home) && entryHas(entry, "client_id", clientId) && environments.contains(entryText(entry, "environment"), Qt::CaseInsensitive);
    });
    // MSAL Node writes no time, and its entry beside ours: one that was there before ours had gone with ours, so it is the newer.
    const auto writtenAt = [](const CacheEntry &entry) { return entry.contains(QLatin1String("last_modification_time")) ? epochTime(entry, "last_modification_time") : TimePoint::max(); };
    const auto newest = std::max_element(found.cbegin(), found.cend(), [&](const CacheEntry &a, const CacheEntry &b) { return writtenAt(a) < writtenAt(b); });
    return newest == found.cend() ? Secret() : Secret(entryText(*newest, "secret").toUtf8());
}

void MsalCache::dropAccessTokens(const QString &home, const QString &realm, const QString &scope)
{
    dropEntries(m_json, kAccessTokens, [&](const CacheEntry &entry) { return entryHas(entry, "home_account_id", home) && entryHas(entry, "realm", realm) && grantsScopes(entryText(entry, "target"), scope); });
}

void MsalCache::dropRefreshToken(const QString &home, const QString &clientId)
{
    dropEntries(m_json, kRefreshTokens, [&](const CacheEntry &entry) { return entryHas(entry, "home_account_id", home) && entryHas(entry, "client_id", clientId); });
}

void MsalCache::remove(const QString &home)
{
    const auto whose = [&](const CacheEntry &entry) { return entryHas(entry, "home_account_id", home); };
    for (const QString &section : m_json.keys()) { // also of libraries that know more sections
        if (m_json.value(section).isObject())
            dropEntries(m_json, section, whose);
    }
}

} // namespace causeway
