// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/signinsettings.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace causeway;

class TestSignInSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { init(); }
    void comesBack();
    void writesOnlyWhatIsSet();
    void takesTheEnvironmentWhereItSaysNothing();
    void survivesAnyFile_data();
    void survivesAnyFile();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void saysWhyItCannotSave();
    void makesAProfile();

private:
    [[nodiscard]] QString file() const { return m_folder.filePath(QStringLiteral("config/causeway/sign-in.ini")); }
    [[nodiscard]] QByteArray content() const
    {
        QFile it(file());
        return it.open(QIODevice::ReadOnly) ? it.readAll() : QByteArray();
    }
    QTemporaryDir m_folder;
};

void TestSignInSettings::init()
{
    for (const char *name : {"CAUSEWAY_CLIENT_ID", "CAUSEWAY_TENANT", "CAUSEWAY_CLOUD", "CAUSEWAY_CA", "REQUESTS_CA_BUNDLE"})
        qunsetenv(name);
    QFile::remove(file());
}

void TestSignInSettings::comesBack()
{
    SignInSettings settings;
    settings.cloud = QStringLiteral("custom");
    settings.customArm = QStringLiteral("https://management.local.azurestack.external");
    settings.customAuthority = QStringLiteral("https://login.local.azurestack.external");
    settings.clientId = QStringLiteral("c0ffee00-0000-4000-8000-000000000001");
    settings.tenant = QStringLiteral("contoso.example");
    settings.redirectPort = 8400;
    settings.deviceCode = true;
    settings.proxy = SignInSettings::Proxy::Manual;
    settings.proxyHost = QStringLiteral("proxy.contoso.example");
    settings.proxyPort = 3128;
    settings.proxyUser = QStringLiteral("CONTOSO\\ada, \xc3\xa9");
    settings.caFile = QStringLiteral("/a folder/ca;1.pem");
    QVERIFY(saveSignInSettings(settings, file()));
    QCOMPARE(loadSignInSettings(file()), settings);
    QVERIFY(saveSignInSettings(SignInSettings(), file()));
    QCOMPARE(loadSignInSettings(file()), SignInSettings());
    QCOMPARE(loadSignInSettings(m_folder.filePath(QStringLiteral("none.ini"))), SignInSettings());
    // As people copy it out of the portal, or out of a script.
    settings.clientId = QStringLiteral(" {C0FFEE00-0000-4000-8000-000000000001} ");
    QVERIFY(saveSignInSettings(settings, file()));
    QCOMPARE(loadSignInSettings(file()).clientId, QStringLiteral("c0ffee00-0000-4000-8000-000000000001"));
}

void TestSignInSettings::writesOnlyWhatIsSet()
{
    qputenv("REQUESTS_CA_BUNDLE", "/etc/corporate.pem");
    SignInSettings settings = loadSignInSettings(file());
    settings.tenant = QStringLiteral("contoso.example");
    QVERIFY(saveSignInSettings(settings, file()));
    QVERIFY(content().contains("tenant=contoso.example"));
    QVERIFY(!content().contains("corporate"));
    QVERIFY(!content().contains("cloud"));
}

void TestSignInSettings::takesTheEnvironmentWhereItSaysNothing()
{
    qputenv("CAUSEWAY_CLIENT_ID", "C0FFEE00-0000-4000-8000-000000000002");
    qputenv("CAUSEWAY_TENANT", " fabrikam.example ");
    qputenv("CAUSEWAY_CLOUD", "azurechinacloud");
    qputenv("REQUESTS_CA_BUNDLE", "/az.pem");
    SignInSettings settings = loadSignInSettings(file());
    QCOMPARE(settings.clientId, QStringLiteral("c0ffee00-0000-4000-8000-000000000002"));
    QCOMPARE(settings.tenant, QStringLiteral("fabrikam.example"));
    QCOMPARE(settings.cloud, QStringLiteral("AzureChinaCloud"));
    QCOMPARE(settings.caFile, QStringLiteral("/az.pem"));
    qputenv("CAUSEWAY_CA", "/ours.pem");
    QCOMPARE(loadSignInSettings(file()).caFile, QStringLiteral("/ours.pem"));
    settings.tenant = QStringLiteral("contoso.example");
    settings.cloud = QStringLiteral("AzureUSGovernment");
    settings.caFile = QStringLiteral("/files.pem");
    QVERIFY(saveSignInSettings(settings, file()));
    settings = loadSignInSettings(file());
    QCOMPARE(settings.tenant, QStringLiteral("contoso.example")); // the file says something
    QCOMPARE(settings.cloud, QStringLiteral("AzureUSGovernment"));
    QCOMPARE(settings.caFile, QStringLiteral("/files.pem"));
}

void TestSignInSettings::survivesAnyFile_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("binary") << QByteArray("\x00\xff\xfe[%General", 12);
    QTest::newRow("foreign values") << QByteArray("[General]\nproxy=socks\nproxyPort=70000\nredirectPort=-1\ndeviceCode=perhaps\ncloud=\n");
    QTest::newRow("lists") << QByteArray("[General]\nproxyPort=1, 2\nredirectPort=@Invalid()\n");
}

