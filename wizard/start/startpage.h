// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

namespace causeway::ui {
class ChoiceCard;
}

namespace causeway::wizard {

//! What the person came for: set up, review approvals, open a setup, go on with a run when one of theirs has stopped.
class StartPage final : public PageFace
{
    Q_OBJECT
public:
    explicit StartPage(QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] bool hasBack() const override { return false; }
    [[nodiscard]] bool hasNext() const override { return false; }
    void furnish(const Parts &parts) override;
    void entered() override;

Q_SIGNALS:
    void setUpChosen();
    void approvalsChosen();
    void openChosen();
    void resumeChosen();
    void settingsChosen();
    void sandboxChosen();

private:
    void showLastRun();

    ui::ChoiceCard *m_resume;
    ui::ChoiceCard *m_settings;
    ui::ChoiceCard *m_sandbox;
    std::optional<Parts> m_parts;
};

} // namespace causeway::wizard
