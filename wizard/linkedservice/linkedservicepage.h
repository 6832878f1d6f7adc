// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/linkedservice/linkedservicecontroller.h"
#include "wizard/page.h"

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace causeway::ui {
class Banner;
class ChoiceGroup;
class Picker;
class SecretEdit;
} // namespace causeway::ui

namespace causeway::wizard {

//! Article 001: account selection, the four authentication types, the encryption method with its verdict, the JSON, the test.
class LinkedServicePage final : public Page
{
    Q_OBJECT
public:
    explicit LinkedServicePage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QStringList fields() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &spec) const override;
    void entered() override;

protected:
    [[nodiscard]] Issues extraIssues() const override;

private:
    void buildAccount();
    void buildAuthentication();
    void buildEncryption();
    void buildTest();
    void showMode();
    void showVerdict();
    void showJson();
    void showTest();
    void runTest(bool enableAuthoring);
    [[nodiscard]] int authoringMinutes() const;
    void changed();
    [[nodiscard]] AuthenticationType type() const;
    [[nodiscard]] EncryptionMethod method() const;
    [[nodiscard]] ResourceId existingFactory() const;
    [[nodiscard]] QString host(const SetupSpec &spec) const;
    [[nodiscard]] LinkedServiceSecrets secrets() const;

    LinkedServiceController m_controller;
    QLineEdit *m_name;
    ui::FormSection *m_accountSection;
    ui::ChoiceGroup *m_account;
    QLineEdit *m_server;
    QLineEdit *m_host;
    ui::Picker *m_database;
    QSpinBox *m_port;
    QLineEdit *m_runtime;
    ui::FormSection *m_authentication;
    ui::Picker *m_type;
    QLineEdit *m_username;
    ui::SecretEdit *m_password;
    QLineEdit *m_tenant;
    QLineEdit *m_principal;
    QLineEdit *m_principalObject;
    ui::Picker *m_credentialType;
    ui::SecretEdit *m_key;
    QPlainTextEdit *m_certificate;
    ui::SecretEdit *m_certificatePassword;
    ui::Picker *m_cloud;
    QLineEdit *m_credential;
    ui::Picker *m_identity;
    ui::FormSection *m_encryptionSection;
    ui::Picker *m_encryption;
    ui::Banner *m_verdict;
    QLineEdit *m_reason;
    QPushButton *m_test;
    ui::Banner *m_testResult;
    QPlainTextEdit *m_json;
    AuthenticationSpec m_loaded;
};

} // namespace causeway::wizard
