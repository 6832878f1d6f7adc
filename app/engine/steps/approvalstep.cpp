// SPDX-License-Identifier: Apache-2.0
// The server's decision on a connection: the one step that may need a person.
#include "engine/steps/armstep.h"

#include "domain/types.h"
#include "plan/bodies.h"
#include "plan/connections.h"

namespace causeway {
namespace {

constexpr Milliseconds decisionTime = std::chrono::seconds(90);   // azure-postgresql-and-network.md §1.2: one or two minute-long polls
constexpr Milliseconds discoveryTime = std::chrono::seconds(180); // article 000: "several minutes"
constexpr Milliseconds appearing = std::chrono::minutes(10);
const QString approvalAction = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action");

bool saysApproved(const QString &status) { return status.compare(QLatin1String("Approved"), Qt::CaseInsensitive) == 0; }
bool saysRefused(const QString &status)
{
    return status.compare(QLatin1String("Rejected"), Qt::CaseInsensitive) == 0 || status.compare(QLatin1String("Disconnected"), Qt::CaseInsensitive) == 0;
}

//! Approves the connection that this run created, and only that one, then waits until both sides say so.
class ApprovalStep final : public ArmStep
{
public:
    ApprovalStep(Run &run, const PlannedStep &planned)
        : ArmStep(run, planned), m_maker(run.plan().step(planned.kind == StepKind::Approval ? QStringLiteral("managed-endpoint") : QStringLiteral("endpoint"))),
          m_server(planned.target.parent())
    {}

    QCoro::Task<StepEnd> perform() override
    {
        if (!m_maker)
            co_return StepEnd::failed(Error::internal(QStringLiteral("NoEndpoint"), QStringLiteral("The plan has no endpoint for this approval.")));
        const Result<> left = co_await finishLeftOperation();
        if (!left)
            co_return StepEnd::failed(left.error());
        const PlannedStep maker = *m_maker;
        m_making = co_await m_run.making(maker);
        const Result<std::optional<ServerConnection>> found = co_await find();
        if (!found && (found.error().kind == ErrorKind::Forbidden || !m_claims.isEmpty())) {
            const Error refused = found.error();
            StepEnd asked = co_await person(refused);
            co_return asked;
        }
        if (!found)
            co_return StepEnd::failed(found.error());
        if (!*found)
            co_return StepEnd::failed(missing());
        const ServerConnection connection = **found;
        setPath(connection.id.toString());
        QJsonObject product;
        product.insert(QStringLiteral("name"), connection.name);
        product.insert(QStringLiteral("id"), connection.id.toString());
        m_run.keep(m_planned.id, product);
        if (saysRefused(connection.status))
            co_return StepEnd::failed(refusedError(connection.status));
        bool changed = false;
        if (!saysApproved(connection.status)) {
            if (!m_making || mode() == ApprovalMode::Wait) {
                StepEnd asked = co_await person(std::nullopt);
                co_return asked;
            }
            const RestCall decision = approvalCall(connection);
            const Result<> written = co_await write(decision, true);
            if (!written && written.error().kind == ErrorKind::Forbidden) {
                const Error refused = written.error();
                StepEnd asked = co_await person(refused);
                co_return asked;
            }
            if (!written)
                co_return StepEnd::failed(written.error());
            changed = true;
        }
        StepEnd end = co_await consumer(changed || m_run.intent(m_planned.id).has_value());
        co_return end;
    }

protected:
    [[nodiscard]] Milliseconds operationTime() const override { return decisionTime; }
    [[nodiscard]] Look judge(const QJsonObject &body) const override
    {
        Look seen = ArmStep::judge(body);
        const QString status = body.value(QStringLiteral("properties")).toObject().value(QStringLiteral("privateLinkServiceConnectionState")).toObject().value(QStringLiteral("status")).toString();
        seen.done = seen.done && saysApproved(status);
        return seen;
    }

private:
    [[nodiscard]] bool managed() const { return m_planned.kind == StepKind::Approval; }

    [[nodiscard]] ApprovalMode mode() const
    {
        const SetupSpec &spec = m_run.plan().spec;
        return m_run.options().approval.value_or(spec.integration ? spec.integration->approvalMode : ApprovalMode::Wait);
    }

    [[nodiscard]] RestCall approvalCall(const ServerConnection &connection) const
    {
        const SetupSpec &spec = m_run.plan().spec;
        const QString comment = spec.integration ? spec.integration->approvalComment : QString();
        return {"PUT", connection.id.toString(), version::postgresql, body::decision(comment)};
    }

