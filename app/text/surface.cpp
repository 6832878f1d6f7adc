// SPDX-License-Identifier: Apache-2.0
#include "text/surface.h"

#include <QCoreApplication>

namespace causeway {

namespace {

struct NamedStep {
    const char *name;
    const char *terminal;
    const char *window;
};
constexpr NamedStep namedSteps[] = {
    {"{checks}", "causewayctl doctor network", QT_TRANSLATE_NOOP("Surface", "Sign-in and network › Checks")},
    {"{sign-in}", "causewayctl sign-in", QT_TRANSLATE_NOOP("Surface", "Account and subscription › Sign in with the browser")},
    {"{register}", "causewayctl sign-in --show-registration", QT_TRANSLATE_NOOP("Surface", "Sign-in and network › How to get one")},
    {"{client-id}", QT_TRANSLATE_NOOP("Surface", "causewayctl sign-in --client-id ID, or CAUSEWAY_CLIENT_ID"), QT_TRANSLATE_NOOP("Surface", "Sign-in and network › Client id")},
    {"{tenant}", "--tenant", QT_TRANSLATE_NOOP("Surface", "Sign-in and network › Tenant")},
    {"{proxy-login}", QT_TRANSLATE_NOOP("Surface", "the user in the window's Sign-in and network, the password with causewayctl secret set proxy-password"),
     QT_TRANSLATE_NOOP("Surface", "Sign-in and network › User of the proxy")},
    {"{azure-cli}", "--auth az-cli", QT_TRANSLATE_NOOP("Surface", "“As in the Azure CLI”")},
    {"{device-code}", "--device-code", QT_TRANSLATE_NOOP("Surface", "a code on another device (offered when you choose it in Sign-in and network)")},
    {"{or-forget}", QT_TRANSLATE_NOOP("Surface", "; or remove it: causewayctl sign-out --all"), "."},
    {"{auth}", "--auth", QT_TRANSLATE_NOOP("Surface", "on the command line: --auth")},
};

constexpr NamedStep signInWays[] = {
    {"interactive", "--auth interactive", QT_TRANSLATE_NOOP("Surface", "the browser")},
    {"device-code", "--auth device-code", QT_TRANSLATE_NOOP("Surface", "a code on another device")},
    {"az-cli", "--auth az-cli", QT_TRANSLATE_NOOP("Surface", "the Azure CLI")},
    {"service-principal", "--auth service-principal", QT_TRANSLATE_NOOP("Surface", "a service principal (command line)")},
    {"workload-identity", "--auth workload-identity", QT_TRANSLATE_NOOP("Surface", "a workload identity (command line)")},
    {"managed-identity", "--auth managed-identity", QT_TRANSLATE_NOOP("Surface", "a managed identity (command line)")},
};

QString stepOn(const NamedStep &step, Surface surface)
{
    return QCoreApplication::translate("Surface", surface == Surface::Terminal ? step.terminal : step.window);
}

} // namespace

QString stepsNamed(QString sentence, Surface surface)
{
    for (const NamedStep &step : namedSteps)
        sentence.replace(QLatin1String(step.name), stepOn(step, surface));
    return sentence;
}

QString wayToSignIn(const QString &word, Surface surface)
{
    for (const NamedStep &way : signInWays) {
        if (word == QLatin1String(way.name))
            return stepOn(way, surface);
    }
    return {};
}

} // namespace causeway
