// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/flow/flow.h"

#include <QFrame>

class QLabel;
class QListWidget;

namespace causeway::wizard {

//! The list of steps at the leading edge: done, here, ahead. Visited pages can be gone back to.
class Navigation final : public QFrame
{
    Q_OBJECT
public:
    explicit Navigation(QWidget *parent = nullptr);

    void setPages(const QList<PageId> &pages, PageId current, const QSet<PageId> &visited);
    //! What stands at the foot: that this is the sandbox, and how fast its clock runs. Empty: nothing.
    void setNote(const QString &note);

    static QString title(PageId page);

Q_SIGNALS:
    void pageChosen(causeway::wizard::PageId page);

private:
    QListWidget *m_list;
    QLabel *m_note;
    QList<PageId> m_pages;
};

} // namespace causeway::wizard
