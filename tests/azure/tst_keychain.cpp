// SPDX-License-Identifier: Apache-2.0
// A real Secret Service: this program starts itself again in sessions of their own, with a fresh HOME, once for each state that a
// keyring can be in (sign-in.md §16). A child prints one JSON object.
#include "azure/auth/keychainstore.h"
#include "azure/auth/vault.h"
#include "tests/support/coro.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdio>
#include <qt6keychain/keychain.h>

using namespace causeway;
using namespace std::chrono_literals;

namespace {

const QByteArray canary = "CANARY-3f1e-refresh-token";

QJsonObject told(const Error &error)
{
    return {{QStringLiteral("code"), error.code}, {QStringLiteral("kind"), int(error.kind)}, {QStringLiteral("message"), error.message}};
}

template <class T>
QJsonObject told(const Result<T> &result)
{
    return result ? QJsonObject{{QStringLiteral("ok"), true}} : told(result.error());
}

QJsonObject told(const Vault::Opened &opened)
{
    return {{QStringLiteral("state"), int(opened.state)}, {QStringLiteral("reason"), opened.reason}, {QStringLiteral("whole"), opened.content.reveal() == canary + canary}};
}

//! What is done in every session; what comes of it depends on the keyring alone.
QJsonObject work()
{
    const auto keychain = keychainStore(3000ms);
    QElapsedTimer timer;
    timer.start();
    const Secret secret("p\xc3\xa4ssword \xf0\x9f\x94\x91 1");
    QJsonObject all;
    const QString name = QStringLiteral("secret/admin");
    all[QStringLiteral("missing")] = told(test::await(keychain->read(QStringLiteral("nobody wrote this"), Context())));
    all[QStringLiteral("write")] = told(test::await(keychain->write(name, secret, Context())));
    const auto read = test::await(keychain->read(name, Context()));
    all[QStringLiteral("read")] = told(read);
    all[QStringLiteral("same")] = read && read->equals(secret);
    all[QStringLiteral("long")] = told(test::await(keychain->write(name, Secret(QByteArray(2560, 'l')), Context())));
    all[QStringLiteral("tooLong")] = told(test::await(keychain->write(name, Secret(QByteArray(2561, 'l')), Context())));
    all[QStringLiteral("remove")] = told(test::await(keychain->remove(name, Context())));
    all[QStringLiteral("removedAgain")] = told(test::await(keychain->remove(name, Context())));
    all[QStringLiteral("gone")] = told(test::await(keychain->read(name, Context())));

    const QString file = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/vault");
    Vault vault(*keychain, file);
    const auto twice = [](const QByteArray &content) { return content + canary; };
    test::await(vault.update(twice, Context()));
    all[QStringLiteral("vault")] = told(test::await(vault.update(twice, Context())));
    all[QStringLiteral("file")] = QFile::exists(file);
    Vault again(*keychain, file);
    all[QStringLiteral("again")] = told(test::await(again.open(Context())));
    all[QStringLiteral("ms")] = int(timer.elapsed());
    return all;
}

//! An unlock prompt that nobody answers looks like this: a job that never ends. libsecret's do not without GLib's loop.
QJsonObject silence()
{
    const auto keychain = keychainStore(200ms);
    QJsonObject all;
    all[QStringLiteral("first")] = told(test::await(keychain->read(QStringLiteral("a"), Context())));
    QElapsedTimer timer;
    timer.start();
    all[QStringLiteral("second")] = told(test::await(keychain->write(QStringLiteral("a"), Secret("x"), Context())));
    all[QStringLiteral("ms")] = int(timer.elapsed());
    std::stop_source stop;
    stop.request_stop();
    Context context;
    context.stop = stop.get_token();
    all[QStringLiteral("cancelled")] = told(test::await(keychain->read(QStringLiteral("a"), context)));
    return all;
}

QJsonObject resultOf(QProcess &process, QByteArray *output = nullptr)
{
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    const QByteArray all = process.readAllStandardOutput();
    if (output)
        *output = all;
    for (const QByteArray &line : all.split('\n')) {
        if (line.startsWith('{'))
            return QJsonDocument::fromJson(line).object();
    }
    return {};
}

} // namespace

class TestKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void unlocked();
    void locked();
    void withoutAKeyring();
    void absent_data();
    void absent();
    void silent();
    void seesALockThatCameLater();
    void refusesWhatNoKeychainKeeps();
    void forgetsInMemory();
    void isNeverInsecure();

private:
    //! Runs a script in a session bus of its own; "$0" is this program.
    QJsonObject inSession(const QByteArray &script);
    QJsonObject run(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment);
    [[nodiscard]] QProcessEnvironment environment() const;
    void noPlainTextBelowHome() const;
    std::unique_ptr<QTemporaryDir> m_home;
    QByteArray m_output; //!< of the last run
};

// What a desktop does at log-in; the password is not empty, because an empty one makes no keyring.
static const QByteArray unlock = "printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ";

void TestKeychain::initTestCase()
{
    for (const char *program : {"dbus-run-session", "gnome-keyring-daemon", "secret-tool", "dbus-send"}) {
        if (QStandardPaths::findExecutable(QLatin1String(program)).isEmpty())
            QSKIP(qPrintable(QStringLiteral("%1 is not installed (packaging/packages.sh has the list)").arg(QLatin1String(program))));
    }
}

QProcessEnvironment TestKeychain::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith(QLatin1String("XDG_")) || name.startsWith(QLatin1String("KDE_")) || name == QLatin1String("DISPLAY") || name == QLatin1String("WAYLAND_DISPLAY")
            || name == QLatin1String("DBUS_SESSION_BUS_ADDRESS") || name == QLatin1String("GNOME_KEYRING_CONTROL"))
            environment.remove(name);
    }
    environment.insert(QStringLiteral("HOME"), m_home->path());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), m_home->path());
    return environment;
}

QJsonObject TestKeychain::run(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_home->path());
    process.start(program, arguments);
    return resultOf(process, &m_output);
}

QJsonObject TestKeychain::inSession(const QByteArray &script)
{
    if (!m_home)
        m_home = std::make_unique<QTemporaryDir>();
    const QString self = QCoreApplication::applicationFilePath();
    const QByteArray whole = "ours() { for p in $(pidof gnome-keyring-daemon); do grep -qszx \"HOME=$HOME\" /proc/$p/environ && echo $p; done; }; (" + script
                             + "); while [ -n \"$(ours)\" ]; do kill $(ours) 2>/dev/null; sleep 0.01; done"; // or it still writes while HOME is removed
    return run(QStringLiteral("dbus-run-session"), {QStringLiteral("--"), QStringLiteral("bash"), QStringLiteral("-c"), QString::fromLatin1(whole), self}, environment());
}

void TestKeychain::noPlainTextBelowHome() const
{
    int files = 0;
    QDirIterator each(m_home->path(), QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        QFile file(each.next());
        if (!QFileInfo(file).isFile() || !file.open(QIODevice::ReadOnly))
            continue;
        ++files;
        QVERIFY2(!file.readAll().contains(canary), qPrintable(file.fileName()));
    }
    qInfo("%d files below HOME", files);
}

#define STATE(object, name) Vault::State((object).value(QLatin1String(name)).toObject().value(QLatin1String("state")).toInt(-1))
#define CODE(object, name) (object).value(QLatin1String(name)).toObject().value(QLatin1String("code")).toString()
#define OK(object, name) (object).value(QLatin1String(name)).toObject().value(QLatin1String("ok")).toBool()

