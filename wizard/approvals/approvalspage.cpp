// SPDX-License-Identifier: Apache-2.0
#include "wizard/approvals/approvalspage.h"

#include "domain/types.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "ui/table.h"
#include "ui/theme.h"
#include "wizard/account/signincontroller.h"
#include "wizard/approvals/connectionmodel.h"
#include "wizard/run/runcontrol.h"
#include "wizard/setupmodel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

namespace causeway::wizard {

ApprovalsPage::ApprovalsPage(const Parts &parts, bool alone, QWidget *parent) : Page(parts, parent), m_alone(alone), m_controller(parts.session)
{
    m_banner = new ui::Banner(this);
    addBlock(m_banner);
    m_expected = addSection(tr("What this setup will ask for"));
    m_expectedText = ui::plainLabel({}, {}, this);
    m_expected->addWide(m_expectedText);

    auto *section = addSection(tr("Connections"));
    m_table = new QTableView(this);
    m_model = new ConnectionModel(m_controller, this);
    m_table->setModel(m_model);
    m_table->setObjectName(QStringLiteral("connections"));
    m_table->setAccessibleName(tr("Private endpoint connections"));
    ui::dressTable(m_table);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->resizeSection(0, 130);
    m_table->horizontalHeader()->resizeSection(1, 270);
    m_table->horizontalHeader()->resizeSection(2, 260);
    section->addWide(m_table);
    m_empty = ui::plainLabel({}, QStringLiteral("muted"), this);
    section->addWide(m_empty);
    m_detail = ui::plainLabel({}, QStringLiteral("muted"), this);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    section->addWide(m_detail);
    m_comment = new QLineEdit(this);
    m_comment->setMaxLength(140);
    m_comment->setObjectName(QStringLiteral("comment"));
    section->addRow(tr("Response &text (optional)"), m_comment, {}, tr("Becomes the connection's description; the requester sees it."));
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const auto button = [&](const QString &iconName, ui::IconRole role, const QString &text, const QString &name) {
        auto *made = new QPushButton(ui::icon(iconName, role, this), text, buttons);
        made->setObjectName(name);
        row->addWidget(made);
        return made;
    };
    m_approve = button(QStringLiteral("check"), ui::IconRole::Success, tr("&Approve"), QStringLiteral("approve"));
    m_reject = button(QStringLiteral("cross"), ui::IconRole::Danger, tr("&Reject"), QStringLiteral("reject"));
    m_remove = button(QStringLiteral("trash"), ui::IconRole::Text, tr("Re&move"), QStringLiteral("remove"));
    row->addStretch(1);
    m_refresh = button(QStringLiteral("refresh"), ui::IconRole::Text, tr("Re&fresh"), QStringLiteral("refresh"));
    section->addWide(buttons);
    addStretch();

    connect(m_approve, &QPushButton::clicked, this, [this] { decide(Decision::Approve); });
    connect(m_reject, &QPushButton::clicked, this, [this] { decide(Decision::Reject); });
    connect(m_remove, &QPushButton::clicked, this, [this] { decide(Decision::Remove); });
    connect(m_refresh, &QPushButton::clicked, this, &ApprovalsPage::reload);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ApprovalsPage::showButtons);
    connect(&m_controller, &ApprovalsController::changed, this, &ApprovalsPage::show);
    connect(&m_controller, &ApprovalsController::decided, this, [this](const Connection &connection, Decision decision) {
        m_comment->clear();
        const QString who = ConnectionModel::requesterText(connection);
        m_banner->show(ui::Tone::Success, decision == Decision::Approve ? tr("Approved: %1. The other side may need several minutes to notice.").arg(who)
                                          : decision == Decision::Reject ? tr("Rejected: %1.").arg(who)
                                                                         : tr("Removed: %1. The requester's endpoint is now disconnected.").arg(who));
    });
    connect(&m_controller, &ApprovalsController::refused, this, [this](const Connection &, const Error &error) { m_banner->show(ui::Tone::Error, errorLines(error)); });
    connect(&m_parts.run, &RunControl::runChanged, this, [this] {
        if (isVisible())
            showWaiting();
        Q_EMIT readinessChanged();
    });
    connect(&m_parts.run, &RunControl::approvalNeeded, this, [this] {
        if (isVisible())
            reload();
    });
}

QString ApprovalsPage::title() const
{
    return tr("Approvals");
}

QString ApprovalsPage::subtitle() const
{
    return m_alone ? tr("Who asks for a private connection to the servers of this subscription.") : tr("A connection carries traffic only after the server's owner has approved it.");
}

QString ApprovalsPage::nextText() const
{
    return m_parts.run.runState() != RunControl::Run::Idle && !m_alone ? tr("Back to the r&un") : QString();
}

void ApprovalsPage::setAlone(bool alone)
{
    m_alone = alone;
    m_expected->setVisible(!alone);
}

bool ApprovalsPage::submit()
{
    if (m_parts.run.runState() == RunControl::Run::Idle || m_alone)
        return true;
    const auto &report = m_parts.run.report(); // it may have ended while this page was looked at
    Q_EMIT jumpTo(report && report->outcome == Outcome::Succeeded ? PageId::Finish : PageId::Apply);
    return false;
}

ResourceId ApprovalsPage::serverOf(const SetupSpec &spec) const
{
    if (!spec.server)
        return {};
    if (!spec.server->id.isEmpty())
        return spec.server->id;
    const QString group = spec.resourceGroup ? spec.resourceGroup->name : QString();
    if (group.isEmpty() || spec.server->name.isEmpty() || m_parts.session.subscription().isEmpty())
        return {};
    return ResourceId::resource(m_parts.session.subscription(), group, type::server, spec.server->name);
}

