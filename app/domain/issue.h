// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace causeway {

enum class Severity { Error, Warning };

//! A rule's finding: where, which rule, and the values that its sentence needs. Words live in the text room
//! (text/issuetext.h): what is wrong, what is allowed, an example, who can mend it.
struct Issue {
    QString field;          //!< path in the setup document: "server.create.administratorLogin"; "" for the whole
    QString code;           //!< kebab-case rule name: "server-name-characters"
    Severity severity = Severity::Error;
    QStringList arguments;  //!< %1, %2 … of the sentence, untrusted text bounded by the one who shows it
    int line = 0;           //!< in the file, when it came from one; 0: unknown
    int column = 0;
    friend bool operator==(const Issue &, const Issue &) = default;
};

using Issues = QList<Issue>;
bool hasErrors(const Issues &issues);

//! Every code that this room can find; the text room has a sentence for each.
QStringList allIssueCodes();

} // namespace causeway
