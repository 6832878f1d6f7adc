// SPDX-License-Identifier: Apache-2.0
// Review: what is in the way leads to its page and field, and secrets are asked for before anything is recorded.
#include "domain/rules.h"
#include "domain/setupdocument.h"
#include "tests/support/coro.h"
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"
#include "ui/banner.h"
#include "ui/choicecard.h"
#include "ui/form.h"
#include "ui/secretedit.h"
#include "ui/theme.h"
#include "wizard/review/findings.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

using namespace causeway;
using namespace test;
using wizard::Finding;
using wizard::PageId;
using wizard::RunControl;

namespace {

QList<ui::ChoiceCard *> cards(wizard::WizardWindow &window)
{
    QList<ui::ChoiceCard *> shown;
    for (auto *card : window.page(PageId::Review)->findChildren<ui::ChoiceCard *>(QStringLiteral("finding"))) {
        if (card->isVisible())
            shown.append(card);
    }
    return shown;
}

//! The name of the input that has the focus, or of the one that it stands in.
QString focused(const wizard::WizardWindow &window)
{
    for (const QWidget *widget = window.focusWidget(); widget; widget = widget->parentWidget()) {
        if (!widget->objectName().isEmpty() && !widget->objectName().startsWith(QLatin1String("qt_")))
            return widget->objectName();
    }
    return {};
}

QString issueShown(wizard::WizardWindow &window)
{
    for (const QLabel *label : window.page(window.currentPage())->findChildren<QLabel *>()) {
        const QString role = label->property("role").toString();
        if (label->isVisible() && (role == QLatin1String("issue") || role == QLatin1String("issueWarning")))
            return label->text();
    }
    return {};
}

//! The default world with something more in it.
QString worldWith(const QTemporaryDir &folder, const QString &member, const QJsonObject &entry)
{
    QFile base(defaultWorld);
    if (!base.open(QIODevice::ReadOnly))
        return {};
    QJsonObject world = QJsonDocument::fromJson(base.readAll()).object();
    QJsonArray entries = world[member].toArray();
    entries.append(entry);
    world[member] = entries;
    const QString path = folder.filePath(QStringLiteral("world.json"));
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(world).toJson());
    return path;
}

} // namespace

