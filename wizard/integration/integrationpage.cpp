// SPDX-License-Identifier: Apache-2.0
#include "wizard/integration/integrationpage.h"

#include "session/azuresession.h"
#include "ui/choicegroup.h"
#include "ui/form.h"
#include "ui/picker.h"
#include "wizard/setupmodel.h"

#include <QLineEdit>

namespace causeway::wizard {

IntegrationPage::IntegrationPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_factorySection = addSection(tr("Data Factory"));
    m_factory = new ui::Picker(true, this);
    m_group = new ui::Picker(true, this);
    m_location = new ui::Picker(false, this);
    m_factorySection->addRow(tr("&Factory"), m_factory, QStringLiteral("integration.name"));
    m_factorySection->addRow(tr("Resource &group"), m_group, QStringLiteral("integration.resourceGroup"));
    m_factorySection->addRow(tr("&Location"), m_location, QStringLiteral("integration.location"), tr("The managed virtual network lives in the factory's region."));

    m_runtimeSection = addSection(tr("Integration runtime"), tr("An Azure integration runtime in the factory's managed virtual network. Interactive authoring must be on for the connection test; it switches itself off when nobody uses it."));
    m_runtime = new ui::Picker(true, this);
    m_minutes = new ui::Picker(false, this);
    m_runtimeSection->addRow(tr("&Runtime"), m_runtime, QStringLiteral("integration.runtime.name"));
    m_runtimeSection->addRow(tr("Interactive &authoring"), m_minutes, QStringLiteral("integration.runtime.interactiveAuthoringMinutes"));
    QList<ui::Choice> minutes;
    for (const int length : {10, 30, 60, 120})
        minutes.append(ui::Choice{tr("%n minute(s) after the last use", nullptr, length), QString::number(length), {}, true});
    m_minutes->setChoices(minutes);

    auto *endpoint = addSection(tr("Managed private endpoint"), tr("The factory's door to the server. It asks for a connection that the server's owner has to approve."));
    m_endpoint = new QLineEdit(this);
    endpoint->addRow(tr("Na&me"), m_endpoint, QStringLiteral("integration.managedPrivateEndpoint.name"));
    m_approval = new ui::ChoiceGroup(this);
    m_approval->addChoice(int(ApprovalMode::ApproveOwn), tr("A&pprove it in this run"), tr("Only the request that this run has made, never another one."));
    m_approval->addChoice(int(ApprovalMode::Wait), tr("&Wait for somebody else to approve"), tr("The run does all that needs no approval and then waits."));
    endpoint->addRow(tr("Approval"), m_approval, QStringLiteral("integration.approval"));
    m_comment = new QLineEdit(this);
    endpoint->addRow(tr("Comm&ent"), m_comment, QStringLiteral("integration.approval.comment"), tr("For example the number of a change request."));
    addStretch();

    watch(m_endpoint);
    watch(m_comment);
    connect(m_factory, &ui::Picker::edited, this, &IntegrationPage::factoryEdited);
    for (ui::Picker *picker : {m_group, m_location, m_runtime, m_minutes})
        connect(picker, &ui::Picker::edited, this, &IntegrationPage::edited);
    connect(m_approval, &ui::ChoiceGroup::edited, this, &IntegrationPage::edited);
}

QString IntegrationPage::title() const
{
    return tr("Integration");
}

QString IntegrationPage::subtitle() const
{
    return tr("The Data Factory that reaches the server, and the way it takes.");
}

QStringList IntegrationPage::fields() const
{
    return {QStringLiteral("integration")};
}

void IntegrationPage::entered()
{
    AzureSession &session = m_parts.session;
    if (session.subscription().isEmpty())
        return;
    connect(&session.factories(), &CatalogueBase::changed, this, &IntegrationPage::showFactories, Qt::UniqueConnection);
    rely({&session.factories(), &session.locations(), &session.groups()});
    connect(&session.groups(), &CatalogueBase::changed, this, &IntegrationPage::showGroups, Qt::UniqueConnection);
    offerLocations(m_location);
    showGroups();
    const auto &own = m_parts.setup.spec().resourceGroup;
    if (own && m_group->value().isEmpty())
        m_group->setValue(own->name);
    if (own && m_location->value().isEmpty())
        m_location->setValue(own->location);
    showFactories();
    edited();
}

