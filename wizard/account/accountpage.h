// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

class QCheckBox;
class QLineEdit;

namespace causeway::ui {
class Banner;
class Picker;
} // namespace causeway::ui

namespace causeway::wizard {

class TenantRows;

//! Who is signed in, in which subscription and resource group, and which parts of the road this setup holds.
class AccountPage final : public Page
{
    Q_OBJECT
public:
    AccountPage(const Parts &parts, bool partsAreChosen, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QStringList fields() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &spec) const override;
    void entered() override;
    //! Reviewing approvals needs a subscription, and none of the setup's parts.
    void setPartsChosen(bool chosen);
    [[nodiscard]] Readiness readiness() const override;

protected:
    [[nodiscard]] Issues extraIssues() const override;

Q_SIGNALS:
    //! Client id, cloud or network have to be set up.
    void settingsWanted();

private:
    void buildAccount();
    void showTenants();
    void showSubscriptions();
    void showGroups();
    void groupEdited();
    void rememberParts();

    bool m_partsChosen;
    SetupSpec m_kept;
    ui::Banner *m_banner;
    TenantRows *m_tenants;
    ui::Picker *m_subscription;
    ui::FormSection *m_setup;
    QLineEdit *m_name;
    ui::Picker *m_group;
    ui::Picker *m_location;
    ui::FormSection *m_scope;
    QCheckBox *m_server;
    QCheckBox *m_endpoint;
    QCheckBox *m_integration;
    QCheckBox *m_linkedService;
};

} // namespace causeway::wizard
