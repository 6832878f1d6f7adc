// SPDX-License-Identifier: Apache-2.0
#include "wizard/linkedservice/linkedservicepage.h"

#include "domain/encryption.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "text/verdicttext.h"
#include "ui/banner.h"
#include "ui/choicegroup.h"
#include "ui/form.h"
#include "ui/picker.h"
#include "ui/secretedit.h"
#include "wizard/setupmodel.h"

#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>

namespace causeway::wizard {

namespace {
const QString servicePasswordField = QStringLiteral("linkedService.authentication.password");
const QString serviceKeyField = QStringLiteral("linkedService.authentication.key");
const QString certificateField = QStringLiteral("linkedService.authentication.certificate");
const QString certificatePasswordField = QStringLiteral("linkedService.authentication.certificatePassword");
constexpr int longestCertificate = 64 * 1024;
} // namespace

LinkedServicePage::LinkedServicePage(const Parts &parts, QWidget *parent) : Page(parts, parent), m_controller(parts.session, parts.secrets)
{
    buildAccount();
    buildAuthentication();
    buildEncryption();
    buildTest();
    addStretch();
    connect(&m_controller, &LinkedServiceController::changed, this, &LinkedServicePage::showTest);
}

void LinkedServicePage::buildAccount()
{
    m_accountSection = addSection(tr("Connection"));
    m_name = new QLineEdit(this);
    m_account = new ui::ChoiceGroup(this);
    m_account->setObjectName(QStringLiteral("account"));
    m_account->addChoice(int(AccountSelection::FromSubscription), tr("From Azure &subscription"));
    m_account->addChoice(int(AccountSelection::Manual), tr("Enter &manually"), tr("For a server that you may not read."));
    m_server = new QLineEdit(this);
    m_server->setReadOnly(true);
    m_host = new QLineEdit(this);
    m_host->setPlaceholderText(QStringLiteral("pg-sales.postgres.database.azure.com"));
    m_database = new ui::Picker(true, this);
    m_port = new QSpinBox(this);
    m_port->setRange(1, 65535);
    m_port->setMaximumWidth(120);
    m_runtime = new QLineEdit(this);
    m_accountSection->addRow(tr("N&ame"), m_name, QStringLiteral("linkedService.name"), tr("Begins with a letter; letters, digits and underscores."));
    m_accountSection->addRow(tr("Account selection"), m_account, QStringLiteral("linkedService.account"));
    m_accountSection->addRow(tr("Server"), m_server);
    m_accountSection->addRow(tr("&Fully qualified domain name"), m_host, QStringLiteral("linkedService.host"));
    m_accountSection->addRow(tr("&Database"), m_database, QStringLiteral("linkedService.database"));
    m_accountSection->addRow(tr("&Port"), m_port, QStringLiteral("linkedService.port"));
    m_accountSection->addRow(tr("Connect &via integration runtime"), m_runtime, QStringLiteral("linkedService.connectVia"), tr("Without it, Data Factory takes its public runtime and never uses the private endpoint."));
    watch(m_name);
    watch(m_host);
    watch(m_runtime);
    connect(m_name, &QLineEdit::textEdited, this, &LinkedServicePage::changed);
    connect(m_host, &QLineEdit::textEdited, this, &LinkedServicePage::changed);
    connect(m_runtime, &QLineEdit::textEdited, this, &LinkedServicePage::changed);
    connect(m_account, &ui::ChoiceGroup::edited, this, &LinkedServicePage::changed);
    connect(m_database, &ui::Picker::edited, this, &LinkedServicePage::changed);
    connect(m_port, &QSpinBox::valueChanged, this, &LinkedServicePage::changed);
}

void LinkedServicePage::buildAuthentication()
{
    m_authentication = addSection(tr("Authentication"));
    m_type = new ui::Picker(false, this);
    QList<ui::Choice> types;
    for (const auto kind : {AuthenticationType::BasicAuth, AuthenticationType::ServicePrincipal, AuthenticationType::SystemAssignedManagedIdentity, AuthenticationType::UserAssignedManagedIdentity})
        types.append(ui::Choice{displayName(kind), toText(kind), {}, true});
    m_type->setChoices(types);
    m_username = new QLineEdit(this);
    m_password = new ui::SecretEdit(this);
    m_tenant = new QLineEdit(this);
    m_principal = new QLineEdit(this);
    m_principalObject = new QLineEdit(this);
    m_credentialType = new ui::Picker(false, this);
    m_credentialType->setChoices({{tr("Service principal key"), toText(ServicePrincipalCredential::Key), {}, true}, {tr("Service principal certificate"), toText(ServicePrincipalCredential::Certificate), {}, true}});
    m_key = new ui::SecretEdit(this);
    m_certificate = new QPlainTextEdit(this);
    m_certificate->setMaximumHeight(90);
    m_certificate->setTabChangesFocus(true);
    m_certificatePassword = new ui::SecretEdit(this);
    m_cloud = new ui::Picker(false, this);
    QList<ui::Choice> clouds;
    for (const QString &cloud : {QStringLiteral("AzurePublic"), QStringLiteral("AzureChina"), QStringLiteral("AzureUsGovernment"), QStringLiteral("AzureGermany")})
        clouds.append(ui::Choice{cloud, cloud, {}, true});
    m_cloud->setChoices(clouds);
    m_credential = new QLineEdit(this);
    m_identity = new ui::Picker(true, this);
    m_authentication->addRow(tr("Aut&hentication type"), m_type, QStringLiteral("linkedService.authentication.type"));
    m_authentication->addRow(tr("&User name"), m_username, QStringLiteral("linkedService.authentication.username"));
    m_authentication->addRow(tr("Pass&word"), m_password, servicePasswordField);
    m_authentication->addRow(tr("&Tenant"), m_tenant, QStringLiteral("linkedService.authentication.tenant"));
    m_authentication->addRow(tr("Service principal &ID"), m_principal, QStringLiteral("linkedService.authentication.servicePrincipalId"));
    m_authentication->addRow(tr("Director&y object ID"), m_principalObject, QStringLiteral("linkedService.authentication.servicePrincipalObjectId"), tr("Of the service principal, not of the application; with it, the run makes it Microsoft Entra administrator of the server."));
    m_authentication->addRow(tr("Credentia&l type"), m_credentialType, QStringLiteral("linkedService.authentication.credentialType"));
    m_authentication->addRow(tr("&Key"), m_key, serviceKeyField);
    m_authentication->addRow(tr("Certificate (PF&X, base64)"), m_certificate, certificateField);
    m_authentication->addRow(tr("Certificate pass&word"), m_certificatePassword, certificatePasswordField);
    m_authentication->addRow(tr("A&zure cloud type"), m_cloud, QStringLiteral("linkedService.authentication.cloudType"));
    m_authentication->addRow(tr("C&redential"), m_credential, QStringLiteral("linkedService.authentication.credential"), tr("Name of the factory's credential; it is made for the identity below when it does not exist."));
    m_authentication->addRow(tr("User-assigned &identity"), m_identity, QStringLiteral("linkedService.authentication.identity"));
    for (QLineEdit *edit : {m_username, m_tenant, m_principal, m_principalObject, m_credential}) {
        watch(edit);
        connect(edit, &QLineEdit::textEdited, this, &LinkedServicePage::changed);
    }
    for (ui::Picker *picker : {m_type, m_credentialType, m_cloud, m_identity})
        connect(picker, &ui::Picker::edited, this, &LinkedServicePage::changed);
    const auto keep = [this](ui::SecretEdit *edit, const QString &field) {
        connect(edit, &ui::SecretEdit::edited, this, [this, edit, field] {
            m_parts.setup.setSecret(field, edit->secret());
            changed();
        });
    };
    keep(m_password, servicePasswordField);
    keep(m_key, serviceKeyField);
    keep(m_certificatePassword, certificatePasswordField);
    connect(m_certificate, &QPlainTextEdit::textChanged, this, [this] {
        if (m_certificate->document()->characterCount() > longestCertificate)
            m_certificate->setPlainText(m_certificate->toPlainText().left(longestCertificate - 1));
        m_parts.setup.setSecret(certificateField, Secret(m_certificate->toPlainText().toUtf8()));
        changed();
    });
}

void LinkedServicePage::buildEncryption()
{
    m_encryptionSection = addSection(tr("Encryption method"));
    m_encryption = new ui::Picker(false, this);
    QList<ui::Choice> methods;
    for (const auto kind : {EncryptionMethod::Disable, EncryptionMethod::Allow, EncryptionMethod::Prefer, EncryptionMethod::Require, EncryptionMethod::VerifyCa, EncryptionMethod::VerifyFull})
        methods.append(ui::Choice{displayName(kind), toText(kind), {}, true});
    m_encryption->setChoices(methods);
    m_verdict = new ui::Banner(this);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_reason = new QLineEdit(this);
    m_encryptionSection->addRow(tr("&Encryption method"), m_encryption, QStringLiteral("linkedService.encryption"));
    m_encryptionSection->addWide(m_verdict);
    m_encryptionSection->addRow(tr("Reas&on for weaker encryption"), m_reason, QStringLiteral("linkedService.encryptionReason"));
    watch(m_reason);
    connect(m_encryption, &ui::Picker::edited, this, &LinkedServicePage::changed);
}

void LinkedServicePage::buildTest()
{
    auto *section = addSection(tr("Test and JSON"));
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    m_test = new QPushButton(tr("Test &connection"), row);
    m_test->setObjectName(QStringLiteral("testConnection"));
    m_testResult = new ui::Banner(row);
    m_testResult->setObjectName(QStringLiteral("testResult"));
    layout->addWidget(m_test, 0, Qt::AlignTop);
    layout->addWidget(m_testResult, 1);
    section->addWide(row);
    m_json = new QPlainTextEdit(this);
    m_json->setProperty("role", QStringLiteral("code"));
    m_json->setReadOnly(true);
    m_json->setTabChangesFocus(true);
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_json->setMinimumHeight(240);
    section->addBelow(tr("&JSON"), m_json, tr("As it is sent; secrets are masked here."));
    connect(m_test, &QPushButton::clicked, this, [this] { runTest(false); });
    connect(m_testResult, &ui::Banner::actionRequested, this, [this] { runTest(true); });
}

QString LinkedServicePage::title() const
{
    return tr("Linked service");
}

QString LinkedServicePage::subtitle() const
{
    return tr("How Data Factory signs in to the database: Azure Database for PostgreSQL, version 2.0.");
}

QStringList LinkedServicePage::fields() const
{
    return {QStringLiteral("linkedService")};
}

AuthenticationType LinkedServicePage::type() const
{
    return authenticationFromText(m_type->value()).value_or(AuthenticationType::SystemAssignedManagedIdentity);
}

EncryptionMethod LinkedServicePage::method() const
{
    return encryptionFromText(m_encryption->value()).value_or(EncryptionMethod::VerifyFull);
}

void LinkedServicePage::changed()
{
    showMode();
    edited();
    showVerdict();
    showJson();
    if (m_controller.state() != LinkedServiceController::State::Editing)
        m_controller.reset(); // an answer about another form would mislead
    showTest();
}

void LinkedServicePage::showMode()
{
    const bool manual = m_account->value() == int(AccountSelection::Manual);
    m_accountSection->setRowVisible(m_server, !manual);
    m_accountSection->setRowVisible(m_host, manual);
    const bool basic = type() == AuthenticationType::BasicAuth;
    const bool principal = type() == AuthenticationType::ServicePrincipal;
    const bool certificate = principal && m_credentialType->value() == toText(ServicePrincipalCredential::Certificate);
    const bool assigned = type() == AuthenticationType::UserAssignedManagedIdentity;
    m_authentication->setRowVisible(m_username, basic || principal);
    m_authentication->setRowVisible(m_password, basic);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_tenant, m_principal, m_principalObject, m_credentialType, m_cloud})
        m_authentication->setRowVisible(widget, principal);
    m_authentication->setRowVisible(m_key, principal && !certificate);
    m_authentication->setRowVisible(m_certificate, certificate);
    m_authentication->setRowVisible(m_certificatePassword, certificate);
    m_authentication->setRowVisible(m_credential, assigned);
    m_authentication->setRowVisible(m_identity, assigned);
    m_authentication->setDescription(explanation(type()));
    m_encryptionSection->setRowVisible(m_reason, judge(method(), std::nullopt).needsReason);
}

