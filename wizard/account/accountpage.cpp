// SPDX-License-Identifier: Apache-2.0
#include "wizard/account/accountpage.h"

#include "session/azuresession.h"
#include "session/recents.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "ui/picker.h"
#include "wizard/account/signincard.h"
#include "wizard/account/signincontroller.h"
#include "wizard/account/tenantrows.h"
#include "wizard/setupmodel.h"

#include <QCheckBox>
#include <QLineEdit>
#include <algorithm>

namespace causeway::wizard {

AccountPage::AccountPage(const Parts &parts, bool partsAreChosen, QWidget *parent) : Page(parts, parent), m_partsChosen(partsAreChosen), m_kept(newSetup())
{
    m_banner = new ui::Banner(this);
    addBlock(m_banner);
    buildAccount();
    m_setup = addSection(tr("Setup"), tr("The name stands in the file and in the list of runs. The resource group takes everything that is not placed elsewhere."));
    m_name = new QLineEdit(this);
    m_setup->addRow(tr("Name of this set&up"), m_name, QStringLiteral("name"));
    m_group = new ui::Picker(true, this);
    m_setup->addRow(tr("Resource &group"), m_group, QStringLiteral("resourceGroup.name"));
    m_location = new ui::Picker(false, this);
    m_setup->addRow(tr("Lo&cation"), m_location, QStringLiteral("resourceGroup.location"));

    m_scope = addSection(tr("What this setup holds"), tr("Leave out what somebody else looks after: a network administrator may hold only the endpoint, a data engineer only the Data Factory side."));
    m_server = new QCheckBox(tr("The ser&ver, new or existing"), this);
    m_endpoint = new QCheckBox(tr("Private &endpoint in a virtual network, with its DNS"), this);
    m_integration = new QCheckBox(tr("Data &Factory with a managed private endpoint"), this);
    m_linkedService = new QCheckBox(tr("&Linked service and connection test"), this);
    for (QCheckBox *box : {m_server, m_endpoint, m_integration, m_linkedService}) {
        m_scope->addWide(box);
        connect(box, &QCheckBox::clicked, this, [this] {
            rememberParts();
            edited();
        });
    }
    addStretch();
    watch(m_name);
    connect(m_subscription, &ui::Picker::edited, this, [this] {
        if (m_parts.recents)
            m_parts.recents->used(m_subscription->value());
        m_parts.session.setSubscription(m_subscription->value());
        edited();
    });
    connect(m_group, &ui::Picker::edited, this, &AccountPage::groupEdited);
    connect(m_location, &ui::Picker::edited, this, &AccountPage::edited);
    AzureSession &session = m_parts.session;
    connect(&session.subscriptions(), &CatalogueBase::changed, this, &AccountPage::showSubscriptions);
    connect(&session, &AzureSession::accountChanged, this, &AccountPage::entered);
    connect(&session, &AzureSession::subscriptionChanged, this, [this] {
        if (isVisible())
            entered();
    });
}

// Signing in has a card of its own; where nobody else can sign in, there is none.
void AccountPage::buildAccount()
{
    SignInController *signIn = m_parts.signIn;
    if (signIn) {
        auto *card = new SignInCard(*signIn, this);
        addCard(card);
        connect(card, &SignInCard::settingsWanted, this, &AccountPage::settingsWanted);
        connect(signIn, &SignInController::reachChanged, this, [this] {
            m_parts.session.subscriptions().clear();
            entered();
        });
        connect(signIn, &SignInController::attemptChanged, this, &AccountPage::readinessChanged);
        connect(signIn, &SignInController::trouble, this, [this](const Error &error) { m_banner->show(ui::Tone::Error, errorLines(error)); });
    }
    auto *place = addSection(tr("Subscription"));
    m_subscription = new ui::Picker(false, this);
    m_subscription->setSearchable(true);
    place->addRow(tr("&Subscription"), m_subscription, QStringLiteral("subscription"));
    m_tenants = new TenantRows(this);
    place->addWide(m_tenants);
    connect(m_tenants, &TenantRows::signInWanted, this, [signIn](const TenantEntry &tenant) {
        if (signIn && signIn->current())
            signIn->start(SignInMethod::Browser, tenant.id, signIn->current()->user, tenant.refusal->claims);
    });
    connect(&m_parts.session.tenants(), &CatalogueBase::changed, this, &AccountPage::showTenants);
    if (signIn)
        connect(signIn, &SignInController::workChanged, m_tenants, [this, signIn] { m_tenants->setEnabled(!signIn->isHeld()); });
}

void AccountPage::showTenants()
{
    m_tenants->setTenants(m_parts.signIn ? m_parts.session.tenants().items() : QList<TenantEntry>());
}

QString AccountPage::title() const
{
    return tr("Account and subscription");
}

QString AccountPage::subtitle() const
{
    return tr("Everything that follows happens as this user, in this subscription.");
}

QStringList AccountPage::fields() const
{
    return {QStringLiteral("name"), QStringLiteral("subscription"), QStringLiteral("resourceGroup")};
}

void AccountPage::setPartsChosen(bool chosen)
{
    m_partsChosen = chosen;
    m_setup->setVisible(chosen);
    m_scope->setVisible(chosen);
}

void AccountPage::entered()
{
    AzureSession &session = m_parts.session;
    if (session.account().user.isEmpty()) { // nobody to ask as
        m_banner->clear();
        m_subscription->setChoices({});
        m_group->setChoices({});
        Q_EMIT readinessChanged();
        return;
    }
    showTenants();
    session.tenants(); // for the header
    rely({&session.subscriptions()}); // asks, when nothing is there yet
    showSubscriptions();
    if (session.subscription().isEmpty())
        return;
    rely({&session.subscriptions(), &session.groups(), &session.locations()});
    connect(&session.groups(), &CatalogueBase::changed, this, &AccountPage::showGroups, Qt::UniqueConnection);
    showGroups();
    offerLocations(m_location);
}

void AccountPage::showSubscriptions()
{
    AzureSession &session = m_parts.session;
    auto &catalogue = session.subscriptions();
    m_banner->clear();
    if (catalogue.state() == CatalogueBase::State::Loading)
        m_subscription->setLoading(tr("Asking Azure …"));
    if (!catalogue.isReady())
        return;
    QHash<QString, QString> tenants; // by id, where there are several
    for (const TenantEntry &tenant : session.tenants().items())
        tenants.insert(tenant.id, QStringLiteral("  ·  ") + plainText(tenant.name, 60));
    if (tenants.size() < 2)
        tenants.clear();
    QList<ui::Choice> choices;
    for (const SubscriptionEntry &entry : catalogue.items()) {
        const bool usable = entry.state == QLatin1String("Enabled") || entry.state == QLatin1String("Warned") || entry.state == QLatin1String("PastDue");
        choices.append(ui::Choice{plainText(entry.name, 120), entry.id, (usable ? entry.id : plainText(entry.state, 40)) + tenants.value(entry.tenant), usable});
    }
    const QStringList recent = m_parts.recents ? m_parts.recents->ids() : QStringList(); // they come first, the newest before
    const auto rank = [&recent](const ui::Choice &choice) {
        const auto at = recent.indexOf(choice.value);
        return at < 0 ? recent.size() : at;
    };
    std::stable_sort(choices.begin(), choices.end(), [&rank](const ui::Choice &left, const ui::Choice &right) { return rank(left) < rank(right); });
    m_subscription->setChoices(choices);
    if (choices.isEmpty())
        m_banner->show(ui::Tone::Warning, tr("This account sees no subscription. Ask for a role in one, or choose another account."));
    if (session.subscription().isEmpty() && !choices.isEmpty()) {
        session.setSubscription(choices.first().value);
        m_subscription->setValue(choices.first().value);
        edited();
        entered();
    }
    m_subscription->setValue(session.subscription());
    refreshIssues();
}

void AccountPage::showGroups()
{
    auto &catalogue = m_parts.session.groups();
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const GroupEntry &entry : catalogue.items())
        choices.append(ui::Choice{entry.name, entry.name, entry.location, true});
    m_group->setChoices(choices);
    groupEdited();
}

