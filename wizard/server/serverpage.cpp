// SPDX-License-Identifier: Apache-2.0
#include "wizard/server/serverpage.h"

#include "domain/rules.h"
#include "domain/types.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "ui/banner.h"
#include "ui/choicegroup.h"
#include "ui/form.h"
#include "ui/picker.h"
#include "ui/secretedit.h"
#include "wizard/setupmodel.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QLocale>

namespace causeway::wizard {

namespace {
enum Which { NewServer, ExistingServer };
enum PasswordFrom { Generated, Typed, Reference };
const QString passwordField = QStringLiteral("server.create.administratorPassword");
} // namespace

ServerPage::ServerPage(const Parts &parts, QWidget *parent) : Page(parts, parent), m_controller(parts.session)
{
    m_banner = new ui::Banner(this);
    addBlock(m_banner);
    buildWhich();
    buildBasics();
    buildAdministrator();
    buildExisting();
    m_content = addSection(tr("Databases"));
    m_databases = new QLineEdit(this);
    m_databases->setPlaceholderText(QStringLiteral("sales, staging"));
    m_content->addRow(tr("Create these &databases"), m_databases, QStringLiteral("server.databases"), tr("Separate names by commas. The databases postgres, azure_sys and azure_maintenance are there already."));
    watch(m_databases);
    addStretch();
    connect(&m_controller, &ServerController::nameChanged, this, &ServerPage::showName);
}

void ServerPage::buildWhich()
{
    auto *section = addSection({});
    m_which = new ui::ChoiceGroup(this);
    m_which->setObjectName(QStringLiteral("which"));
    m_which->addChoice(NewServer, tr("Create a ne&w server"), tr("With public access (allowed IP addresses), so that it can have private endpoints."));
    m_which->addChoice(ExistingServer, tr("Use an &existing server"));
    section->addWide(m_which);
    connect(m_which, &ui::ChoiceGroup::edited, this, [this] {
        showMode();
        edited();
    });
}

void ServerPage::buildBasics()
{
    m_basics = addSection(tr("Basics"));
    m_name = new QLineEdit(this);
    m_location = new ui::Picker(false, this);
    m_version = new ui::Picker(false, this);
    m_sku = new ui::Picker(false, this);
    m_storage = new ui::Picker(false, this);
    m_availability = new ui::Picker(false, this);
    m_basics->addRow(tr("Server na&me"), m_name, QStringLiteral("server.name"));
    m_basics->addRow(tr("&Location"), m_location, QStringLiteral("server.create.location"));
    m_basics->addRow(tr("PostgreSQL &version"), m_version, QStringLiteral("server.create.version"));
    m_basics->addRow(tr("&Compute"), m_sku, QStringLiteral("server.create.sku"));
    m_basics->addRow(tr("&Storage"), m_storage, QStringLiteral("server.create.storageGiB"), tr("It can grow later, never shrink."));
    m_basics->addRow(tr("&High availability"), m_availability, QStringLiteral("server.create.highAvailability"));
    showAvailability();
    watch(m_name);
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_controller.checkName(m_name->text(), m_location->value(), !hasErrors(checkServerName(m_name->text(), {})));
    });
    connect(m_location, &ui::Picker::edited, this, &ServerPage::locationEdited);
    for (ui::Picker *picker : {m_version, m_storage, m_availability})
        connect(picker, &ui::Picker::edited, this, &ServerPage::edited);
    connect(m_sku, &ui::Picker::edited, this, [this] {
        showAvailability();
        edited();
    });
}