void LinkedServicePage::showVerdict()
{
    const auto &server = m_parts.setup.spec().server;
    const std::optional<bool> secure = server ? server->requireSecureTransport : std::nullopt;
    const EncryptionVerdict verdict = judge(method(), secure);
    ui::Tone tone = ui::Tone::Success;
    switch (verdict.verdict) {
    case Verdict::EncryptedVerified: tone = ui::Tone::Success; break;
    case Verdict::EncryptedAuthorityOnly:
    case Verdict::EncryptedUnverified: tone = ui::Tone::Info; break;
    case Verdict::MayFallBackToClearText:
    case Verdict::ClearText: tone = ui::Tone::Warning; break;
    case Verdict::Refused: tone = ui::Tone::Error; break;
    }
    m_verdict->show(tone, verdictText(method(), secure));
}

QString LinkedServicePage::host(const SetupSpec &spec) const
{
    if (m_account->value() == int(AccountSelection::Manual))
        return m_host->text().trimmed();
    if (!spec.server)
        return {};
    const QString name = spec.server->id.isEmpty() ? spec.server->name : spec.server->id.name();
    for (const ServerEntry &entry : m_parts.session.servers().items()) {
        if (entry.id.name().compare(name, Qt::CaseInsensitive) == 0 && !entry.fqdn.isEmpty())
            return entry.fqdn;
    }
    return name.isEmpty() ? QString() : name + QStringLiteral(".postgres.database.azure.com");
}

