// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

class QLabel;
class QTableWidget;

namespace causeway::ui {
class Banner;
}

namespace causeway::wizard {

//! The verdict of the connection test, what was made, and where to find it.
class FinishPage final : public Page
{
    Q_OBJECT
public:
    explicit FinishPage(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] bool hasNext() const override { return false; }
    void load(const SetupSpec &) override {}
    void store(SetupSpec &) const override {}
    void entered() override;

Q_SIGNALS:
    void saveChosen();
    void startAgain();

private:
    ui::Banner *m_verdict;
    QLabel *m_summary;
    QTableWidget *m_made;
    QStringList m_ids;
};

} // namespace causeway::wizard