void ServerPage::buildAdministrator()
{
    m_administrator = addSection(tr("Administrator and sign-in"));
    m_login = new QLineEdit(this);
    m_passwordFrom = new ui::ChoiceGroup(this);
    m_passwordFrom->addChoice(Generated, tr("&Generate a strong password"), tr("Kept in the keychain when there is one, else for this run."));
    m_passwordFrom->addChoice(Typed, tr("&Type a password now"));
    m_passwordFrom->addChoice(Reference, tr("Take it from where the setup says"));
    m_password = new ui::SecretEdit(this);
    m_passwordAuthentication = new QCheckBox(tr("&PostgreSQL passwords"), this);
    m_entraAuthentication = new QCheckBox(tr("Microsoft Ent&ra (needed for managed identities and service principals)"), this);
    m_administrator->addRow(tr("Administrator log&in"), m_login, QStringLiteral("server.create.administratorLogin"), tr("It can never be changed."));
    m_administrator->addRow(tr("Password"), m_passwordFrom);
    m_administrator->addRow(tr("Passw&ord"), m_password, passwordField, tr("8 to 128 characters from three of: upper case, lower case, digits, others. It is never stored in the setup."));
    m_administrator->addRow(tr("Sign-in with"), m_passwordAuthentication, QStringLiteral("server.authentication.password"));
    m_administrator->addRow({}, m_entraAuthentication, QStringLiteral("server.authentication.entra"));
    watch(m_login);
    connect(m_passwordFrom, &ui::ChoiceGroup::edited, this, [this] {
        showMode();
        edited();
    });
    connect(m_password, &ui::SecretEdit::edited, this, [this] {
        m_parts.setup.setSecret(passwordField, m_password->secret());
        edited();
    });
    connect(m_passwordAuthentication, &QCheckBox::clicked, this, &ServerPage::edited);
    connect(m_entraAuthentication, &QCheckBox::clicked, this, &ServerPage::edited);
}

void ServerPage::buildExisting()
{
    m_existing = addSection(tr("Existing server"));
    m_server = new ui::Picker(true, this);
    m_existing->addRow(tr("Ser&ver"), m_server, QStringLiteral("server.id"));
    connect(m_server, &ui::Picker::edited, this, [this] {
        showExisting();
        edited();
    });
    connect(&m_controller, &ServerController::lookChanged, this, [this] {
        showExisting();
        refreshIssues();
    });
}

// A server of the list is known; a pasted id is looked up, and private access is refused as soon as it shows.
void ServerPage::showExisting()
{
    const Result<ResourceId> id = ResourceId::parse(m_server->value());
    const bool listed = m_server->holds(m_server->value());
    m_controller.look(id && !listed && !isNew() && id->type().compare(type::server, Qt::CaseInsensitive) == 0 ? *id : ResourceId());
    QString hint = tr("Choose one of this subscription, or paste the resource id of a server elsewhere.");
    using Look = ServerController::Look;
    const ServerEntry *known = existing();
    if (known)
        hint = tr("PostgreSQL %1 in %2, %3").arg(plainText(known->version, 10), plainText(known->location, 40), plainText(known->state, 20));
    else if (m_controller.looked() == Look::Asking)
        hint = tr("Asking Azure …");
    else if (m_controller.looked() == Look::Failed)
        hint = tr("It could not be read, so it is taken as it is: %1").arg(errorText(m_controller.lookError()).summary);
    m_existing->setHint(m_server, hint);
}

const ServerEntry *ServerPage::existing() const
{
    for (const ServerEntry &entry : m_parts.session.servers().items()) {
        if (entry.id.toString().compare(m_server->value(), Qt::CaseInsensitive) == 0 || entry.id.name().compare(m_server->value(), Qt::CaseInsensitive) == 0)
            return &entry;
    }
    return m_controller.looked() == ServerController::Look::Found ? &m_controller.found() : nullptr;
}

QString ServerPage::title() const
{
    return tr("Server");
}

QString ServerPage::subtitle() const
{
    return tr("The Azure Database for PostgreSQL flexible server at the end of the road.");
}

QStringList ServerPage::fields() const
{
    return {QStringLiteral("server.name"), QStringLiteral("server.id"), QStringLiteral("server.create"), QStringLiteral("server.authentication"), QStringLiteral("server.databases")};
}

bool ServerPage::isNew() const
{
    return m_which->value() == NewServer;
}

void ServerPage::showMode()
{
    m_basics->setVisible(isNew());
    m_administrator->setVisible(isNew());
    m_existing->setVisible(!isNew());
    m_administrator->setRowVisible(m_password, isNew() && m_passwordFrom->value() == Typed);
}

void ServerPage::entered()
{
    AzureSession &session = m_parts.session;
    if (session.subscription().isEmpty())
        return;
    connect(&session.servers(), &CatalogueBase::changed, this, &ServerPage::showServers, Qt::UniqueConnection);
    rely({&session.servers(), &session.locations(), &session.capabilities(m_location->value())});
    showServers();
    offerLocations(m_location);
    if (m_location->value().isEmpty() && m_parts.setup.spec().resourceGroup) {
        m_location->setValue(m_parts.setup.spec().resourceGroup->location);
        edited();
    }
    locationEdited();
}