void LinkedServicePage::showJson()
{
    const SetupSpec &spec = m_parts.setup.spec();
    if (!spec.linkedService)
        return;
    const QJsonObject body = linkedServiceBody(*spec.linkedService, host(spec), nullptr);
    m_json->setPlainText(QString::fromUtf8(QJsonDocument(body).toJson()));
}

// The factory when it is there already: the test asks it.
ResourceId LinkedServicePage::existingFactory() const
{
    const auto &integration = m_parts.setup.spec().integration;
    if (!integration)
        return {};
    for (const FactoryEntry &entry : m_parts.session.factories().items()) {
        if (entry.id.name().compare(integration->name, Qt::CaseInsensitive) == 0)
            return entry.id;
    }
    return {};
}

void LinkedServicePage::showTest()
{
    const bool possible = !existingFactory().isEmpty();
    const bool busy = m_controller.state() == LinkedServiceController::State::Busy;
    m_test->setEnabled(possible && !busy);
    switch (m_controller.state()) {
    case LinkedServiceController::State::Editing:
        if (possible)
            m_testResult->clear();
        else
            m_testResult->show(ui::Tone::Neutral, tr("The test needs the factory, its runtime and the server. They are made by this setup; the test is its last step."));
        break;
    case LinkedServiceController::State::Busy:
        m_testResult->show(ui::Tone::Neutral, tr("Data Factory is trying to connect …"));
        break;
    case LinkedServiceController::State::Failed:
        m_testResult->show(ui::Tone::Error, errorLines(*m_controller.error()));
        if (m_controller.error()->code == QLatin1String("SecretMissing"))
            focusField(m_controller.error()->target);
        break;
    case LinkedServiceController::State::NeedsAuthoring:
        m_testResult->show(ui::Tone::Warning, tr("Interactive authoring is off on the runtime %1, and Data Factory tests nothing without it. Switching it on takes about two minutes; it switches itself off after %n minute(s) without use.", nullptr, authoringMinutes()).arg(plainText(m_runtime->text(), 80)),
                           tr("Switch it on and test"));
        break;
    case LinkedServiceController::State::Ready:
        if (m_controller.succeeded())
            m_testResult->show(ui::Tone::Success, tr("Connection successful"));
        else
            m_testResult->show(ui::Tone::Error, plainText(m_controller.message(), 1000));
        break;
    }
}

