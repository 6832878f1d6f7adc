// SPDX-License-Identifier: Apache-2.0
#include "domain/resourceid.h"

#include <QRegularExpression>
#include <algorithm>

namespace causeway {

namespace {

constexpr int kLongestId = 2048;

QString exampleId(const QString &type)
{
    QString example = QStringLiteral("/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-data");
    if (type.isEmpty())
        return example;
    const QStringList parts = type.split(QLatin1Char('/'));
    example += QStringLiteral("/providers/") + parts.first();
    for (qsizetype i = 1; i < parts.size(); ++i)
        example += QLatin1Char('/') + parts.at(i) + QStringLiteral("/name");
    return example;
}

Error idError(const QString &code, const QString &what, const QString &type, const QString &segment)
{
    return Error::invalid(code, what + QStringLiteral(" Example: ") + exampleId(type), segment);
}

// Characters that no ARM name may have and that could change where a path leads or how a text looks:
// controls, bidi overrides and isolates, zero-width signs, halves of surrogate pairs, URL punctuation.
bool isHostileInId(const QString &text, qsizetype at)
{
    const QChar c = text.at(at);
    const char16_t u = c.unicode();
    if (c.isHighSurrogate())
        return at + 1 >= text.size() || !text.at(at + 1).isLowSurrogate();
    if (c.isLowSurrogate())
        return at == 0 || !text.at(at - 1).isHighSurrogate();
    return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format || u == u'\u2028' || u == u'\u2029'
        || u == u'%' || u == u'?' || u == u'#' || u == u'\\';
}

QString idCodePoint(QChar c)
{
    return QStringLiteral("U+%1").arg(uint(c.unicode()), 4, 16, QLatin1Char('0')).toUpper();
}

bool isSubscriptionGuid(const QString &text)
{
    static const QRegularExpression guid(QStringLiteral("\\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\z"));
    return guid.match(text).hasMatch();
}

bool isIdWord(const QString &segment, const char *word)
{
    return segment.compare(QLatin1String(word), Qt::CaseInsensitive) == 0;
}

QStringList idSegments(const QString &id)
{
    return id.mid(1).split(QLatin1Char('/'));
}

// Where the last "providers" keyword stands: it can only stand where a type is not expected.
qsizetype idProvidersAt(const QStringList &segments)
{
    qsizetype found = -1;
    qsizetype at = segments.size() > 2 && isIdWord(segments.at(2), "resourceGroups") ? 4 : 2;
    while (at < segments.size()) {
        if (isIdWord(segments.at(at), "providers")) {
            found = at;
            at += 4; // providers/namespace/type/name
        } else {
            at += 2; // childType/childName
        }
    }
    return found;
}

} // namespace

Result<ResourceId> ResourceId::parse(const QString &text)
{
    return parse(text, {});
}

static Result<> checkIdCharacters(const QString &text, const QString &type)
{
    if (text.size() > kLongestId)
        return idError(QStringLiteral("ResourceIdTooLong"),
                       QStringLiteral("A resource id has at most %1 characters, this one has %2.").arg(kLongestId).arg(text.size()), type, {});
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (isHostileInId(text, i))
            return idError(QStringLiteral("ResourceIdCharacter"),
                           QStringLiteral("Character %1 at position %2 is not allowed in a resource id.").arg(idCodePoint(text.at(i))).arg(i + 1), type, {});
    }
    return {};
}

// An address copied from a browser or a script names a cloud; the id is only what follows it.
static Result<> checkIdStart(const QString &text, const QString &type)
{
    static const QRegularExpression address(QStringLiteral("\\A[a-zA-Z][a-zA-Z0-9+.-]*://([^/]*)"));
    const auto match = address.match(text);
    if (match.hasMatch())
        return idError(QStringLiteral("ResourceIdIsAddress"),
                       QStringLiteral("This is an address on '%1', not a resource id; an id starts with /subscriptions/ and names no cloud.").arg(match.captured(1)),
                       type, match.captured(1));
    if (!text.startsWith(QLatin1Char('/')))
        return idError(QStringLiteral("ResourceIdStart"), QStringLiteral("A resource id starts with /subscriptions/."), type, text.left(40));
    return {};
}

static Result<> checkIdSegments(const QStringList &segments, const QString &type)
{
    for (qsizetype i = 0; i < segments.size(); ++i) {
        const QString &segment = segments.at(i);
        if (segment.trimmed().isEmpty())
            return idError(QStringLiteral("ResourceIdSegment"), QStringLiteral("Segment %1 of the resource id is empty.").arg(i + 1), type, {});
        if (segment == QLatin1String(".") || segment == QLatin1String(".."))
            return idError(QStringLiteral("ResourceIdSegment"), QStringLiteral("Segment %1, '%2', is not allowed.").arg(i + 1).arg(segment), type, segment);
    }
    if (!isIdWord(segments.first(), "subscriptions"))
        return idError(QStringLiteral("ResourceIdStart"), QStringLiteral("A resource id starts with /subscriptions/, not /%1.").arg(segments.first()), type,
                       segments.first());
    if (segments.size() < 2)
        return idError(QStringLiteral("ResourceIdSegment"), QStringLiteral("The subscription id is missing."), type, {});
    if (!isSubscriptionGuid(segments.at(1)))
        return idError(QStringLiteral("SubscriptionIdNotGuid"),
                       QStringLiteral("'%1' is not a subscription id: that is a GUID without braces.").arg(segments.at(1)), type, segments.at(1));
    return {};
}

