// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/plan.h"
#include "wizard/page.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace causeway::ui {
class Banner;
class StepListView;
} // namespace causeway::ui

namespace causeway::wizard {

//! Article 002 steps 10 and 11, "Review + create": the plan as it will run, who does what, the REST calls, Azure's own
//! validation. Create only after it passed.
class ReviewPage final : public Page
{
    Q_OBJECT
public:
    explicit ReviewPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString nextText() const override;
    void load(const SetupSpec &) override {}
    void store(SetupSpec &) const override {}
    void entered() override;
    [[nodiscard]] Readiness readiness() const override;
    bool submit() override;

Q_SIGNALS:
    void saveChosen();

private:
    void show();
    void showPlan();
    void showFindings();
    void showCalls();
    [[nodiscard]] RunIdentity identityOf(const SetupSpec &spec) const;

    ui::Banner *m_banner;
    QLabel *m_summary;
    ui::StepListView *m_steps;
    QPlainTextEdit *m_calls;
    ui::FormSection *m_findings;
    QLabel *m_findingText;
    QPushButton *m_mend;
    Issues m_invalid;
};

} // namespace causeway::wizard