void ServerPage::showServers()
{
    auto &catalogue = m_parts.session.servers();
    if (catalogue.state() == CatalogueBase::State::Loading)
        m_server->setLoading(tr("Asking Azure …"));
    if (!catalogue.isReady())
        return;
    QList<ui::Choice> choices;
    for (const ServerEntry &entry : catalogue.items()) {
        const QString detail = entry.vnetInjected ? tr("private access (VNet integration): cannot have private endpoints") : entry.location;
        choices.append(ui::Choice{entry.id.name(), entry.id.toString(), detail, !entry.vnetInjected});
    }
    m_server->setChoices(choices);
    showExisting();
    refreshIssues();
}

void ServerPage::locationEdited()
{
    auto &catalogue = m_parts.session.capabilities(m_location->value());
    connect(&catalogue, &CatalogueBase::changed, this, &ServerPage::showCapabilities, Qt::UniqueConnection);
    showCapabilities();
    m_controller.checkName(m_name->text(), m_location->value(), !hasErrors(checkServerName(m_name->text(), {})));
    edited();
}

void ServerPage::showCapabilities()
{
    auto &catalogue = m_parts.session.capabilities(m_location->value());
    m_banner->clear();
    if (!catalogue.isReady() || catalogue.items().isEmpty())
        return;
    const CapabilityEntry &offer = catalogue.items().first();
    if (offer.restricted)
        m_banner->show(ui::Tone::Warning, tr("This subscription may not create servers in this region. Choose another region or ask for quota."));
    QList<ui::Choice> versions;
    for (const QString &version : offer.versions)
        versions.prepend(ui::Choice{version, version, version.toInt() < 14 ? tr("past its end of life") : QString(), true});
    m_version->setChoices(versions);
    QList<ui::Choice> skus;
    for (const SkuEntry &sku : offer.skus) {
        const QString memory = QLocale().toString(sku.vCores * sku.memoryMiBPerVCore / 1024);
        skus.append(ui::Choice{sku.name, sku.name, tr("%1, %n vCore(s), %2 GiB", nullptr, sku.vCores).arg(sku.tier, memory), true});
    }
    m_sku->setChoices(skus);
    QList<ui::Choice> sizes;
    for (const int size : offer.storageGiB)
        sizes.append(ui::Choice{tr("%1 GiB").arg(size), QString::number(size), {}, true});
    m_storage->setChoices(sizes);
    showAvailability();
}

// What the chosen size can do in this region; everything, as long as that is not known.
void ServerPage::showAvailability()
{
    const SkuEntry *chosen = nullptr;
    for (const CapabilityEntry &offer : m_parts.session.capabilities(m_location->value()).items()) {
        for (const SkuEntry &sku : offer.skus) {
            if (sku.name.compare(m_sku->value(), Qt::CaseInsensitive) == 0)
                chosen = &sku;
        }
    }
    QList<ui::Choice> modes = {{tr("None"), toText(HighAvailability::Disabled), {}, true},
                               {tr("Standby in the same zone"), toText(HighAvailability::SameZone), {}, true},
                               {tr("Standby in another zone"), toText(HighAvailability::ZoneRedundant), {}, true}};
    for (ui::Choice &mode : modes) {
        if (!chosen || mode.value == toText(HighAvailability::Disabled) || chosen->haModes.contains(mode.value))
            continue;
        mode.enabled = false;
        mode.detail = tr("not with this compute size in this region");
    }
    m_availability->setChoices(modes);
}

void ServerPage::showName()
{
    switch (m_controller.name()) {
    case ServerController::Name::Asking:
        m_basics->setHint(m_name, tr("Looking whether the name is free …"));
        break;
    case ServerController::Name::Free:
        m_basics->setHint(m_name, tr("✓ The name is free. The server will be %1.postgres.database.azure.com.").arg(m_name->text()));
        break;
    case ServerController::Name::Unknown:
        m_basics->setHint(m_name, tr("Whether the name is free could not be found out; creating it will tell."));
        break;
    case ServerController::Name::Taken:
    case ServerController::Name::NotAsked:
        m_basics->setHint(m_name, tr("Lower-case letters, digits and hyphens; unique in all of Azure."));
        break;
    }
    refreshIssues();
}

