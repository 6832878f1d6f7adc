// SPDX-License-Identifier: Apache-2.0
// How late the end of an operation was seen, by the service's own times: in the report, in the journal, and in what is printed of both.
#include "badwire.h"
#include "mainjob.h"

#include <QTemporaryDir>

using namespace causeway;
using namespace causeway::test;

namespace {

//! A service that says in each final status since when it is so, three seconds before it is asked.
class SaysWhen final : public HttpTransport
{
public:
    SaysWhen(HttpTransport &inner, Clock &clock) : m_inner(inner), m_clock(clock) {}

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) override
    {
        Result<HttpResponse> answer = co_await m_inner.send(request, context);
        if (!answer)
            co_return answer;
        QJsonObject body = QJsonDocument::fromJson(answer->body).object();
        if (body.value(QStringLiteral("status")).toString() == QLatin1String("Succeeded")) {
            body.insert(QStringLiteral("endTime"), toText(m_clock.now() - std::chrono::seconds(3)));
            answer->body = QJsonDocument(body).toJson();
        }
        const auto now = QDateTime::fromMSecsSinceEpoch(m_clock.now().time_since_epoch().count(), Qt::UTC);
        answer->headers.append({QByteArray("Date"), QLocale::c().toString(now, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1()});
        co_return answer;
    }

private:
    HttpTransport &m_inner;
    Clock &m_clock;
};

} // namespace

class TestLag : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void runs_data()
    {
        QTest::addColumn<bool>("told");
        QTest::newRow("the service tells") << true;
        QTest::newRow("it does not") << false;
    }

    void runs()
    {
        QFETCH(bool, told);
        QString error;
        const auto state = sandbox::stateFromWorld(QJsonDocument::fromJson(fileOf(QStringLiteral("resources/worlds/default.json"))).object(), &error);
        QVERIFY2(state, qPrintable(error));
        VirtualClock clock{TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
        sandbox::World world(*state);
        BadWire wire(world, clock, 1);
        wire.principal = world.state().principals.first().objectId;
        wire.onWrite = [](const HttpRequest &) {};
        SaysWhen dressed(wire, clock);
        const Planes::Entry entry{*Origin::parse(QString::fromLatin1(BadWire::origin)), QString()};
        HttpTransport &transport = told ? static_cast<HttpTransport &>(dressed) : wire;
        HttpPipeline pipeline(transport, clock, Planes(entry), nullptr, PipelineOptions());
        ArmClient arm(pipeline, clock);
        const QTemporaryDir folder;
        const auto journal = Journal::open(folder.filePath(QStringLiteral("runs.sqlite")));
        QVERIFY(journal.ok());
        FixedSecrets secrets;
        Engine engine(Apis{arm}, clock, secrets, journal->get());
        RunIdentity identity;
        identity.subscription = world.state().subscriptions.first().id;
        identity.tenant = world.state().subscriptions.first().tenant;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        const auto observed = await(engine.observe(spec, identity, Context()), 60);
        QVERIFY(observed.ok());
        const auto plan = makePlan(spec, *observed, identity);
        QVERIFY(plan.ok());
        const auto report = await(engine.run(*plan, RunOptions(), nullptr, Context()), 60);
        QVERIFY2(report && report->outcome == Outcome::Succeeded, report ? qPrintable(toText(report->outcome)) : qPrintable(describe(report.error())));

        QVERIFY(!report->step(QStringLiteral("factory"))->lag); // made at once: there was nothing to follow
        const auto lag = report->step(QStringLiteral("server"))->lag;
        QCOMPARE(lag.has_value(), told);
        if (lag)
            QVERIFY2(*lag > Milliseconds(2000) && *lag <= Milliseconds(3000), qPrintable(QString::number(lag->count()))); // Date counts whole seconds
        const auto recorded = await((*journal)->run(QString()), 60);
        QVERIFY(recorded.ok());
        QCOMPARE(reportOf(*recorded).step(QStringLiteral("server"))->lag, lag);
        for (const QJsonValue &each : report->toJson().value(QStringLiteral("steps")).toArray()) {
            if (each[QLatin1String("step")].toString() == QLatin1String("server"))
                QCOMPARE(each[QLatin1String("lag")], lag ? QJsonValue(qint64(lag->count())) : QJsonValue(QJsonValue::Undefined));
        }
    }
};

QTEST_GUILESS_MAIN(TestLag)
#include "tst_lag.moc"
