// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

namespace causeway {

//! An ARM resource id: /subscriptions/{guid}[/resourceGroups/{name}[/providers/{namespace}/{type}/{name}…]].
//! Compared ignoring case, shown with the casing that it came with (azure-postgresql-and-network.md §1).
class ResourceId
{
public:
    //! Refuses a missing or empty segment, `..`, `%2f`, control characters and a subscription that is not a GUID:
    //! Error::invalid whose message names the segment and an example.
    static Result<ResourceId> parse(const QString &text);
    //! As parse(), and the type must be `type` ("Microsoft.DBforPostgreSQL/flexibleServers").
    static Result<ResourceId> parse(const QString &text, const QString &type);

    static ResourceId subscription(const QString &guid);
    static ResourceId resourceGroup(const QString &subscriptionGuid, const QString &group);
    //! A top-level resource in a group, or below the subscription when `group` is empty.
    static ResourceId resource(const QString &subscriptionGuid, const QString &group, const QString &type, const QString &name);

    ResourceId() = default; //!< empty
    [[nodiscard]] bool isEmpty() const { return m_text.isEmpty(); }
    [[nodiscard]] const QString &toString() const { return m_text; }
    [[nodiscard]] QString subscriptionId() const;   //!< GUID
    [[nodiscard]] QString group() const;            //!< resource group name; empty above groups
    [[nodiscard]] QString provider() const;         //!< namespace of the last providers segment
    [[nodiscard]] QString type() const;             //!< namespace/type[/childType…]; Microsoft.Resources/… for groups and subscriptions
    [[nodiscard]] QString name() const;             //!< last name
    [[nodiscard]] ResourceId parent() const;        //!< a child's resource, a resource's group, a group's subscription
    [[nodiscard]] ResourceId child(const QString &childType, const QString &childName) const;
    //! Lower-cased text for maps.
    [[nodiscard]] QString key() const { return m_text.toLower(); }
    //! Is this `other` or something below it?
    [[nodiscard]] bool isWithin(const ResourceId &other) const;

    friend bool operator==(const ResourceId &a, const ResourceId &b) { return a.m_text.compare(b.m_text, Qt::CaseInsensitive) == 0; }
    friend bool operator<(const ResourceId &a, const ResourceId &b) { return a.m_text.compare(b.m_text, Qt::CaseInsensitive) < 0; }

private:
    explicit ResourceId(QString text) : m_text(std::move(text)) {}
    QString m_text;
};

} // namespace causeway
