// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

class QLineEdit;

namespace causeway::ui {
class Banner;
class ChoiceGroup;
class Picker;
} // namespace causeway::ui

namespace causeway::wizard {

//! Article 000 and 003: the factory, its runtime in the managed virtual network, the managed private endpoint.
class IntegrationPage final : public Page
{
    Q_OBJECT
public:
    explicit IntegrationPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QStringList fields() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &spec) const override;
    void entered() override;

private:
    void showFactories();
    void showGroups();
    void showRuntimes();
    void factoryEdited();
    [[nodiscard]] ResourceId chosenFactory() const;

    ui::FormSection *m_factorySection;
    ui::Picker *m_factory;
    ui::Picker *m_group;
    ui::Picker *m_location;
    ui::FormSection *m_runtimeSection;
    ui::Picker *m_runtime;
    ui::Picker *m_minutes;
    QLineEdit *m_endpoint;
    ui::ChoiceGroup *m_approval;
    QLineEdit *m_comment;
    bool m_locationLeftOut = false;
};

} // namespace causeway::wizard
