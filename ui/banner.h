// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace causeway::ui {

enum class Tone { Neutral, Info, Success, Warning, Error };

//! A sentence across the page with an icon and, at times, one thing to do about it. Hidden while it has no text.
class Banner : public QFrame
{
    Q_OBJECT
public:
    explicit Banner(QWidget *parent = nullptr);

    void show(Tone tone, const QString &text, const QString &action = {});
    void clear();
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void actionRequested();

private:
    QLabel *m_icon;
    QLabel *m_text;
    QPushButton *m_action;
};

//! A word in a coloured pill: a state.
QLabel *makeBadge(Tone tone, const QString &text, QWidget *parent);
void setBadge(QLabel *badge, Tone tone, const QString &text);

} // namespace causeway::ui
