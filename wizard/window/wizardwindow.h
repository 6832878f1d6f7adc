// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "wizard/page.h"

#include <QHash>
#include <QMainWindow>
#include <QSet>
#include <functional>
#include <optional>

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
    using Provider = std::function<Result<Parts>()>;

    explicit WizardWindow(const Parts &parts, QWidget *parent = nullptr);
    //! A window that can be seen before there are parts. `provider` is asked for them after the first paint, or by the
    //! first choice if somebody is quicker; what it gives must outlive the window.
    explicit WizardWindow(Provider provider, QWidget *parent = nullptr);

    //! What the pages work on; made now when it is not there yet. Null: it could not be made, and the message says why.
    //! Asking again tries again.
    const Parts *furnish();
    [[nodiscard]] PageId currentPage() const { return m_current; }
    //! Only the start page is there before the parts.
    [[nodiscard]] PageFace *page(PageId id);
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
    //! Every page shows this setup from now on, and can be looked at in any order.
    void take(const SetupSpec &spec);
    //! Sign-in and network, where there is something to set up.
    void openSettings();
    //! A sentence above the page, for example why a file was not opened.
    void say(const QString &text, bool error);

Q_SIGNALS:
    void purposeChanged(causeway::wizard::Purpose purpose);
    void sandboxWanted(); //!< another window, on the sandbox

protected:
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] const SetupSpec &spec() const;
    void buildHeader(QVBoxLayout *column);
    void buildFooter(QVBoxLayout *column);
    void showPage(PageId id);
    void storeCurrent();
    bool moveOn();
    void mend(const Finding &finding);
    void refresh();
    void refreshIdentity();
    void refreshTitle();
    void refreshFooter();

    Provider m_provider;
    std::optional<Parts> m_parts;
    bool m_painted = false;
    Navigation *m_navigation;
    QVBoxLayout *m_above; //!< what stands over every page
    QStackedWidget *m_stack;
    QLabel *m_title;
    QLabel *m_subtitle;
    QLabel *m_account;
    QLabel *m_place;
    ui::Banner *m_message;
    QLabel *m_reason;
    QPushButton *m_back;
    QPushButton *m_next;
    QHash<PageId, PageFace *> m_pages;
    QHash<PageId, QScrollArea *> m_areas;
    QSet<PageId> m_visited;
    QString m_mapped;
    PageId m_current = PageId::Start;
    Purpose m_purpose = Purpose::SetUp;
};

//! The pages of the product. Null for a page that needs parts when there are none.
PageFace *makePage(PageId id, const std::optional<Parts> &parts, WizardWindow *window);

} // namespace causeway::wizard
