// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/reach.h"

#include <QWidget>

class QVBoxLayout;

namespace causeway::wizard {

//! The tenants whose subscriptions are not listed: why, and a button that signs in there. Empty when there is none.
class TenantRows final : public QWidget
{
    Q_OBJECT
public:
    explicit TenantRows(QWidget *parent = nullptr);
    void setTenants(const QList<TenantEntry> &tenants);

Q_SIGNALS:
    void signInWanted(const causeway::TenantEntry &tenant);

private:
    void addRow(const TenantEntry &tenant);
    QVBoxLayout *m_column;
};

} // namespace causeway::wizard
