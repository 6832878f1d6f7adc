// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QHash>
#include <QString>

class QFormLayout;
class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace causeway::ui {

//! A page's card: a title, a sentence, and rows of label and input. Labels are buddies, and each row has room
//! below its input for what is wrong with it.
class FormSection : public QFrame
{
    Q_OBJECT
public:
    explicit FormSection(const QString &title, const QString &description = {}, QWidget *parent = nullptr);

    //! `field`: the setup document's path of what is edited; showIssue() finds the row by it.
    //! `label` may hold an & for the keyboard. `hint`: muted words below the input.
    void addRow(const QString &label, QWidget *input, const QString &field = {}, const QString &hint = {});
    //! The label above the input, which takes the whole width: for code and tables.
    void addBelow(const QString &label, QWidget *input, const QString &hint = {});
    //! Over the whole width. `field` as in addRow(): what is wrong with it then stands below.
    void addWide(QWidget *widget, const QString &field = {});
    void setRowVisible(QWidget *input, bool visible);
    void setDescription(const QString &description);
    void setHint(QWidget *input, const QString &hint);
    void setRowLabel(QWidget *input, const QString &label);

    void clearIssues();
    //! True when the section has a visible row for the field (or for a parent of it; with `below`, for a part of it).
    bool showIssue(const QString &field, const QString &text, bool warning, bool below = false);
    //! The input of that row; null when there is none.
    [[nodiscard]] QWidget *inputOf(const QString &field, bool below = false) const;

private:
    struct Row {
        QLabel *label = nullptr; //!< null: over the whole width
        QWidget *input = nullptr;
        QLabel *hint = nullptr;
        QLabel *issue = nullptr;
        QString field;
        int index = 0;
    };
    Row *rowOf(QWidget *input);
    [[nodiscard]] const Row *rowOf(const QString &field, bool below) const;
    QVBoxLayout *m_column;
    QLabel *m_description;
    QGridLayout *m_grid;
    QList<Row> m_rows;
    int m_next = 0;
};

//! A wrapped, plain-text label: server text is never taken for rich text.
QLabel *plainLabel(const QString &text, const QString &role, QWidget *parent);

} // namespace causeway::ui
