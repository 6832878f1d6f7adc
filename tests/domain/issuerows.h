// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>

namespace causeway::test {

//! Changes to quickstart.json and what must be found then.
struct IssueRow {
    QByteArray name;
    QByteArray edits;
    const char *field = "";
    const char *code = "";
    bool isError = true;
};

QList<IssueRow> goodRows();      //!< nothing is found
QList<IssueRow> wrongFormRows(); //!< by parseSetup()
QList<IssueRow> wrongRuleRows(); //!< by validate()

} // namespace causeway::test
