// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/signinperson.h"

namespace causeway::test {

inline QStringList words(const char *line)
{
    return QString::fromLatin1(line).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

//! A call that needs a token and says nothing else.
inline const QStringList subscriptionsLine{QStringLiteral("rest"), QStringLiteral("--uri"), QStringLiteral("/subscriptions?api-version=2022-12-01")};

//! Somebody at a sandbox's command line, with nothing of this machine's around: no settings, no sessions, no variables.
class PersonAtHome
{
public:
    PersonAtHome()
    {
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", folder.path().toLocal8Bit());
        for (const char *name : {"CAUSEWAY_CLIENT_ID", "CAUSEWAY_TENANT", "CAUSEWAY_CLOUD", "CAUSEWAY_CA", "REQUESTS_CA_BUNDLE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
                                 "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "IDENTITY_ENDPOINT", "IDENTITY_HEADER",
                                 "IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET"})
            qunsetenv(name);
        person = std::make_unique<PersonAtSandbox>();
    }

    void set(const char *key, const QJsonValue &value) const
    {
        person->box->visit([&](sandbox::World &world) { world.state().settings.insert(QLatin1String(key), value); });
    }
    //! Another user of the world signs in from now on.
    void becomeAnother() const
    {
        person->box->visit([this](sandbox::World &world) {
            for (const sandbox::Principal &each : world.state().principals) {
                if (each.kind == QLatin1String("User") && each.userPrincipalName != person->user) {
                    person->user = each.userPrincipalName;
                    return;
                }
            }
        });
    }
    QString written(const QString &name, const QByteArray &content) const
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file");
        return file.fileName();
    }

    QTemporaryDir folder;
    std::unique_ptr<PersonAtSandbox> person;
};

} // namespace causeway::test
