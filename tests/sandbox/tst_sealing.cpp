// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/worldkeeper.h"
#include "worldtest.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

namespace {

const QString canary = QStringLiteral("Canary-P4ssword!");

//! Secrets in every place where a world has them.
State secretive()
{
    State state = worldState(QStringLiteral("default"));
    const QJsonObject secure{{QStringLiteral("type"), QStringLiteral("SecureString")}, {QStringLiteral("value"), canary}};
    const QString group = QStringLiteral("/subscriptions/") + state.subscriptions.first().id + QStringLiteral("/resourceGroups/rg");
    Resource resource;
    resource.id = group + QStringLiteral("/providers/Microsoft.X/things/one");
    resource.type = QStringLiteral("Microsoft.X/things");
    resource.body = {{QStringLiteral("note"), QStringLiteral("sealed:by nobody")}};
    resource.hidden = {{QStringLiteral("password"), canary}, {QStringLiteral("port"), 5432},
                       {QStringLiteral("properties"), QJsonObject{{QStringLiteral("typeProperties"), QJsonObject{{QStringLiteral("key"), secure}}},
                                                                  {QStringLiteral("list"), QJsonArray{canary, 1, QString()}}}}};
    state.put(resource);
    state.principals.first().secret = canary;
    state.emitEffect(QStringLiteral("setPassword"), resource.id, {{QStringLiteral("login"), QStringLiteral("sales")}, {QStringLiteral("password"), canary}});
    Transition later;
    later.provider = QStringLiteral("Microsoft.X");
    later.arguments = {{QStringLiteral("administratorLoginPassword"), canary}, {QStringLiteral("accessToken"), secure}};
    state.schedule(later);
    return state;
}

std::map<quint64, Effect> oneInFlight()
{
    const Effect effect{7, QStringLiteral("addEntraRole"), QStringLiteral("s"), {{QStringLiteral("token"), canary}, {QStringLiteral("name"), QStringLiteral("dba")}}};
    return {{effect.id, effect}};
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void overwrite(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
}

QString whyNotLoaded(const QString &folder)
{
    auto keeper = WorldKeeper::open(folder);
    if (!keeper)
        return describe(keeper.error());
    const auto kept = (*keeper)->load();
    return kept ? QString() : describe(kept.error());
}

} // namespace

class TestSealing : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void whatWasSavedIsLoaded();
    void theKeyIsThere_data();
    void theKeyIsThere();
    void unsealedFilesAreStillRead();
    void theKeyStays();

private:
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QLatin1String(name)); }
    void save() const;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSealing::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestSealing::save() const
{
    auto keeper = WorldKeeper::open(m_folder->path());
    QVERIFY(keeper && (*keeper)->load() && (*keeper)->save(secretive(), oneInFlight()));
}

void TestSealing::whatWasSavedIsLoaded()
{
    save();
    const QByteArray file = contentOf(path("state.json"));
    QVERIFY(file.contains("sealed:") && file.contains("setPassword") && file.contains("5432"));
    for (const QByteArray &form : {canary.toUtf8(), canary.toUtf8().toBase64(), canary.toUtf8().toHex()})
        QVERIFY(!file.contains(form));
    QCOMPARE(int(QFile::permissions(path("world.key")) & ~(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser)), 0);

    auto keeper = WorldKeeper::open(m_folder->path());
    QVERIFY(keeper.ok());
    const auto kept = (*keeper)->load();
    QVERIFY(kept && kept->has_value());
    QCOMPARE((*kept)->state.toJson(), secretive().toJson());
    QCOMPARE((*kept)->inFlight.at(7).arguments, oneInFlight().at(7).arguments);
}

void TestSealing::theKeyIsThere_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("why");
    QTest::newRow("none") << QByteArray() << QStringLiteral("missing or no key");
    QTest::newRow("nonsense") << QByteArray("hello") << QStringLiteral("missing or no key");
    QTest::newRow("another") << QByteArray(32, 'k').toBase64() << QStringLiteral("another key");
}

void TestSealing::theKeyIsThere()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, why);
    save();
    const QByteArray before = contentOf(path("state.json"));
    if (key.isEmpty())
        QVERIFY(QFile::remove(path("world.key")));
    else
        overwrite(path("world.key"), key);
    const QString said = whyNotLoaded(m_folder->path());
    QVERIFY2(said.contains(why) && said.contains(QStringLiteral("world.key")), qPrintable(said));
    QCOMPARE(contentOf(path("state.json")), before);
}

void TestSealing::unsealedFilesAreStillRead()
{
    overwrite(path("state.json"), QJsonDocument(QJsonObject{{QStringLiteral("state"), secretive().toJson()}}).toJson());
    auto keeper = WorldKeeper::open(m_folder->path());
    QVERIFY(keeper.ok());
    const auto kept = (*keeper)->load();
    QVERIFY(kept && kept->has_value());
    QCOMPARE((*kept)->state.toJson(), secretive().toJson());
    QVERIFY((*keeper)->save((*kept)->state, {}).ok()); // and sealed from then on
    QVERIFY(!contentOf(path("state.json")).contains(canary.toUtf8()));
}

void TestSealing::theKeyStays()
{
    save();
    const QByteArray key = contentOf(path("world.key")), first = contentOf(path("state.json"));
    save();
    QCOMPARE(contentOf(path("world.key")), key);
    QVERIFY(contentOf(path("state.json")) != first); // no nonce twice
}

QTEST_GUILESS_MAIN(TestSealing)
#include "tst_sealing.moc"
