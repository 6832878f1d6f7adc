// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLineEdit;
class QToolButton;

namespace causeway::ui {

//! A text that is there to be taken along: it can be read, selected, and copied with one press.
class CopyField final : public QWidget
{
    Q_OBJECT
public:
    explicit CopyField(QWidget *parent = nullptr);

    void setText(const QString &text);
    [[nodiscard]] QString text() const;

private:
    QLineEdit *m_text;
    QToolButton *m_copy;
};

} // namespace causeway::ui
