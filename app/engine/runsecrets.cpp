// SPDX-License-Identifier: Apache-2.0
#include "engine/runsecrets.h"

#include "domain/rules.h"
#include "domain/secretreference.h"

namespace causeway {

QCoro::Task<Result<Secret>> RunSecrets::secret(QString reference, QString field, Context context)
{
    if (m_known.contains(field))
        co_return m_known.value(field);
    const auto parsed = secretFromText(reference);
    if (!parsed)
        co_return Error::invalid(QStringLiteral("SecretUnknown"), QStringLiteral("This secret's source is not understood."), field);
    if (parsed->kind == SecretReference::Kind::Generate) {
        Result<Secret> made = co_await generated(field, context);
        co_return made;
    }
    const SecretReference asked = *parsed;
    Result<Secret> got = co_await m_source.secret(asked, field, context);
    if (got)
        m_known.insert(field, *got);
    co_return got;
}

QList<SecretMarker> secretsToAsk(const Plan &plan, const QSet<QString> &done)
{
    QList<SecretMarker> wanted;
    QSet<QString> fields;
    for (const PlannedStep &step : plan.steps) {
        for (const RestCall &call : step.calls) {
            for (const SecretMarker &each : secretMarkers(call.body)) {
                const auto parsed = secretFromText(each.reference);
                const bool asked = parsed && (parsed->kind == SecretReference::Kind::Prompt || parsed->kind == SecretReference::Kind::Keychain);
                if (!asked || done.contains(step.id) || fields.contains(each.field))
                    continue;
                fields.insert(each.field);
                wanted << each;
            }
        }
    }
    return wanted;
}

QStringList secretsToMake(const PlannedStep &step)
{
    QStringList fields;
    for (const RestCall &call : step.calls) {
        for (const SecretMarker &each : secretMarkers(call.body)) {
            const auto parsed = secretFromText(each.reference);
            if (parsed && parsed->kind == SecretReference::Kind::Generate && !fields.contains(each.field))
                fields << each.field;
        }
    }
    return fields;
}

QString runSecretName(const QString &runId, const QString &field)
{
    return QStringLiteral("causeway/run/%1/%2").arg(runId, field);
}

QCoro::Task<Result<>> RunSecrets::askAhead(Plan plan, QSet<QString> done, Context context)
{
    const QList<SecretMarker> wanted = secretsToAsk(plan, done);
    for (const SecretMarker &each : wanted) {
        const QString reference = each.reference;
        const QString field = each.field;
        const Result<Secret> given = co_await secret(reference, field, context);
        if (!given)
            co_return given.error();
    }
    co_return Result<>();
}

QCoro::Task<Result<Secret>> RunSecrets::generated(QString field, Context context)
{
    const QString name = runSecretName(m_runId, field);
    if (m_store) {
        const Result<Secret> kept = co_await m_store->read(name, context);
        if (kept) {
            m_known.insert(field, *kept);
            co_return *kept;
        }
    }
    if (m_known.contains(field))
        co_return m_known.value(field); // another step was faster
    const Secret made = generatePassword(m_login);
    m_known.insert(field, made);
    m_made << field;
    if (m_store) {
        // A store that does not keep it costs a new password at resume, nothing more.
        const Result<> written = co_await m_store->write(name, made, context);
        Q_UNUSED(written)
    }
    co_return made;
}

} // namespace causeway
