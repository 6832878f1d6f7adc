// SPDX-License-Identifier: Apache-2.0
#include "ui/choicegroup.h"

#include "ui/form.h"

#include <QLabel>
#include <QRadioButton>
#include <QVBoxLayout>

namespace causeway::ui {

ChoiceGroup::ChoiceGroup(QWidget *parent) : QWidget(parent)
{
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 6, 0, 0);
    m_column->setSpacing(2);
    connect(&m_buttons, &QButtonGroup::idClicked, this, &ChoiceGroup::edited);
}

void ChoiceGroup::addChoice(int value, const QString &label, const QString &explanation)
{
    auto *button = new QRadioButton(label, this);
    m_buttons.addButton(button, value);
    m_column->addWidget(button);
    if (m_buttons.buttons().size() == 1) {
        button->setChecked(true);
        setFocusProxy(button);
    }
    if (explanation.isEmpty())
        return;
    button->setAccessibleDescription(explanation);
    auto *words = plainLabel(explanation, QStringLiteral("muted"), this);
    words->setContentsMargins(24, 0, 24, 0);
    words->setMinimumHeight(words->fontMetrics().height() + 2); // a row of a grid would squeeze it
    m_column->addWidget(words);
    m_column->addSpacing(6);
}

int ChoiceGroup::value() const
{
    return m_buttons.checkedId();
}

void ChoiceGroup::setValue(int value)
{
    if (QAbstractButton *button = m_buttons.button(value))
        button->setChecked(true);
}

void ChoiceGroup::setChoiceEnabled(int value, bool enabled)
{
    if (QAbstractButton *button = m_buttons.button(value))
        button->setEnabled(enabled);
}

} // namespace causeway::ui
