// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"
#include "domain/jsontext.h"
#include "domain/setupspec.h"

#include <QByteArray>
#include <QJsonObject>
#include <QStringList>
#include <optional>

namespace causeway {

//! What reading a document gave: a spec when there is no Error among the issues about its form.
struct ParsedSetup {
    std::optional<SetupSpec> spec;
    Issues issues;
    JsonText text; //!< keeps where everything stood
};

//! Reads a setup document: UTF-8 (BOM accepted) JSON, at most 16 MiB and 64 levels deep, no duplicate and no unknown keys.
//! Every finding has field, line and column. Form only; rules are validate()'s.
ParsedSetup parseSetup(const QByteArray &utf8);

//! Findings about a spec (validate()'s, a preflight's) with the lines and columns of the document that it was read from.
Issues located(Issues issues, const ParsedSetup &parsed);

//! The document of a spec, without secrets (it never holds one), only the parts that are there, in the order of design.md §4.
QJsonObject toDocument(const SetupSpec &spec);
QByteArray toDocumentText(const SetupSpec &spec);

//! The published JSON Schema (draft 2020-12), the same text as resources/schema/setup.schema.json.
QJsonObject setupSchema();

//! Every field that the document knows: "server.firewall[].from". Lists and groups themselves included.
QStringList setupFields();

} // namespace causeway