    [[nodiscard]] Error missing() const
    {
        Error error;
        error.kind = ErrorKind::NotFound;
        error.code = QStringLiteral("ConnectionMissing");
        error.target = m_server.toString();
        error.message = QStringLiteral("The server shows no connection that is certainly the one of \"%1\". Nothing was approved.").arg(m_maker->target.name());
        return error;
    }

    //! A factory that saw Approved never looks again (azure-data-factory.md §5): its word outlives the connection.
    [[nodiscard]] Error gone() const
    {
        Error error = missing();
        error.kind = ErrorKind::Conflict;
        error.code = QStringLiteral("ConnectionGone");
        error.message = QStringLiteral("\"%1\" still says Approved, but the server does not have its connection any more: somebody removed it there. Delete \"%1\" and create it again; the plan then has to be made anew.").arg(m_maker->target.name());
        return error;
    }

    //! Whoever wants in may call himself what he likes: then a person has to look.
    [[nodiscard]] Error ambiguous(const QList<ServerConnection> &claims)
    {
        m_claims.clear();
        for (const ServerConnection &claim : claims)
            m_claims << claim.name;
        Error error = missing();
        error.kind = ErrorKind::Conflict;
        error.code = QStringLiteral("ConnectionAmbiguous");
        error.message = QStringLiteral("More than one connection claims to be the one of \"%1\": %2. Nothing was approved.").arg(m_maker->target.name(), m_claims.join(QStringLiteral(", ")));
        return error;
    }

    [[nodiscard]] Error refusedError(const QString &status) const
    {
        Error error;
        error.kind = ErrorKind::Conflict;
        error.code = QStringLiteral("ConnectionRejected");
        error.target = m_server.toString();
        error.message = QStringLiteral("The connection of \"%1\" is %2, and a rejected connection cannot become approved. Delete the endpoint and create it again.").arg(m_maker->target.name(), status);
        return error;
    }

    //! The connection, as soon as the server shows it; nullopt when it did not in ten minutes.
    QCoro::Task<Result<std::optional<ServerConnection>>> find()
    {
        const TimePoint start = m_run.clock().now();
        for (;;) {
            const Result<std::optional<ServerConnection>> now = co_await match();
            if (!now || *now || m_run.clock().now() - start > appearing)
                co_return now;
            const Result<QString> other = co_await consumerState();
            if (other && saysApproved(*other))
                co_return gone();
            m_run.say(m_planned, QStringLiteral("connection-appears"));
            const Context context = m_run.waiting();
            if (!co_await sleepFor(m_run.clock(), std::chrono::seconds(5), context))
                co_return Error::cancelled();
        }
    }

    QCoro::Task<Result<std::optional<ServerConnection>>> match()
    {
        const QString path = m_server.toString() + QStringLiteral("/privateEndpointConnections");
        const Context context = m_run.settling();
        const Result<QJsonArray> all = co_await m_run.arm().list(path, version::postgresql, context);
        if (!all)
            co_return all.error();
        if (!managed())
            co_return connectionOfEndpoint(*all, m_maker->target);
        // What the server had before the endpoint was made is a stranger's, whatever it is called.
        const QJsonArray before = m_making.value_or(QJsonObject()).value(QStringLiteral("connectionsBefore")).toArray();
        QJsonArray fresh;
        for (const QJsonValue &each : *all) {
            if (!before.contains(QJsonValue(each.toObject().value(QStringLiteral("id")).toString().toLower())))
                fresh.append(each);
        }
        // A managed private endpoint lives in a subscription of Microsoft's; one in the server's or the factory's is a look-alike.
        const QStringList ours{m_server.subscriptionId(), m_maker->target.subscriptionId()};
        const QList<ServerConnection> claims = claimsOfManagedEndpoint(fresh, m_maker->target.parent().parent().name(), m_maker->target.name(), ours);
        if (claims.size() > 1)
            co_return ambiguous(claims);
        m_claims.clear();
        if (claims.isEmpty())
            co_return std::optional<ServerConnection>();
        co_return std::optional<ServerConnection>(claims.first());
    }