LinkedServiceSecrets LinkedServicePage::secrets() const
{
    LinkedServiceSecrets secrets;
    secrets.password = m_password->secret();
    secrets.key = m_key->secret();
    secrets.certificate = Secret(m_certificate->toPlainText().toUtf8());
    secrets.certificatePassword = m_certificatePassword->secret();
    return secrets;
}

int LinkedServicePage::authoringMinutes() const
{
    const auto &integration = m_parts.setup.spec().integration;
    return integration ? integration->interactiveAuthoringMinutes : 60;
}

void LinkedServicePage::runTest(bool enableAuthoring)
{
    SetupSpec spec = m_parts.setup.spec();
    store(spec);
    m_controller.test({existingFactory(), spec.linkedService->connectVia, *spec.linkedService, host(spec), secrets(), authoringMinutes(), enableAuthoring});
}

// What a person must type now, because the setup says "prompt" and nobody else can be asked during the run.
Issues LinkedServicePage::extraIssues() const
{
    Issues issues;
    const auto need = [&](const QString &field, bool missing) {
        if (missing)
            issues.append(Issue{field, QStringLiteral("secret-missing"), Severity::Error, {}, 0, 0});
    };
    const auto &spec = m_parts.setup.spec();
    if (!spec.linkedService || !m_parts.setup.standIn().isEmpty())
        return issues;
    const AuthenticationSpec &authentication = spec.linkedService->authentication;
    using Kind = SecretReference::Kind;
    need(servicePasswordField, type() == AuthenticationType::BasicAuth && authentication.password.kind == Kind::Prompt && m_password->isEmpty());
    const bool principal = type() == AuthenticationType::ServicePrincipal;
    need(serviceKeyField, principal && authentication.key.kind == Kind::Prompt && m_key->isEmpty());
    need(certificateField, principal && authentication.certificate.kind == Kind::Prompt && m_certificate->toPlainText().isEmpty());
    return issues;
}

