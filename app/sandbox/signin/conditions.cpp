// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/signin.h"

#include <QJsonDocument>
#include <QUuid>

// Conditional access and its like: what must be so before anybody gets a token (facts: CAE and the MFA challenge; errors).

namespace causeway::sandbox {

std::optional<QJsonObject> claimsParameter(const QString &text)
{
    if (text.isEmpty())
        return QJsonObject();
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

static QJsonArray claimValues(const QJsonObject &claims, const char *name)
{
    const QJsonObject claim = claims.value(QLatin1String("access_token")).toObject().value(QLatin1String(name)).toObject();
    QJsonArray values = claim.value(QLatin1String("values")).toArray();
    if (claim.contains(QLatin1String("value")))
        values.append(claim.value(QLatin1String("value")));
    return values;
}

static bool namesOneOf(const QJsonValue &list, const QStringList &words)
{
    const QJsonArray all = list.toArray();
    return std::any_of(all.begin(), all.end(), [&](const QJsonValue &one) { return words.contains(one.toString(), Qt::CaseInsensitive); });
}

static bool asksForEnrolment(int number)
{
    return number == 50072 || number == 50079;
}

static bool asksForSecondFactor(int number)
{
    return asksForEnrolment(number) || number == 50074 || number == 50076 || number == 50078 || number == 50158;
}

bool SignIn::knownClient(const QString &client) const
{
    const QJsonArray registered = m_state.setting(QStringLiteral("signInClients")).toArray();
    return !QUuid(client).isNull() && (registered.isEmpty() || namesOneOf(registered, {client}));
}

int SignIn::refusalOf(const Principal &user, const QString &tenant, const QString &client) const
{
    const QJsonObject rows = m_state.setting(QStringLiteral("signInRefuse")).toObject();
    const Tenant *named = tenantNamed(m_state, tenant);
    for (const QString &word : {user.userPrincipalName, atHome(m_state, user).userPrincipalName, client, tenant,
                                named ? named->defaultDomain : QString(), QStringLiteral("*")}) {
        if (!word.isEmpty() && rows.contains(word))
            return rows.value(word).toInt();
    }
    return 0;
}

bool SignIn::wantsSecondFactor(const Principal &user, const QString &tenant, const QString &client, const QJsonObject &claims) const
{
    const Tenant *named = tenantNamed(m_state, tenant);
    return claimValues(claims, "acrs").contains(QStringLiteral("p1")) || !claimValues(claims, "capolids").isEmpty()
        || namesOneOf(m_state.setting(QStringLiteral("signInMfaTenants")), {tenant, named ? named->defaultDomain : QString()})
        || asksForSecondFactor(refusalOf(user, tenant, client));
}

bool SignIn::wantsConsent(const Principal &user, const QString &tenant, const QString &client) const
{
    return refusalOf(user, tenant, client) == 65001 && !m_grants.consented(client, atHome(m_state, user).objectId);
}

std::optional<StsError> SignIn::pageHurdle(const Principal &user, const QString &tenant, const QString &client) const
{
    const int number = refusalOf(user, tenant, client);
    const StsErrorKind *kind = number == 0 ? nullptr : stsErrorKind(number);
    return kind && kind->stage == StsStage::Anywhere ? std::optional<StsError>(StsError(number, {user.userPrincipalName})) : std::nullopt;
}

std::optional<StsError> SignIn::silentHurdle(const Principal &user, const QString &tenant, const Grant &grant, const QString &resource,
                                             const QJsonObject &claims) const
{
    const Principal &home = atHome(m_state, user);
    const QString revoked = m_state.setting(QStringLiteral("signInRevokedBefore")).toObject().value(home.userPrincipalName).toString();
    const QDateTime before = QDateTime::fromString(revoked, Qt::ISODateWithMs);
    if (before.isValid() && grant.since.time_since_epoch().count() < before.toMSecsSinceEpoch())
        return StsError(50173, {toText(grant.since), revoked});
    if (auto refusal = pageHurdle(user, tenant, grant.client))
        return refusal;
    const int number = refusalOf(user, tenant, grant.client);
    if (wantsConsent(user, tenant, grant.client))
        return StsError(65001, {grant.client});
    if (!grant.secondFactor && wantsSecondFactor(user, tenant, grant.client, claims)) {
        const bool unregistered = asksForEnrolment(number) || namesOneOf(m_state.setting(QStringLiteral("signInMfaUnregistered")), {home.userPrincipalName});
        // Whoever asked for a claim is told the same claim; a policy of the tenant names itself.
        const bool challenged = !claimValues(claims, "acrs").isEmpty();
        const QString wanted = challenged ? QStringLiteral(R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})")
                                          : QStringLiteral(R"({"access_token":{"capolids":{"essential":true,"values":["%1"]}}})")
                                                .arg(QUuid::createUuidV5(QUuid(tenant), QStringLiteral("policy")).toString(QUuid::WithoutBraces));
        return StsError(unregistered ? 50079 : asksForSecondFactor(number) ? number : 50076, {resource}, {{QStringLiteral("claims"), wanted}});
    }
    const StsErrorKind *kind = number == 0 || asksForSecondFactor(number) || number == 65001 ? nullptr : stsErrorKind(number);
    return kind ? std::optional<StsError>(StsError(number, {resource})) : std::nullopt;
}

} // namespace causeway::sandbox
