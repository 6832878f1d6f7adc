// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/signinsettings.h"

#include "azure/auth/authority.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QSslCertificate>
#include <QStandardPaths>
#include <QUuid>

namespace causeway {

namespace {

const QString customCloud = QStringLiteral("custom");

struct ForeignApplication {
    const char *id;
    const char *name;
};
//! Microsoft's own, that others' instructions like to lend out. Their permissions change unannounced, their consent page shows another
//! product, and their use raises alerts (sign-in.md §3).
constexpr ForeignApplication microsoftApplications[] = {
    {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "the Azure CLI"},
    {"1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell"},
    {"872cd9fa-d31f-45e0-9eab-6e460a02d1f1", "Visual Studio"},
    {"aebc6443-996d-45c2-90f0-388ff96faa56", "Visual Studio Code"},
    {"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"},
    {"14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph PowerShell"},
};

Error badSetting(const char *code, const char *field, const QString &message)
{
    return Error::invalid(QLatin1String(code), message, QLatin1String(field));
}

QString lowerId(const QString &text)
{
    const QUuid id = QUuid::fromString(text.trimmed());
    return id.isNull() ? text.trimmed() : id.toString(QUuid::WithoutBraces);
}

// One of `names`, in order of `Enum`; anything else is the first.
constexpr const char *proxyWords[] = {"system", "none", "manual"};

SignInSettings::Proxy proxySetting(const QString &word)
{
    for (int i = 0; i < int(std::size(proxyWords)); ++i) {
        if (word == QLatin1String(proxyWords[i]))
            return SignInSettings::Proxy(i);
    }
    return SignInSettings::Proxy::System;
}

QString variableOf(std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        if (const QString value = qEnvironmentVariable(name).trimmed(); !value.isEmpty())
            return value;
    }
    return {};
}

void checkClientId(const QString &text, QList<Error> &errors)
{
    if (text.isEmpty())
        return; // the page offers the recipe, and the Azure CLI
    const QUuid id = QUuid::fromString(text);
    if (id.isNull() || text.size() != 36) {
        errors << badSetting("ClientIdForm", "clientId", QStringLiteral("A client id is 32 hexadecimal digits in five groups, as the registration's overview page shows it."));
        return;
    }
    for (const ForeignApplication &each : microsoftApplications) {
        if (id == QUuid::fromString(QLatin1String(each.id)))
            errors << badSetting("ClientIdForeign", "clientId", QStringLiteral("This id belongs to %1, a Microsoft application: consent would name another product, its permissions may change at any "
                                                                               "time, and security teams are alerted. Register an application of your own, or sign in with the Azure CLI.").arg(QLatin1String(each.name)));
    }
}

void checkNetworkSettings(const SignInSettings &settings, QList<Error> &errors)
{
    if (settings.proxy == SignInSettings::Proxy::Manual) {
        if (settings.proxyHost.isEmpty() || settings.proxyHost.contains(QLatin1Char('/')) || settings.proxyHost.contains(QLatin1Char(' ')))
            errors << badSetting("ProxyHostForm", "proxyHost", QStringLiteral("A proxy is a host name or an address, without http:// and without a path."));
        if (settings.proxyPort == 0)
            errors << badSetting("ProxyPortForm", "proxyPort", QStringLiteral("A proxy's port is 1 to 65535."));
    }
    if (settings.caFile.isEmpty())
        return;
    if (!QFileInfo(settings.caFile).isFile())
        errors << badSetting("CaFileMissing", "caFile", QStringLiteral("There is no file %1.").arg(settings.caFile));
    else if (QSslCertificate::fromPath(settings.caFile, QSsl::Pem, QSslCertificate::PatternSyntax::FixedString).isEmpty())
        errors << badSetting("CaFileForm", "caFile", QStringLiteral("%1 holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).").arg(settings.caFile));
}

} // namespace

Result<CloudProfile> SignInSettings::profile() const
{
    if (cloud.compare(customCloud, Qt::CaseInsensitive) != 0)
        return cloudNamed(cloud);
    const Result<Origin> arm = Origin::parse(customArm);
    if (!arm)
        return badSetting("CustomArmForm", "customArm", QStringLiteral("The address of Azure Resource Manager is https and a host, as https://management.example.com."));
    if (!customAuthority.isEmpty() && !Origin::parse(customAuthority))
        return badSetting("CustomAuthorityForm", "customAuthority", QStringLiteral("The address of the sign-in service is https and a host, as https://login.example.com."));
    CloudProfile custom = cloudAt(customCloud, QString::fromLatin1(arm->toByteArray()), customAuthority);
    custom.scope = CloudProfile::scopeOf(custom.armOrigin);
    return custom;
}

