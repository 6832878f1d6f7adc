// SPDX-License-Identifier: Apache-2.0
#include "wizard/account/tenantrows.h"

#include "domain/signinfailure.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "text/signintext.h"
#include "ui/form.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace causeway::wizard {

TenantRows::TenantRows(QWidget *parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("tenantRows"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(8);
    hide();
}

void TenantRows::setTenants(const QList<TenantEntry> &tenants)
{
    while (QLayoutItem *item = m_column->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const TenantEntry &tenant : tenants) {
        if (tenant.refusal)
            addRow(tenant);
    }
    setVisible(m_column->count() > 0);
}

void TenantRows::addRow(const TenantEntry &tenant)
{
    auto *row = new QWidget(this);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    const SignInText text = signInText(*tenant.refusal, {{}, tenant.id, {}, {}, Surface::Window});
    const QString name = plainText(tenant.name.isEmpty() ? tenant.id : tenant.name, 80);
    auto *words = ui::plainLabel(tr("%1: not listed. %2").arg(name, text.happened), QStringLiteral("muted"), row);
    auto *go = new QPushButton(tr("Sign in there"), row);
    go->setObjectName(QStringLiteral("signInTo:") + tenant.id);
    go->setAccessibleName(tr("Sign in to %1").arg(name));
    line->addWidget(words, 1);
    line->addWidget(go, 0, Qt::AlignTop);
    m_column->addWidget(row);
    connect(go, &QPushButton::clicked, this, [this, tenant] { Q_EMIT signInWanted(tenant); });
}

} // namespace causeway::wizard