// What only this page knows: the answer about the name, and the typed password.
Issues ServerPage::extraIssues() const
{
    Issues issues;
    if (!isNew()) {
        if (const ServerEntry *server = existing(); server && server->vnetInjected)
            issues.append(Issue{QStringLiteral("server.id"), QStringLiteral("server-in-network"), Severity::Error, {server->id.name()}, 0, 0});
        return issues;
    }
    if (m_controller.name() == ServerController::Name::Taken)
        issues.append(Issue{QStringLiteral("server.name"), QStringLiteral("name-taken"), Severity::Error, {m_name->text(), m_controller.message()}, 0, 0});
    if (m_passwordFrom->value() == Typed && m_parts.setup.standIn().isEmpty())
        issues += checkPassword(m_password->secret(), m_login->text(), passwordField);
    return issues;
}

void ServerPage::load(const SetupSpec &spec)
{
    const ServerSpec server = spec.server.value_or(ServerSpec());
    const ServerCreateSpec create = server.create.value_or(ServerCreateSpec());
    m_which->setValue(server.create || (server.id.isEmpty() && server.name.isEmpty()) ? NewServer : ExistingServer);
    m_name->setText(server.name);
    m_location->setValue(create.location);
    m_version->setValue(create.version);
    m_sku->setValue(create.sku);
    m_storage->setValue(QString::number(create.storageGiB));
    m_availability->setValue(toText(create.highAvailability));
    m_login->setText(create.administratorLogin);
    m_keptReference = create.administratorPassword;
    const auto kind = create.administratorPassword.kind;
    const bool elsewhere = kind == SecretReference::Kind::Environment || kind == SecretReference::Kind::Keychain || kind == SecretReference::Kind::KeyVault;
    m_passwordFrom->setChoiceEnabled(Reference, elsewhere);
    m_passwordFrom->setValue(elsewhere ? Reference : kind == SecretReference::Kind::Prompt ? Typed : Generated);
    m_password->setSecret(m_parts.setup.secret(passwordField));
    m_passwordAuthentication->setChecked(server.passwordAuthentication);
    m_entraAuthentication->setChecked(server.entraAuthentication);
    m_server->setValue(server.id.toString());
    m_databases->setText(server.databases.join(QStringLiteral(", ")));
    showMode();
    showName();
    showExisting();
}

void ServerPage::store(SetupSpec &spec) const
{
    if (!spec.server)
        return;
    ServerSpec &server = *spec.server;
    server.databases.clear();
    for (const QString &name : m_databases->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        server.databases.append(name.trimmed());
    if (!isNew()) {
        server.create.reset();
        const Result<ResourceId> id = ResourceId::parse(m_server->value());
        server.id = id ? *id : ResourceId();
        server.name = id ? QString() : m_server->value(); // a name is looked up in the resource group
        return;
    }
    if (!server.create)
        server.create.emplace();
    ServerCreateSpec &create = *server.create;
    server.id = ResourceId();
    server.name = m_name->text().trimmed();
    create.location = m_location->value();
    create.version = m_version->value();
    create.sku = m_sku->value();
    create.storageGiB = m_storage->value().toInt();
    for (const auto mode : {HighAvailability::Disabled, HighAvailability::SameZone, HighAvailability::ZoneRedundant}) {
        if (toText(mode) == m_availability->value())
            create.highAvailability = mode;
    }
    create.administratorLogin = m_login->text().trimmed();
    create.administratorPassword = m_keptReference;
    if (!m_passwordAuthentication->isChecked() && m_login->text().isEmpty())
        create.administratorPassword = SecretReference(); // Entra only: there is no administrator with a password
    else if (m_passwordFrom->value() != Reference)
        create.administratorPassword.kind = m_passwordFrom->value() == Typed ? SecretReference::Kind::Prompt : SecretReference::Kind::Generate;
    server.passwordAuthentication = m_passwordAuthentication->isChecked();
    server.entraAuthentication = m_entraAuthentication->isChecked();
}

} // namespace causeway::wizard