    QCoro::Task<Result<QString>> consumerState()
    {
        const QString path = m_maker->target.toString();
        const QString apiVersion = managed() ? version::dataFactory : version::network;
        const Context context = m_run.settling();
        const Result<QJsonObject> found = co_await m_run.arm().get(path, apiVersion, context);
        if (!found)
            co_return found.error();
        const QJsonObject body = *found;
        m_run.keep(m_maker->id, body);
        co_return managed() ? managedEndpointState(&body) : endpointState(&body);
    }

    //! The server has said yes: others may write to it while the other side finds out.
    QCoro::Task<StepEnd> consumer(bool changed)
    {
        m_run.releaseSerial(m_planned);
        const TimePoint start = m_run.clock().now();
        const Milliseconds usual = managed() ? discoveryTime : Milliseconds(5000);
        bool said = false;
        for (;;) {
            const Result<QString> state = co_await consumerState();
            if (!state)
                co_return StepEnd::failed(state.error());
            if (saysApproved(*state))
                co_return StepEnd::succeeded(changed);
            if (saysRefused(*state))
                co_return StepEnd::failed(refusedError(*state));
            if (!std::exchange(said, true))
                m_run.say(m_planned, QStringLiteral("consumer-notices"), QStringList{m_maker->target.name()});
            if (m_run.clock().now() - start > std::chrono::hours(1)) {
                Error late = missing();
                late.kind = ErrorKind::TimedOut;
                late.code = QStringLiteral("ApprovalNotNoticed");
                late.message = QStringLiteral("The server has approved the connection, but \"%1\" did not notice it in an hour.").arg(m_maker->target.name());
                co_return StepEnd::failed(late);
            }
            const Milliseconds pause = Pace(usual).nextLook(m_run.clock().now() - start);
            const Context context = m_run.settling();
            if (!co_await sleepFor(m_run.clock(), pause, context))
                co_return StepEnd::failed(Error::cancelled());
        }
    }

    //! Somebody with the right has to decide: whom to ask for which action, and, with --wait, until it is done.
    QCoro::Task<StepEnd> person(std::optional<Error> refused)
    {
        // Who may not look at the server may still see that the other side is through.
        const Result<QString> now = co_await consumerState();
        if (now && saysApproved(*now))
            co_return StepEnd::succeeded(false);
        if (now && saysRefused(*now))
            co_return StepEnd::failed(refusedError(*now));
        const QString code = !m_claims.isEmpty() ? QStringLiteral("approval-ambiguous") : refused ? QStringLiteral("approval-permission") : QStringLiteral("approval-wait");
        const QString connection = m_claims.isEmpty() ? m_run.product(m_planned.id).value(QStringLiteral("name")).toString() : m_claims.join(QStringLiteral(", "));
        const QStringList arguments{m_maker->target.name(), m_server.toString(), approvalAction, connection};
        m_run.sayWaiting(m_planned, Actor::Dba, code, arguments, refused);
        m_run.releaseSerial(m_planned);
        if (!m_run.options().wait)
            co_return StepEnd::waiting(Actor::Dba, code, arguments, refused);
        m_run.releasePlace(m_planned);
        const TimePoint until = m_run.clock().now() + *m_run.options().wait;
        for (;;) {
            const Result<QString> state = co_await consumerState();
            if (state && saysApproved(*state))
                co_return StepEnd::succeeded(false);
            if (state && saysRefused(*state))
                co_return StepEnd::failed(refusedError(*state));
            const Result<std::optional<ServerConnection>> decided = co_await match();
            if (decided && *decided && saysRefused((*decided)->status))
                co_return StepEnd::failed(refusedError((*decided)->status));
            const Milliseconds left = until - m_run.clock().now();
            if (left <= Milliseconds(0))
                co_return StepEnd::waiting(Actor::Dba, code, arguments, refused);
            const Milliseconds pause = std::min(left, Milliseconds(std::chrono::seconds(15)));
            const Context context = m_run.waiting();
            if (!co_await sleepFor(m_run.clock(), pause, context))
                co_return StepEnd::waiting(Actor::Dba, code, arguments, refused);
        }
    }

    const PlannedStep *m_maker;
    ResourceId m_server;
    QStringList m_claims;                //!< names of several connections that all claim to be ours; empty: none does
    std::optional<QJsonObject> m_making; //!< how we made the endpoint; without it, it is somebody else's
};

} // namespace

std::unique_ptr<Step> makeApprovalStep(Run &run, const PlannedStep &planned)
{
    return std::make_unique<ApprovalStep>(run, planned);
}

} // namespace causeway
