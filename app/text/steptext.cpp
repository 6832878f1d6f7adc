// SPDX-License-Identifier: Apache-2.0
#include "text/steptext.h"

#include "text/plain.h"

#include <QCoreApplication>
#include <array>

namespace causeway {
namespace {

struct KindWords {
    const char *name;
    const char *create; //!< %1: the resource's name
};

//! In the order of StepKind.
constexpr std::array<KindWords, stepKindCount> kindWords{{
    {QT_TRANSLATE_NOOP("Step", "Resource provider"), QT_TRANSLATE_NOOP("Step", "Register the resource provider %1")},
    {QT_TRANSLATE_NOOP("Step", "Resource group"), QT_TRANSLATE_NOOP("Step", "Create resource group %1")},
    {QT_TRANSLATE_NOOP("Step", "User-assigned identity"), QT_TRANSLATE_NOOP("Step", "Create user-assigned identity %1")},
    {QT_TRANSLATE_NOOP("Step", "PostgreSQL server"), QT_TRANSLATE_NOOP("Step", "Create PostgreSQL flexible server %1")},
    {QT_TRANSLATE_NOOP("Step", "Firewall rule"), QT_TRANSLATE_NOOP("Step", "Create firewall rule %1")},
    {QT_TRANSLATE_NOOP("Step", "Database"), QT_TRANSLATE_NOOP("Step", "Create database %1")},
    {QT_TRANSLATE_NOOP("Step", "Server parameter"), QT_TRANSLATE_NOOP("Step", "Set server parameter %1")},
    {QT_TRANSLATE_NOOP("Step", "Public access"), QT_TRANSLATE_NOOP("Step", "Set public access of %1")},
    {QT_TRANSLATE_NOOP("Step", "Microsoft Entra administrator"), QT_TRANSLATE_NOOP("Step", "Add the Microsoft Entra administrator")},
    {QT_TRANSLATE_NOOP("Step", "Private DNS zone"), QT_TRANSLATE_NOOP("Step", "Create private DNS zone %1")},
    {QT_TRANSLATE_NOOP("Step", "Virtual network link"), QT_TRANSLATE_NOOP("Step", "Link the zone to the virtual network (%1)")},
    {QT_TRANSLATE_NOOP("Step", "Private endpoint"), QT_TRANSLATE_NOOP("Step", "Create private endpoint %1")},
    {QT_TRANSLATE_NOOP("Step", "Approval of the private endpoint"), QT_TRANSLATE_NOOP("Step", "Approve the private endpoint's connection")},
    {QT_TRANSLATE_NOOP("Step", "DNS zone group"), QT_TRANSLATE_NOOP("Step", "Register the endpoint's address in the zone")},
    {QT_TRANSLATE_NOOP("Step", "Data factory"), QT_TRANSLATE_NOOP("Step", "Create data factory %1")},
    {QT_TRANSLATE_NOOP("Step", "Identity of the data factory"), QT_TRANSLATE_NOOP("Step", "Give data factory %1 its identity")},
    {QT_TRANSLATE_NOOP("Step", "Managed virtual network"), QT_TRANSLATE_NOOP("Step", "Create managed virtual network %1")},
    {QT_TRANSLATE_NOOP("Step", "Integration runtime"), QT_TRANSLATE_NOOP("Step", "Create integration runtime %1")},
    {QT_TRANSLATE_NOOP("Step", "Managed private endpoint"), QT_TRANSLATE_NOOP("Step", "Create managed private endpoint %1")},
    {QT_TRANSLATE_NOOP("Step", "Approval"), QT_TRANSLATE_NOOP("Step", "Approve the data factory's connection")},
    {QT_TRANSLATE_NOOP("Step", "Interactive authoring"), QT_TRANSLATE_NOOP("Step", "Enable interactive authoring on %1")},
    {QT_TRANSLATE_NOOP("Step", "Credential"), QT_TRANSLATE_NOOP("Step", "Create credential %1")},
    {QT_TRANSLATE_NOOP("Step", "Linked service"), QT_TRANSLATE_NOOP("Step", "Create linked service %1")},
    {QT_TRANSLATE_NOOP("Step", "Connection test"), QT_TRANSLATE_NOOP("Step", "Test the connection of %1")},
}};

constexpr std::array<const char *, 5> changeNames{QT_TRANSLATE_NOOP("Step", "create"), QT_TRANSLATE_NOOP("Step", "change"), QT_TRANSLATE_NOOP("Step", "is so already"),
                                                  QT_TRANSLATE_NOOP("Step", "delete"), QT_TRANSLATE_NOOP("Step", "wait")};
constexpr std::array<const char *, 3> actorNames{QT_TRANSLATE_NOOP("Step", "DBA"), QT_TRANSLATE_NOOP("Step", "Network admin"), QT_TRANSLATE_NOOP("Step", "Data engineer")};
constexpr std::array<const char *, 5> outcomeNames{QT_TRANSLATE_NOOP("Step", "done"), QT_TRANSLATE_NOOP("Step", "failed"), QT_TRANSLATE_NOOP("Step", "cancelled"),
                                                   QT_TRANSLATE_NOOP("Step", "not reached"), QT_TRANSLATE_NOOP("Step", "waiting for a person")};

struct EventSentence {
    const char *code;
    const char *sentence;
};
constexpr EventSentence eventSentences[]{
    {"provisioning", QT_TRANSLATE_NOOP("Step", "Azure is at work: %1")},
    {"registering", QT_TRANSLATE_NOOP("Step", "Waiting until the provider is registered")},
    {"server-state", QT_TRANSLATE_NOOP("Step", "Waiting until the server is Ready; it says %1")},
    {"standby-state", QT_TRANSLATE_NOOP("Step", "Waiting until the standby is Healthy; it says %1")},
    {"connection-state", QT_TRANSLATE_NOOP("Step", "Waiting until the connection is Approved; it says %1")},
    {"dns-record", QT_TRANSLATE_NOOP("Step", "Waiting for the address record in the zone")},
    {"runtime-state", QT_TRANSLATE_NOOP("Step", "Waiting until the runtime is Online; it says %1")},
    {"authoring-state", QT_TRANSLATE_NOOP("Step", "Waiting for interactive authoring; it says %1")},
    {"authoring-again", QT_TRANSLATE_NOOP("Step", "Interactive authoring had gone off; switching it on again")},
    {"connection-appears", QT_TRANSLATE_NOOP("Step", "Waiting until the server shows the connection")},
    {"consumer-notices", QT_TRANSLATE_NOOP("Step", "Approved on the server; waiting until %1 notices, which takes some minutes")},
    {"policy-waits", QT_TRANSLATE_NOOP("Step", "Waiting until the Azure Policy has registered the address")},
    {"testing", QT_TRANSLATE_NOOP("Step", "Testing")},
    {"busy", QT_TRANSLATE_NOOP("Step", "The service is busy (%1); trying again")},
    {"answer-lost", QT_TRANSLATE_NOOP("Step", "The answer was lost; looking whether it was done")},
    {"looking-again", QT_TRANSLATE_NOOP("Step", "Looking again in half a minute")},
    {"new-secret", QT_TRANSLATE_NOOP("Step", "The generated password is gone; setting a new one")},
    {"approval-wait", QT_TRANSLATE_NOOP("Step", "The connection of %1 waits for the DBA. Who may approve it needs %3 on %2")},
    {"approval-permission", QT_TRANSLATE_NOOP("Step", "You may not approve the connection of %1. Ask the DBA, who needs %3 on %2")},
    {"approval-ambiguous", QT_TRANSLATE_NOOP("Step", "More than one connection claims to be the one of %1: %4. None was approved; the DBA has to look which is whose, on %2")},
};

QString stepWords(const char *text) { return QCoreApplication::translate("Step", text); }

} // namespace

QString stepKindName(StepKind kind) { return stepWords(kindWords[std::size_t(kind)].name); }
QString changeName(Change change) { return stepWords(changeNames[std::size_t(change)]); }
QString actorName(Actor actor) { return stepWords(actorNames[std::size_t(actor)]); }
QString outcomeName(Outcome outcome) { return stepWords(outcomeNames[std::size_t(outcome)]); }

QString stepTitle(const PlannedStep &step)
{
    QString name = step.target.name();
    if (step.kind == StepKind::RegisterProvider && !step.calls.isEmpty())
        name = step.calls.first().path.section(QLatin1Char('/'), -2, -2);
    if (step.change == Change::Create || step.kind == StepKind::ServerParameter || step.kind == StepKind::PublicAccess || step.kind == StepKind::FactoryIdentity)
        return filledIn(stepWords(kindWords[std::size_t(step.kind)].create), {name});
    if (name.contains(QLatin1Char('{')) || step.kind == StepKind::ZoneGroup)
        return stepKindName(step.kind);
    return filledIn(QStringLiteral("%1 %2"), {stepKindName(step.kind), name});
}

QString stepEventText(const QString &code, const QStringList &arguments)
{
    for (const EventSentence &each : eventSentences) {
        if (code == QLatin1String(each.code))
            return filledIn(stepWords(each.sentence), arguments);
    }
    return plainText(code, 1000);
}

} // namespace causeway
