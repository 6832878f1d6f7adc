// SPDX-License-Identifier: Apache-2.0
#include "wizard/settings/settingspage.h"

#include "text/errortext.h"
#include "text/plain.h"
#include "text/settingtext.h"
#include "text/signintext.h"
#include "ui/banner.h"
#include "ui/copyfield.h"
#include "ui/form.h"
#include "ui/secretedit.h"
#include "wizard/settings/settingsdesk.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace causeway::wizard {

namespace {

const QString &customCloud()
{
    static const QString name = QStringLiteral("custom");
    return name;
}

QSpinBox *portBox(int lowest, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setRange(lowest, 65535);
    box->setGroupSeparatorShown(false);
    return box;
}

} // namespace

SettingsPage::SettingsPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_banner = new ui::Banner(this);
    addBlock(m_banner);
    buildCloud();
    buildRegistration();
    buildNetwork();
    addStretch();
}

void SettingsPage::buildCloud()
{
    m_cloudCard = addSection(tr("Cloud"));
    m_cloud = new ui::Picker(false, this);
    m_cloud->setChoices({{tr("Azure (public)"), QStringLiteral("AzureCloud"), {}, true},
                         {tr("Azure Government (United States)"), QStringLiteral("AzureUSGovernment"), {}, true},
                         {tr("Azure in China (21Vianet)"), QStringLiteral("AzureChinaCloud"), {}, true},
                         {tr("Endpoints of one's own"), customCloud(), tr("Azure Stack, private clouds"), true}});
    m_cloudCard->addRow(tr("C&loud"), m_cloud, QStringLiteral("cloud"));
    m_arm = new QLineEdit(this);
    m_arm->setPlaceholderText(QStringLiteral("https://management.local.example"));
    m_cloudCard->addRow(tr("&Resource Manager"), m_arm, QStringLiteral("customArm"));
    m_authority = new QLineEdit(this);
    m_authority->setPlaceholderText(QStringLiteral("https://login.local.example"));
    m_cloudCard->addRow(tr("Sign-in &host"), m_authority, QStringLiteral("customAuthority"));
    m_tenant = new QLineEdit(this);
    m_tenant->setPlaceholderText(tr("any organisation"));
    m_cloudCard->addRow(tr("&Tenant"), m_tenant, QStringLiteral("tenant"), tr("A directory id or a domain such as contoso.com; empty: whichever you choose when signing in."));
    connect(m_cloud, &ui::Picker::edited, this, &SettingsPage::changed);
    for (QLineEdit *edit : {m_arm, m_authority, m_tenant}) {
        edit->setMaxLength(300);
        connect(edit, &QLineEdit::textEdited, this, &SettingsPage::changed);
    }
}

void SettingsPage::buildRegistration()
{
    m_idCard = addSection(tr("Application (client) id"),
                          tr("Causeway ships nobody's client id: your organisation registers it once, and sees it by its own name in its logs. Without one, sign in as in the Azure CLI."));
    m_clientId = new QLineEdit(this);
    m_clientId->setMaxLength(60);
    m_clientId->setPlaceholderText(QStringLiteral("00000000-0000-0000-0000-000000000000"));
    m_idCard->addRow(tr("Client &id"), m_clientId, QStringLiteral("clientId"));
    auto *how = new QPushButton(tr("How to &get one"), this);
    how->setObjectName(QStringLiteral("showRecipe"));
    how->setCheckable(true);
    auto *beside = new QHBoxLayout; // as wide as its words
    auto *place = new QWidget(this);
    place->setLayout(beside);
    beside->setContentsMargins(0, 0, 0, 0);
    beside->addWidget(how);
    beside->addStretch();
    m_idCard->addWide(place);
    m_recipe = new QWidget(this);
    m_recipe->setObjectName(QStringLiteral("recipe"));
    new QVBoxLayout(m_recipe);
    m_recipe->layout()->setContentsMargins(0, 0, 0, 0);
    m_recipe->hide();
    m_idCard->addWide(m_recipe);
    m_port = portBox(0, this);
    m_port->setSpecialValueText(tr("any free one"));
    m_idCard->addRow(tr("Local &port"), m_port, QStringLiteral("redirectPort"), tr("The browser brings the answer to this computer (localhost). Choose a port only when something here allows no other."));
    m_deviceCode = new QCheckBox(tr("Offer signing in with a co&de on another device"), this);
    m_idCard->addWide(m_deviceCode);
    m_deviceCode->setToolTip(tr("Many organisations block it, because codes are easily phished."));
    connect(how, &QPushButton::toggled, m_recipe, &QWidget::setVisible);
    connect(m_clientId, &QLineEdit::textEdited, this, &SettingsPage::changed);
    connect(m_port, &QSpinBox::valueChanged, this, &SettingsPage::changed);
    connect(m_deviceCode, &QCheckBox::clicked, this, &SettingsPage::changed);
}

