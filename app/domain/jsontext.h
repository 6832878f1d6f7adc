// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"

#include <QByteArray>
#include <QHash>
#include <QJsonValue>
#include <QString>
#include <optional>

namespace causeway {

struct JsonLimits {
    qsizetype bytes = 16 * 1024 * 1024;
    int depth = 64;
    int values = 200'000;
    qsizetype stringLength = 1024 * 1024;
    qsizetype keyLength = 256;
    bool lineBreaks = false; //!< may strings hold line breaks and tabs?
};

//! Where something stands in a text; both count from 1, columns in characters. 0: unknown.
struct TextPosition {
    int line = 0;
    int column = 0;
    friend bool operator==(const TextPosition &, const TextPosition &) = default;
};

//! A strictly read JSON text. Paths are "server.create.name" and "server.firewall[0].from".
struct JsonText {
    std::optional<QJsonValue> value; //!< there when no issue is an Error
    Issues issues;
    QHash<QString, TextPosition> values;
    QHash<QString, TextPosition> keys;

    //! Of the value at `path`, or of the nearest one around it; 1:1 at worst.
    [[nodiscard]] TextPosition positionOf(const QString &path) const;
    //! Of the key at the end of `path`, else as positionOf().
    [[nodiscard]] TextPosition positionOfKey(const QString &path) const;
};

//! Reads JSON as RFC 8259 words it, and takes less than Qt's reader does: only UTF-8 (a byte order mark is accepted),
//! no key twice, no number that would be rounded, no hidden characters, and bounded in every direction.
//! QJsonDocument keeps the last duplicate, rounds integers and lets half surrogate pairs pass (facts, reliability §B7).
JsonText readJson(const QByteArray &utf8, const JsonLimits &limits = {});

} // namespace causeway
