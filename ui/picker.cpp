// SPDX-License-Identifier: Apache-2.0
#include "ui/picker.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace causeway::ui {

Picker::Picker(bool free, QWidget *parent) : QComboBox(parent), m_free(free)
{
    setInsertPolicy(NoInsert);
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(24);
    setMaxVisibleItems(14);
    setEditable(free);
    if (free) {
        lineEdit()->setMaxLength(2048);
        completer()->setCaseSensitivity(Qt::CaseInsensitive);
        completer()->setCompletionMode(QCompleter::PopupCompletion);
        connect(this, &QComboBox::editTextChanged, this, [this](const QString &text) {
            m_value = text.trimmed();
            for (const Choice &choice : m_choices) {
                if (choice.text == text)
                    m_value = choice.value;
            }
            Q_EMIT edited();
        });
    }
    connect(this, &QComboBox::activated, this, [this](int row) {
        if (row >= 0 && row < m_choices.size()) {
            m_value = m_choices[row].value;
            Q_EMIT edited();
        }
    });
}

void Picker::setChoices(const QList<Choice> &choices)
{
    const QSignalBlocker quiet(this);
    m_choices = choices;
    clear();
    for (int i = 0; i < choices.size(); ++i) {
        const Choice &choice = choices[i];
        addItem(choice.detail.isEmpty() || m_free ? choice.text : QStringLiteral("%1  –  %2").arg(choice.text, choice.detail));
        setItemData(i, choice.detail.toHtmlEscaped(), Qt::ToolTipRole);
        if (auto *items = qobject_cast<QStandardItemModel *>(model()); items && !choice.enabled)
            items->item(i)->setEnabled(false);
    }
    setPlaceholderText({});
    if (m_free)
        lineEdit()->setPlaceholderText({});
    select(m_value);
}

void Picker::setLoading(const QString &text)
{
    if (!m_choices.isEmpty())
        return;
    setPlaceholderText(text);
    if (m_free)
        lineEdit()->setPlaceholderText(text);
}

void Picker::select(const QString &value)
{
    int row = -1;
    for (int i = 0; i < m_choices.size(); ++i) {
        if (m_choices[i].value.compare(value, Qt::CaseInsensitive) == 0)
            row = i;
    }
    if (row < 0 && !m_free && !value.isEmpty()) {
        m_choices.append(Choice{value, value, {}, true});
        addItem(value);
        row = int(m_choices.size()) - 1;
    }
    setCurrentIndex(row);
    if (m_free)
        setEditText(row >= 0 ? m_choices[row].text : value);
}

QString Picker::value() const
{
    return m_value;
}

void Picker::setValue(const QString &value)
{
    const QSignalBlocker quiet(this);
    m_value = value;
    select(value);
}

bool Picker::holds(const QString &value) const
{
    return std::any_of(m_choices.begin(), m_choices.end(), [&](const Choice &choice) { return choice.value.compare(value, Qt::CaseInsensitive) == 0; });
}

} // namespace causeway::ui
