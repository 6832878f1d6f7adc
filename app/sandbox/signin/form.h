// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/wire.h"

#include <QSet>
#include <algorithm>

namespace causeway::sandbox {

//! The parameters of an OAuth request, decoded as forms are (WHATWG URL §5).
class Form
{
public:
    explicit Form(QList<QPair<QString, QString>> fields) : m_fields(std::move(fields)) {}
    static Form inQuery(const Request &request) { return Form(request.query); }
    //! Empty when the body is no form.
    static Form inBody(const Request &request)
    {
        const bool isForm = request.header("content-type").toLower().startsWith("application/x-www-form-urlencoded");
        return Form(isForm ? requestFromTarget("POST", "/?" + request.body).query : decltype(m_fields)());
    }

    [[nodiscard]] QString value(const char *name) const
    {
        for (const auto &[key, text] : m_fields) {
            if (key == QLatin1String(name))
                return text;
        }
        return {};
    }
    [[nodiscard]] bool has(const char *name) const
    {
        return std::any_of(m_fields.begin(), m_fields.end(), [&](const auto &field) { return field.first == QLatin1String(name); });
    }
    //! A parameter that came twice (RFC 6749 §3.1, §3.2: refused), or empty.
    [[nodiscard]] QString repeated() const
    {
        QSet<QString> seen;
        for (const auto &field : m_fields) {
            if (seen.contains(field.first))
                return field.first;
            seen.insert(field.first);
        }
        return {};
    }

private:
    QList<QPair<QString, QString>> m_fields;
};

} // namespace causeway::sandbox
