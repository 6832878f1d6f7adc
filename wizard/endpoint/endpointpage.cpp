// SPDX-License-Identifier: Apache-2.0
#include "wizard/endpoint/endpointpage.h"

#include "session/azuresession.h"
#include "ui/choicegroup.h"
#include "ui/form.h"
#include "ui/picker.h"
#include "wizard/setupmodel.h"

#include <QLineEdit>

namespace causeway::wizard {

namespace {
enum Dns { NewOrFoundZone, GivenZone, PolicyWrites, NoZone };
} // namespace

EndpointPage::EndpointPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    buildBasics();
    buildNetwork();
    buildDns();
    buildApproval();
    addStretch();
}

void EndpointPage::buildBasics()
{
    m_basics = addSection(tr("Private endpoint"));
    m_subscription = new ui::Picker(false, this);
    m_group = new ui::Picker(true, this);
    m_location = new ui::Picker(false, this);
    m_name = new QLineEdit(this);
    m_subresource = new ui::Picker(false, this);
    m_subresource->setChoices({{QStringLiteral("postgresqlServer"), QStringLiteral("postgresqlServer"), {}, true}});
    m_basics->addRow(tr("&Subscription"), m_subscription, QStringLiteral("privateEndpoint.subscription"));
    m_basics->addRow(tr("Resource &group"), m_group, QStringLiteral("privateEndpoint.resourceGroup"));
    m_basics->addRow(tr("&Location"), m_location, QStringLiteral("privateEndpoint.location"), tr("The region of the virtual network."));
    m_basics->addRow(tr("Na&me"), m_name, QStringLiteral("privateEndpoint.name"));
    m_basics->addRow(tr("&Target sub-resource"), m_subresource, QStringLiteral("privateEndpoint.subresource"));
    watch(m_name);
    for (ui::Picker *picker : {m_subscription, m_group, m_location, m_subresource})
        connect(picker, &ui::Picker::edited, this, &EndpointPage::edited);
}

void EndpointPage::buildNetwork()
{
    m_networkSection = addSection(tr("Networking"), tr("Remove locks (Delete or Read-only) from the network and its subnets before, and set them again afterwards; the review finds them."));
    m_network = new ui::Picker(true, this);
    m_subnet = new ui::Picker(true, this);
    m_networkSection->addRow(tr("&Virtual network"), m_network, QStringLiteral("privateEndpoint.virtualNetwork"), tr("Choose one, or paste its resource id."));
    m_networkSection->addRow(tr("S&ubnet"), m_subnet, QStringLiteral("privateEndpoint.subnet"), tr("It gives one address to the endpoint."));
    connect(m_network, &ui::Picker::edited, this, [this] {
        showSubnets();
        for (const VirtualNetworkEntry &entry : m_parts.session.virtualNetworks().items()) {
            if (entry.id.toString() == m_network->value())
                m_location->setValue(entry.location); // an endpoint lies in its network's region
        }
        edited();
    });
    connect(m_subnet, &ui::Picker::edited, this, [this] {
        showSubnetHint();
        edited();
    });
}

void EndpointPage::buildDns()
{
    m_dnsSection = addSection(tr("Private DNS integration"), tr("Inside the network, the server's own name must lead to the endpoint's address. The zone is privatelink.postgres.database.azure.com, as the server's private link resources name it."));
    m_dns = new ui::ChoiceGroup(this);
    m_dns->setObjectName(QStringLiteral("dns"));
    m_dns->addChoice(NewOrFoundZone, tr("&Yes: find the zone that the network uses, or make it"), tr("A network can use only one zone of a name, so an existing one is reused."));
    m_dns->addChoice(GivenZone, tr("Yes, with this &zone"));
    m_dns->addChoice(PolicyWrites, tr("An Azure &Policy writes the record"), tr("Causeway waits until the record is there."));
    m_dns->addChoice(NoZone, tr("N&o"), tr("Names are resolved some other way."));
    m_dnsSection->addWide(m_dns, QStringLiteral("privateEndpoint.dns"));
    m_zone = new ui::Picker(true, this);
    m_dnsSection->addRow(tr("Private DNS zon&e"), m_zone, QStringLiteral("privateEndpoint.dns.zone"));
    connect(m_dns, &ui::ChoiceGroup::edited, this, [this] {
        showMode();
        edited();
    });
    connect(m_zone, &ui::Picker::edited, this, &EndpointPage::edited);
}

