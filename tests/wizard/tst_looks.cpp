// SPDX-License-Identifier: Apache-2.0
// Every page and state in every language and direction: nothing is cut, nothing lies on something else, everything has
// its room in 1280×800. With CAUSEWAY_SHOTS=FOLDER each is also written there as a picture, to be looked at by a person;
// CAUSEWAY_SHOT_THEME=dark and QT_SCALE_FACTOR=2 give the other looks.
#include "tests/support/looks.h"
#include "tests/support/windowworld.h"
#include "ui/banner.h"
#include "ui/theme.h"

#include <QApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

class TestLooks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const bool dark = qEnvironmentVariable("CAUSEWAY_SHOT_THEME") == QLatin1String("dark");
        ui::applyTheme(*qApp, ui::makeTheme(dark ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light, *qApp));
        QCOMPARE(ui::missingAssets(), QString());
    }

    void cleanup() { m_looker.quiet(); }

    void pages_data() { Looker::languages(); }
    void pages()
    {
        QFETCH(QString, language);
        speak(language);
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        open(window);
        look(window, QStringLiteral("start"));
        QVERIFY(window.openSetup(example("password.json")));
        QTRY_VERIFY(world.session->subscriptions().isReady());
        visit(window, world, PageId::Account, QStringLiteral("account"));
        visit(window, world, PageId::Server, QStringLiteral("server"));
        visit(window, world, PageId::Networking, QStringLiteral("networking"));
        QVERIFY(window.openSetup(example("quickstart.json")));
        visit(window, world, PageId::PrivateEndpoint, QStringLiteral("endpoint"));
        visit(window, world, PageId::Approvals, QStringLiteral("approvals-before"));
        visit(window, world, PageId::Integration, QStringLiteral("integration"));
        visit(window, world, PageId::LinkedService, QStringLiteral("linkedservice"));
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->checkState()), int(RunControl::Check::Passed), 20000);
        look(window, QStringLiteral("review"));
        QVERIFY(window.goNext());
        QTRY_VERIFY_WITH_TIMEOUT(world.run->events().size() > 30, 20000);
        look(window, QStringLiteral("apply-running"));
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        look(window, QStringLiteral("finish"));
        verifyNothingCut();
    }

    // Everything that can be wrong on a page at once, and the longest choices.
    void mistakes_data() { Looker::languages(); }
    void mistakes()
    {
        QFETCH(QString, language);
        speak(language);
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        open(window);
        press(window, "setUp");
        QTRY_VERIFY(world.session->groups().isReady());
        for (const PageId id : wizard::pagesOf(wizard::Purpose::SetUp, world.setup.spec())) {
            if (id == PageId::Start || id == PageId::Apply || id == PageId::Finish)
                continue;
            window.goTo(id);
            window.page(id)->showAllIssues();
            look(window, QStringLiteral("mistakes-%1").arg(int(id)));
        }
        window.goTo(PageId::LinkedService);
        for (const AuthenticationType type : {AuthenticationType::ServicePrincipal, AuthenticationType::UserAssignedManagedIdentity, AuthenticationType::BasicAuth}) {
            auto *picker = child<ui::Picker>(window, "linkedService.authentication.type");
            picker->setValue(toText(type));
            Q_EMIT picker->edited();
            look(window, QStringLiteral("authentication-%1").arg(toText(type)));
        }
        verifyNothingCut();
    }

    // Azure does not answer: each page says so and offers to try again.
    void errorBanners_data() { Looker::languages(); }
    void errorBanners()
    {
        QFETCH(QString, language);
        speak(language);
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        open(window);
        sandbox::Fault fault;
        fault.kind = sandbox::FaultKind::Status;
        fault.method = "GET";
        fault.path = "/locations";
        fault.count = -1;
        fault.status = 403;
        fault.body = R"({"error":{"code":"AuthorizationFailed","message":"The client 'owner@sandbox.example' does not have authorization to perform action 'Microsoft.Resources/subscriptions/locations/read' over scope '/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8' or the scope is invalid."}})";
        world.live->addFault(fault);
        QVERIFY(window.openSetup(example("quickstart.json")));
        window.goTo(PageId::Integration);
        auto *trouble = window.page(PageId::Integration)->findChild<ui::Banner *>(QStringLiteral("trouble"));
        QTRY_VERIFY_WITH_TIMEOUT(trouble->isVisible(), 20000);
        look(window, QStringLiteral("error-banner"));
        verifyNothingCut();
    }

    void runsThatEndOtherwise_data() { Looker::languages(); }
    void runsThatEndOtherwise()
    {
        QFETCH(QString, language);
        speak(language);
        {
            WindowWorld world(defaultWorld); // waits for the DBA, then is cancelled
            wizard::WizardWindow &window = *world.window;
            open(window);
            QVERIFY(window.openSetup(example("quickstart.json")));
            SetupSpec spec = world.setup.spec();
            spec.integration->approvalMode = ApprovalMode::Wait;
            window.take(spec);
            review(window, world);
            QVERIFY(window.goNext());
            QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Approvals), 60000);
            QTRY_VERIFY(child<QTableView>(window, "connections")->model()->rowCount() > 0);
            look(window, QStringLiteral("approvals-run-waits"));
            window.goTo(PageId::Apply);
            look(window, QStringLiteral("apply-waits"));
            world.run->cancel();
            look(window, QStringLiteral("apply-stopping"));
            QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);
            look(window, QStringLiteral("apply-cancelled"));
            QSignalSpy looked(world.run.get(), &RunControl::lastRunChanged);
            window.goTo(PageId::Start);
            QTRY_VERIFY(looked.count() > 0);
            look(window, QStringLiteral("start-resume"));
        }
        {
            WindowWorld world(defaultWorld); // the connection test fails
            wizard::WizardWindow &window = *world.window;
            open(window);
            QVERIFY(window.openSetup(example("password.json")));
            SetupSpec spec = world.setup.spec();
            spec.linkedService->port = 6432; // nobody listens there
            window.take(spec);
            review(window, world);
            QVERIFY(window.goNext());
            QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);
            QCOMPARE(int(world.run->report()->outcome), int(Outcome::Failed));
            look(window, QStringLiteral("apply-failed"));
            QVERIFY(window.goNext());
            look(window, QStringLiteral("finish-failed"));
        }
        verifyNothingCut();
    }

    void manyConnections_data() { Looker::languages(); }
    void manyConnections()
    {
        QFETCH(QString, language);
        speak(language);
        const QTemporaryDir folder;
        WindowWorld world(crowdedWorld(folder));
        wizard::WizardWindow &window = *world.window;
        open(window);
        press(window, "reviewApprovals");
        QTRY_VERIFY(!world.session->subscription().isEmpty());
        look(window, QStringLiteral("account-alone"));
        QVERIFY(window.goNext());
        auto *table = child<QTableView>(window, "connections");
        QTRY_VERIFY(table->model()->rowCount() > 40);
        look(window, QStringLiteral("approvals-many"));
        verifyNothingCut();
    }