void LinkedServicePage::entered()
{
    const SetupSpec &spec = m_parts.setup.spec();
    m_server->setText(host(spec));
    QList<ui::Choice> databases;
    if (spec.server) {
        for (const QString &name : spec.server->databases)
            databases.append(ui::Choice{name, name, {}, true});
    }
    databases.append(ui::Choice{QStringLiteral("postgres"), QStringLiteral("postgres"), {}, true});
    m_database->setChoices(databases);
    if (m_database->value().isEmpty())
        m_database->setValue(databases.first().value);
    if (m_runtime->text().isEmpty() && spec.integration)
        m_runtime->setText(spec.integration->runtimeName);
    if (!m_parts.session.subscription().isEmpty()) {
        connect(&m_parts.session.factories(), &CatalogueBase::changed, this, &LinkedServicePage::showTest, Qt::UniqueConnection);
        rely({&m_parts.session.factories(), &m_parts.session.identities()});
        auto &identities = m_parts.session.identities();
        QList<ui::Choice> choices;
        for (const IdentityEntry &entry : identities.items())
            choices.append(ui::Choice{entry.id.name(), entry.id.toString(), {}, true});
        m_identity->setChoices(choices);
    }
    changed();
}

void LinkedServicePage::load(const SetupSpec &spec)
{
    const LinkedServiceSpec service = spec.linkedService.value_or(LinkedServiceSpec());
    const AuthenticationSpec &authentication = service.authentication;
    // These two speak also when nobody types: half a form would be stored over the setup that is being loaded.
    const QSignalBlocker quietPort(m_port);
    const QSignalBlocker quietCertificate(m_certificate);
    m_loaded = authentication;
    m_name->setText(service.name);
    m_account->setValue(int(service.account));
    m_host->setText(service.host);
    m_database->setValue(service.database);
    m_port->setValue(service.port);
    m_runtime->setText(service.connectVia);
    m_type->setValue(toText(authentication.type));
    m_username->setText(authentication.username);
    m_password->setSecret(m_parts.setup.secret(servicePasswordField));
    m_tenant->setText(authentication.tenant);
    m_principal->setText(authentication.servicePrincipalId);
    m_principalObject->setText(authentication.servicePrincipalObjectId);
    m_credentialType->setValue(toText(authentication.credentialType));
    m_key->setSecret(m_parts.setup.secret(serviceKeyField));
    m_certificate->setPlainText(QString::fromUtf8(m_parts.setup.secret(certificateField).reveal()));
    m_certificatePassword->setSecret(m_parts.setup.secret(certificatePasswordField));
    m_cloud->setValue(authentication.cloudType);
    m_credential->setText(authentication.credential);
    m_identity->setValue(authentication.identity.toString());
    m_encryption->setValue(toText(service.encryption));
    m_reason->setText(service.encryptionReason);
    showMode();
    showVerdict();
    showJson();
}