void TestKeychain::unlocked()
{
    m_home = std::make_unique<QTemporaryDir>();
    const QJsonObject all = inSession(unlock + "exec \"$0\" --work");
    for (const char *good : {"write", "read", "long", "remove", "removedAgain"})
        QVERIFY2(OK(all, good), good);
    QVERIFY(all.value(QLatin1String("same")).toBool());
    QCOMPARE(CODE(all, "missing"), QStringLiteral("SecretNotFound"));
    QCOMPARE(CODE(all, "gone"), QStringLiteral("SecretNotFound"));
    QCOMPARE(CODE(all, "tooLong"), QStringLiteral("SecretTooLong"));
    QCOMPARE(STATE(all, "vault"), Vault::State::Kept);
    QCOMPARE(STATE(all, "again"), Vault::State::Kept);
    QVERIFY(all.value(QLatin1String("again")).toObject().value(QLatin1String("whole")).toBool());
    QVERIFY(all.value(QLatin1String("file")).toBool());
    noPlainTextBelowHome();
    // The next log-in finds it again.
    const QJsonObject later = inSession(unlock + "\"$0\" --open; secret-tool search --all server io.causeway 2>&1");
    QVERIFY(later.value(QLatin1String("again")).toObject().value(QLatin1String("whole")).toBool());
    // All that every program of the session can read: one entry, named for what it is and for nobody.
    QVERIFY(m_output.contains("attribute.user = io.causeway/+vault-key/1"));
    QCOMPARE(m_output.count("attribute.user"), 1);
}

void TestKeychain::locked()
{
    m_home = std::make_unique<QTemporaryDir>();
    QVERIFY(!inSession(unlock + "exec \"$0\" --work").isEmpty());       // a keyring with a key in it,
    QVERIFY(QFile::exists(m_home->filePath(QStringLiteral(".local/share/keyrings/login.keyring"))));
    QVERIFY(QFile::remove(m_home->filePath(QStringLiteral(".local/share/causeway/vault"))));
    const QJsonObject all = inSession("gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; exec \"$0\" --work"); // and nobody who opens it
    QCOMPARE(CODE(all, "missing"), QStringLiteral("KeychainLocked")); // not "there is none"
    QCOMPARE(CODE(all, "write"), QStringLiteral("KeychainLocked"));
    QCOMPARE(STATE(all, "vault"), Vault::State::Locked);
    QVERIFY(all.value(QLatin1String("vault")).toObject().value(QLatin1String("whole")).toBool()); // in memory
    QVERIFY(!all.value(QLatin1String("file")).toBool(true));
    QVERIFY(all.value(QLatin1String("ms")).toInt() < 10'000);
    noPlainTextBelowHome();
}

void TestKeychain::withoutAKeyring()
{
    m_home = std::make_unique<QTemporaryDir>();
    const QJsonObject all = inSession("exec \"$0\" --work"); // the bus starts a daemon that has nothing to open
    QVERIFY(!CODE(all, "write").isEmpty());
    QVERIFY(STATE(all, "vault") == Vault::State::NoKeychain || STATE(all, "vault") == Vault::State::Locked);
    QVERIFY(all.value(QLatin1String("vault")).toObject().value(QLatin1String("whole")).toBool());
    QVERIFY(!all.value(QLatin1String("vault")).toObject().value(QLatin1String("reason")).toString().isEmpty());
    QVERIFY(!all.value(QLatin1String("file")).toBool(true));
    noPlainTextBelowHome();
}

void TestKeychain::absent_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("noGlib");
    QTest::newRow("no session bus") << QString() << QString();
    QTest::newRow("an address where nobody is") << QStringLiteral("unix:path=/nowhere/bus") << QString();
    QTest::newRow("no GLib loop") << QString() << QStringLiteral("1");
}

void TestKeychain::absent()
{
    QFETCH(QString, address);
    QFETCH(QString, noGlib);
    m_home = std::make_unique<QTemporaryDir>();
    QProcessEnvironment where = environment();
    if (!address.isEmpty())
        where.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), address);
    if (!noGlib.isEmpty())
        where.insert(QStringLiteral("QT_NO_GLIB"), noGlib);
    const QJsonObject all = run(QCoreApplication::applicationFilePath(), {QStringLiteral("--work")}, where);
    for (const char *asked : {"missing", "write", "read", "remove"})
        QCOMPARE(CODE(all, asked), QStringLiteral("KeychainAbsent"));
    QVERIFY(!all.value(QLatin1String("write")).toObject().value(QLatin1String("message")).toString().isEmpty());
    QCOMPARE(STATE(all, "vault"), Vault::State::NoKeychain);
    QVERIFY(all.value(QLatin1String("vault")).toObject().value(QLatin1String("whole")).toBool());
    QVERIFY(!all.value(QLatin1String("file")).toBool(true));
    QVERIFY(all.value(QLatin1String("ms")).toInt() < 10'000);
    noPlainTextBelowHome();
}