QList<Error> check(const SignInSettings &settings)
{
    QList<Error> errors;
    const Result<CloudProfile> profile = settings.profile();
    if (!profile)
        errors << profile.error();
    else if (!settings.tenant.isEmpty() && !Authority::make(*profile, settings.tenant))
        errors << badSetting("TenantForm", "tenant", QStringLiteral("A tenant is its id (a GUID) or one of its domains, as contoso.onmicrosoft.com."));
    checkClientId(settings.clientId, errors);
    checkNetworkSettings(settings, errors);
    return errors;
}

QString signInSettingsFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/causeway/sign-in.ini");
}

SignInSettings loadSignInSettings(const QString &path)
{
    const QSettings file(path.isEmpty() ? signInSettingsFile() : path, QSettings::IniFormat);
    const auto text = [&file](const char *key, std::initializer_list<const char *> variables = {}) {
        const QString value = file.value(QLatin1String(key)).toString().trimmed();
        return value.isEmpty() ? variableOf(variables) : value;
    };
    const auto port = [&file](const char *key, quint16 other) {
        bool number = false;
        const uint value = file.value(QLatin1String(key)).toString().toUInt(&number);
        return number && value <= 65535 ? quint16(value) : other;
    };
    SignInSettings settings;
    if (const QString cloud = text("cloud", {"CAUSEWAY_CLOUD"}); !cloud.isEmpty()) {
        const Result<CloudProfile> known = cloudNamed(cloud);
        settings.cloud = known ? known->name : cloud; // as it is spelt; check() says what is wrong with another
    }
    settings.customArm = text("customArm");
    settings.customAuthority = text("customAuthority");
    settings.clientId = lowerId(text("clientId", {"CAUSEWAY_CLIENT_ID"}));
    settings.tenant = text("tenant", {"CAUSEWAY_TENANT"});
    settings.redirectPort = port("redirectPort", 0);
    settings.deviceCode = file.value(QStringLiteral("deviceCode")).toBool();
    settings.proxy = proxySetting(text("proxy"));
    settings.proxyHost = text("proxyHost");
    settings.proxyPort = port("proxyPort", settings.proxyPort);
    settings.proxyUser = text("proxyUser");
    settings.caFile = text("caFile", {"CAUSEWAY_CA", "REQUESTS_CA_BUNDLE"});
    return settings;
}

Result<> saveSignInSettings(const SignInSettings &settings, const QString &path)
{
    const QString name = path.isEmpty() ? signInSettingsFile() : path;
    const auto failed = [&name](const QString &why) { return Error::internal(QStringLiteral("SettingsNotSaved"), QStringLiteral("%1 cannot be written: %2").arg(name, why)); };
    if (!QDir().mkpath(QFileInfo(name).path()))
        return failed(QStringLiteral("its folder cannot be made"));
    QSettings file(name, QSettings::IniFormat);
    const SignInSettings defaults;
    // What is as it comes is not written: an environment variable may say it, and a later version may know better.
    const auto put = [&file](const char *key, const auto &value, const auto &byDefault) {
        if (value == byDefault)
            file.remove(QLatin1String(key));
        else
            file.setValue(QLatin1String(key), value);
    };
    put("cloud", settings.cloud, defaults.cloud);
    put("customArm", settings.customArm, QString());
    put("customAuthority", settings.customAuthority, QString());
    put("clientId", lowerId(settings.clientId), QString());
    put("tenant", settings.tenant, QString());
    put("redirectPort", uint(settings.redirectPort), 0U);
    put("deviceCode", settings.deviceCode, false);
    put("proxy", QString::fromLatin1(proxyWords[int(settings.proxy)]), QString::fromLatin1(proxyWords[0]));
    put("proxyHost", settings.proxyHost, QString());
    put("proxyPort", uint(settings.proxyPort), uint(defaults.proxyPort));
    put("proxyUser", settings.proxyUser, QString());
    put("caFile", settings.caFile, variableOf({"CAUSEWAY_CA", "REQUESTS_CA_BUNDLE"}));
    file.sync();
    if (file.status() != QSettings::NoError)
        return failed(file.status() == QSettings::AccessError ? QStringLiteral("access is denied") : QStringLiteral("it is no settings file"));
    return {};
}

} // namespace causeway
