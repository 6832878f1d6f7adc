// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/journal.h"
#include "ui/form.h"

#include <QList>
#include <utility>

namespace causeway::ui {
class SecretEdit;
}

namespace causeway::wizard {

class SetupModel;

//! Fields whose secret a run will send and only a person knows ("prompt"), each once. A step that `records` tell as done
//! sends nothing any more.
QStringList promptedSecrets(const Plan &plan, const QList<JournalRecord> &records = {});

//! Asks for what is missing of them, all at once and by the fields' names, before a run begins: while it runs nobody may
//! be there. What is typed goes into the setup's memory, never into its document.
class SecretQuestions final : public ui::FormSection
{
    Q_OBJECT
public:
    explicit SecretQuestions(SetupModel &setup, QWidget *parent = nullptr);

    //! A row for each of these fields that nobody has typed yet; with none, nothing is shown.
    void ask(const QStringList &fields);
    //! The first field that still lacks its secret, or has one that breaks a rule; empty: the run may begin.
    [[nodiscard]] QString open() const;
    void focusOpen();

Q_SIGNALS:
    void edited();

private:
    void judge(const QString &field);
    [[nodiscard]] bool holds(const QString &field) const;

    SetupModel &m_setup;
    QList<std::pair<QString, ui::SecretEdit *>> m_edits; //!< in the order of the pages
    QStringList m_asked;
};

} // namespace causeway::wizard
