// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "domain/check.h"
#include "wizard/page.h"

#include <QCoroTask>
#include <stop_token>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace causeway::wizard {

//! What stands between this computer and Azure, check by check: the same as `causewayctl doctor network` and `doctor signin`.
class ChecksPage final : public Page
{
    Q_OBJECT
public:
    explicit ChecksPage(const Parts &parts, QWidget *parent = nullptr);
    ~ChecksPage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString nextText() const override;
    bool submit() override;
    void load(const SetupSpec &) override {}
    void store(SetupSpec &) const override {}
    void entered() override;
    [[nodiscard]] bool isLooking() const { return m_looking; }

Q_SIGNALS:
    void finished();
    //! Enough looked at: to the account and the setup in hand.
    void accountWanted();

private:
    QCoro::Task<> look(Context context);
    void clearRows();
    QVBoxLayout *addList(const QString &title);
    void addRow(QVBoxLayout *list, const Check &check);
    void conclude(bool well);

    ui::Banner *m_banner;
    QVBoxLayout *m_network;
    QVBoxLayout *m_signIn;
    QPushButton *m_again;
    std::stop_source m_stop;
    bool m_looking = false;
    int m_badgeWidth = 84;
};

} // namespace causeway::wizard
