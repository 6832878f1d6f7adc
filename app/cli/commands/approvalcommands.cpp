// SPDX-License-Identifier: Apache-2.0
// approvals list, approve, reject, remove: the queue of a server's owner.
#include "cli/command.h"

#include "approvals/queue.h"
#include "azure/arm/resourcesapi.h"
#include "cli/words.h"
#include "text/plain.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>

namespace causeway {

namespace {

CLI::App *approvalsGroup(CLI::App &app)
{
    return commandGroup(app, "approvals", "private endpoint connections that ask for a server");
}

//! Where an endpoint lives, for the one who decides: whether it is from one's own house is the first question.
struct EndpointPlace {
    QString subscription; //!< GUID; empty: the endpoint does not say
    QString name;         //!< of a subscription that this account sees
    QString tenant;       //!< GUID, likewise
};

EndpointPlace placeOf(const Requester &requester, const QJsonArray &subscriptions)
{
    EndpointPlace place{requester.subscription, {}, {}};
    for (const QJsonValue &each : subscriptions) {
        if (each[QLatin1String("subscriptionId")].toString().compare(place.subscription, Qt::CaseInsensitive) == 0) {
            place.name = each[QLatin1String("displayName")].toString();
            place.tenant = each[QLatin1String("tenantId")].toString();
        }
    }
    return place;
}

QString placeLine(const Requester &requester, const EndpointPlace &place)
{
    const QString who = requester.kind == Requester::Kind::ManagedEndpoint ? QStringLiteral("managed endpoint %1 of data factory %2").arg(plainText(requester.name, 90), plainText(requester.factory, 90))
                        : requester.kind == Requester::Kind::PrivateEndpoint ? QStringLiteral("private endpoint %1").arg(plainText(requester.name, 90))
                                                                             : QStringLiteral("an endpoint that does not say what it is");
    if (place.subscription.isEmpty())
        return who;
    return who + (place.tenant.isEmpty() ? QStringLiteral(", subscription %1, which this account does not see").arg(plainText(place.subscription, 60))
                                         : QStringLiteral(", subscription %1 (%2), tenant %3").arg(plainText(place.name, 90), plainText(place.subscription, 60), plainText(place.tenant, 60)));
}

QJsonObject connectionJson(const Connection &connection, const EndpointPlace &place)
{
    const Requester requester = requesterOf(connection);
    QJsonObject json{{QStringLiteral("id"), connection.id.toString()}, {QStringLiteral("name"), connection.name}, {QStringLiteral("server"), connection.server.toString()},
                     {QStringLiteral("state"), connection.stateText}, {QStringLiteral("description"), connection.description}, {QStringLiteral("endpoint"), connection.endpoint},
                     {QStringLiteral("provisioningState"), connection.provisioningState}};
    if (requester.kind == Requester::Kind::ManagedEndpoint)
        json.insert(QStringLiteral("factory"), requester.factory);
    if (!place.subscription.isEmpty())
        json.insert(QStringLiteral("endpointSubscription"), place.subscription);
    if (!place.tenant.isEmpty())
        json.insert(QStringLiteral("endpointTenant"), place.tenant);
    return json;
}

QString queueLine(const Connection &connection)
{
    return QStringLiteral("%1  %2  %3  %4").arg(plainText(connection.stateText, 12).leftJustified(12), plainText(connection.server.name(), 40), plainText(connection.name, 90),
                                                plainText(connection.description, 140)).trimmed();
}

class ApprovalsListCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = approvalsGroup(app)->add_subcommand("list", "every connection of every server that this account sees");
        leaf->add_option("--server", m_server, "of this server only")->type_name("ID");
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        ResourceId server;
        if (!m_server.empty()) {
            const auto id = ResourceId::parse(QString::fromStdString(m_server), type::server);
            if (!id)
                co_return console.fail(id.error());
            server = *id;
        }
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage();
        if (!stage)
            co_return console.fail(stage.error());
        ArmClient *arm = &(*stage)->arm();
        const Context context = work.context;
        ResourcesApi resources(*arm, version::subscriptions);
        const Result<QJsonArray> seen = co_await resources.subscriptions(context);
        if (!seen)
            co_return console.fail(seen.error());
        const QJsonArray subscriptions = *seen;
        const Result<ApprovalQueue> queue = co_await collected(arm, server, subscriptions, context);
        if (!queue)
            co_return console.fail(queue.error());
        QJsonArray list;
        for (const Connection &each : queue->connections) {
            const Requester requester = requesterOf(each);
            const EndpointPlace place = placeOf(requester, subscriptions);
            list.append(connectionJson(each, place));
            console.print(queueLine(each));
            console.print(QStringLiteral("              from %1").arg(placeLine(requester, place)));
            console.print(QStringLiteral("              %1").arg(each.id.toString()));
        }
        QJsonArray unread;
        for (const UnreadServer &each : queue->unread) {
            unread.append(QJsonObject{{QStringLiteral("server"), each.server.toString()}, {QStringLiteral("error"), errorJson(each.error)}});
            console.say(QStringLiteral("not readable: %1: %2").arg(each.server.toString(), plainText(describe(each.error), 300)));
        }
        if (list.isEmpty())
            console.say(QStringLiteral("No connections."));
        console.document({{QStringLiteral("connections"), list}, {QStringLiteral("unread"), unread}});
        co_return 0;
    }

private:
    static QCoro::Task<Result<ApprovalQueue>> collected(ArmClient *arm, ResourceId server, QJsonArray all, Context context)
    {
        ApprovalQueue queue;
        if (!server.isEmpty()) {
            const Result<QList<Connection>> found = co_await connectionsOf(arm, server, context);
            if (!found)
                co_return found.error();
            queue.connections = *found;
            co_return queue;
        }
        QStringList subscriptions;
        for (const QJsonValue &each : all)
            subscriptions << each[QLatin1String("subscriptionId")].toString();
        Result<ApprovalQueue> collectedQueue = co_await collectApprovals(arm, subscriptions, context);
        co_return collectedQueue;
    }

