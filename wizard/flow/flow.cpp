// SPDX-License-Identifier: Apache-2.0
#include "wizard/flow/flow.h"

namespace causeway::wizard {

QList<PageId> pagesOf(Purpose purpose, const SetupSpec &spec)
{
    if (purpose == Purpose::ReviewApprovals)
        return {PageId::Start, PageId::Account, PageId::Approvals};
    if (purpose == Purpose::Connect)
        return {PageId::Start, PageId::Settings, PageId::Checks};
    QList<PageId> pages = {PageId::Start, PageId::Account};
    if (spec.server)
        pages.append(PageId::Server);
    if (spec.server && spec.server->create)
        pages.append(PageId::Networking);
    if (spec.privateEndpoint)
        pages.append(PageId::PrivateEndpoint);
    if (spec.server)
        pages.append(PageId::Approvals);
    if (spec.integration)
        pages.append(PageId::Integration);
    if (spec.linkedService)
        pages.append(PageId::LinkedService);
    pages.append({PageId::Review, PageId::Apply, PageId::Finish});
    return pages;
}

static std::optional<PageId> neighbour(PageId current, int step, Purpose purpose, const SetupSpec &spec)
{
    const QList<PageId> pages = pagesOf(purpose, spec);
    const auto at = pages.indexOf(current);
    if (at < 0 || at + step < 0 || at + step >= pages.size())
        return std::nullopt;
    return pages[at + step];
}

std::optional<PageId> nextPage(PageId current, Purpose purpose, const SetupSpec &spec)
{
    return neighbour(current, 1, purpose, spec);
}

std::optional<PageId> previousPage(PageId current, Purpose purpose, const SetupSpec &spec)
{
    return neighbour(current, -1, purpose, spec);
}

PageId pageOfField(const QString &field)
{
    static const QList<std::pair<QString, PageId>> prefixes = {
        {QStringLiteral("server.firewall"), PageId::Networking},
        {QStringLiteral("server.publicNetworkAccess"), PageId::Networking},
        {QStringLiteral("server.requireSecureTransport"), PageId::Networking},
        {QStringLiteral("server"), PageId::Server},
        {QStringLiteral("privateEndpoint"), PageId::PrivateEndpoint},
        {QStringLiteral("integration"), PageId::Integration},
        {QStringLiteral("linkedService"), PageId::LinkedService},
        {QStringLiteral("test"), PageId::LinkedService}};
    for (const auto &[prefix, page] : prefixes) {
        if (field.startsWith(prefix))
            return page;
    }
    return PageId::Account; // name, subscription, resourceGroup
}

} // namespace causeway::wizard
