// SPDX-License-Identifier: Apache-2.0
#include "text/settingtext.h"

#include "text/plain.h"

#include <QCoreApplication>

namespace causeway {

namespace {

struct SettingWords {
    const char *code;
    const char *sentence;
};
constexpr SettingWords settingWords[] = {
    {"ClientIdForm", QT_TRANSLATE_NOOP("Setting", "A client id is 32 hexadecimal digits in five groups, as the registration's overview page shows it.")},
    {"ClientIdForeign", QT_TRANSLATE_NOOP("Setting", "This id belongs to an application of Microsoft: consent would name another product, its permissions may change at any time, and security teams are alerted. Register an application of your own, or sign in with the Azure CLI.")},
    {"ProxyHostForm", QT_TRANSLATE_NOOP("Setting", "A proxy is a host name or an address, without http:// and without a path.")},
    {"ProxyPortForm", QT_TRANSLATE_NOOP("Setting", "A proxy's port is 1 to 65535.")},
    {"CaFileMissing", QT_TRANSLATE_NOOP("Setting", "There is no such file.")},
    {"CaFileForm", QT_TRANSLATE_NOOP("Setting", "The file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).")},
    {"CustomArmForm", QT_TRANSLATE_NOOP("Setting", "The address of Azure Resource Manager is https and a host, as https://management.example.com.")},
    {"CustomAuthorityForm", QT_TRANSLATE_NOOP("Setting", "The address of the sign-in service is https and a host, as https://login.example.com.")},
    {"TenantForm", QT_TRANSLATE_NOOP("Setting", "A tenant is its id (a GUID) or one of its domains, as contoso.onmicrosoft.com.")},
};

} // namespace

QString settingText(const Error &wrong)
{
    for (const SettingWords &row : settingWords) {
        if (wrong.code == QLatin1String(row.code))
            return QCoreApplication::translate("Setting", row.sentence);
    }
    return plainText(wrong.message, 300);
}

} // namespace causeway