private:
    void speak(const QString &language) { m_looker.speak(language); }
    void look(wizard::WizardWindow &window, const QString &name) { m_looker.look(window, name); }
    void verifyNothingCut() { m_looker.verifyNothingCut(); }

    static void open(wizard::WizardWindow &window)
    {
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
    }

    void visit(wizard::WizardWindow &window, WindowWorld &world, PageId page, const QString &name)
    {
        window.goTo(page);
        QTRY_VERIFY(world.session->locations().isReady());
        QTRY_VERIFY(world.session->groups().isReady());
        look(window, name);
    }

    static void review(wizard::WizardWindow &window, WindowWorld &world)
    {
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->checkState()), int(RunControl::Check::Passed), 20000);
    }

    //! Contoso's world with a queue as long as a busy DBA's.
    static QString crowdedWorld(const QTemporaryDir &folder)
    {
        QFile base(contosoWorld);
        if (!base.open(QIODevice::ReadOnly))
            return {};
        QJsonObject world = QJsonDocument::fromJson(base.readAll()).object();
        QJsonArray resources = world[QLatin1String("resources")].toArray();
        const QJsonArray before = resources;
        for (const QJsonValue &each : before) {
            QJsonObject resource = each.toObject();
            const QString id = resource[QLatin1String("id")].toString();
            if (!id.contains(QLatin1String("/privateEndpointConnections/pe-unknown")))
                continue;
            for (int i = 0; i < 45; ++i) {
                resource[QLatin1String("id")] = QString(id).replace(QLatin1String("pe-unknown"), QStringLiteral("pe-of-a-quite-long-named-team-%1").arg(i));
                resources.append(resource);
            }
        }
        world[QLatin1String("resources")] = resources;
        const QString path = folder.filePath(QStringLiteral("crowded.json"));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(world).toJson());
        return path;
    }

    Looker m_looker;
};

QTEST_MAIN(TestLooks)
#include "tst_looks.moc"
