// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"
#include "wizard/server/servercontroller.h"

class QCheckBox;
class QLineEdit;

namespace causeway::ui {
class Banner;
class ChoiceGroup;
class Picker;
class SecretEdit;
} // namespace causeway::ui

namespace causeway::wizard {

//! Article 002 step 3, Basics: name, place, version, size, administrator; or an existing server.
class ServerPage final : public Page
{
    Q_OBJECT
public:
    explicit ServerPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QStringList fields() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &spec) const override;
    void entered() override;

protected:
    [[nodiscard]] Issues extraIssues() const override;

private:
    void buildWhich();
    void buildBasics();
    void buildAdministrator();
    void buildExisting();
    void showMode();
    void showServers();
    void showCapabilities();
    void showName();
    void showAvailability();
    void showExisting();
    [[nodiscard]] const ServerEntry *existing() const;
    void locationEdited();
    [[nodiscard]] bool isNew() const;

    ServerController m_controller;
    ui::Banner *m_banner;
    ui::ChoiceGroup *m_which;
    ui::FormSection *m_basics;
    QLineEdit *m_name;
    ui::Picker *m_location;
    ui::Picker *m_version;
    ui::Picker *m_sku;
    ui::Picker *m_storage;
    ui::Picker *m_availability;
    ui::FormSection *m_administrator;
    QLineEdit *m_login;
    ui::ChoiceGroup *m_passwordFrom;
    ui::SecretEdit *m_password;
    QCheckBox *m_passwordAuthentication;
    QCheckBox *m_entraAuthentication;
    ui::FormSection *m_existing;
    ui::Picker *m_server;
    ui::FormSection *m_content;
    QLineEdit *m_databases;
    SecretReference m_keptReference;
};

} // namespace causeway::wizard