void TestSignInSettings::survivesAnyFile()
{
    QFETCH(QByteArray, content);
    QVERIFY(saveSignInSettings(SignInSettings(), file())); // makes the folder
    QFile it(file());
    QVERIFY(it.open(QIODevice::WriteOnly));
    it.write(content);
    it.close();
    SignInSettings settings = loadSignInSettings(file());
    QCOMPARE(settings.proxy, SignInSettings::Proxy::System);
    QCOMPARE(settings.proxyPort, quint16(8080));
    QCOMPARE(settings.redirectPort, quint16(0));
    QCOMPARE(settings.cloud, QStringLiteral("AzureCloud"));
}

void TestSignInSettings::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("code"); // empty: nothing is wrong
    const auto row = [](const char *field, const char *value, const char *code) { QTest::addRow("%s = %s", field, value) << QString::fromLatin1(field) << QString::fromLatin1(value) << QString::fromLatin1(code); };
    row("clientId", "", "");
    row("clientId", "c0ffee00-0000-4000-8000-000000000001", "");
    row("clientId", "c0ffee00", "ClientIdForm");
    row("clientId", "causeway", "ClientIdForm");
    row("clientId", "00000000-0000-0000-0000-000000000000", "ClientIdForm");
    row("clientId", "{c0ffee00-0000-4000-8000-000000000001}", "ClientIdForm");
    row("clientId", "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "ClientIdForeign");
    row("clientId", "1950A258-227B-4E31-A9CF-717495945FC2", "ClientIdForeign");
    row("tenant", "contoso.onmicrosoft.com", "");
    row("tenant", "organizations", "");
    row("tenant", "bbbbbbbb-1111-2222-3333-444444444444", "");
    row("tenant", "../common", "TenantForm");
    row("tenant", "contoso", "TenantForm");
    row("cloud", "AzureGermanCloud", "CloudUnknown");
    row("customArm", "management.local", "CustomArmForm");
    row("customArm", "http://management.example", "CustomArmForm");
    row("customArm", "https://management.example", "");
    row("customAuthority", "https://login.example/tenant", "CustomAuthorityForm");
    row("proxyHost", "", "ProxyHostForm");
    row("proxyHost", "http://proxy:3128", "ProxyHostForm");
    row("proxyHost", "proxy", "");
    row("proxyPort", "0", "ProxyPortForm");
    row("caFile", "/no/such.pem", "CaFileMissing");
    row("caFile", "rubbish", "CaFileForm");
}

void TestSignInSettings::saysWhatIsWrong()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    SignInSettings settings;
    if (field == QLatin1String("clientId"))
        settings.clientId = value;
    else if (field == QLatin1String("tenant"))
        settings.tenant = value;
    else if (field == QLatin1String("cloud"))
        settings.cloud = value;
    else if (field.startsWith(QLatin1String("custom"))) {
        settings.cloud = QStringLiteral("custom");
        settings.customArm = field == QLatin1String("customArm") ? value : QStringLiteral("https://management.example");
        settings.customAuthority = field == QLatin1String("customAuthority") ? value : QString();
    } else if (field.startsWith(QLatin1String("proxy"))) {
        settings.proxy = SignInSettings::Proxy::Manual;
        settings.proxyHost = field == QLatin1String("proxyHost") ? value : QStringLiteral("proxy");
        settings.proxyPort = field == QLatin1String("proxyPort") ? quint16(value.toUInt()) : quint16(3128);
    } else if (value == QLatin1String("rubbish")) {
        settings.tenant = QStringLiteral("contoso.example");
        QVERIFY(saveSignInSettings(settings, file()));
        settings.caFile = file();
    } else {
        settings.caFile = value;
    }
    const QList<Error> errors = check(settings);
    QTEST(errors.isEmpty() ? QString() : errors.first().code, "code");
    if (!errors.isEmpty()) {
        QCOMPARE(errors.first().target, field);
        QVERIFY(!errors.first().message.isEmpty());
    }
}

void TestSignInSettings::saysWhyItCannotSave()
{
    QFile blocker(m_folder.filePath(QStringLiteral("blocker")));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    const auto saved = saveSignInSettings(SignInSettings(), blocker.fileName() + QStringLiteral("/causeway/sign-in.ini"));
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, QStringLiteral("SettingsNotSaved"));
}

void TestSignInSettings::makesAProfile()
{
    SignInSettings settings;
    QCOMPARE(settings.profile()->armOrigin, QStringLiteral("https://management.azure.com"));
    settings.cloud = QStringLiteral("custom");
    settings.customArm = QStringLiteral("https://Management.Example/");
    settings.customAuthority = QStringLiteral("https://login.example");
    const auto custom = settings.profile();
    QVERIFY(custom);
    QCOMPARE(custom->armOrigin, QStringLiteral("https://management.example"));
    QCOMPARE(custom->scope, QStringLiteral("https://management.example/.default")); // never a Microsoft audience for somebody else's host
    QCOMPARE(custom->authority, QStringLiteral("https://login.example"));
    QVERIFY(signInSettingsFile().endsWith(QLatin1String("/causeway/sign-in.ini")));
}

QTEST_GUILESS_MAIN(TestSignInSettings)
#include "tst_signinsettings.moc"