void EndpointPage::buildApproval()
{
    m_approvalSection = addSection(tr("Approval of this endpoint"));
    m_approval = new ui::ChoiceGroup(this);
    m_approval->addChoice(int(EndpointApproval::Automatic), tr("&Automatic"), tr("You may approve connections on the server yourself."));
    m_approval->addChoice(int(EndpointApproval::Manual), tr("&Request approval"), tr("The server's owner decides; you send a message with the request."));
    m_approvalSection->addWide(m_approval, QStringLiteral("privateEndpoint.approval"));
    m_message = new QLineEdit(this);
    m_approvalSection->addRow(tr("Re&quest message"), m_message, QStringLiteral("privateEndpoint.requestMessage"), tr("At most 140 characters."));
    watch(m_message);
    connect(m_approval, &ui::ChoiceGroup::edited, this, [this] {
        showMode();
        edited();
    });
}

QString EndpointPage::title() const
{
    return tr("Private endpoint");
}

QString EndpointPage::subtitle() const
{
    return tr("The server's address inside your virtual network.");
}

QStringList EndpointPage::fields() const
{
    return {QStringLiteral("privateEndpoint")};
}

void EndpointPage::showMode()
{
    m_dnsSection->setRowVisible(m_zone, m_dns->value() == GivenZone);
    m_approvalSection->setRowVisible(m_message, m_approval->value() == int(EndpointApproval::Manual));
}

void EndpointPage::entered()
{
    AzureSession &session = m_parts.session;
    if (session.subscription().isEmpty())
        return;
    QList<ui::Choice> subscriptions;
    for (const SubscriptionEntry &entry : session.subscriptions().items())
        subscriptions.append(ui::Choice{entry.name, entry.id, entry.id, true});
    m_subscription->setChoices(subscriptions);
    if (m_subscription->value().isEmpty())
        m_subscription->setValue(session.subscription());
    connect(&session.virtualNetworks(), &CatalogueBase::changed, this, &EndpointPage::showNetworks, Qt::UniqueConnection);
    connect(&session.zones(), &CatalogueBase::changed, this, &EndpointPage::showZones, Qt::UniqueConnection);
    connect(&session.groups(), &CatalogueBase::changed, this, &EndpointPage::showGroups, Qt::UniqueConnection);
    rely({&session.virtualNetworks(), &session.zones(), &session.groups(), &session.locations()});
    offerLocations(m_location);
    showNetworks();
    showZones();
    showGroups();
}

void EndpointPage::showGroups()
{
    auto &catalogue = m_parts.session.groups();
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const GroupEntry &entry : catalogue.items())
        choices.append(ui::Choice{entry.name, entry.name, entry.location, true});
    const auto &own = m_parts.setup.spec().resourceGroup;
    if (own && own->create && !own->name.isEmpty())
        choices.prepend(ui::Choice{own->name, own->name, tr("will be created"), true});
    m_group->setChoices(choices);
    if (m_group->value().isEmpty() && own)
        m_group->setValue(own->name);
}

void EndpointPage::showNetworks()
{
    auto &catalogue = m_parts.session.virtualNetworks();
    if (catalogue.state() == CatalogueBase::State::Loading)
        m_network->setLoading(tr("Asking Azure …"));
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const VirtualNetworkEntry &entry : catalogue.items())
        choices.append(ui::Choice{entry.id.name(), entry.id.toString(), entry.location, true});
    m_network->setChoices(choices);
    showSubnets();
    if (choices.isEmpty())
        m_networkSection->setHint(m_network, tr("This subscription has no virtual network. Make one first, or paste the resource id of one elsewhere."));
}

void EndpointPage::showSubnets()
{
    QList<ui::Choice> choices;
    for (const VirtualNetworkEntry &entry : m_parts.session.virtualNetworks().items()) {
        if (entry.id.toString().compare(m_network->value(), Qt::CaseInsensitive) != 0)
            continue;
        for (const SubnetEntry &subnet : entry.subnets) {
            const bool delegated = !subnet.delegation.isEmpty();
            const bool full = subnet.free == 0;
            const QString detail = delegated          ? tr("delegated to %1: cannot hold endpoints").arg(subnet.delegation)
                                   : full             ? tr("%1, no free address").arg(subnet.prefix)
                                   : subnet.free < 0  ? subnet.prefix
                                                      : tr("%1, %n free address(es)", nullptr, subnet.free).arg(subnet.prefix);
            choices.append(ui::Choice{subnet.name, subnet.name, detail, !delegated && !full});
        }
    }
    m_subnet->setChoices(choices);
    showSubnetHint();
}