// A typed secret is "prompt" in the document; a reference that a file came with stays until something is typed.
static SecretReference referenceFor(const SecretReference &loaded, bool typed)
{
    SecretReference reference = loaded;
    if (typed || reference.kind == SecretReference::Kind::None)
        reference = SecretReference{SecretReference::Kind::Prompt, {}, {}};
    return reference;
}

void LinkedServicePage::store(SetupSpec &spec) const
{
    if (!spec.linkedService)
        return;
    LinkedServiceSpec &service = *spec.linkedService;
    service.name = m_name->text().trimmed();
    service.account = AccountSelection(m_account->value());
    service.host = m_host->text().trimmed();
    service.database = m_database->value();
    service.port = m_port->value();
    service.connectVia = m_runtime->text().trimmed();
    service.encryption = method();
    service.encryptionReason = m_reason->text();
    AuthenticationSpec &authentication = service.authentication;
    authentication = AuthenticationSpec();
    authentication.type = type();
    switch (authentication.type) {
    case AuthenticationType::BasicAuth:
        authentication.username = m_username->text().trimmed();
        authentication.password = referenceFor(m_loaded.password, !m_password->isEmpty());
        break;
    case AuthenticationType::ServicePrincipal:
        authentication.username = m_username->text().trimmed();
        authentication.tenant = m_tenant->text().trimmed();
        authentication.servicePrincipalId = m_principal->text().trimmed();
        authentication.servicePrincipalObjectId = m_principalObject->text().trimmed();
        authentication.cloudType = m_cloud->value();
        if (m_credentialType->value() == toText(ServicePrincipalCredential::Certificate)) {
            authentication.credentialType = ServicePrincipalCredential::Certificate;
            authentication.certificate = referenceFor(m_loaded.certificate, !m_certificate->toPlainText().isEmpty());
            if (!m_certificatePassword->isEmpty())
                authentication.certificatePassword = referenceFor(m_loaded.certificatePassword, true);
        } else {
            authentication.key = referenceFor(m_loaded.key, !m_key->isEmpty());
        }
        break;
    case AuthenticationType::SystemAssignedManagedIdentity:
        break;
    case AuthenticationType::UserAssignedManagedIdentity: {
        authentication.credential = m_credential->text().trimmed();
        const Result<ResourceId> identity = ResourceId::parse(m_identity->value());
        authentication.identity = identity ? *identity : ResourceId();
        break;
    }
    }
}

} // namespace causeway::wizard
