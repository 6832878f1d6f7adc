// SPDX-License-Identifier: Apache-2.0
#include "wizard/page.h"

#include "domain/rules.h"
#include "session/azuresession.h"
#include "session/catalogue.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "wizard/setupmodel.h"

#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace causeway::wizard {

// Longer than any name or id that ARM takes, short enough that a pasted file does not hurt.
static constexpr int longestInput = 2048;

PageFace::PageFace(QWidget *parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("pageBody"));
    m_column->setContentsMargins(32, 24, 32, 24);
    m_column->setSpacing(16);
}

void PageFace::addBlock(QWidget *widget, int stretch)
{
    m_column->addWidget(widget, stretch);
}

void PageFace::addStretch()
{
    m_column->addStretch(1);
}

QWidget *PageFace::firstInput()
{
    for (QWidget *widget = nextInFocusChain(); widget && widget != this; widget = widget->nextInFocusChain()) {
        const bool takes = (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && widget->isEnabled() && widget->isVisibleTo(this);
        if (isAncestorOf(widget) && takes && !qobject_cast<QLabel *>(widget))
            return widget;
    }
    return nullptr;
}

Page::Page(const Parts &parts, QWidget *parent) : PageFace(parent), m_parts(parts)
{
    m_trouble = new ui::Banner(this);
    m_trouble->setObjectName(QStringLiteral("trouble"));
    addBlock(m_trouble);
    connect(m_trouble, &ui::Banner::actionRequested, this, [this] {
        for (CatalogueBase *catalogue : std::as_const(m_reliedOn)) {
            if (catalogue->state() == CatalogueBase::State::Failed)
                catalogue->clear();
        }
        entered();
    });
}

ui::FormSection *Page::addSection(const QString &title, const QString &description)
{
    auto *section = new ui::FormSection(title, description, this);
    m_sections.append(section);
    addBlock(section);
    return section;
}

QList<ui::Choice> Page::locationChoices() const
{
    QList<ui::Choice> choices;
    for (const LocationEntry &entry : m_parts.session.locations().items())
        choices.append(ui::Choice{entry.displayName, entry.name, entry.name, true});
    return choices;
}

void Page::rely(const QList<CatalogueBase *> &catalogues)
{
    m_reliedOn = catalogues;
    for (CatalogueBase *catalogue : catalogues)
        connect(catalogue, &CatalogueBase::changed, this, &Page::showTrouble, Qt::UniqueConnection);
    showTrouble();
}

void Page::showTrouble()
{
    for (const CatalogueBase *catalogue : std::as_const(m_reliedOn)) {
        if (catalogue->state() == CatalogueBase::State::Failed) {
            m_trouble->show(ui::Tone::Error, errorLines(catalogue->error()), tr("Try again"));
            return;
        }
    }
    m_trouble->clear();
}

void Page::watch(QLineEdit *edit)
{
    edit->setMaxLength(longestInput);
    connect(edit, &QLineEdit::textEdited, this, [this, edit] {
        m_touched.insert(edit->objectName());
        edited();
    });
    connect(edit, &QLineEdit::editingFinished, this, [this, edit] {
        const QString trimmed = edit->text().trimmed();
        if (trimmed == edit->text())
            return;
        edit->setText(trimmed);
        edit->setToolTip(tr("Spaces around the text were removed."));
        edited();
    });
}

bool Page::mine(const Issue &issue) const
{
    for (const QString &prefix : fields()) {
        if (issue.field == prefix || issue.field.startsWith(prefix + QLatin1Char('.')) || issue.field.startsWith(prefix + QLatin1Char('[')))
            return true;
    }
    return false;
}

Issues Page::issues() const
{
    SetupSpec spec = m_parts.setup.spec();
    store(spec);
    Issues found;
    for (const Issue &issue : validate(spec)) {
        if (mine(issue))
            found.append(issue);
    }
    return found + extraIssues();
}

void Page::edited()
{
    SetupSpec spec = m_parts.setup.spec();
    store(spec);
    m_parts.setup.setSpec(std::move(spec));
    refreshIssues();
}

void Page::refreshIssues()
{
    for (ui::FormSection *section : m_sections)
        section->clearIssues();
    for (const Issue &issue : issues()) {
        const bool shown = m_showAll || issue.severity == Severity::Warning || m_touched.contains(issue.field);
        if (!shown)
            continue;
        for (ui::FormSection *section : m_sections) {
            if (section->isVisibleTo(this) && section->showIssue(issue.field, issueText(issue), issue.severity == Severity::Warning))
                break;
        }
    }
    Q_EMIT readinessChanged();
}

Readiness Page::readiness() const
{
    for (const Issue &issue : issues()) {
        if (issue.severity == Severity::Error)
            return {false, false, issueText(issue)};
    }
    return {};
}

void Page::showAllIssues()
{
    m_showAll = true;
    refreshIssues();
    for (const Issue &issue : issues()) {
        if (issue.severity != Severity::Error)
            continue;
        if (auto *input = findChild<QWidget *>(issue.field))
            input->setFocus(Qt::OtherFocusReason);
        return;
    }
}

} // namespace causeway::wizard