void ApprovalsPage::load(const SetupSpec &spec)
{
    showExpected(spec);
}

void ApprovalsPage::showExpected(const SetupSpec &spec)
{
    QStringList lines;
    if (spec.privateEndpoint) {
        lines.append(spec.privateEndpoint->approval == EndpointApproval::Automatic
                         ? tr("• Private endpoint %1: approved automatically, because you hold the right to approve on the server.").arg(plainText(spec.privateEndpoint->name, 80))
                         : tr("• Private endpoint %1: the server's owner (DBA) has to approve it.").arg(plainText(spec.privateEndpoint->name, 80)));
    }
    if (spec.integration && !spec.integration->managedPrivateEndpointName.isEmpty()) {
        const QString name = plainText(spec.integration->managedPrivateEndpointName, 80);
        lines.append(spec.integration->approvalMode == ApprovalMode::ApproveOwn
                         ? tr("• Data Factory's managed private endpoint %1: this run approves it, after checking that the request is its own.").arg(name)
                         : tr("• Data Factory's managed private endpoint %1: the DBA approves it; the run waits for that here.").arg(name));
    }
    m_expectedText->setText(lines.isEmpty() ? tr("Nothing: this setup makes no private endpoint.") : lines.join(QLatin1Char('\n')));
    m_expected->setVisible(!m_alone);
}

void ApprovalsPage::entered()
{
    m_banner->clear();
    showWaiting();
    reload();
}

// The run came here: what it waits for, and that deciding lets it go on.
void ApprovalsPage::showWaiting()
{
    if (m_alone)
        return;
    const RunControl &run = m_parts.run;
    if (run.isWaitingForPerson())
        m_banner->show(ui::Tone::Warning, tr("The run waits for the connection below to be approved. When it is, the run goes on by itself."));
    else if (run.runState() == RunControl::Run::Ended)
        m_banner->show(ui::Tone::Info, tr("The run has ended; its page tells how."));
}

void ApprovalsPage::reload()
{
    const ResourceId server = m_alone ? ResourceId() : serverOf(m_parts.setup.spec());
    if (m_parts.session.subscription().isEmpty() || (!m_alone && server.isEmpty())) {
        show();
        return;
    }
    m_controller.load(server);
}

void ApprovalsPage::show()
{
    const Connection *before = selected();
    const ResourceId kept = before ? before->id : ResourceId();
    m_model->setConnections(m_controller.connections());
    if (const int row = m_model->rowOf(kept); row >= 0)
        ui::chooseRow(m_table, row);
    else if (m_model->rowCount() > 0)
        ui::chooseRow(m_table, std::max(0, ownRow()));
    if (m_controller.state() == ApprovalsController::State::Failed)
        m_banner->show(ui::Tone::Error, errorLines(*m_controller.error()));
    else if (!m_controller.unread().isEmpty())
        m_banner->show(ui::Tone::Warning, tr("%n server(s) could not be asked, the first: %1", nullptr, int(m_controller.unread().size()))
                                              .arg(errorLines(m_controller.unread().first().error)));
    const bool busy = m_controller.state() == ApprovalsController::State::Busy;
    m_empty->setVisible(m_model->rowCount() == 0);
    m_table->setVisible(m_model->rowCount() > 0);
    ui::fitHeight(m_table, 3, m_alone ? 12 : 6);
    m_empty->setText(busy      ? tr("Asking Azure …")
                     : m_alone ? tr("No server of this subscription has a private endpoint connection.")
                               : tr("There are no connections yet. They appear here when the endpoints are made."));
    showButtons();
}

// The request of this setup's factory, which is what the run waits for; a stranger's may stand above it. -1: not there.
int ApprovalsPage::ownRow() const
{
    const auto &integration = m_parts.setup.spec().integration;
    for (int row = 0; integration && row < m_model->rowCount(); ++row) {
        const Requester requester = requesterOf(*m_model->at(row));
        const bool ours = requester.kind == Requester::Kind::ManagedEndpoint && requester.factory.compare(integration->name, Qt::CaseInsensitive) == 0
            && requester.name.compare(integration->managedPrivateEndpointName, Qt::CaseInsensitive) == 0;
        if (ours)
            return row;
    }
    return -1;
}

const Connection *ApprovalsPage::selected() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : m_model->at(rows.first().row());
}

void ApprovalsPage::showButtons()
{
    const Connection *connection = selected();
    const bool idle = connection && !m_controller.isDeciding(connection->id);
    m_approve->setEnabled(idle && connection->canApprove());
    m_reject->setEnabled(idle && connection->canReject());
    m_remove->setEnabled(idle);
    m_comment->setEnabled(idle);
    if (!connection) {
        m_detail->clear();
        return;
    }
    QString detail = tr("Endpoint: %1").arg(plainText(connection->endpoint, 300));
    if (connection->state == ConnectionState::Rejected)
        detail += QLatin1Char('\n') + tr("A rejected connection cannot be approved: the requester has to delete the endpoint and create it again.");
    m_detail->setText(detail);
}

void ApprovalsPage::decide(Decision decision)
{
    const Connection *connection = selected();
    if (!connection)
        return;
    if (m_parts.signIn)
        m_parts.signIn->askAgain();
    m_controller.decide(*connection, decision, m_comment->text());
}

} // namespace causeway::wizard
