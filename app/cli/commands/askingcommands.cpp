// SPDX-License-Identifier: Apache-2.0
// test and rest: one question to the service.
#include "cli/command.h"

#include "azure/arm/datafactoryapi.h"
#include "cli/rest.h"
#include "cli/setuploader.h"
#include "core/waiting.h"
#include "plan/observed.h"
#include "plan/targets.h"
#include "text/plain.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>

namespace causeway {

namespace {

constexpr Milliseconds authoringTime = std::chrono::minutes(15);

class TestCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("test", "test the connection of a linked service that is there");
        leaf->add_option("linked-service", m_what, "a setup document, or the linked service's resource id")->type_name("SETUP|ID")->required();
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString what = QString::fromStdString(m_what);
        std::optional<SetupSpec> spec;
        ResourceId service;
        if (what.startsWith(QLatin1String("/subscriptions/"), Qt::CaseInsensitive)) {
            const auto id = ResourceId::parse(what, type::linkedService);
            if (!id)
                co_return console.fail(id.error());
            service = *id;
        } else {
            int code = 0;
            const std::optional<LoadedSetup> setup = loadSetup(console, what, &code);
            if (!setup)
                co_return code;
            if (!setup->spec().linkedService || !setup->spec().integration)
                co_return console.refuse(QStringLiteral("NothingToTest"), QStringLiteral("%1 has no linked service in a data factory.").arg(plainText(what)));
            spec = setup->spec();
        }
        const Result<std::unique_ptr<Stage>> made = co_await work.stage(spec);
        if (!made)
            co_return console.fail(made.error());
        Stage *stage = made->get();
        const Context context = work.context;
        if (spec) {
            const SetupSpec known = stage->known(*spec);
            const QString subscription = known.subscription;
            const Cloud cloud = known.cloud;
            const Result<RunIdentity> identity = co_await stage->identity(subscription, cloud, context);
            if (!identity)
                co_return console.fail(identity.error());
            service = serviceOf(known, *identity);
        }
        const Result<QJsonObject> answer = co_await test(stage, service, context);
        if (!answer)
            co_return console.fail(answer.error());
        co_return tell(console, *answer);
    }

private:
    static ResourceId serviceOf(SetupSpec spec, const RunIdentity &identity)
    {
        spec.subscription = identity.subscription;
        spec.server.reset(); // where the linked service is does not depend on them
        spec.privateEndpoint.reset();
        const auto targets = targetsOf(spec, Observed(), identity);
        return targets ? targets->linkedService : ResourceId();
    }

    static QCoro::Task<Result<QJsonObject>> test(Stage *stage, ResourceId service, Context context)
    {
        DataFactoryApi api(stage->arm());
        const Result<QJsonObject> saved = co_await api.get(service, context);
        if (!saved)
            co_return saved.error();
        const QJsonObject body = *saved;
        const ResourceId factory = service.parent();
        Result<QJsonObject> answer = co_await api.testConnectivity(factory, body, context);
        if (answer || answer.error().httpStatus != 400)
            co_return answer;
        // Interactive authoring has gone off by itself: on again, and once more (azure-data-factory.md §4.3).
        const QString name = body[QLatin1String("properties")][QLatin1String("connectVia")][QLatin1String("referenceName")].toString();
        if (name.isEmpty())
            co_return answer;
        const ResourceId runtime = factory.child(QStringLiteral("integrationRuntimes"), name);
        const int minutes = 60;
        const Result<ArmOperation> enabling = co_await api.enableInteractiveAuthoring(runtime, minutes, context);
        if (!enabling)
            co_return answer;
        const TimePoint start = stage->clock().now();
        bool on = false;
        while (!on && stage->clock().now() - start < authoringTime) {
            const Result<QJsonObject> status = co_await api.runtimeStatus(runtime, context);
            if (!status)
                co_return status.error();
            on = (*status)[QLatin1String("properties")][QLatin1String("interactiveQuery")][QLatin1String("status")].toString() == QLatin1String("Enabled")
                 || (*status)[QLatin1String("properties")][QLatin1String("typeProperties")][QLatin1String("interactiveQuery")][QLatin1String("status")].toString() == QLatin1String("Enabled");
            if (!on && !co_await sleepFor(stage->clock(), std::chrono::seconds(5), context))
                co_return Error::cancelled();
        }
        answer = co_await api.testConnectivity(factory, body, context);
        co_return answer;
    }

    static int tell(Console &console, const QJsonObject &answer)
    {
        const bool good = answer.value(QLatin1String("succeeded")).toBool();
        console.document({{QStringLiteral("succeeded"), good}, {QStringLiteral("test"), answer}, {QStringLiteral("exitCode"), good ? 0 : 1}});
        const QString text = answer.value(QLatin1String("errors")).toArray().first()[QLatin1String("message")].toString();
        console.print(good ? QStringLiteral("Connection successful") : text.isEmpty() ? QStringLiteral("The connection test failed.") : plainText(text, 2000));
        return good ? 0 : 1;
    }

    std::string m_what;
};

class RestLine final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("rest", "one ARM call through the same pipeline, like az rest");
        leaf->add_option("--method", m_method, "GET when it is left out")->type_name("M");
        leaf->add_option("--uri", m_uri, "path and query, or a URL of the configured origin; sent as written")->type_name("PATH|URL")->required();
        leaf->add_option("--body", m_body, "JSON, or @FILE")->type_name("JSON|@FILE");
        leaf->add_option("--header", m_headers, "sent with every try, poll and page")->type_name("'NAME: VALUE'")->expected(1);
        leaf->add_flag("--wait", m_wait, "follow a long-running operation to its end");
        leaf->add_flag("--all-pages", m_allPages, "follow next links and print one list");
        leaf->add_option("--poll-interval", m_interval, "milliseconds, where the service names none")->type_name("MS")->check(CLI::Range(0, 3'600'000));
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage();
        if (!stage)
            co_return work.console.fail(stage.error());
        const Stage &where = **stage;
        RestOptions options;
        options.method = QString::fromStdString(m_method);
        options.uri = QString::fromStdString(m_uri);
        if (m_body)
            options.body = QString::fromStdString(*m_body);
        for (const std::string &each : m_headers)
            options.headers << QString::fromStdString(each);
        options.wait = m_wait;
        options.allPages = m_allPages;
        if (m_interval)
            options.pollInterval = Milliseconds(*m_interval);
        RestCommand::Parts parts{where.transport(), where.clock(), where.planes(), where.credential()};
        RestCommand command(parts, work.console.out(), work.console.err());
        const Context context = work.context;
        const int code = co_await command.run(options, context);
        co_return code;
    }

private:
    std::string m_method = "GET";
    std::string m_uri;
    std::optional<std::string> m_body;
    std::vector<std::string> m_headers;
    bool m_wait = false;
    bool m_allPages = false;
    std::optional<int> m_interval;
};

} // namespace

Commands askingCommands()
{
    Commands all;
    all.push_back(std::make_unique<TestCommand>());
    all.push_back(std::make_unique<RestLine>());
    return all;
}

} // namespace causeway
