// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

class QCheckBox;
class QLineEdit;
class QTableWidget;

namespace causeway::ui {
class Banner;
class ChoiceGroup;
} // namespace causeway::ui

namespace causeway::wizard {

//! Article 002 step 6: the connectivity method, then the firewall and TLS.
class NetworkingPage final : public Page
{
    Q_OBJECT
public:
    explicit NetworkingPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QStringList fields() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &spec) const override;
    [[nodiscard]] Readiness readiness() const override;
    bool focusField(const QString &field) override;

private:
    void buildFirewall();
    void addRule(const FirewallRuleSpec &rule);
    void methodEdited();

    ui::ChoiceGroup *m_method;
    ui::Banner *m_refusal;
    QCheckBox *m_public;
    ui::FormSection *m_firewall;
    QTableWidget *m_rules;
    QCheckBox *m_secureTransport;
    bool m_filling = false;
    struct {
        bool publicAccess = false;
        bool secureTransport = false;
    } m_leftOpen;
};

} // namespace causeway::wizard
