// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"

#include <QList>
#include <QString>
#include <optional>

namespace causeway::wizard {

enum class PageId { Start, Account, Server, Networking, PrivateEndpoint, Approvals, Integration, LinkedService, Review, Apply, Finish, Settings, Checks };

//! What the person came for; chosen on the start page.
enum class Purpose { SetUp, ReviewApprovals, Connect };

//! The pages of a purpose, in order. Parts that the setup leaves out have no page; the approvals sit in their documented
//! place, between endpoint and linked service (article 002, article 000).
QList<PageId> pagesOf(Purpose purpose, const SetupSpec &spec);
std::optional<PageId> nextPage(PageId current, Purpose purpose, const SetupSpec &spec);
std::optional<PageId> previousPage(PageId current, Purpose purpose, const SetupSpec &spec);

//! The page on which a field of the setup document is edited.
PageId pageOfField(const QString &field);

} // namespace causeway::wizard
