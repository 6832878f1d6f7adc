// SPDX-License-Identifier: Apache-2.0
#pragma once

//! Private DNS zones: what Microsoft.Network's private endpoints write into them, and what the files of the provider
//! share. Room-internal.

#include "sandbox/providers/networkwire.h"

#include <vector>

namespace causeway::sandbox::privatedns {

//! Writes the A record set of a private endpoint, TTL 10, with metadata.creator (facts §3.4); replaces what was there.
void writeEndpointRecord(State &state, const QString &zone, const QString &name, const QString &address, const QString &creator,
                         TimePoint now, const QString &by);
//! Removes it, if it is still the creator's.
void removeEndpointRecord(State &state, const QString &zone, const QString &name, const QString &creator, TimePoint now, const QString &by);

// --- shared by the provider's files --------------------------------------------------------------
std::vector<Route> zoneRoutes();
std::vector<Route> linkRoutes();
std::vector<Route> recordRoutes();
void applyDns(const Transition &transition, World &world, TimePoint now);
bool applyLink(const Transition &transition, World &world, TimePoint now);

QJsonObject shownZone(const State &state, const Resource &zone);
void writeStartOfAuthority(State &state, const QString &zone);
//! 400 BadRequest.
Response badRequest(const QString &message);
//! 412 PreconditionFailed when If-Match or If-None-Match does not hold.
std::optional<Response> preconditionFailed(const Call &call, const Resource *known);
//! Members, location and tags of a zone or link.
std::optional<Response> badTopLevel(Call &call, const QString &model, QLatin1String members);
//! Sets members of properties, with a new etag: a bare GUID (facts §1).
void setDns(State &state, Resource &resource, const QJsonObject &changes);

//! Answers a write of a zone or link: 202 with both headers, and `kind` ("dns.…") happens after `setting` seconds. With the
//! switch privateDnsAnswer "synchronous" it happens at once, and `done` or the failure is the answer.
struct LaterDns {
    QString kind;
    QString target;
    QString setting;              //!< name of the duration, 30 s by default
    QJsonObject arguments;
};
Response acceptedDns(Call &call, const LaterDns &later, const std::function<Response()> &done);

} // namespace causeway::sandbox::privatedns
