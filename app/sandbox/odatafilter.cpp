// SPDX-License-Identifier: Apache-2.0
#include "sandbox/odatafilter.h"

#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox {

std::optional<ODataFilter> ODataFilter::parse(const QString &text)
{
    static const QRegularExpression term(QStringLiteral("\\G\\s*([A-Za-z/.]+)\\s+(eq|ne)\\s+'((?:[^']|'')*)'\\s*(and\\b|or\\b|$)"),
                                         QRegularExpression::CaseInsensitiveOption);
    ODataFilter filter;
    if (text.trimmed().isEmpty())
        return filter;
    filter.m_any.append(QList<Term>{});
    for (qsizetype at = 0; at < text.size();) {
        const QRegularExpressionMatch match = term.match(text, at);
        if (!match.hasMatch())
            return std::nullopt;
        QString value = match.captured(3);
        value.replace(QLatin1String("''"), QLatin1String("'"));
        filter.m_any.last().append({match.captured(1), match.captured(2).compare(QLatin1String("eq"), Qt::CaseInsensitive) == 0, value});
        const QString joint = match.captured(4).toLower();
        if (joint == QLatin1String("or"))
            filter.m_any.append(QList<Term>{});
        if (!joint.isEmpty() && match.capturedEnd() == text.size())
            return std::nullopt; // nothing after the conjunction
        at = match.capturedEnd();
    }
    return filter;
}

bool ODataFilter::accepts(const std::function<QString(const QString &)> &value) const
{
    const auto holds = [&](const Term &term) { return (value(term.property).compare(term.value, Qt::CaseInsensitive) == 0) == term.equal; };
    return m_any.isEmpty() || std::any_of(m_any.begin(), m_any.end(), [&](const QList<Term> &all) { return std::all_of(all.begin(), all.end(), holds); });
}

QString ODataFilter::equalTo(const QString &property) const
{
    for (const QList<Term> &all : m_any) {
        for (const Term &term : all) {
            if (term.equal && term.property.compare(property, Qt::CaseInsensitive) == 0)
                return term.value;
        }
    }
    return {};
}

} // namespace causeway::sandbox
