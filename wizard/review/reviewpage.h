// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/plan.h"
#include "wizard/page.h"

class QLabel;
class QPlainTextEdit;
class QVBoxLayout;

namespace causeway::ui {
class Banner;
class StepListView;
} // namespace causeway::ui

namespace causeway::wizard {

class SecretQuestions;

//! Article 002 steps 10 and 11, "Review + create": the plan as it will run, who does what, the REST calls, Azure's own
//! validation, and what only a person can say. Create only after it passed; what is in the way leads to where it is mended.
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
    void showAllIssues() override;

Q_SIGNALS:
    void saveChosen();

private:
    void show();
    void showPlan();
    void showFindings();
    void showBanner();
    [[nodiscard]] QList<Finding> findings() const;
    void showCalls();
    [[nodiscard]] RunIdentity identityOf(const SetupSpec &spec) const;

    ui::Banner *m_banner;
    QLabel *m_summary;
    ui::StepListView *m_steps;
    QPlainTextEdit *m_calls;
    ui::FormSection *m_findings;
    QVBoxLayout *m_findingList;
    SecretQuestions *m_secrets;
    QList<Finding> m_shown;
    Issues m_invalid;
};

} // namespace causeway::wizard