class TestReviewPage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp)); }

    // The setup's own mistakes: Enter on one leads to its input, which says what is wrong.
    void ownMistakesLeadToTheirFields_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<int>("page");
        QTest::addColumn<QString>("input");
        QTest::newRow("login") << QStringLiteral("server.create.administratorLogin") << int(PageId::Server) << QStringLiteral("server.create.administratorLogin");
        QTest::newRow("rule") << QStringLiteral("server.firewall[0].to") << int(PageId::Networking) << QStringLiteral("server.firewall");
        QTest::newRow("zone") << QStringLiteral("privateEndpoint.dns.zone") << int(PageId::PrivateEndpoint) << QStringLiteral("privateEndpoint.dns.zone");
        QTest::newRow("reason") << QStringLiteral("linkedService.encryptionReason") << int(PageId::LinkedService) << QStringLiteral("linkedService.encryptionReason");
    }

    void ownMistakesLeadToTheirFields()
    {
        QFETCH(QString, field);
        QFETCH(int, page);
        QFETCH(QString, input);
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.openSetup(example("quickstart.json")));
        SetupSpec spec = world.setup.spec();
        spec.server->create->administratorLogin = QStringLiteral("admin");
        spec.server->firewall = {FirewallRuleSpec{QStringLiteral("office"), QStringLiteral("203.0.113.9"), QStringLiteral("203.0.113.1")}};
        spec.privateEndpoint->dnsZone = QStringLiteral("privatelink.postgresql.database.azure.com");
        spec.linkedService->encryption = EncryptionMethod::Allow;
        spec.linkedService->encryptionReason.clear();
        window.take(spec);
        window.goTo(PageId::Review);
        const Issues issues = validate(world.setup.spec());
        const auto at = std::find_if(issues.begin(), issues.end(), [&](const Issue &issue) { return issue.field == field; });
        QVERIFY2(at != issues.end(), qPrintable(field));
        const QString words = wizard::findingsOf(Issues{*at}).first().text;
        QTRY_VERIFY(!cards(window).isEmpty());
        ui::ChoiceCard *card = nullptr;
        for (ui::ChoiceCard *each : cards(window)) {
            if (each->sentence() == words)
                card = each;
        }
        QVERIFY2(card, qPrintable(words));
        card->setFocus();
        QTest::keyClick(card, Qt::Key_Return);
        QCOMPARE(int(window.currentPage()), page);
        QCOMPARE(focused(window), input);
        QVERIFY2(issueShown(window).contains(words), qPrintable(issueShown(window)));
    }

    // Preflight's findings: the virtual network is locked.
    void preflightLeadsToItsField()
    {
        QFile quickstart(example("quickstart.json"));
        QVERIFY(quickstart.open(QIODevice::ReadOnly));
        const QString network = parseSetup(quickstart.readAll()).spec->privateEndpoint->virtualNetwork.toString();
        const QTemporaryDir folder;
        WindowWorld world(worldWith(folder, QStringLiteral("locks"), {{QStringLiteral("scope"), network}, {QStringLiteral("name"), QStringLiteral("keep-network")}, {QStringLiteral("level"), QStringLiteral("ReadOnly")}}));
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.openSetup(example("quickstart.json")));
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->checkState()), int(RunControl::Check::Failed), 20000);
        QTRY_VERIFY(!cards(window).isEmpty()); // they come with the event loop
        ui::ChoiceCard *card = cards(window).first();
        shoot(window, QStringLiteral("17-findings"));
        const QString words = card->sentence();
        QVERIFY2(words.contains(QLatin1String("keep-network")), qPrintable(words));
        QTest::mouseClick(card, Qt::LeftButton);
        QCOMPARE(int(window.currentPage()), int(PageId::PrivateEndpoint));
        QCOMPARE(focused(window), QStringLiteral("privateEndpoint.virtualNetwork"));
        QVERIFY2(issueShown(window).contains(words), qPrintable(issueShown(window)));
        shoot(window, QStringLiteral("17-finding-at-its-field"));
        // Changing something there makes it a matter of the next review.
        writeNew(window, "privateEndpoint.subnet", QStringLiteral("another"));
        QVERIFY2(!issueShown(window).contains(words), qPrintable(issueShown(window)));
    }

    // Azure's own reasons name a resource, sometimes a parameter.
    void azuresReasonsHaveFields_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("field");
        QTest::newRow("version") << "ParameterOutOfRange" << "The value of the 'Version' should be in: []. Verify that the specified parameter value is correct." << "server" << "server.create.version";
        QTest::newRow("password") << "InvalidParameterValue" << "Invalid value given for parameter AdministratorLoginPassword. Specify a valid parameter value." << "server" << "server.create.administratorPassword";
        QTest::newRow("size") << "SkuNotAvailable" << "The requested size is not available." << "server" << "server.create.sku";
        QTest::newRow("region") << "LocationNotAvailableForResourceType" << "The provided location 'moon' is not available." << "server" << "server.create.location";
        QTest::newRow("name") << "ServerNameAlreadyExists" << "Specified server name is already used." << "server" << "server.name";
        QTest::newRow("subnet") << "SubnetIsFull" << "Subnet is full." << "endpoint" << "privateEndpoint.subnet";
        QTest::newRow("right") << "AuthorizationFailed" << "The client does not have permission." << "endpoint" << "privateEndpoint";
        QTest::newRow("policy") << "RequestDisallowedByPolicy" << "Disallowed by policy." << "factory" << "integration";
        QTest::newRow("nowhere") << "SomethingElse" << "Nobody knows." << "" << "";
    }

    void azuresReasonsHaveFields()
    {
        QFETCH(QString, code);
        QFETCH(QString, message);
        QFETCH(QString, step);
        QFETCH(QString, field);
        const QString base = QStringLiteral("/subscriptions/7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b/resourceGroups/rg-storage/providers/");
        Plan plan;
        const struct {
            const char *id;
            StepKind kind;
            const char *target;
        } steps[] = {{"server", StepKind::Server, "Microsoft.DBforPostgreSQL/flexibleServers/pg-storage-sku"},
                     {"endpoint", StepKind::PrivateEndpoint, "Microsoft.Network/privateEndpoints/pe"},
                     {"factory", StepKind::Factory, "Microsoft.DataFactory/factories/adf"}};
        for (const auto &each : steps) {
            PlannedStep planned;
            planned.id = QLatin1String(each.id);
            planned.kind = each.kind;
            planned.target = *ResourceId::parse(base + QLatin1String(each.target));
            plan.steps.append(planned);
        }
        Error reason;
        reason.code = code;
        reason.message = message;
        if (const PlannedStep *planned = plan.step(step)) {
            reason.target = planned->target.toString();
            reason.message += QStringLiteral(" Resource ") + reason.target;
        }
        Error outer;
        outer.code = QStringLiteral("InvalidTemplateDeployment");
        outer.details = {reason};
        const QList<Finding> findings = wizard::findingsOf(outer, plan);
        QCOMPARE(findings.size(), 1);
        QCOMPARE(findings.first().field, field);
        QVERIFY(findings.first().text.contains(message));
    }

    // A policy that preflight cannot see: Azure's validation refuses, and its reason leads to the factory.
    void azuresValidationLeadsToItsField_data()
    {
        QTest::addColumn<bool>("newGroup"); // then the factory is in a nested deployment
        QTest::newRow("in a group that is there") << false;
        QTest::newRow("in a group that the run makes") << true;
    }

    void azuresValidationLeadsToItsField()
    {
        QFETCH(bool, newGroup);
        const QTemporaryDir folder;
        WindowWorld world(worldWith(folder, QStringLiteral("policies"),
                                    {{QStringLiteral("scope"), QStringLiteral("/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8")}, {QStringLiteral("effect"), QStringLiteral("deny")},
                                     {QStringLiteral("type"), QStringLiteral("Microsoft.DataFactory/factories")}, {QStringLiteral("field"), QStringLiteral("location")},
                                     {QStringLiteral("equals"), QStringLiteral("westeurope")}, {QStringLiteral("name"), QStringLiteral("no-factories")}}));
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.openSetup(example("quickstart.json")));
        SetupSpec spec = world.setup.spec();
        if (!newGroup)
            spec.resourceGroup = ResourceGroupSpec{QStringLiteral("rg-network"), QStringLiteral("westeurope"), false};
        window.take(spec);
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->checkState()), int(RunControl::Check::Failed), 20000);
        QVERIFY(world.run->checkError());
        QTRY_VERIFY(!cards(window).isEmpty());
        QVERIFY2(cards(window).first()->sentence().contains(QLatin1String("RequestDisallowedByPolicy")), qPrintable(cards(window).first()->sentence()));
        shoot(window, QStringLiteral("18-azure-refuses"));
        QTest::mouseClick(cards(window).first(), Qt::LeftButton);
        QCOMPARE(int(window.currentPage()), int(PageId::Integration));
        QCOMPARE(focused(window), QStringLiteral("integration.name"));
    }

    // Nobody may be there while the run goes on: what only a person knows is asked for before Create, all at once.
    void secretsAreAskedForBeforeCreate()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.openSetup(example("password.json")));
        SetupSpec spec = world.setup.spec();
        const SecretReference prompt{SecretReference::Kind::Prompt, {}, {}};
        spec.server->create->administratorPassword = prompt;
        spec.linkedService->authentication.username = QStringLiteral("ordersapp"); // with the administrator's name it would be one secret
        spec.linkedService->authentication.password = prompt;
        window.take(spec);
        window.goTo(PageId::Review); // nobody has been on the pages that would have asked
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->checkState()), int(RunControl::Check::Passed), 20000);
        auto *section = window.page(PageId::Review)->findChild<ui::FormSection *>(QStringLiteral("secrets"));
        QVERIFY(section->isVisible());
        const QStringList fields = {QStringLiteral("server.create.administratorPassword"), QStringLiteral("linkedService.authentication.password")};
        for (const QString &field : fields)
            QVERIFY2(section->findChild<ui::SecretEdit *>(field)->isVisible(), qPrintable(field));
        QVERIFY(!section->findChild<ui::SecretEdit *>(QStringLiteral("linkedService.authentication.key"))->isVisible());
        QVERIFY2(reason(window).contains(QLatin1String("Administrator password")), qPrintable(reason(window)));
        shoot(window, QStringLiteral("19-secrets"));
        QVERIFY(!window.goNext());
        QCOMPARE(focused(window), fields.first());
        QCOMPARE(int(world.run->runState()), int(RunControl::Run::Idle));

        const auto typeInto = [&](const QString &field, const QString &text) {
            auto *edit = section->findChild<ui::SecretEdit *>(field)->findChild<QLineEdit *>();
            edit->selectAll();
            QTest::keyClicks(edit, text);
        };
        typeInto(fields.first(), QStringLiteral("weak"));
        typeInto(fields.last(), QStringLiteral("Str0ng-enough!"));
        QVERIFY2(!window.goNext(), "a password that Azure refuses minutes later");
        typeInto(fields.first(), QStringLiteral("Str0ng-enough!"));
        QVERIFY2(reason(window).isEmpty(), qPrintable(reason(window)));
        QVERIFY(window.goNext());
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);
        QVERIFY2(world.run->report(), world.run->runError() ? qPrintable(describe(*world.run->runError())) : "no report");
        QVERIFY(!toDocumentText(world.setup.spec()).contains("Str0ng"));
    }
};

QTEST_MAIN(TestReviewPage)
#include "tst_reviewpage.moc"
