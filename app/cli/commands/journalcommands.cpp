// SPDX-License-Identifier: Apache-2.0
// runs list, runs show: what the journal remembers.
#include "cli/command.h"
#include "cli/words.h"
#include "engine/journal.h"
#include "text/plain.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>

namespace causeway {

namespace {

QJsonObject summaryJson(const RunSummary &run)
{
    QJsonObject json{{QStringLiteral("id"), run.id}, {QStringLiteral("name"), run.name}, {QStringLiteral("started"), toText(run.started)}, {QStringLiteral("records"), run.records},
                     {QStringLiteral("outcome"), run.outcome ? QJsonValue(toText(*run.outcome)) : QJsonValue(QStringLiteral("interrupted"))}};
    if (run.ended)
        json.insert(QStringLiteral("ended"), toText(*run.ended));
    return json;
}

class RunsListCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override { return commandGroup(app, "runs", "what runs did")->add_subcommand("list", "all runs, newest first"); }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const auto journal = co_await work.journalThere();
        if (!journal)
            co_return console.fail(journal.error());
        QList<RunSummary> all;
        if (*journal) {
            const Result<QList<RunSummary>> runs = co_await (*journal)->runs();
            if (!runs)
                co_return console.fail(runs.error());
            all = *runs;
        }
        QJsonArray list;
        for (const RunSummary &run : all) {
            list.append(summaryJson(run));
            const QString outcome = run.outcome ? toText(*run.outcome) : QStringLiteral("interrupted");
            console.print(QStringLiteral("%1  %2  %3  %4").arg(run.id, toText(run.started).left(19), outcome.leftJustified(11), plainText(run.name)));
        }
        if (all.isEmpty())
            console.say(QStringLiteral("No runs yet."));
        console.document({{QStringLiteral("runs"), list}});
        co_return 0;
    }
};

class RunsShowCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = commandGroup(app, "runs", "what runs did")->add_subcommand("show", "one run, record by record");
        leaf->add_option("run", m_run, "its id, or a beginning that is unique")->type_name("RUN")->required();
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString id = QString::fromStdString(m_run);
        const Result<RecordedRun> found = co_await work.recorded(id);
        if (!found)
            co_return console.fail(found.error());
        QJsonArray records;
        static const char *const kinds[]{"intent", "operation", "step-outcome", "run-outcome", "resumed"};
        for (const JournalRecord &record : found->records) {
            const bool link = record.kind == JournalRecord::Kind::Operation; // a signed link is a secret of its own kind
            const QString kind = QLatin1String(kinds[int(record.kind)]);
            records.append(QJsonObject{{QStringLiteral("kind"), kind}, {QStringLiteral("step"), record.step}, {QStringLiteral("at"), toText(record.at)}, {QStringLiteral("content"), link ? QJsonObject() : record.content}});
            const QString outcome = record.content.value(QLatin1String("outcome")).toString();
            const QJsonValue lag = record.content.value(QLatin1String("lag"));
            const QString late = lag.isDouble() ? QStringLiteral(", seen %1 s after its end").arg(lag.toDouble() / 1000, 0, 'f', 1) : QString();
            console.print(QStringLiteral("%1  %2 %3 %4%5").arg(toText(record.at).left(19), kind.leftJustified(13), record.step, outcome, late).trimmed());
        }
        QJsonObject whole = summaryJson(found->summary);
        whole.insert(QStringLiteral("plan"), found->plan.toJson());
        whole.insert(QStringLiteral("recorded"), records);
        console.document(whole);
        co_return 0;
    }

private:
    std::string m_run;
};

} // namespace

Commands journalCommands()
{
    Commands all;
    all.push_back(std::make_unique<RunsListCommand>());
    all.push_back(std::make_unique<RunsShowCommand>());
    return all;
}

} // namespace causeway
