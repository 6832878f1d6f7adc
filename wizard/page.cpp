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
#include <QScrollArea>
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
    addCard(section);
    return section;
}

void Page::addCard(ui::FormSection *section)
{
    m_sections.append(section);
    addBlock(section);
}

void Page::offerLocations(ui::Picker *picker)
{
    const auto fill = [this, picker] {
        const auto &catalogue = m_parts.session.locations();
        if (catalogue.state() == CatalogueBase::State::Loading)
            picker->setLoading(tr("Asking Azure …"));
        if (!catalogue.isReady())
            return;
        QList<ui::Choice> choices;
        for (const LocationEntry &entry : catalogue.items())
            choices.append(ui::Choice{entry.displayName, entry.name, entry.name, true});
        picker->setChoices(choices);
    };
    if (!m_locationPickers.contains(picker)) {
        m_locationPickers.insert(picker);
        connect(&m_parts.session.locations(), &CatalogueBase::changed, picker, fill);
    }
    fill();
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

SetupSpec Page::stored() const
{
    SetupSpec spec = m_parts.setup.spec();
    store(spec);
    return spec;
}

Issues Page::issues() const
{
    Issues found;
    for (const Issue &issue : validate(stored())) {
        if (mine(issue))
            found.append(issue);
    }
    return found + extraIssues();
}

void Page::edited()
{
    m_parts.setup.setSpec(stored());
    refreshIssues();
}

// Rows of the field itself or of its whole come first; a finding about a whole ("privateEndpoint") then takes its first part.
bool Page::showAt(const QString &field, const QString &text, bool warning)
{
    for (const bool below : {false, true}) {
        for (ui::FormSection *section : m_sections) {
            if (section->isVisibleTo(this) && section->showIssue(field, text, warning, below))
                return true;
        }
    }
    return false;
}

void Page::refreshIssues()
{
    for (ui::FormSection *section : m_sections)
        section->clearIssues();
    for (const Issue &issue : issues()) {
        if (m_showAll || issue.severity == Severity::Warning || m_touched.contains(issue.field))
            showAt(issue.field, issueText(issue), issue.severity == Severity::Warning);
    }
    if (m_finding && !(stored() == m_foundIn))
        m_finding.reset();
    if (m_finding)
        showAt(m_finding->field, m_finding->text, m_finding->severity == Severity::Warning);
    Q_EMIT readinessChanged();
}

Readiness Page::readiness() const
{
    for (const Issue &issue : issues()) {
        if (issue.severity == Severity::Error)
            return {false, false, QStringLiteral("%1: %2").arg(fieldName(issue.field), issueText(issue))};
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
        focusField(issue.field);
        return;
    }
}

bool Page::focusField(const QString &field)
{
    for (const bool below : {false, true}) {
        for (const ui::FormSection *section : std::as_const(m_sections)) {
            QWidget *input = section->isVisibleTo(this) ? section->inputOf(field, below) : nullptr;
            if (!input)
                continue;
            input->setFocus(Qt::OtherFocusReason);
            bringIntoView(input);
            return true;
        }
    }
    return false;
}

void Page::showFinding(const Finding &finding)
{
    m_finding = finding;
    m_foundIn = stored();
    refreshIssues();
    if (focusField(finding.field))
        return;
    if (QWidget *first = firstInput())
        first->setFocus(Qt::OtherFocusReason);
}

// Qt scrolls to a widget that Tab reaches, not to one that is given the focus.
void Page::bringIntoView(QWidget *input)
{
    for (QWidget *above = parentWidget(); above; above = above->parentWidget()) {
        auto *area = qobject_cast<QScrollArea *>(above);
        if (!area)
            continue;
        layout()->activate(); // the words below the input have just appeared
        area->ensureWidgetVisible(input, 0, 80);
        return;
    }
}

} // namespace causeway::wizard