void TestKeychain::silent()
{
    m_home = std::make_unique<QTemporaryDir>();
    // A daemon that was stopped in mid-sentence: whoever asks it waits for ever.
    const QJsonObject all = inSession(unlock + "kill -STOP $(ours); \"$0\" --silence; kill -CONT $(ours)");
    QCOMPARE(CODE(all, "first"), QStringLiteral("KeychainSilent"));
    QCOMPARE(CODE(all, "second"), QStringLiteral("KeychainSilent"));
    QVERIFY(all.value(QLatin1String("ms")).toInt() < 100); // not asked again while the first one is still waiting
    QCOMPARE(all.value(QLatin1String("cancelled")).toObject().value(QLatin1String("kind")).toInt(-1), int(ErrorKind::Cancelled));
}

void TestKeychain::seesALockThatCameLater()
{
    m_home = std::make_unique<QTemporaryDir>();
    const QJsonObject all = inSession(unlock + "\"$0\" --work >/dev/null; dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets "
                                               "org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null; exec \"$0\" --open");
    QCOMPARE(STATE(all, "again"), Vault::State::Locked); // the file is there and whole, and that is said
    QVERIFY(!all.value(QLatin1String("again")).toObject().value(QLatin1String("whole")).toBool());
}

void TestKeychain::refusesWhatNoKeychainKeeps()
{
    QVERIFY(checkForKeychain(Secret("ordinary")));
    QVERIFY(checkForKeychain(Secret(QByteArray(2560, 'x'))));
    QCOMPARE(checkForKeychain(Secret(QByteArray(2561, 'x'))).error().code, QStringLiteral("SecretTooLong"));
    QCOMPARE(checkForKeychain(Secret(QByteArray("a\0b", 3))).error().code, QStringLiteral("SecretNotText"));
    QCOMPARE(checkForKeychain(Secret(QByteArray("\xff\xfe"))).error().code, QStringLiteral("SecretNotText"));
}

void TestKeychain::forgetsInMemory()
{
    const auto store = memoryStore();
    const QString name = QStringLiteral("a");
    QCOMPARE(test::await(store->read(name, Context())).error().kind, ErrorKind::NotFound);
    QVERIFY(test::await(store->write(name, Secret("x"), Context())));
    QCOMPARE(test::await(store->read(name, Context()))->reveal(), QByteArray("x"));
    QVERIFY(test::await(store->remove(name, Context())));
    QCOMPARE(test::await(store->read(name, Context())).error().kind, ErrorKind::NotFound);
}

void TestKeychain::isNeverInsecure()
{
    QDirIterator each(QStringLiteral(CAUSEWAY_SOURCE_DIR "/app"), {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
    int said = 0;
    while (each.hasNext()) {
        QFile file(each.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray source = file.readAll();
        QVERIFY2(!source.contains("setInsecureFallback(true"), qPrintable(file.fileName()));
        said += int(source.count("setInsecureFallback(false)"));
    }
    QCOMPARE(said, 1);
}

static int child(const QString &what)
{
    QJsonObject all;
    if (what == QLatin1String("--work"))
        all = work();
    else if (what == QLatin1String("--silence"))
        all = silence();
    else {
        const auto keychain = keychainStore(3000ms);
        Vault vault(*keychain, QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/vault"));
        all[QStringLiteral("again")] = told(test::await(vault.open(Context())));
    }
    return std::printf("%s\n", QJsonDocument(all).toJson(QJsonDocument::Compact).constData()) < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("causeway"));
    const QString what = QCoreApplication::arguments().value(1);
    if (what.startsWith(QLatin1String("--")))
        return child(what);
    TestKeychain test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_keychain.moc"
