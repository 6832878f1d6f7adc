// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/signinsettings.h"
#include "wizard/page.h"

#include <QCoroTask>

class QCheckBox;
class QLineEdit;
class QSpinBox;

namespace causeway::ui {
class Banner;
class SecretEdit;
} // namespace causeway::ui

namespace causeway::wizard {

//! Sign-in and network: cloud, client id with the recipe for one's own, tenant, proxy, an additional certificate authority.
class SettingsPage final : public Page
{
    Q_OBJECT
public:
    explicit SettingsPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString nextText() const override;
    void load(const SetupSpec &) override {}
    void store(SetupSpec &) const override {}
    void entered() override;
    [[nodiscard]] Readiness readiness() const override;
    bool submit() override;

private:
    void buildCloud();
    void buildRegistration();
    void buildNetwork();
    void showFields();
    void changed();
    QCoro::Task<> save();
    void setSaving(bool saving);
    [[nodiscard]] SignInSettings entry() const;

    ui::FormSection *m_cloudCard;
    ui::FormSection *m_idCard;
    ui::FormSection *m_networkCard;
    ui::Banner *m_banner;
    ui::Picker *m_cloud;
    QLineEdit *m_arm;
    QLineEdit *m_authority;
    QLineEdit *m_clientId;
    QLineEdit *m_tenant;
    QCheckBox *m_deviceCode;
    QSpinBox *m_port;
    QWidget *m_recipe;
    ui::Picker *m_proxy;
    QLineEdit *m_proxyHost;
    QSpinBox *m_proxyPort;
    QLineEdit *m_proxyUser;
    ui::SecretEdit *m_proxyPassword;
    QLineEdit *m_caFile;
    bool m_filling = false;
    bool m_saving = false;
};

} // namespace causeway::wizard
