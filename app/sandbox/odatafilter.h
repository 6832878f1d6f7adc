// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QPair>
#include <QString>
#include <functional>
#include <optional>

namespace causeway::sandbox {

//! The small part of OData's $filter that ARM lists take: "a eq 'x' and b ne 'y' or …"; "or" binds weaker.
class ODataFilter
{
public:
    //! Nothing when the text is not of this form; an empty text accepts everything.
    static std::optional<ODataFilter> parse(const QString &text);
    //! `value` gives the item's text for a property, an empty one when it has none.
    [[nodiscard]] bool accepts(const std::function<QString(const QString &property)> &value) const;
    [[nodiscard]] QString equalTo(const QString &property) const; //!< of the first "property eq '…'"

private:
    struct Term {
        QString property;
        bool equal = true;
        QString value;
    };
    QList<QList<Term>> m_any; // of all
};

} // namespace causeway::sandbox
