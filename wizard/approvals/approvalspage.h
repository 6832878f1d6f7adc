// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/approvals/approvalscontroller.h"
#include "wizard/page.h"

class QLineEdit;
class QPushButton;
class QTableView;
class QLabel;

namespace causeway::ui {
class Banner;
}

namespace causeway::wizard {

class ConnectionModel;

//! Article 002, "Approval process for a private endpoint": every connection of the server, with state and text; Approve,
//! Reject, Remove with an optional text. Before a run it also says who will have to approve what.
class ApprovalsPage final : public Page
{
    Q_OBJECT
public:
    //! `alone`: the queue of the whole subscription, without a setup.
    ApprovalsPage(const Parts &parts, bool alone, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] bool hasNext() const override { return !m_alone; }
    [[nodiscard]] QString nextText() const override;
    void load(const SetupSpec &spec) override;
    void store(SetupSpec &) const override {}
    void entered() override;
    void setAlone(bool alone);
    bool submit() override;

private:
    void show();
    void showButtons();
    void reload();
    void showWaiting();
    [[nodiscard]] int ownRow() const;
    void showExpected(const SetupSpec &spec);
    void decide(Decision decision);
    [[nodiscard]] const Connection *selected() const;
    [[nodiscard]] ResourceId serverOf(const SetupSpec &spec) const;

    bool m_alone;
    ApprovalsController m_controller;
    ui::Banner *m_banner;
    ui::FormSection *m_expected;
    QLabel *m_expectedText;
    QTableView *m_table;
    ConnectionModel *m_model;
    QLabel *m_empty;
    QLabel *m_detail;
    QLineEdit *m_comment;
    QPushButton *m_approve;
    QPushButton *m_reject;
    QPushButton *m_remove;
    QPushButton *m_refresh;
};

} // namespace causeway::wizard