// An existing group has its location; a new one gets the one that is chosen.
void AccountPage::groupEdited()
{
    const bool exists = m_group->holds(m_group->value());
    m_setup->setHint(m_group, m_group->value().isEmpty() ? tr("Choose one, or type a name to make one.")
                              : exists                   ? tr("Exists; it is used as it is.")
                                                         : tr("Will be created."));
    if (exists) {
        for (const GroupEntry &entry : m_parts.session.groups().items()) {
            if (entry.name.compare(m_group->value(), Qt::CaseInsensitive) == 0)
                m_location->setValue(entry.location);
        }
    }
    m_location->setEnabled(!exists);
    edited();
}

void AccountPage::load(const SetupSpec &spec)
{
    m_name->setText(spec.name);
    m_group->setValue(spec.resourceGroup ? spec.resourceGroup->name : QString());
    m_location->setValue(spec.resourceGroup ? spec.resourceGroup->location : QString());
    m_server->setChecked(spec.server.has_value());
    m_endpoint->setChecked(spec.privateEndpoint.has_value());
    m_integration->setChecked(spec.integration.has_value());
    m_linkedService->setChecked(spec.linkedService.has_value());
}

// A part that is left out and taken in again comes back as it was.
void AccountPage::rememberParts()
{
    const SetupSpec &spec = m_parts.setup.spec();
    if (spec.server)
        m_kept.server = spec.server;
    if (spec.privateEndpoint)
        m_kept.privateEndpoint = spec.privateEndpoint;
    if (spec.integration)
        m_kept.integration = spec.integration;
    if (spec.linkedService)
        m_kept.linkedService = spec.linkedService;
}

