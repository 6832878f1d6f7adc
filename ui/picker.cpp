// SPDX-License-Identifier: Apache-2.0
#include "ui/picker.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QStyleOptionComboBox>
#include <QStylePainter>

namespace causeway::ui {

namespace {
constexpr int detailRole = Qt::UserRole + 1;
constexpr int searchRole = Qt::UserRole + 2; // all that finds a choice

// In the list a choice stands with its detail: why it cannot be chosen, how large it is.
class ChoiceDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const QString detail = index.data(detailRole).toString();
        if (!detail.isEmpty())
            option->text += QStringLiteral("  –  ") + detail;
    }
};
// Found by one text, written as another.
class ChoiceCompleter final : public QCompleter
{
public:
    using QCompleter::QCompleter;

    QString pathFromIndex(const QModelIndex &index) const override { return index.data(Qt::DisplayRole).toString(); }
};
} // namespace

Picker::Picker(bool free, QWidget *parent) : QComboBox(parent), m_free(free)
{
    setInsertPolicy(NoInsert);
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(24);
    setMaxVisibleItems(14);
    setEditable(free);
    view()->setItemDelegate(new ChoiceDelegate(view()));
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

void Picker::setSearchable(bool searchable)
{
    setEditable(searchable || m_free);
    if (!searchable || m_free)
        return;
    lineEdit()->setMaxLength(200);
    auto *finder = new ChoiceCompleter(model(), this);
    finder->setCaseSensitivity(Qt::CaseInsensitive);
    finder->setFilterMode(Qt::MatchContains);
    finder->setCompletionRole(searchRole);
    finder->setMaxVisibleItems(maxVisibleItems());
    finder->popup()->setItemDelegate(new ChoiceDelegate(finder->popup()));
    setCompleter(finder);
    connect(lineEdit(), &QLineEdit::editingFinished, this, &Picker::searched);
}

// Several may have the same text: then only a value says which.
int Picker::rowMeant(const QString &typed) const
{
    const Choice *const current = choice(m_value);
    if (typed.isEmpty() || (current && current->text == typed))
        return -1;
    QList<int> exact, holding;
    for (int row = 0; row < count(); ++row) {
        const Choice &each = m_choices[row];
        if (each.text.compare(typed, Qt::CaseInsensitive) == 0 || each.value.compare(typed, Qt::CaseInsensitive) == 0)
            exact.append(row);
        if (itemData(row, searchRole).toString().contains(typed, Qt::CaseInsensitive))
            holding.append(row);
    }
    const QList<int> &found = exact.isEmpty() ? holding : exact;
    return found.size() == 1 && m_choices[found.first()].enabled ? found.first() : -1;
}

void Picker::searched()
{
    const int row = rowMeant(lineEdit()->text().trimmed());
    if (row >= 0) {
        setCurrentIndex(row);
        m_value = m_choices[row].value;
        Q_EMIT edited();
        return;
    }
    const Choice *chosen = choice(m_value);
    setEditText(chosen ? chosen->text : QString());
}

void Picker::setChoices(const QList<Choice> &choices)
{
    const QSignalBlocker quiet(this);
    m_choices = choices;
    clear();
    for (int i = 0; i < choices.size(); ++i) {
        const Choice &choice = choices[i];
        addItem(choice.text);
        setItemData(i, choice.detail, detailRole);
        setItemData(i, QStringList{choice.text, choice.value, choice.detail}.join(QLatin1Char('\n')), searchRole);
        setItemData(i, choice.detail.isEmpty() ? choice.text : QStringLiteral("%1, %2").arg(choice.text, choice.detail), Qt::AccessibleTextRole);
        setItemData(i, choice.detail.toHtmlEscaped(), Qt::ToolTipRole);
        if (auto *items = qobject_cast<QStandardItemModel *>(model()); items && !choice.enabled)
            items->item(i)->setEnabled(false);
    }
    setPlaceholderText({});
    if (lineEdit())
        lineEdit()->setPlaceholderText({});
    select(m_value);
}

void Picker::setLoading(const QString &text)
{
    if (!m_choices.isEmpty())
        return;
    setPlaceholderText(text);
    if (lineEdit())
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
    if (lineEdit())
        setEditText(row >= 0 ? m_choices[row].text : value);
}

void Picker::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    painter.setPen(palette().color(QPalette::Text));
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QString detail = currentIndex() < 0 ? QString() : currentData(detailRole).toString();
    if (!detail.isEmpty() && !lineEdit())
        option.currentText += QStringLiteral("  –  ") + detail;
    if (currentIndex() < 0 && !placeholderText().isEmpty()) {
        option.palette.setBrush(QPalette::ButtonText, option.palette.placeholderText());
        option.currentText = placeholderText();
    }
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
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

const Choice *Picker::choice(const QString &value) const
{
    const auto found = std::find_if(m_choices.begin(), m_choices.end(), [&](const Choice &each) { return each.value.compare(value, Qt::CaseInsensitive) == 0; });
    return found == m_choices.end() ? nullptr : &*found;
}

bool Picker::holds(const QString &value) const
{
    return choice(value) != nullptr;
}

} // namespace causeway::ui
