// SPDX-License-Identifier: Apache-2.0
#include "wizard/networking/networkingpage.h"

#include "ui/banner.h"
#include "ui/choicegroup.h"
#include "ui/form.h"
#include "ui/table.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableWidget>

namespace causeway::wizard {

namespace {
enum Method { PublicAccess, PrivateAccess };
} // namespace

NetworkingPage::NetworkingPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    auto *method = addSection(tr("Connectivity method"), tr("The two methods exclude each other, and the choice can never be changed."));
    m_method = new ui::ChoiceGroup(this);
    m_method->setObjectName(QStringLiteral("method"));
    m_method->addChoice(PublicAccess, tr("&Public access (allowed IP addresses) and private endpoint"),
                        tr("The server has a public address that its firewall guards, and can have private endpoints."));
    m_method->addChoice(PrivateAccess, tr("Private &access (VNet Integration)"), tr("The server lives inside a virtual network."));
    method->addWide(m_method);
    m_refusal = new ui::Banner(this);
    method->addWide(m_refusal);

    buildFirewall();
    auto *tls = addSection(tr("Encryption in transit"));
    m_secureTransport = new QCheckBox(tr("Require &secure transport (TLS)"), this);
    tls->addRow(tr("Server parameter"), m_secureTransport, QStringLiteral("server.requireSecureTransport"),
                tr("require_secure_transport is on by default. The linked service's “No encryption” works only when it is off, which is not recommended."));
    addStretch();
    connect(m_method, &ui::ChoiceGroup::edited, this, &NetworkingPage::methodEdited);
    connect(m_secureTransport, &QCheckBox::clicked, this, &NetworkingPage::edited);
}

void NetworkingPage::buildFirewall()
{
    m_firewall = addSection(tr("Public access"), tr("Firewall rules have no bearing on traffic through private endpoints. With public access on and no rule, nobody reaches the public address."));
    m_public = new QCheckBox(tr("Allow public access through the &firewall"), this);
    m_firewall->addRow(tr("Public network access"), m_public, QStringLiteral("server.publicNetworkAccess"));
    m_rules = new QTableWidget(0, 3, this);
    m_rules->setHorizontalHeaderLabels({tr("Rule name"), tr("From address"), tr("To address")});
    m_rules->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    ui::dressTable(m_rules);
    m_rules->setAccessibleName(tr("Firewall rules"));
    ui::fitHeight(m_rules, 3, 8);
    m_firewall->addRow(tr("Firewall &rules"), m_rules, QStringLiteral("server.firewall"));
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *add = new QPushButton(ui::icon(QStringLiteral("plus"), ui::IconRole::Text, this), tr("Add a r&ule"), buttons);
    auto *remove = new QPushButton(ui::icon(QStringLiteral("trash"), ui::IconRole::Text, this), tr("Remo&ve"), buttons);
    row->addWidget(add);
    row->addWidget(remove);
    row->addStretch(1);
    m_firewall->addRow({}, buttons);
    connect(add, &QPushButton::clicked, this, [this] {
        addRule(FirewallRuleSpec{QStringLiteral("rule-%1").arg(m_rules->rowCount() + 1), {}, {}});
        m_rules->editItem(m_rules->item(m_rules->rowCount() - 1, 1));
        edited();
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        m_rules->removeRow(m_rules->currentRow());
        edited();
    });
    connect(m_rules, &QTableWidget::itemChanged, this, [this] {
        if (!m_filling)
            edited();
    });
    connect(m_public, &QCheckBox::clicked, this, &NetworkingPage::methodEdited);
}

void NetworkingPage::addRule(const FirewallRuleSpec &rule)
{
    m_filling = true;
    const int row = m_rules->rowCount();
    m_rules->insertRow(row);
    m_rules->setItem(row, 0, new QTableWidgetItem(rule.name));
    m_rules->setItem(row, 1, new QTableWidgetItem(rule.from));
    m_rules->setItem(row, 2, new QTableWidgetItem(rule.to));
    ui::fitHeight(m_rules, 3, 8);
    m_filling = false;
}

// "server.firewall[1].from": the second rule's first address.
bool NetworkingPage::focusField(const QString &field)
{
    static const QRegularExpression cell(QStringLiteral("^server\\.firewall\\[([0-9]{1,4})\\](?:\\.(from|to))?"));
    const QRegularExpressionMatch match = cell.match(field);
    const int row = match.captured(1).toInt();
    if (match.hasMatch() && row < m_rules->rowCount())
        m_rules->setCurrentCell(row, match.captured(2) == QLatin1String("from") ? 1 : match.captured(2) == QLatin1String("to") ? 2 : 0);
    return Page::focusField(field);
}

void NetworkingPage::methodEdited()
{
    const bool injected = m_method->value() == PrivateAccess;
    if (injected)
        m_refusal->show(ui::Tone::Error, tr("A server with private access (VNet Integration) cannot have private endpoints, so Data Factory's managed virtual network cannot reach it. Causeway builds the road by public access and private endpoint only; public access can be switched off below once the endpoint works."));
    else
        m_refusal->clear();
    m_rules->setEnabled(m_public->isChecked());
    edited();
}

QString NetworkingPage::title() const
{
    return tr("Networking");
}

QString NetworkingPage::subtitle() const
{
    return tr("How the server can be reached, beside its private endpoints.");
}

QStringList NetworkingPage::fields() const
{
    return {QStringLiteral("server.publicNetworkAccess"), QStringLiteral("server.firewall"), QStringLiteral("server.requireSecureTransport")};
}

Readiness NetworkingPage::readiness() const
{
    if (m_method->value() == PrivateAccess)
        return {false, false, tr("Choose public access: private access excludes private endpoints.")};
    return Page::readiness();
}

void NetworkingPage::load(const SetupSpec &spec)
{
    const ServerSpec server = spec.server.value_or(ServerSpec());
    m_leftOpen = {!server.publicNetworkAccess, !server.requireSecureTransport};
    m_public->setChecked(server.publicNetworkAccess.value_or(true));
    m_secureTransport->setChecked(server.requireSecureTransport.value_or(true));
    m_rules->setRowCount(0);
    for (const FirewallRuleSpec &rule : server.firewall)
        addRule(rule);
    m_rules->setEnabled(m_public->isChecked());
}

// What a setup leaves to the service stays left to it until somebody chooses otherwise; both are on by default.
static std::optional<bool> chosen(bool checked, bool leftOpen)
{
    return leftOpen && checked ? std::nullopt : std::optional<bool>(checked);
}

void NetworkingPage::store(SetupSpec &spec) const
{
    if (!spec.server)
        return;
    spec.server->publicNetworkAccess = chosen(m_public->isChecked(), m_leftOpen.publicAccess);
    spec.server->requireSecureTransport = chosen(m_secureTransport->isChecked(), m_leftOpen.secureTransport);
    spec.server->firewall.clear();
    for (int row = 0; row < m_rules->rowCount(); ++row)
        spec.server->firewall.append(FirewallRuleSpec{m_rules->item(row, 0)->text().trimmed(), m_rules->item(row, 1)->text().trimmed(), m_rules->item(row, 2)->text().trimmed()});
}

} // namespace causeway::wizard
