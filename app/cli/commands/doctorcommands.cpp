// SPDX-License-Identifier: Apache-2.0
// doctor network, doctor signin: what stands in the way, and what to do about it.
#include "cli/command.h"

#include "session/signinchecks.h"
#include "text/checktext.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>

namespace causeway {

namespace {

QJsonObject checkJson(const Check &check, const SignInPlace &place)
{
    const CheckText text = checkText(check, place);
    QJsonObject json{{QStringLiteral("id"), check.id}, {QStringLiteral("state"), checkStateText(check.state)}, {QStringLiteral("code"), check.code},
                     {QStringLiteral("title"), text.title}, {QStringLiteral("fact"), text.fact}};
    if (!check.subject.isEmpty())
        json.insert(QStringLiteral("subject"), check.subject);
    if (!text.advice.isEmpty() && check.state != Check::State::Good)
        json.insert(QStringLiteral("advice"), text.advice);
    if (!text.support.isEmpty())
        json.insert(QStringLiteral("support"), text.support);
    return json;
}

const char *markOf(Check::State state)
{
    switch (state) {
    case Check::State::Good:
        return "ok  ";
    case Check::State::Warning:
        return "note";
    case Check::State::Bad:
        return "BAD ";
    case Check::State::Skipped:
        return "-   ";
    }
    return "";
}

//! Each check as it is found: the result itself for people, progress on stderr beside JSON.
CheckListener linesOn(Console &console, const SignInPlace &place)
{
    Console *const shown = &console;
    return [shown, place](const Check &check) {
        const CheckText text = checkText(check, place);
        const auto line = [shown](const QString &words) { shown->json() ? shown->say(words) : shown->print(words); };
        line(QStringLiteral("%1  %2: %3").arg(QLatin1String(markOf(check.state)), text.title, text.fact));
        if (check.state == Check::State::Bad || check.state == Check::State::Warning) {
            for (const QString &each : text.advice.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
                line(QStringLiteral("      → ") + each);
            if (!text.support.isEmpty())
                line(QStringLiteral("      ") + text.support);
        }
    };
}

SignInPlace doctorPlace(const SignIns &signIns)
{
    return {signIns.means().cloud.authority, signIns.tenantOr({}), signIns.means().settings.clientId, signIns.means().cloud.portal};
}

class DoctorCommand final : public Command
{
public:
    enum class Subject { Network, SignIn };
    explicit DoctorCommand(Subject subject) : m_subject(subject) {}

    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *group = commandGroup(app, "doctor", "what stands in the way, and what to do about it");
        CLI::App *leaf = m_subject == Subject::Network ? group->add_subcommand("network", "names, proxy, certificates, captive portals and the clock")
                                                       : group->add_subcommand("signin", "client id, browser, keychain, accounts, and the ways to sign in");
        leaf->add_option("--tenant", m_tenant, "GUID or domain; left out: the setting's")->type_name("T");
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString tenant = QString::fromStdString(m_tenant);
        const Result<std::unique_ptr<Stage>> stage = co_await work.signInStage(tenant);
        if (!stage)
            co_return console.fail(stage.error());
        SignIns *const signIns = (*stage)->parts().signIns.get();
        const SignInPlace place = doctorPlace(*signIns);
        const CheckListener listener = linesOn(console, place);
        const Context context = work.context;
        Result<QList<Check>> checks = QList<Check>();
        if (m_subject == Subject::Network) {
            NetworkMeans means = networkMeans(signIns->means().network, &signIns->wall());
            Clock *const clock = &(*stage)->clock(); // of the world that is asked: a sandbox may be ahead of us
            means.now = [clock] { return clock->now(); };
            const QList<ProbedEndpoint> endpoints = endpointsOf(signIns->means().cloud, signIns->means().settings.tenant);
            checks = co_await networkChecks(means, endpoints, listener, context);
        } else {
            SignInCheckMeans means;
            means.signIns = (*stage)->parts().signIns;
            means.environment = QProcessEnvironment::systemEnvironment();
            checks = co_await signInChecks(means, listener, context);
        }
        if (!checks)
            co_return console.fail(checks.error());
        co_return tell(console, *checks, place);
    }

private:
    static int tell(Console &console, const QList<Check> &checks, const SignInPlace &place)
    {
        const bool well = allWell(checks);
        QJsonArray all;
        for (const Check &each : checks)
            all.append(checkJson(each, place));
        console.document({{QStringLiteral("checks"), all}, {QStringLiteral("well"), well}, {QStringLiteral("exitCode"), well ? 0 : 1}});
        console.print(well ? QStringLiteral("Nothing stands in the way.") : QStringLiteral("Something stands in the way: see BAD above."));
        return well ? 0 : 1;
    }

    Subject m_subject;
    std::string m_tenant;
};

} // namespace

Commands doctorCommands()
{
    Commands all;
    all.push_back(std::make_unique<DoctorCommand>(DoctorCommand::Subject::Network));
    all.push_back(std::make_unique<DoctorCommand>(DoctorCommand::Subject::SignIn));
    return all;
}

} // namespace causeway
