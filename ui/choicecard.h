// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

namespace causeway::ui {

//! A large button: an icon, what it does, and a sentence about it.
class ChoiceCard final : public QAbstractButton
{
    Q_OBJECT
public:
    ChoiceCard(const QString &iconName, const QString &title, const QString &sentence, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    [[nodiscard]] QFont titleFont() const;
    QString m_iconName;
    QString m_sentence;
};

} // namespace causeway::ui
