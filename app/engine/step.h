// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"

#include <QCoroTask>
#include <memory>

namespace causeway {

class Run;

//! How a step ended.
struct StepEnd {
    Outcome outcome = Outcome::Succeeded;
    bool changed = false;
    QString text;                    //!< a code of text/steptext.h, or the service's own words
    QStringList arguments;
    std::optional<Actor> waitingFor;
    std::optional<Error> error;
    Milliseconds took{0};            //!< from the write until it was so; 0: not measured

    static StepEnd succeeded(bool changed) { return {Outcome::Succeeded, changed, {}, {}, {}, {}, {}}; }
    static StepEnd failed(const Error &error); //!< Cancelled for a cancelled error
    static StepEnd waiting(Actor actor, const QString &text, const QStringList &arguments, std::optional<Error> error = {});
};

//! One step of a run. Lives as long as its task.
class Step
{
public:
    Step(Run &run, const PlannedStep &planned) : m_run(run), m_planned(planned) {}
    virtual ~Step() = default;
    Q_DISABLE_COPY_MOVE(Step)

    virtual QCoro::Task<StepEnd> perform() = 0;

protected:
    Run &m_run;
    const PlannedStep &m_planned;
};

using StepMaker = std::function<std::unique_ptr<Step>(Run &run, const PlannedStep &planned)>;

} // namespace causeway