void SettingsPage::buildNetwork()
{
    m_networkCard = addSection(tr("Network"));
    m_proxy = new ui::Picker(false, this);
    m_proxy->setChoices({{tr("As this system has it"), QStringLiteral("system"), {}, true},
                         {tr("None"), QStringLiteral("none"), {}, true},
                         {tr("This one"), QStringLiteral("manual"), {}, true}});
    m_networkCard->addRow(tr("Pro&xy"), m_proxy, QStringLiteral("proxy"));
    m_proxyHost = new QLineEdit(this);
    m_proxyHost->setPlaceholderText(QStringLiteral("proxy.example.com"));
    m_networkCard->addRow(tr("Proxy h&ost"), m_proxyHost, QStringLiteral("proxyHost"));
    m_proxyPort = portBox(1, this);
    m_networkCard->addRow(tr("Proxy port"), m_proxyPort, QStringLiteral("proxyPort"));
    m_proxyUser = new QLineEdit(this);
    m_networkCard->addRow(tr("&User of the proxy"), m_proxyUser, QStringLiteral("proxyUser"), tr("Empty where it asks for none."));
    m_proxyPassword = new ui::SecretEdit(this);
    m_networkCard->addRow(tr("Its pass&word"), m_proxyPassword, QStringLiteral("proxyPassword"), tr("Kept in the keychain; empty: as it was."));
    auto *file = new QWidget(this);
    auto *row = new QHBoxLayout(file);
    row->setContentsMargins(0, 0, 0, 0);
    m_caFile = new QLineEdit(file);
    auto *browse = new QPushButton(tr("Choose …"), file);
    row->addWidget(m_caFile, 1);
    row->addWidget(browse);
    file->setFocusProxy(m_caFile);
    m_networkCard->addRow(tr("Additional certificate &authority"), file, QStringLiteral("caFile"), tr("A PEM file, trusted beside the system's own: for networks that inspect TLS."));
    connect(browse, &QPushButton::clicked, this, [this] {
        auto *dialog = new QFileDialog(this, tr("Certificates"), {}, tr("Certificates (*.pem *.crt *.cer);;All files (*)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
            m_caFile->setText(path);
            changed();
        });
        dialog->open();
    });
    connect(m_proxy, &ui::Picker::edited, this, &SettingsPage::changed);
    connect(m_proxyPort, &QSpinBox::valueChanged, this, &SettingsPage::changed);
    for (QLineEdit *edit : {m_proxyHost, m_proxyUser, m_caFile}) {
        edit->setMaxLength(1024);
        connect(edit, &QLineEdit::textEdited, this, &SettingsPage::changed);
    }
}

QString SettingsPage::title() const
{
    return tr("Sign-in and network");
}

QString SettingsPage::subtitle() const
{
    return tr("How Causeway reaches Azure, and as which application it signs in.");
}

QString SettingsPage::nextText() const
{
    return tr("Save and &check");
}

static const char *const proxyWords[] = {"system", "none", "manual"};

void SettingsPage::entered()
{
    m_filling = true;
    const SignInSettings settings = m_parts.settings->settings();
    m_cloud->setValue(settings.cloud);
    m_arm->setText(settings.customArm);
    m_authority->setText(settings.customAuthority);
    m_tenant->setText(settings.tenant);
    m_clientId->setText(settings.clientId);
    m_deviceCode->setChecked(settings.deviceCode);
    m_port->setValue(settings.redirectPort);
    m_proxy->setValue(QLatin1String(proxyWords[int(settings.proxy)]));
    m_proxyHost->setText(settings.proxyHost);
    m_proxyPort->setValue(settings.proxyPort);
    m_proxyUser->setText(settings.proxyUser);
    m_caFile->setText(settings.caFile);
    m_filling = false;
    changed();
}

