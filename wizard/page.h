// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"
#include "core/error.h"
#include "domain/setupspec.h"
#include "ui/picker.h"
#include "wizard/flow/finding.h"
#include "wizard/flow/flow.h"

#include <QList>
#include <QSet>
#include <QWidget>
#include <optional>

class QLineEdit;
class QVBoxLayout;

namespace causeway::ui {
class Banner;
class FormSection;
}

namespace causeway {
class AzureSession;
class CatalogueBase;
class Clock;
class Recents;
class SecretSource;
} // namespace causeway

namespace causeway::wizard {

class RunControl;
class SettingsDesk;
class SetupModel;
class SignInController;

//! Looks at a setup that was opened; where the world is a sandbox, makes it hold what the setup takes for granted.
class SetupAdopter
{
public:
    SetupAdopter() = default;
    virtual ~SetupAdopter() = default;
    Q_DISABLE_COPY_MOVE(SetupAdopter)

    //! Why it does not belong here: a sandbox's ids in Azure, another cloud.
    [[nodiscard]] virtual std::optional<Error> objection(const SetupSpec &) const { return std::nullopt; }
    //! Rewrites ids that were mapped and returns a line for each, for people; nothing when nothing had to be done.
    virtual QStringList adopt(SetupSpec &spec) = 0;
};

//! What every page works on: the one session, the one setup, the one run.
struct Parts {
    AzureSession &session;
    SetupModel &setup;
    RunControl &run;
    Clock &clock;
    SignInController *signIn = nullptr; //!< null: the account is what it is
    SetupAdopter *adopter = nullptr; //!< null: setups are taken as they are
    SecretSource *secrets = nullptr; //!< null: only what is typed on the page
    SettingsDesk *settings = nullptr; //!< null: nothing to set up, as in a sandbox
    Recents *recents = nullptr;       //!< null: nothing is remembered
};

//! May Next be pressed, and if not: why, in a sentence for the footer.
struct Readiness {
    bool ready = true;
    bool busy = false;
    QString reason;
};

//! What the window needs of a page. The start page is no more than this, so that it can be shown before there are Parts.
//! load() and store() are the only ways in and out, so that going back never loses input.
class PageFace : public QWidget
{
    Q_OBJECT
public:
    explicit PageFace(QWidget *parent = nullptr);

    [[nodiscard]] virtual QString title() const = 0;
    [[nodiscard]] virtual QString subtitle() const = 0;
    //! Words of the Next button; empty: "Next".
    [[nodiscard]] virtual QString nextText() const { return {}; }
    [[nodiscard]] virtual bool hasBack() const { return true; }
    [[nodiscard]] virtual bool hasNext() const { return true; }
    virtual void load(const SetupSpec &) {}
    virtual void store(SetupSpec &) const {}
    //! The parts are there now; told to pages that were made before them.
    virtual void furnish(const Parts &) {}
    //! The page is shown; load() was called before.
    virtual void entered() {}
    [[nodiscard]] virtual Readiness readiness() const { return {}; }
    //! Next was pressed and readiness() is ready. True: go on; false: the page goes on later by advance().
    virtual bool submit() { return true; }
    //! Where the keyboard starts: the first input that takes it; null when there is none.
    [[nodiscard]] QWidget *firstInput();
    //! Shows every issue, also of fields that nobody has touched, and moves to the first.
    virtual void showAllIssues() {}
    //! What was found elsewhere stands at its field, and the keyboard goes there.
    virtual void showFinding(const Finding &) {}

Q_SIGNALS:
    void readinessChanged();
    void advance();
    void jumpTo(causeway::wizard::PageId page);
    //! Lead to where this is mended.
    void mend(const causeway::wizard::Finding &finding);

protected:
    //! A widget across the page, outside the cards.
    void addBlock(QWidget *widget, int stretch = 0);
    void addStretch();

private:
    QVBoxLayout *m_column;
};

//! A page that works on the parts. What it needs to find out is its controller's business.
class Page : public PageFace
{
    Q_OBJECT
public:
    explicit Page(const Parts &parts, QWidget *parent = nullptr);

    void load(const SetupSpec &spec) override = 0;
    void store(SetupSpec &spec) const override = 0;
    //! Prefixes of the setup document's fields that are edited here; decides which issues are shown and hold Next back.
    [[nodiscard]] virtual QStringList fields() const { return {}; }
    //! By default: no error among issues().
    [[nodiscard]] Readiness readiness() const override;
    void showAllIssues() override;
    //! The keyboard goes to the field's input, and the page scrolls to it; true when there is one.
    virtual bool focusField(const QString &field);
    //! The same (else the first input), and what was found stays at the field until something is changed here.
    void showFinding(const Finding &finding) override;

protected:
    //! For pages: call after every change by the person; stores, validates and shows what is wrong.
    void edited();
    //! What is wrong with this page now: rules on the spec as it would be stored, and extraIssues().
    [[nodiscard]] Issues issues() const;
    [[nodiscard]] virtual Issues extraIssues() const { return {}; }
    void refreshIssues();
    ui::FormSection *addSection(const QString &title, const QString &description = {});
    void addCard(ui::FormSection *section);
    //! Lists that this page lives on: when one cannot be loaded, the page says so and offers "Try again".
    void rely(const QList<CatalogueBase *> &catalogues);
    //! Line edits: bounded, trimmed with a notice, control characters refused (B54).
    void watch(QLineEdit *edit);

    //! Fills a picker with the subscription's regions, now and whenever that list changes. For entered(), once there is a
    //! subscription; asking again costs nothing.
    void offerLocations(ui::Picker *picker);

    Parts m_parts;

private:
    [[nodiscard]] bool mine(const Issue &issue) const;
    [[nodiscard]] SetupSpec stored() const;
    void bringIntoView(QWidget *input);
    bool showAt(const QString &field, const QString &text, bool warning);
    void showTrouble();
    ui::Banner *m_trouble;
    QList<CatalogueBase *> m_reliedOn;
    QList<ui::FormSection *> m_sections;
    QSet<QString> m_touched;
    QSet<ui::Picker *> m_locationPickers;
    bool m_showAll = false;
    std::optional<Finding> m_finding;
    SetupSpec m_foundIn; //!< what was stored here when it was shown
};

} // namespace causeway::wizard
