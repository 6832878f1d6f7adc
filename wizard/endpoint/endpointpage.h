// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

class QLineEdit;

namespace causeway::ui {
class ChoiceGroup;
class Picker;
} // namespace causeway::ui

namespace causeway::wizard {

//! Article 002 step 8, the Create Private Endpoint pane: where it is, what it points to, its network and its DNS.
class EndpointPage final : public Page
{
    Q_OBJECT
public:
    explicit EndpointPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QStringList fields() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &spec) const override;
    void entered() override;

protected:
    [[nodiscard]] Issues extraIssues() const override;

private:
    void buildBasics();
    void buildNetwork();
    void buildDns();
    void buildApproval();
    void showNetworks();
    void showSubnets();
    void showSubnetHint();
    void showZones();
    void showGroups();
    void showMode();

    ui::Picker *m_subscription;
    ui::FormSection *m_basics;
    ui::Picker *m_group;
    ui::Picker *m_location;
    QLineEdit *m_name;
    ui::Picker *m_subresource;
    ui::FormSection *m_networkSection;
    ui::Picker *m_network;
    ui::Picker *m_subnet;
    ui::ChoiceGroup *m_dns;
    ui::FormSection *m_dnsSection;
    ui::Picker *m_zone;
    ui::FormSection *m_approvalSection;
    ui::ChoiceGroup *m_approval;
    QLineEdit *m_message;
};

} // namespace causeway::wizard
