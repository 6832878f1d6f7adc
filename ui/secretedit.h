// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

#include <QWidget>

class QLineEdit;
class QToolButton;

namespace causeway::ui {

//! A password field with an eye. What is typed leaves it as a Secret only.
class SecretEdit : public QWidget
{
    Q_OBJECT
public:
    explicit SecretEdit(QWidget *parent = nullptr);

    [[nodiscard]] Secret secret() const;
    void setSecret(const Secret &secret);
    void setPlaceholderText(const QString &text);
    [[nodiscard]] bool isEmpty() const;

Q_SIGNALS:
    void edited();

private:
    QLineEdit *m_edit;
    QToolButton *m_eye;
};

} // namespace causeway::ui
