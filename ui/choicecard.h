// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/theme.h"

#include <QAbstractButton>
#include <QHash>

namespace causeway::ui {

//! A large button: an icon, what it does, and a sentence about it.
class ChoiceCard final : public QAbstractButton
{
    Q_OBJECT
public:
    ChoiceCard(const QString &iconName, const QString &title, const QString &sentence, QWidget *parent = nullptr);

    void setSentence(const QString &sentence);
    [[nodiscard]] const QString &sentence() const { return m_sentence; }
    //! Small, for one of many: a line of a list that leads somewhere. `role` colours its icon.
    void setCompact(IconRole role);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QFont titleFont() const;
    [[nodiscard]] int wordsHeight(int room) const;
    mutable QHash<int, int> m_wordsHeights; //!< by room: a layout asks many times, and each answer shapes the whole sentence
    [[nodiscard]] int textAt() const;
    QString m_iconName;
    QString m_sentence;
    IconRole m_role = IconRole::Accent;
    int m_margin = 18;
    int m_iconSize = 28;
};

} // namespace causeway::ui
