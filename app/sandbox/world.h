// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/provider.h"
#include "sandbox/state.h"

#include <QJsonObject>
#include <optional>
#include <variant>

namespace causeway::sandbox {

//! Waiting for an effect: the host answers the request when World::feed() returns this ticket.
struct Pending {
    quint64 ticket = 0;
};
using Answer = std::variant<Response, Pending>;

struct Finished {
    quint64 ticket = 0;
    Response response;
};

//! A faithful, independent Azure, as a pure state machine: everything that happens is a function of the requests, the
//! effect answers and the times that are passed in. No I/O, no clock, no thread of its own.
class World
{
public:
    //! `description`: a world file (resources/worlds/*.json, see worldfile.h) or a saved state.
    explicit World(State state);
    ~World();
    Q_DISABLE_COPY_MOVE(World)

    //! Lets everything happen that is due by `now`, then answers.
    Answer handle(const Request &request, TimePoint now);
    //! Lets time pass without a request.
    void advance(TimePoint now);
    //! Adds what another world holds and this one does not; what lives here stays as it is. Servers that come along start like
    //! those of a world file.
    void join(const State &other, TimePoint now);
    //! The host asks after every handle(), advance(), join() and feed(): effects to carry out now, each once.
    QList<Effect> takeEffects();
    //! The answer of an effect; returns the requests that are answered by it.
    QList<Finished> feed(quint64 effect, const QJsonObject &outcome, TimePoint now);

    [[nodiscard]] State &state() { return m_state; }
    [[nodiscard]] const State &state() const { return m_state; }

    // --- for providers ------------------------------------------------------------------------
    //! Makes the current request wait for an effect; `answer` builds the response from its outcome.
    //! A handler returns what this returns.
    Response waitFor(quint64 effect, std::function<Response(const QJsonObject &outcome, TimePoint now)> answer);
    //! Does any role of the principal allow `action` at `scope` (inherited)?
    [[nodiscard]] bool allowed(const QString &principal, const QString &action, const QString &scope) const;
    //! 403 AuthorizationFailed with ARM's text.
    [[nodiscard]] Response forbidden(const QString &principal, const QString &action, const QString &scope) const;
    //! Ids of the locks that forbid a write (ReadOnly) or delete (both levels) at the scope, inherited ones included.
    [[nodiscard]] QStringList locksAgainst(const QString &scope, bool deleting) const;
    //! ARM's text of ScopeLocked: it names the scopes that are locked, not the locks.
    [[nodiscard]] static QString lockedText(const QString &scope, const QStringList &locks, bool deleting);
    //! 409 ScopeLocked with that text.
    [[nodiscard]] static Response locked(const QString &scope, const QStringList &locks, bool deleting);
    //! {"value":[…]} with paging when the world's page size is set ("pageSize"); nextLink absolute.
    Response page(const Call &call, const QJsonArray &items);
    //! Absolute URL on the request's origin with ARM's signed parameters t, c, s, h appended (about 3.5 KB in all);
    //! a poll that drops or re-encodes them is answered 400.
    QByteArray signedUrl(const Call &call, const QString &path, const QString &apiVersion);
    //! Is this call's URL one that signedUrl() made, unchanged? Always true where the world's "signedUrls" is false.
    [[nodiscard]] bool signatureHolds(const Call &call) const;
    //! The first provider of that namespace; Microsoft.Network has two: allProviders() has both.
    [[nodiscard]] Provider *provider(const QString &name);
    [[nodiscard]] QList<Provider *> allProviders() const;
    //! When the next transition is due that waits for nothing: the host sets its timer by it.
    [[nodiscard]] std::optional<TimePoint> nextDue() const;
    //! Takes a resource and all below it out of the world, children first, telling the providers.
    void removeTree(const QString &id, TimePoint now, const QString &by);

private:
    struct Private;
    State m_state;
    std::unique_ptr<Private> m_private;
};

} // namespace causeway::sandbox
