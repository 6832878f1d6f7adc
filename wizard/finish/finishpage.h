// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"
#include "wizard/page.h"

class QLabel;
class QPushButton;
class QTableWidget;

namespace causeway::ui {
class Banner;
class CopyField;
} // namespace causeway::ui

namespace causeway::wizard {

//! The verdict of the connection test, what was made, and where to find it.
class FinishPage final : public Page
{
    Q_OBJECT
public:
    explicit FinishPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] bool hasNext() const override { return false; }
    void load(const SetupSpec &) override {}
    void store(SetupSpec &) const override {}
    void entered() override;

Q_SIGNALS:
    void saveChosen();
    void startAgain();

private:
    void buildMade();
    void buildPlaces();
    void showVerdict();
    void showMade();
    void showSelected();
    void showPlaces();
    void showSetupPath();
    //! What was made by this run or was there before it.
    [[nodiscard]] bool isThere(const RunReport &report, StepKind kind) const;

    ui::Banner *m_verdict;
    ui::FormSection *m_madeSection;
    QLabel *m_summary;
    QTableWidget *m_table;
    ui::CopyField *m_id;
    ui::CopyField *m_portal;
    QLabel *m_sandboxOnly;
    QPushButton *m_copyAll;
    QList<MadeResource> m_made;
    ui::FormSection *m_places;
    ui::CopyField *m_host;
    ui::CopyField *m_service;
    ui::CopyField *m_setupPath;
    ui::CopyField *m_runId;
    ui::CopyField *m_command;
};

} // namespace causeway::wizard
