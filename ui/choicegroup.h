// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QButtonGroup>
#include <QList>
#include <QWidget>

class QVBoxLayout;

namespace causeway::ui {

//! Radio buttons one below the other, each with a sentence that says what it means.
class ChoiceGroup final : public QWidget
{
    Q_OBJECT
public:
    explicit ChoiceGroup(QWidget *parent = nullptr);

    void addChoice(int value, const QString &label, const QString &explanation = {});
    [[nodiscard]] int value() const;
    void setValue(int value);
    void setChoiceEnabled(int value, bool enabled);

Q_SIGNALS:
    void edited();

private:
    QVBoxLayout *m_column;
    QButtonGroup m_buttons;
};

} // namespace causeway::ui
