// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"
#include "ui/steplist.h"
#include "wizard/page.h"

#include <QHash>
#include <QTimer>

class QLabel;
class QProgressBar;
class QPushButton;

namespace causeway::ui {
class Banner;
class StepListView;
} // namespace causeway::ui

namespace causeway::wizard {

class SecretQuestions;

//! The run as it happens: every step with its time, what is waited for, cancel and resume.
class ApplyPage final : public Page
{
    Q_OBJECT
public:
    explicit ApplyPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] bool hasBack() const override;
    void load(const SetupSpec &) override {}
    void store(SetupSpec &) const override {}
    void entered() override;
    [[nodiscard]] Readiness readiness() const override;
    //! Goes on with a recorded run, perhaps of an earlier process; asks first for the secrets that it still needs.
    void resume(const RecordedRun &run);

private:
    void show();
    void rebuild();
    void take(const StepEvent &event);
    void tick();
    void showRow(const QString &step);
    void goOn();

    //! What is known of a step so far.
    struct Live {
        ui::StepRow row;
        TimePoint started{};
        TimePoint ended{};
        bool running = false;
        QString waiting;
    };
    ui::Banner *m_banner;
    QProgressBar *m_progress;
    QLabel *m_elapsed;
    ui::StepListView *m_steps;
    QPushButton *m_cancel;
    QPushButton *m_resume;
    SecretQuestions *m_secrets;
    QString m_resumed; //!< the run to go on with; empty: the one that ran here
    QPushButton *m_approvals;
    QHash<QString, Live> m_live;
    QTimer m_tick;
    TimePoint m_start{};
    int m_done = 0;
};

} // namespace causeway::wizard