    std::string m_server;
};

struct DecisionWords {
    Decision decision;
    const char *command;
    const char *help;
    const char *question;
    const char *done;
};
constexpr DecisionWords decisionWords[]{
    {Decision::Approve, "approve", "let these connections in", "Approve", "approved"},
    {Decision::Reject, "reject", "turn these connections away; a rejected one can never be approved", "Reject", "rejected"},
    {Decision::Remove, "remove", "delete these connections from the server", "Remove", "removed"},
};

class DecideCommand final : public Command
{
public:
    explicit DecideCommand(const DecisionWords &words) : m_words(words) {}

    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = approvalsGroup(app)->add_subcommand(m_words.command, m_words.help);
        leaf->add_option("connection", m_ids, "ids as approvals list shows them")->type_name("ID")->required();
        leaf->add_option("--comment", m_comment, "a text for the other side")->type_name("TEXT");
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        QList<ResourceId> ids;
        for (const std::string &each : m_ids) {
            const auto id = ResourceId::parse(QString::fromStdString(each), type::serverConnection);
            if (!id)
                co_return console.fail(id.error());
            ids << *id;
        }
        const QString comment = QString::fromStdString(m_comment);
        if (comment.size() > 140) // azure-postgresql-and-network.md §2.10
            co_return console.refuse(QStringLiteral("CommentTooLong"), QStringLiteral("--comment has %1 characters; at most 140 are allowed.").arg(comment.size()));
        const QString question = QStringLiteral("%1 %2?").arg(QLatin1String(m_words.question), counted(ids.size(), "connection", "connections"));
        const bool yes = work.yes;
        const Context context = work.context;
        const Result<bool> agreed = co_await console.confirm(question, yes, context);
        if (!agreed)
            co_return console.fail(agreed.error());
        if (!*agreed)
            co_return 130;
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage();
        if (!stage)
            co_return console.fail(stage.error());
        ArmClient *arm = &(*stage)->arm();
        QJsonArray decided;
        int worst = 0;
        for (const ResourceId &id : std::as_const(ids)) {
            const QString text = comment;
            const Result<Connection> done = co_await one(arm, id, text, context);
            if (!done) {
                decided.append(QJsonObject{{QStringLiteral("id"), id.toString()}, {QStringLiteral("error"), errorJson(done.error())}});
                console.say(QStringLiteral("%1: %2").arg(id.name(), plainText(describe(done.error()), 600)));
                worst = std::max(worst, exitCodeOf(done.error()));
                continue;
            }
            decided.append(QJsonObject{{QStringLiteral("id"), id.toString()}, {QStringLiteral("outcome"), QLatin1String(m_words.done)}, {QStringLiteral("state"), done->stateText}});
            console.print(QStringLiteral("%1 %2").arg(QLatin1String(m_words.done), plainText(id.name(), 90)));
        }
        console.document({{QStringLiteral("decided"), decided}, {QStringLiteral("exitCode"), worst}});
        co_return worst;
    }

private:
    QCoro::Task<Result<Connection>> one(ArmClient *arm, ResourceId id, QString comment, Context context)
    {
        const ResourceId server = id.parent();
        const Result<QList<Connection>> all = co_await connectionsOf(arm, server, context);
        if (!all)
            co_return all.error();
        const auto found = std::find_if(all->cbegin(), all->cend(), [&](const Connection &each) { return each.id == id; });
        if (found == all->cend()) {
            Error missing = Error::invalid(QStringLiteral("ConnectionNotFound"), QStringLiteral("%1 has no connection \"%2\".").arg(server.name(), plainText(id.name())), id.toString());
            missing.kind = ErrorKind::NotFound;
            co_return missing;
        }
        const Connection connection = *found;
        const Decision decision = m_words.decision;
        Result<Connection> done = co_await decide(arm, connection, decision, comment, context);
        co_return done;
    }

    const DecisionWords &m_words;
    std::vector<std::string> m_ids;
    std::string m_comment;
};

} // namespace

Commands approvalCommands()
{
    Commands all;
    all.push_back(std::make_unique<ApprovalsListCommand>());
    for (const DecisionWords &each : decisionWords)
        all.push_back(std::make_unique<DecideCommand>(each));
    return all;
}

} // namespace causeway
