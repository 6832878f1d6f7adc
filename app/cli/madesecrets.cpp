// SPDX-License-Identifier: Apache-2.0
#include "cli/madesecrets.h"

#include "engine/runsecrets.h"
#include "text/issuetext.h"
#include "text/plain.h"

#include <QJsonArray>

namespace causeway {

QStringList madeFields(const Plan &plan, const RunReport *report)
{
    QStringList fields;
    for (const PlannedStep &step : plan.steps) {
        const StepReport *done = report ? report->step(step.id) : nullptr;
        if (!report || (done && done->changed))
            fields << secretsToMake(step);
    }
    fields.removeDuplicates();
    return fields;
}

QCoro::Task<QJsonArray> tellMade(Console *console, SecretStore *keychain, Plan plan, RunReport report, QString place, Context context)
{
    QJsonArray all;
    const QStringList fields = madeFields(plan, &report);
    for (const QString &field : fields) {
        const QString entry = runSecretName(report.runId, field);
        const Result<Secret> found = co_await keychain->read(entry, context);
        if (!found && found.error().kind == ErrorKind::Cancelled)
            break;
        all.append(QJsonObject{{QStringLiteral("field"), field}, {QStringLiteral("entry"), entry}, {QStringLiteral("kept"), found.ok()}});
        if (found)
            console->say(QStringLiteral("%1: this run made one. It is in the keychain as \"%2\", for a resume and for you. When nobody needs it any more: causewayctl secret remove --run %3%4").arg(fieldName(field), entry, report.runId, place));
        else
            console->say(QStringLiteral("%1: this run made one, and the keychain did not keep it (%2). Nobody knows it: whoever needs one sets a new one.").arg(fieldName(field), plainText(found.error().message, 300)));
    }
    co_return all;
}

} // namespace causeway
