// SPDX-License-Identifier: Apache-2.0
#include "wizard/review/secretquestions.h"

#include "domain/rules.h"
#include "domain/secretreference.h"
#include "engine/markers.h"
#include "text/issuetext.h"
#include "ui/secretedit.h"
#include "wizard/setupmodel.h"

#include <QSet>

namespace causeway::wizard {

namespace {
const QString administratorPasswordField = QStringLiteral("server.create.administratorPassword");
} // namespace

QStringList promptedSecrets(const Plan &plan, const QList<JournalRecord> &records)
{
    QSet<QString> done;
    for (const JournalRecord &record : records) {
        if (record.kind == JournalRecord::Kind::StepOutcome && record.content.value(QLatin1String("outcome")).toString() == toText(Outcome::Succeeded))
            done.insert(record.step);
    }
    QStringList fields;
    for (const PlannedStep &step : plan.steps) {
        if (step.change == Change::None || done.contains(step.id))
            continue;
        for (const RestCall &call : step.calls) {
            for (const SecretMarker &marker : secretMarkers(call.body)) {
                const auto reference = secretFromText(marker.reference);
                if (reference && reference->kind == SecretReference::Kind::Prompt && !fields.contains(marker.field))
                    fields.append(marker.field);
            }
        }
    }
    return fields;
}

SecretQuestions::SecretQuestions(SetupModel &setup, QWidget *parent)
    : FormSection(tr("Secrets"), tr("The setup leaves these to you. They are kept until the window closes, and nowhere else."), parent), m_setup(setup)
{
    setObjectName(QStringLiteral("secrets"));
    const QStringList fields = {administratorPasswordField, QStringLiteral("linkedService.authentication.password"), QStringLiteral("linkedService.authentication.key"),
                                QStringLiteral("linkedService.authentication.certificate"), QStringLiteral("linkedService.authentication.certificatePassword")};
    for (const QString &field : fields) {
        auto *edit = new ui::SecretEdit(this);
        addRow(field.startsWith(QLatin1String("linkedService")) ? QStringLiteral("%1: %2").arg(fieldName(QStringLiteral("linkedService")), fieldName(field)) : fieldName(field), edit, field);
        m_edits.append({field, edit});
        connect(edit, &ui::SecretEdit::edited, this, [this, edit, field] {
            m_setup.setSecret(field, edit->secret());
            judge(field);
            Q_EMIT edited();
        });
    }
    ask({});
}

void SecretQuestions::ask(const QStringList &fields)
{
    m_asked.clear();
    clearIssues();
    for (const auto &[field, edit] : m_edits) {
        const bool missing = fields.contains(field) && m_setup.secret(field).isEmpty() && m_setup.standIn().isEmpty();
        if (missing) {
            m_asked.append(field);
            edit->setSecret(Secret());
        }
        setRowVisible(edit, missing);
    }
    setVisible(!m_asked.isEmpty());
}

// The administrator's password has rules that Azure would apply minutes later.
void SecretQuestions::judge(const QString &field)
{
    clearIssues();
    if (field != administratorPasswordField || m_setup.secret(field).isEmpty())
        return;
    const auto &server = m_setup.spec().server;
    const QString login = server && server->create ? server->create->administratorLogin : QString();
    for (const Issue &issue : checkPassword(m_setup.secret(field), login, field))
        showIssue(field, issueText(issue), issue.severity == Severity::Warning);
}

bool SecretQuestions::holds(const QString &field) const
{
    const Secret secret = m_setup.secret(field);
    const auto &server = m_setup.spec().server;
    const QString login = server && server->create ? server->create->administratorLogin : QString();
    return !secret.isEmpty() && (field != administratorPasswordField || !hasErrors(checkPassword(secret, login, field)));
}

QString SecretQuestions::open() const
{
    for (const QString &field : m_asked) {
        if (!holds(field))
            return field;
    }
    return {};
}

void SecretQuestions::focusOpen()
{
    const QString wanted = open();
    for (const auto &[field, edit] : m_edits) {
        if (field == wanted)
            edit->setFocus(Qt::OtherFocusReason);
    }
}

} // namespace causeway::wizard