void IntegrationPage::showGroups()
{
    QList<ui::Choice> groups;
    const auto &own = m_parts.setup.spec().resourceGroup;
    if (own && own->create && !own->name.isEmpty())
        groups.append(ui::Choice{own->name, own->name, tr("will be created"), true});
    for (const GroupEntry &entry : m_parts.session.groups().items())
        groups.append(ui::Choice{entry.name, entry.name, entry.location, true});
    m_group->setChoices(groups);
}

void IntegrationPage::showFactories()
{
    auto &catalogue = m_parts.session.factories();
    if (catalogue.state() == CatalogueBase::State::Loading)
        m_factory->setLoading(tr("Asking Azure …"));
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const FactoryEntry &entry : catalogue.items())
        choices.append(ui::Choice{entry.id.name(), entry.id.name(), entry.location, true});
    m_factory->setChoices(choices);
    factoryEdited();
}

ResourceId IntegrationPage::chosenFactory() const
{
    for (const FactoryEntry &entry : m_parts.session.factories().items()) {
        if (entry.id.name().compare(m_factory->value(), Qt::CaseInsensitive) == 0)
            return entry.id;
    }
    return {};
}

void IntegrationPage::factoryEdited()
{
    const ResourceId factory = chosenFactory();
    const bool exists = !factory.isEmpty();
    m_factorySection->setHint(m_factory, m_factory->value().isEmpty() ? tr("Choose one, or type a name to make one. The name is unique in all of Azure.")
                                         : exists                     ? tr("Exists; its managed virtual network and runtimes are used.")
                                                                      : tr("Will be created with a system-assigned identity and a managed virtual network."));
    m_group->setEnabled(!exists);
    m_location->setEnabled(!exists);
    if (exists) {
        m_group->setValue(factory.group());
        for (const FactoryEntry &entry : m_parts.session.factories().items()) {
            if (entry.id == factory)
                m_location->setValue(entry.location);
        }
        connect(&m_parts.session.runtimes(factory), &CatalogueBase::changed, this, &IntegrationPage::showRuntimes, Qt::UniqueConnection);
        showRuntimes();
    } else {
        m_runtime->setChoices({});
    }
    edited();
}

void IntegrationPage::showRuntimes()
{
    auto &catalogue = m_parts.session.runtimes(chosenFactory());
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const RuntimeEntry &entry : catalogue.items())
        choices.append(ui::Choice{entry.name, entry.name, entry.inManagedNetwork ? tr("managed virtual network") : tr("not in the managed virtual network"), entry.inManagedNetwork});
    m_runtime->setChoices(choices);
}

void IntegrationPage::load(const SetupSpec &spec)
{
    const IntegrationSpec integration = spec.integration.value_or(IntegrationSpec());
    m_factory->setValue(integration.name);
    m_group->setValue(integration.resourceGroup);
    m_location->setValue(integration.location);
    m_locationLeftOut = integration.location.isEmpty();
    m_runtime->setValue(integration.runtimeName);
    m_minutes->setValue(QString::number(integration.interactiveAuthoringMinutes));
    m_endpoint->setText(integration.managedPrivateEndpointName);
    m_approval->setValue(int(integration.approvalMode));
    m_comment->setText(integration.approvalComment);
}

void IntegrationPage::store(SetupSpec &spec) const
{
    if (!spec.integration)
        return;
    IntegrationSpec &integration = *spec.integration;
    integration.name = m_factory->value();
    if (m_parts.session.factories().isReady()) // else the document knows better
        integration.create = chosenFactory().isEmpty();
    const QString own = spec.resourceGroup ? spec.resourceGroup->name : QString();
    integration.resourceGroup = m_group->value().compare(own, Qt::CaseInsensitive) == 0 ? QString() : m_group->value();
    // Left out, it is the resource group's; it stays left out as long as it is the same.
    const bool same = spec.resourceGroup && m_location->value().compare(spec.resourceGroup->location, Qt::CaseInsensitive) == 0;
    integration.location = m_locationLeftOut && same ? QString() : m_location->value();
    integration.runtimeName = m_runtime->value();
    integration.interactiveAuthoringMinutes = m_minutes->value().toInt();
    integration.managedPrivateEndpointName = m_endpoint->text().trimmed();
    integration.approvalMode = ApprovalMode(m_approval->value());
    integration.approvalComment = m_comment->text();
}

} // namespace causeway::wizard