SignInSettings SettingsPage::entry() const
{
    SignInSettings settings = m_parts.settings->settings();
    settings.cloud = m_cloud->value();
    settings.customArm = m_arm->text().trimmed();
    settings.customAuthority = m_authority->text().trimmed();
    settings.tenant = m_tenant->text().trimmed();
    settings.clientId = m_clientId->text().trimmed();
    settings.deviceCode = m_deviceCode->isChecked();
    settings.redirectPort = quint16(m_port->value());
    for (int i = 0; i < 3; ++i) {
        if (m_proxy->value() == QLatin1String(proxyWords[i]))
            settings.proxy = SignInSettings::Proxy(i);
    }
    settings.proxyHost = m_proxyHost->text().trimmed();
    settings.proxyPort = quint16(m_proxyPort->value());
    settings.proxyUser = m_proxyUser->text().trimmed();
    settings.caFile = m_caFile->text().trimmed();
    return settings;
}

void SettingsPage::changed()
{
    if (m_filling)
        return;
    showFields();
    const QList<ui::FormSection *> cards{m_cloudCard, m_idCard, m_networkCard};
    for (ui::FormSection *card : cards)
        card->clearIssues();
    for (const Error &wrong : check(entry())) {
        for (ui::FormSection *card : cards)
            card->showIssue(wrong.target, settingText(wrong), false);
    }
    Q_EMIT readinessChanged();
}

void SettingsPage::showFields()
{
    const bool custom = m_cloud->value() == customCloud();
    m_cloudCard->setRowVisible(m_arm, custom);
    m_cloudCard->setRowVisible(m_authority, custom);
    const bool manual = m_proxy->value() == QLatin1String("manual");
    for (QWidget *field : {static_cast<QWidget *>(m_proxyHost), static_cast<QWidget *>(m_proxyPort), static_cast<QWidget *>(m_proxyUser), static_cast<QWidget *>(m_proxyPassword)})
        m_networkCard->setRowVisible(field, manual);
    const Result<CloudProfile> profile = entry().profile();
    auto *lines = static_cast<QVBoxLayout *>(m_recipe->layout());
    while (QLayoutItem *item = lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Instructions recipe = registrationSteps(profile ? profile->portal : QString(), Surface::Window);
    for (int i = 0; i < recipe.steps.size(); ++i)
        lines->addWidget(ui::plainLabel(QStringLiteral("%1. %2").arg(i + 1).arg(recipe.steps.at(i)), {}, m_recipe));
    if (!recipe.commands.isEmpty())
        lines->addWidget(ui::plainLabel(tr("Or, in a terminal with the Azure CLI:"), QStringLiteral("muted"), m_recipe));
    for (const QString &command : recipe.commands) {
        auto *field = new ui::CopyField(m_recipe);
        field->setText(command);
        lines->addWidget(field);
    }
}

Readiness SettingsPage::readiness() const
{
    if (m_saving) // a keychain may ask somebody to unlock it
        return {false, true, tr("Saving …")};
    const QList<Error> wrong = check(entry());
    return wrong.isEmpty() ? Readiness() : Readiness{false, false, plainText(settingText(wrong.first()), 200)};
}

void SettingsPage::setSaving(bool saving)
{
    m_saving = saving;
    m_banner->clear();
    for (ui::FormSection *card : {m_cloudCard, m_idCard, m_networkCard})
        card->setEnabled(!saving);
    Q_EMIT readinessChanged();
}

bool SettingsPage::submit()
{
    save();
    return false; // goes on when they are stored
}

QCoro::Task<> SettingsPage::save()
{
    const QPointer<SettingsPage> alive(this);
    SettingsDesk *desk = m_parts.settings;
    const SignInSettings settings = entry();
    const Secret password = m_proxyPassword->secret();
    setSaving(true);
    const Result<> used = co_await desk->use(settings, password); // a window made anew goes on with the checks
    if (!alive)
        co_return;
    setSaving(false);
    if (!used)
        m_banner->show(ui::Tone::Error, errorLines(used.error()));
}

} // namespace causeway::wizard
