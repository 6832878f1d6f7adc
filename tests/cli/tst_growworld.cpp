// SPDX-License-Identifier: Apache-2.0
// A customer's setup reaches in a grown world what it reaches at the customer, under ids that are nobody's.
#include "domain/setupdocument.h"
#include "sandbox/worldfile.h"
#include "support/growworld.h"
#include "tests/support/cliline.h"
#include "tests/support/customer.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace causeway;
using namespace causeway::test;

namespace {

const QString theirs = QStringLiteral("env:THEIR_PASSWORD"); // with them
const QString theirPrincipal = QStringLiteral("1f0b2c9e-7a44-4d0e-9f57-30a1f3c7d2b8");
const QString theirNetworks = QStringLiteral("3e5d7c9b-1a2b-4c3d-9e8f-7a6b5c4d3e2f");

//! Their linked service signs in as a service principal; `objectId` empty: nobody said who it is in the directory.
QJsonObject byPrincipal(const QJsonObject &document, const QString &objectId)
{
    QJsonObject authentication{{QStringLiteral("type"), QStringLiteral("ServicePrincipal")}, {QStringLiteral("username"), QStringLiteral("orders-app")},
                               {QStringLiteral("tenant"), QStringLiteral("9d8c7b6a-5f4e-4d3c-8b2a-190f8e7d6c5b")}, {QStringLiteral("servicePrincipalId"), QStringLiteral("4a5b6c7d-8e9f-4a1b-9c2d-3e4f5a6b7c8d")},
                               {QStringLiteral("key"), QJsonObject{{QStringLiteral("secret"), QStringLiteral("env:THEIR_PASSWORD")}}}};
    if (!objectId.isEmpty())
        authentication.insert(QStringLiteral("servicePrincipalObjectId"), objectId);
    const QJsonObject both{{QStringLiteral("authentication"), QJsonObject{{QStringLiteral("password"), true}, {QStringLiteral("entra"), true}}}};
    return with(with(document, QStringLiteral("server"), both), QStringLiteral("linkedService"), {{QStringLiteral("authentication"), authentication}});
}

//! The server is made by the setup: nobody has a role there yet.
QJsonObject withNewServer(QJsonObject document)
{
    document.insert(QStringLiteral("server"), QJsonDocument::fromJson(R"({"name": "pg-customer-orders", "databases": ["orders"],
        "create": {"location": "westeurope", "version": "16", "sku": "Standard_D2ds_v5", "storageGiB": 128, "administratorLogin": "ordersdba", "administratorPassword": {"secret": "generate"}}})").object());
    return document;
}

SetupSpec specOf(const QJsonObject &document)
{
    const ParsedSetup parsed = parseSetup(QJsonDocument(document).toJson());
    if (!parsed.spec)
        qFatal("not a setup: %s", qPrintable(parsed.issues.value(0).code + QLatin1Char(' ') + parsed.issues.value(0).field));
    return *parsed.spec;
}

QJsonObject baseWorld()
{
    QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/default.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

} // namespace

class TestGrowWorld : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", (m_folder.path() + QStringLiteral("/state")).toLocal8Bit());
        qunsetenv("THEIR_PASSWORD"); // stayed with them
    }

    void marks()
    {
        const QString marked = markedGuid(theirSubscription);
        QVERIFY(isMarked(marked));
        QVERIFY(!isMarked(theirSubscription));
        QCOMPARE(markedGuid(theirSubscription.toUpper()), marked);
        QVERIFY(markedGuid(theirNetworks) != marked);
        QVERIFY(!QUuid::fromString(marked).isNull());
    }

    void examplesAndCustomersGrow_data()
    {
        QTest::addColumn<QJsonObject>("document");
        QTest::newRow("customer") << customer(theirs);
        QTest::newRow("service principal") << byPrincipal(customer(theirs), theirPrincipal);
        for (const char *name : {"quickstart", "password", "system-assigned", "network-admin-only", "data-engineer-only"}) {
            QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/%1.json").arg(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QTest::newRow(name) << QJsonDocument::fromJson(file.readAll()).object();
        }
    }

    void examplesAndCustomersGrow()
    {
        QFETCH(QJsonObject, document);
        const SetupSpec spec = specOf(document);
        const GrownWorld grown = growWorld(spec, baseWorld());
        QString complaint;
        QVERIFY2(sandbox::stateFromWorld(grown.world, &complaint), qPrintable(complaint));
        for (const GrownWorld::Mapping &each : grown.mapping)
            QVERIFY(isMarked(each.marked));
        // Nothing of theirs goes into the world.
        const QString text = QString::fromUtf8(QJsonDocument(grown.world).toJson());
        const QStringList theirs = subscriptionsIn(spec);
        for (const QString &id : theirs)
            QVERIFY2(QUuid::fromString(id).isNull() || !text.contains(id, Qt::CaseInsensitive), qPrintable(id));
        const SetupSpec ours = mapped(spec, grown);
        for (const QString &id : subscriptionsIn(ours))
            QVERIFY2(QUuid::fromString(id).isNull() || isMarked(id), qPrintable(id));
        QCOMPARE(ours.name, spec.name);
        QCOMPARE(mapped(ours, grown), ours);
    }

    //! An endpoint is in its network's subscription: a display name and that GUID are one.
    void oneSubscriptionByTwoNames()
    {
        QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/network-admin-only.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const GrownWorld grown = growWorld(specOf(QJsonDocument::fromJson(file.readAll()).object()), baseWorld());
        QCOMPARE(grown.world[QLatin1String("subscriptions")].toArray().size(), 2);
    }

    void rungs_data()
    {
        QTest::addColumn<QJsonObject>("document");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("verdict");
        const QJsonObject good = customer(theirs);
        const QJsonObject reason{{QStringLiteral("encryption"), QStringLiteral("Disable")}, {QStringLiteral("encryptionReason"), QStringLiteral("as it was")}};
        const QJsonObject off{{QStringLiteral("authentication"), QJsonObject{{QStringLiteral("password"), true}}}};
        QTest::newRow("all is well") << good << 0 << QStringLiteral("Connection successful");
        QTest::newRow("no encryption against require_secure_transport") << with(good, QStringLiteral("linkedService"), reason) << 1 << QStringLiteral("28000: no pg_hba.conf entry for host");
        QTest::newRow("another database than the listed ones")
            << with(with(good, QStringLiteral("server"), {{QStringLiteral("databases"), QJsonArray{QStringLiteral("orders")}}}), QStringLiteral("linkedService"), {{QStringLiteral("database"), QStringLiteral("oders")}}) << 1
            << QStringLiteral("3D000: database \"oders\" does not exist");
        const QString well = QStringLiteral("Connection successful");
        QTest::newRow("by a service principal who is an administrator already") << byPrincipal(good, QString()) << 0 << well;
        QTest::newRow("by a service principal who is made one") << byPrincipal(withNewServer(good), theirPrincipal) << 0 << well;
        QTest::newRow("by a service principal who is none") << byPrincipal(withNewServer(good), QString()) << 1 << QStringLiteral("28P01: password authentication failed for user \"orders-app\"");
        QTest::newRow("another port") << with(good, QStringLiteral("linkedService"), {{QStringLiteral("port"), 6432}}) << 1 << QStringLiteral("6432");
    }

    void rungs()
    {
        QFETCH(QJsonObject, document);
        QFETCH(int, code);
        QFETCH(QString, verdict);
        const QString path = m_folder.filePath(QStringLiteral("customer.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QJsonDocument(document).toJson());
        file.close();
        const auto outcome = test::runLine({QStringLiteral("apply"), path, QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes")});
        QVERIFY2(outcome.code == code, qPrintable(outcome.all()));
        QVERIFY2(outcome.out.contains(verdict), qPrintable(outcome.all()));
        QVERIFY2(outcome.err.contains(QStringLiteral("mapped subscription %1 → %2").arg(theirSubscription, markedGuid(theirSubscription))), qPrintable(outcome.all()));
        QVERIFY(!outcome.all().contains(QString::fromUtf8(grownPassword().reveal())));
    }

    void mappingAsJson()
    {
        const QString path = m_folder.filePath(QStringLiteral("json.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QJsonDocument(customer(theirs)).toJson());
        file.close();
        const auto outcome = test::runLine({QStringLiteral("apply"), path, QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes"), QStringLiteral("--json")});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.all()));
        const QJsonObject first = QJsonDocument::fromJson(outcome.out.section(QLatin1Char('\n'), 0, 0).toUtf8()).object();
        const QJsonArray mappedIds = first[QLatin1String("mapped")].toArray();
        QVERIFY(std::any_of(mappedIds.begin(), mappedIds.end(), [](const QJsonValue &each) { return each[QLatin1String("theirs")].toString() == theirSubscription; }));
    }

    //! A kept world takes it in beside what lives there, twice the same, and the live profile refuses its ids.
    void kept()
    {
        const QString path = m_folder.filePath(QStringLiteral("kept.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QJsonDocument(customer(theirs)).toJson());
        file.close();
        const QString quickstart = QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/quickstart.json");
        for (const QString &setup : {quickstart, path}) {
            const auto first = test::runLine({QStringLiteral("apply"), setup, QStringLiteral("--sandbox"), QStringLiteral("--yes")});
            QVERIFY2(first.code == 0, qPrintable(first.all()));
        }
        for (const QString &setup : {quickstart, path}) {
            const auto second = test::runLine({QStringLiteral("apply"), setup, QStringLiteral("--sandbox")});
            QVERIFY2(second.code == 0 && second.err.contains(QLatin1String("No changes")), qPrintable(second.all()));
        }
        QJsonObject stolen = customer(theirs);
        stolen.insert(QStringLiteral("subscription"), markedGuid(theirSubscription));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QJsonDocument(stolen).toJson());
        file.close();
        const auto live = test::runLine({QStringLiteral("plan"), path, QStringLiteral("--auth"), QStringLiteral("az-cli")});
        QVERIFY2(live.code == 2 && live.err.contains(QLatin1String("sandbox")), qPrintable(live.all()));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestGrowWorld)
#include "tst_growworld.moc"
