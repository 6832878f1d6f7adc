// SPDX-License-Identifier: Apache-2.0
#include "wizard/apply/applypage.h"

#include "core/clock.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/steptext.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "ui/theme.h"
#include "wizard/review/planrows.h"
#include "wizard/run/runcontrol.h"
#include "wizard/review/secretquestions.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace causeway::wizard {

// The service's own words, where it had any: "an error has occurred" helps nobody.
static QString causeOf(const Error &error)
{
    const ErrorText text = errorText(error);
    return text.service.isEmpty() ? text.summary : text.service.section(QLatin1Char('\n'), 0, 0);
}

static QString endOf(const RunReport &report)
{
    for (const StepReport &step : report.steps) {
        if (step.outcome == Outcome::Failed && step.error) {
            const ErrorText text = errorText(*step.error);
            QStringList lines{outcomeSentence(report.outcome), causeOf(*step.error), text.service.isEmpty() ? text.advice : QString(), text.service.isEmpty() ? text.ids : QString()};
            lines.removeAll(QString());
            return lines.join(QLatin1Char('\n'));
        }
    }
    return outcomeSentence(report.outcome);
}

// Elapsed times move a few times a second at most; the steps themselves are told at once.
static constexpr int tickMs = 250;

ApplyPage::ApplyPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_banner = new ui::Banner(this);
    m_banner->setObjectName(QStringLiteral("runState"));
    addBlock(m_banner);
    m_secrets = new SecretQuestions(m_parts.setup, this);
    addBlock(m_secrets);
    auto *section = addSection({});
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    m_progress = new QProgressBar(row);
    m_progress->setAccessibleName(tr("Steps done"));
    m_progress->setFormat(QStringLiteral("%v / %m"));
    m_elapsed = new QLabel(row);
    layout->addWidget(m_progress, 1);
    layout->addWidget(m_elapsed);
    section->addWide(row);
    m_steps = new ui::StepListView(this);
    m_steps->setMinimumHeight(400);
    section->addWide(m_steps);
    auto *buttons = new QWidget(this);
    auto *buttonRow = new QHBoxLayout(buttons);
    buttonRow->setContentsMargins(0, 0, 0, 0);
    buttonRow->setSpacing(8);
    m_cancel = new QPushButton(ui::icon(QStringLiteral("stop"), ui::IconRole::Text, this), tr("&Cancel"), buttons);
    m_cancel->setObjectName(QStringLiteral("cancelRun"));
    m_resume = new QPushButton(ui::icon(QStringLiteral("run"), ui::IconRole::Text, this), tr("Res&ume"), buttons);
    m_resume->setObjectName(QStringLiteral("resumeRun"));
    m_approvals = new QPushButton(ui::icon(QStringLiteral("approve"), ui::IconRole::Text, this), tr("Show the &approvals"), buttons);
    m_approvals->setObjectName(QStringLiteral("showApprovals"));
    buttonRow->addWidget(m_cancel);
    buttonRow->addWidget(m_resume);
    buttonRow->addWidget(m_approvals);
    buttonRow->addStretch(1);
    section->addWide(buttons);
    addStretch();

    RunControl &run = m_parts.run;
    connect(m_cancel, &QPushButton::clicked, &run, &RunControl::cancel);
    connect(m_resume, &QPushButton::clicked, this, &ApplyPage::goOn);
    connect(m_approvals, &QPushButton::clicked, this, [this] { Q_EMIT jumpTo(PageId::Approvals); });
    connect(&run, &RunControl::stepChanged, this, &ApplyPage::take);
    connect(&run, &RunControl::runChanged, this, [this] {
        if (m_live.isEmpty() || m_parts.run.events().isEmpty())
            rebuild();
        show();
        if (m_parts.run.runState() == RunControl::Run::Ended)
            m_parts.session.refresh(); // the lists know nothing of what was made
        if (isVisible() && m_parts.run.runState() == RunControl::Run::Ended && m_parts.run.report() && m_parts.run.report()->outcome == Outcome::Succeeded)
            Q_EMIT advance();
    });
    connect(&run, &RunControl::approvalNeeded, this, [this] {
        show();
        if (isVisible())
            Q_EMIT jumpTo(PageId::Approvals); // its documented place; the page leads back here
    });
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, &ApplyPage::tick);
}

QString ApplyPage::title() const
{
    return tr("Apply");
}

QString ApplyPage::subtitle() const
{
    return tr("Closing the window loses nothing: the run is recorded and can be resumed.");
}

bool ApplyPage::hasBack() const
{
    const auto state = m_parts.run.runState();
    return state != RunControl::Run::Running && state != RunControl::Run::Stopping;
}

Readiness ApplyPage::readiness() const
{
    const auto state = m_parts.run.runState();
    if (state == RunControl::Run::Running || state == RunControl::Run::Stopping)
        return {false, true, tr("The run is under way.")};
    return {state == RunControl::Run::Ended, false, {}};
}

void ApplyPage::resume(const RecordedRun &run)
{
    m_resumed = run.summary.id;
    m_secrets->ask(promptedSecrets(run.plan, run.records));
    if (m_secrets->open().isEmpty())
        goOn();
    else
        show();
    m_secrets->focusOpen();
}

void ApplyPage::goOn()
{
    if (!m_secrets->open().isEmpty())
        return m_secrets->focusOpen();
    m_secrets->hide();
    m_parts.run.resume(std::exchange(m_resumed, QString()));
}

