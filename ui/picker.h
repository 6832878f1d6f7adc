// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QList>
#include <QString>

namespace causeway::ui {

struct Choice {
    QString text;            //!< shown
    QString value;           //!< what is meant
    QString detail;          //!< muted, behind the text: "westeurope", "no free address"
    bool enabled = true;
};

//! A combo box of things that a service lists. What was chosen or typed stays, also while the list loads again and when
//! the list does not hold it.
class Picker final : public QComboBox
{
    Q_OBJECT
public:
    //! `free`: a value that is not in the list may be typed (the name of something new).
    explicit Picker(bool free, QWidget *parent = nullptr);

    void setChoices(const QList<Choice> &choices);
    void setLoading(const QString &text);
    //! For long lists: what is typed finds choices by any part of their text, value or detail. What finds none, or several, is taken back.
    void setSearchable(bool searchable);
    [[nodiscard]] QString value() const;
    void setValue(const QString &value);
    //! Null when the list does not hold it.
    [[nodiscard]] const Choice *choice(const QString &value) const;
    [[nodiscard]] bool holds(const QString &value) const;

Q_SIGNALS:
    //! By the person, not by setValue().
    void edited();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void select(const QString &value);
    void searched();
    [[nodiscard]] int rowMeant(const QString &typed) const;
    bool m_free;
    QString m_value;
    QList<Choice> m_choices;
};

} // namespace causeway::ui