template <class Part>
static void keepPart(std::optional<Part> &part, bool wanted, const std::optional<Part> &kept)
{
    if (!wanted)
        part.reset();
    else if (!part)
        part = kept;
}

void AccountPage::store(SetupSpec &spec) const
{
    if (!m_partsChosen)
        return;
    spec.name = m_name->text().trimmed();
    if (!m_parts.session.account().sandbox)
        spec.cloud = m_parts.session.account().cloud;
    const AzureSession &session = m_parts.session;
    const bool named = spec.subscription.compare(session.subscriptionName(), Qt::CaseInsensitive) == 0; // stays a name in the document
    if (!session.subscription().isEmpty() && !named)
        spec.subscription = session.subscription();
    if (!spec.resourceGroup && !m_group->value().isEmpty())
        spec.resourceGroup.emplace();
    if (spec.resourceGroup) {
        spec.resourceGroup->name = m_group->value();
        spec.resourceGroup->location = m_location->value();
        if (m_parts.session.groups().isReady()) // else the document knows better
            spec.resourceGroup->create = !m_group->holds(m_group->value());
    }
    const bool hadService = spec.linkedService.has_value();
    keepPart(spec.server, m_server->isChecked(), m_kept.server);
    keepPart(spec.privateEndpoint, m_endpoint->isChecked(), m_kept.privateEndpoint);
    keepPart(spec.integration, m_integration->isChecked(), m_kept.integration);
    keepPart(spec.linkedService, m_linkedService->isChecked(), m_kept.linkedService);
    if (hadService != m_linkedService->isChecked())
        spec.testConnection = !hadService;
}

// After another user has come: a subscription that this one does not see. It is not changed behind anybody's back.
Issues AccountPage::extraIssues() const
{
    AzureSession &session = m_parts.session;
    const auto &catalogue = session.subscriptions();
    const auto &items = catalogue.items();
    const bool seen = std::any_of(items.begin(), items.end(), [&](const SubscriptionEntry &entry) { return entry.id.compare(session.subscription(), Qt::CaseInsensitive) == 0; });
    if (!catalogue.isReady() || session.subscription().isEmpty() || seen)
        return {};
    return {Issue{QStringLiteral("subscription"), QStringLiteral("subscription-unknown"), Severity::Error, {session.subscription()}, 0, 0}};
}

Readiness AccountPage::readiness() const
{
    if (const SignInController *signIn = m_parts.signIn; signIn && signIn->isBusy() && !signIn->attempt().forNeed)
        return {false, true, tr("Signing in …")};
    if (m_parts.session.account().user.isEmpty())
        return {false, false, tr("Sign in first.")};
    if (m_parts.session.subscription().isEmpty())
        return {false, m_parts.session.subscriptions().state() == CatalogueBase::State::Loading, tr("Choose a subscription.")};
    return m_partsChosen ? Page::readiness() : Readiness{};
}

} // namespace causeway::wizard