void EndpointPage::showSubnetHint()
{
    const ui::Choice *chosen = m_subnet->choice(m_subnet->value());
    m_networkSection->setHint(m_subnet, chosen && !chosen->detail.isEmpty() ? chosen->detail : tr("It gives one address to the endpoint."));
}

// A subnet that is known to be unable: the service would refuse it minutes later.
Issues EndpointPage::extraIssues() const
{
    Issues issues;
    for (const VirtualNetworkEntry &entry : m_parts.session.virtualNetworks().items()) {
        if (entry.id.toString().compare(m_network->value(), Qt::CaseInsensitive) != 0)
            continue;
        for (const SubnetEntry &subnet : entry.subnets) {
            if (subnet.name.compare(m_subnet->value(), Qt::CaseInsensitive) != 0)
                continue;
            if (!subnet.delegation.isEmpty())
                issues.append(Issue{QStringLiteral("privateEndpoint.subnet"), QStringLiteral("subnet-delegated"), Severity::Error, {subnet.name, subnet.delegation}, 0, 0});
            else if (subnet.free == 0)
                issues.append(Issue{QStringLiteral("privateEndpoint.subnet"), QStringLiteral("subnet-full"), Severity::Error, {subnet.name}, 0, 0});
        }
    }
    return issues;
}

void EndpointPage::showZones()
{
    auto &catalogue = m_parts.session.zones();
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const ZoneEntry &entry : catalogue.items())
        choices.append(ui::Choice{entry.id.name(), entry.id.toString(), entry.id.group(), true});
    m_zone->setChoices(choices);
}

void EndpointPage::load(const SetupSpec &spec)
{
    const PrivateEndpointSpec endpoint = spec.privateEndpoint.value_or(PrivateEndpointSpec());
    m_subscription->setValue(endpoint.subscription.isEmpty() ? m_parts.session.subscription() : endpoint.subscription);
    m_group->setValue(endpoint.resourceGroup);
    m_location->setValue(endpoint.location);
    m_name->setText(endpoint.name);
    m_subresource->setValue(endpoint.subresource);
    m_network->setValue(endpoint.virtualNetwork.toString());
    m_subnet->setValue(endpoint.subnet);
    const bool given = endpoint.dnsZone != QLatin1String("auto") && !endpoint.dnsZone.isEmpty();
    m_dns->setValue(endpoint.dnsMode == DnsMode::Policy ? PolicyWrites : endpoint.dnsMode == DnsMode::None ? NoZone : given ? GivenZone : NewOrFoundZone);
    m_zone->setValue(given ? endpoint.dnsZone : QString());
    m_approval->setValue(int(endpoint.approval));
    m_message->setText(endpoint.requestMessage);
    showSubnets();
    showMode();
}

void EndpointPage::store(SetupSpec &spec) const
{
    if (!spec.privateEndpoint)
        return;
    PrivateEndpointSpec &endpoint = *spec.privateEndpoint;
    const bool own = m_subscription->value().compare(m_parts.session.subscription(), Qt::CaseInsensitive) == 0;
    endpoint.subscription = own ? QString() : m_subscription->value();
    endpoint.resourceGroup = m_group->value();
    endpoint.location = m_location->value();
    endpoint.name = m_name->text().trimmed();
    endpoint.subresource = m_subresource->value();
    const Result<ResourceId> network = ResourceId::parse(m_network->value());
    endpoint.virtualNetwork = network ? *network : ResourceId();
    endpoint.subnet = m_subnet->value();
    endpoint.dnsMode = m_dns->value() == PolicyWrites ? DnsMode::Policy : m_dns->value() == NoZone ? DnsMode::None : DnsMode::Zone;
    endpoint.dnsZone = m_dns->value() == GivenZone ? m_zone->value() : QStringLiteral("auto");
    endpoint.approval = EndpointApproval(m_approval->value());
    endpoint.requestMessage = m_message->text();
}

} // namespace causeway::wizard
