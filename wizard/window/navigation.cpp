// SPDX-License-Identifier: Apache-2.0
#include "wizard/window/navigation.h"

#include "ui/form.h"
#include "ui/theme.h"

#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace causeway::wizard {

namespace {

enum class Mark { Done, Here, Ahead };
constexpr int markRole = Qt::UserRole + 1;
constexpr int iconRole = Qt::UserRole + 2;

QString iconOf(PageId page)
{
    switch (page) {
    case PageId::Start: return QStringLiteral("start");
    case PageId::Account: return QStringLiteral("person");
    case PageId::Server: return QStringLiteral("database");
    case PageId::Networking: return QStringLiteral("network");
    case PageId::PrivateEndpoint: return QStringLiteral("endpoint");
    case PageId::Approvals: return QStringLiteral("approve");
    case PageId::Integration: return QStringLiteral("factory");
    case PageId::LinkedService: return QStringLiteral("link");
    case PageId::Review: return QStringLiteral("review");
    case PageId::Apply: return QStringLiteral("run");
    case PageId::Finish: return QStringLiteral("finish");
    case PageId::Settings: return QStringLiteral("person");
    case PageId::Checks: return QStringLiteral("network");
    }
    return {};
}

// Draws the row by itself: Fusion tints a selected icon with the highlight, and a blue icon on blue is gone.
class NavigationDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {option.rect.width(), 40};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto &theme = ui::themeOf(option.widget);
        const auto mark = Mark(index.data(markRole).toInt());
        const bool rightToLeft = option.direction == Qt::RightToLeft;
        const QRect row = option.rect.adjusted(8, 2, -8, -2);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (mark == Mark::Here || option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(mark == Mark::Here ? theme.accentSoft : theme.raised);
            painter->drawRoundedRect(row, 6, 6);
        }
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(QPen(theme.accent, 2));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(row.adjusted(1, 1, -1, -1), 6, 6);
        }
        const QString name = mark == Mark::Done ? QStringLiteral("check") : index.data(iconRole).toString();
        const auto role = mark == Mark::Done ? ui::IconRole::Success : mark == Mark::Here ? ui::IconRole::Accent : ui::IconRole::Muted;
        QRect iconRect(row.left() + 12, row.top() + (row.height() - 18) / 2, 18, 18);
        QRect textRect = row.adjusted(42, 0, -8, 0);
        if (rightToLeft) {
            iconRect.moveRight(row.right() - 12);
            textRect = row.adjusted(8, 0, -42, 0);
        }
        ui::icon(name, role, option.widget).paint(painter, iconRect);
        painter->setFont(option.font); // one weight for all: another one is another font to load before the first paint
        painter->setPen(mark == Mark::Ahead ? theme.muted : theme.text);
        painter->drawText(textRect, Qt::AlignVCenter | Qt::AlignAbsolute | (rightToLeft ? Qt::AlignRight : Qt::AlignLeft),
                          option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, textRect.width()));
        painter->restore();
    }
};

} // namespace

QString Navigation::title(PageId page)
{
    switch (page) {
    case PageId::Start: return tr("Start");
    case PageId::Account: return tr("Account");
    case PageId::Server: return tr("Server");
    case PageId::Networking: return tr("Networking");
    case PageId::PrivateEndpoint: return tr("Private endpoint");
    case PageId::Approvals: return tr("Approvals");
    case PageId::Integration: return tr("Integration");
    case PageId::LinkedService: return tr("Linked service");
    case PageId::Review: return tr("Review");
    case PageId::Apply: return tr("Apply");
    case PageId::Finish: return tr("Finish");
    case PageId::Settings: return tr("Sign-in and network");
    case PageId::Checks: return tr("Checks");
    }
    return {};
}

Navigation::Navigation(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("navigation"));
    setFixedWidth(232);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 18, 0, 14);
    column->setSpacing(12);
    auto *brand = new QHBoxLayout;
    brand->setContentsMargins(18, 0, 18, 0);
    brand->setSpacing(10);
    auto *mark = new QLabel(this);
    mark->setPixmap(ui::brandIcon().pixmap(QSize(30, 30), devicePixelRatioF()));
    auto *name = ui::plainLabel(QStringLiteral("Causeway"), QStringLiteral("pageTitle"), this);
    brand->addWidget(mark);
    name->setWordWrap(false);
    brand->addWidget(name);
    brand->addStretch(1);
    column->addLayout(brand);
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("steps"));
    m_list->setItemDelegate(new NavigationDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Steps of the wizard"));
    column->addWidget(m_list, 1);
    m_note = ui::plainLabel({}, QStringLiteral("sandbox"), this);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(14, 0, 14, 0);
    foot->addWidget(m_note);
    column->addLayout(foot);
    m_note->hide();
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem *item) { Q_EMIT pageChosen(m_pages[m_list->row(item)]); });
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) { Q_EMIT pageChosen(m_pages[m_list->row(item)]); });
}

void Navigation::setPages(const QList<PageId> &pages, PageId current, const QSet<PageId> &visited)
{
    m_pages = pages;
    m_list->clear();
    for (const PageId page : pages) {
        auto *item = new QListWidgetItem(title(page), m_list);
        const bool done = visited.contains(page) && pages.indexOf(page) < pages.indexOf(current);
        const Mark mark = page == current ? Mark::Here : done ? Mark::Done : Mark::Ahead;
        item->setData(markRole, int(mark));
        item->setData(iconRole, iconOf(page));
        const QString state = mark == Mark::Here ? tr("current step") : mark == Mark::Done ? tr("done") : tr("ahead");
        item->setData(Qt::AccessibleTextRole, QStringLiteral("%1, %2").arg(title(page), state));
        if (!visited.contains(page))
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    }
    m_list->setCurrentRow(int(pages.indexOf(current)));
}

void Navigation::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

} // namespace causeway::wizard