// What follows the subscription: [resourceGroups/name] and then (providers/namespace/type/name, (type/name)…)…
static Result<> checkIdGrammar(const QStringList &segments, const QString &type)
{
    qsizetype at = 2;
    if (at < segments.size() && isIdWord(segments.at(at), "resourceGroups")) {
        if (at + 1 >= segments.size())
            return idError(QStringLiteral("ResourceIdSegment"), QStringLiteral("The resource group's name is missing after resourceGroups."), type, {});
        at += 2;
    }
    bool inProvider = false;
    while (at < segments.size()) {
        const bool keyword = isIdWord(segments.at(at), "providers");
        if (!keyword && !inProvider)
            return idError(QStringLiteral("ResourceIdSegment"),
                           QStringLiteral("Segment '%1' is not expected; there stands resourceGroups or providers.").arg(segments.at(at)), type, segments.at(at));
        const qsizetype needed = keyword ? 4 : 2;
        if (at + needed > segments.size())
            return idError(QStringLiteral("ResourceIdSegment"), QStringLiteral("A segment is missing after '%1'.").arg(segments.last()), type, segments.last());
        inProvider = true;
        at += needed;
    }
    return {};
}

Result<ResourceId> ResourceId::parse(const QString &text, const QString &type)
{
    if (text.isEmpty())
        return idError(QStringLiteral("ResourceIdEmpty"), QStringLiteral("The resource id is empty."), type, {});
    if (const auto start = checkIdStart(text, type); !start)
        return start.error();
    if (const auto characters = checkIdCharacters(text, type); !characters)
        return characters.error();
    const QStringList segments = idSegments(text);
    if (const auto shape = checkIdSegments(segments, type); !shape)
        return shape.error();
    if (const auto grammar = checkIdGrammar(segments, type); !grammar)
        return grammar.error();
    const ResourceId id(text);
    if (!type.isEmpty() && id.type().compare(type, Qt::CaseInsensitive) != 0)
        return idError(QStringLiteral("ResourceIdType"), QStringLiteral("This is the id of a %1; expected …/%2/{name}.").arg(id.type(), type), type, id.type());
    return id;
}

ResourceId ResourceId::subscription(const QString &guid)
{
    return ResourceId(QStringLiteral("/subscriptions/") + guid);
}

ResourceId ResourceId::resourceGroup(const QString &subscriptionGuid, const QString &group)
{
    return ResourceId(subscription(subscriptionGuid).m_text + QStringLiteral("/resourceGroups/") + group);
}

ResourceId ResourceId::resource(const QString &subscriptionGuid, const QString &group, const QString &type, const QString &name)
{
    const ResourceId scope = group.isEmpty() ? subscription(subscriptionGuid) : resourceGroup(subscriptionGuid, group);
    return ResourceId(scope.m_text + QStringLiteral("/providers/") + type + QLatin1Char('/') + name);
}

QString ResourceId::subscriptionId() const
{
    return isEmpty() ? QString() : idSegments(m_text).value(1);
}

QString ResourceId::group() const
{
    const QStringList segments = isEmpty() ? QStringList() : idSegments(m_text);
    return segments.size() > 3 && isIdWord(segments.at(2), "resourceGroups") ? segments.at(3) : QString();
}

QString ResourceId::provider() const
{
    return type().section(QLatin1Char('/'), 0, 0);
}

QString ResourceId::type() const
{
    if (isEmpty())
        return {};
    const QStringList segments = idSegments(m_text);
    const qsizetype providers = idProvidersAt(segments);
    if (providers < 0)
        return group().isEmpty() ? QStringLiteral("Microsoft.Resources/subscriptions") : QStringLiteral("Microsoft.Resources/resourceGroups");
    QString type = segments.value(providers + 1);
    for (qsizetype i = providers + 2; i < segments.size(); i += 2)
        type += QLatin1Char('/') + segments.at(i);
    return type;
}

QString ResourceId::name() const
{
    return m_text.section(QLatin1Char('/'), -1);
}

ResourceId ResourceId::parent() const
{
    if (isEmpty())
        return {};
    const QStringList segments = idSegments(m_text);
    const qsizetype providers = idProvidersAt(segments);
    const qsizetype dropped = providers >= 0 && segments.size() == providers + 4 ? 4 : 2;
    if (segments.size() <= dropped)
        return {};
    return ResourceId(QLatin1Char('/') + segments.mid(0, segments.size() - dropped).join(QLatin1Char('/')));
}

ResourceId ResourceId::child(const QString &childType, const QString &childName) const
{
    return ResourceId(m_text + QLatin1Char('/') + childType + QLatin1Char('/') + childName);
}

bool ResourceId::isWithin(const ResourceId &other) const
{
    return !other.isEmpty() && (*this == other || m_text.startsWith(other.m_text + QLatin1Char('/'), Qt::CaseInsensitive));
}

} // namespace causeway
