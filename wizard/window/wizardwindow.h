// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wizard/page.h"

#include <QHash>
#include <QMainWindow>
#include <QSet>
#include <functional>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace causeway::ui {
class Banner;
}

namespace causeway::wizard {

class Navigation;

//! The stepper: a list of steps, the page, Back and Next. Pages are made when first shown and kept, so going back never
//! loses anything. It knows no page by type: makePage() is the only list of them.
class WizardWindow final : public QMainWindow
{
    Q_OBJECT
public:
    using PageFactory = std::function<Page *(PageId, const Parts &, WizardWindow *)>;

    explicit WizardWindow(const Parts &parts, QWidget *parent = nullptr);

    [[nodiscard]] PageId currentPage() const { return m_current; }
    [[nodiscard]] Page *page(PageId id);
    [[nodiscard]] Purpose purpose() const { return m_purpose; }
    void setPurpose(Purpose purpose);
    void goTo(PageId page);
    //! True when it went on.
    bool goNext();
    void goBack();
    void setSandboxNote(const QString &note);
    //! Reads a setup file into the model and says what is wrong with it; true when it was taken.
    bool openSetup(const QString &path);
    bool saveSetup(const QString &path);
    //! A sentence above the page, for example why a file was not opened.
    void say(const QString &text, bool error);

Q_SIGNALS:
    void purposeChanged(causeway::wizard::Purpose purpose);

protected:
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildHeader(QVBoxLayout *column);
    void buildFooter(QVBoxLayout *column);
    void showPage(PageId id);
    void storeCurrent();
    bool moveOn();
    void refresh();
    void refreshIdentity();
    void refreshTitle();
    void refreshFooter();

    Parts m_parts;
    Navigation *m_navigation;
    QStackedWidget *m_stack;
    QLabel *m_title;
    QLabel *m_subtitle;
    QLabel *m_account;
    QLabel *m_place;
    ui::Banner *m_message;
    QLabel *m_reason;
    QPushButton *m_back;
    QPushButton *m_next;
    QHash<PageId, Page *> m_pages;
    QHash<PageId, QScrollArea *> m_areas;
    QSet<PageId> m_visited;
    QString m_mapped;
    PageId m_current = PageId::Start;
    Purpose m_purpose = Purpose::SetUp;
};

//! The pages of the product.
Page *makePage(PageId id, const Parts &parts, WizardWindow *window);

} // namespace causeway::wizard
