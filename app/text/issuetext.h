// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"

#include <QByteArray>

namespace causeway {

//! What is wrong, what is allowed, an example. Plain text, translated; the field and the line are not part of it.
QString issueText(const Issue &issue);

//! For a terminal: "server.name (line 4, column 13): …". A warning says that it is one.
QString issueLine(const Issue &issue);

//! The line of the document that the issue is about and a caret below it; empty when it has no position.
QString issueExcerpt(const QByteArray &utf8, const Issue &issue);

//! "Administrator login" for "server.create.administratorLogin"; a list's element is counted: "Firewall rule 2, first address".
//! A field without a name of its own is shown as it is.
QString fieldName(const QString &field);

} // namespace causeway