void ApplyPage::entered()
{
    rebuild();
    show();
}

void ApplyPage::rebuild()
{
    m_live.clear();
    m_done = 0;
    const auto &plan = m_parts.run.runningPlan();
    QList<ui::StepRow> rows;
    if (plan) {
        for (const PlannedStep &step : plan->steps) {
            Live live;
            live.row = plannedRow(step, *plan);
            live.row.state.clear();
            rows.append(live.row);
            m_live.insert(step.id, live);
        }
    }
    m_steps->steps()->setRows(rows);
    m_progress->setRange(0, std::max<int>(1, int(rows.size())));
    m_progress->setValue(0);
    m_start = m_parts.clock.now();
    const QList<StepEvent> events = m_parts.run.events();
    for (const StepEvent &event : events)
        take(event);
}

void ApplyPage::take(const StepEvent &event)
{
    const auto found = m_live.find(event.step);
    if (found == m_live.end())
        return;
    Live &live = *found;
    const bool wasOver = live.ended != TimePoint{};
    using Kind = StepEvent::Kind;
    switch (event.kind) {
    case Kind::Planned:
        m_start = std::min(m_start, event.at);
        break;
    case Kind::Started:
        live.started = event.at;
        live.running = true;
        live.row.mark = ui::StepMark::Running;
        break;
    case Kind::Progress:
        live.waiting = stepEventText(event.text, event.arguments);
        live.row.mark = ui::StepMark::Running;
        break;
    case Kind::Waiting:
        live.waiting = stepEventText(event.text, event.arguments);
        live.row.mark = ui::StepMark::Waiting;
        live.row.detail = event.error ? errorLines(*event.error) : live.waiting;
        break;
    case Kind::Succeeded:
        live.row.mark = event.changed ? ui::StepMark::Done : ui::StepMark::Nothing;
        live.ended = event.at;
        break;
    case Kind::Failed:
        live.row.mark = ui::StepMark::Failed;
        live.row.detail = event.error ? errorLines(*event.error) : QString();
        live.waiting = event.error ? causeOf(*event.error) : QString();
        live.ended = event.at;
        break;
    case Kind::Cancelled:
        live.row.mark = ui::StepMark::Cancelled;
        live.ended = event.at;
        break;
    case Kind::Skipped:
        live.row.mark = ui::StepMark::Skipped;
        live.ended = event.at;
        break;
    }
    if (live.ended != TimePoint{}) {
        live.running = false;
        if (!wasOver)
            m_progress->setValue(++m_done);
    }
    showRow(event.step);
}

void ApplyPage::showRow(const QString &step)
{
    Live &live = m_live[step];
    QString state;
    switch (live.row.mark) {
    case ui::StepMark::Running:
    case ui::StepMark::Waiting:
        state = elapsedText(m_parts.clock.now() - live.started);
        if (!live.waiting.isEmpty())
            state += QStringLiteral("  ·  ") + live.waiting;
        break;
    case ui::StepMark::Done: state = elapsedText(live.ended - live.started); break;
    case ui::StepMark::Nothing: state = tr("is so already"); break;
    case ui::StepMark::Failed: state = live.waiting; break;
    case ui::StepMark::Skipped: state = tr("skipped"); break;
    case ui::StepMark::Cancelled: state = tr("cancelled"); break;
    case ui::StepMark::Planned: break;
    }
    live.row.state = state;
    m_steps->steps()->update(live.row);
}

void ApplyPage::tick()
{
    m_elapsed->setText(elapsedText(m_parts.clock.now() - m_start));
    for (auto it = m_live.begin(); it != m_live.end(); ++it) {
        if (it->running)
            showRow(it.key());
    }
}

void ApplyPage::show()
{
    using Run = RunControl::Run;
    const RunControl &run = m_parts.run;
    const bool active = run.runState() == Run::Running || run.runState() == Run::Stopping;
    if (active && !m_tick.isActive())
        m_tick.start();
    if (!active)
        m_tick.stop();
    tick();
    const bool waiting = std::any_of(m_live.begin(), m_live.end(), [](const Live &live) { return live.row.mark == ui::StepMark::Waiting && live.running; });
    m_cancel->setVisible(active);
    m_cancel->setText(run.runState() == Run::Stopping ? tr("&Detach now") : tr("&Cancel"));
    m_approvals->setVisible(waiting && active);
    const bool failed = run.runState() == Run::Ended && (run.runError() || !run.report() || run.report()->outcome != Outcome::Succeeded);
    const bool asking = !active && !m_secrets->isHidden();
    m_resume->setVisible(failed || asking);
    if (run.runState() == Run::Stopping)
        m_banner->show(ui::Tone::Warning, tr("Stopping: nothing new is started, what is in flight is settled. “Detach now” lets go of it; Azure carries on, and Resume finds it again."));
    else if (active && waiting)
        m_banner->show(ui::Tone::Warning, tr("A connection waits for approval. Everything that needs no approval goes on."));
    else if (asking)
        m_banner->show(ui::Tone::Info, tr("Before the run goes on, it needs what only you know. Then press Resume."));
    else if (active)
        m_banner->clear();
    else if (run.runError())
        m_banner->show(ui::Tone::Error, errorLines(*run.runError()));
    else if (run.report())
        m_banner->show(outcomeTone(run.report()->outcome), endOf(*run.report()));
    Q_EMIT readinessChanged();
}

} // namespace causeway::wizard
