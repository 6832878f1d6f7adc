// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/wire.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QSet>
#include <QString>
#include <map>
#include <optional>

namespace causeway::sandbox {

//! A resource of any type, as it is stored: `body` is what GET answers, except for members that a provider adds or
//! masks when it shows it; `hidden` is what no GET ever answers (passwords, switches of one resource).
struct Resource {
    QString id;        //!< with the casing used at creation
    QString type;      //!< Microsoft.DBforPostgreSQL/flexibleServers/firewallRules
    QString name;
    QJsonObject body;
    QJsonObject hidden;
    TimePoint created{};
    TimePoint changed{};
};

//! A long-running operation as its status URL reports it.
struct Operation {
    QString id;                //!< GUID, last segment of the status URL
    QString provider;          //!< namespace that answers for it
    QString resource;          //!< id of the resource it is about
    QString status;            //!< InProgress, Succeeded, Failed, Canceled (spelled as the provider spells it)
    TimePoint started{};
    std::optional<TimePoint> ended;
    QJsonObject error;         //!< {"code","message",…} when Failed
    QJsonObject result;        //!< what Location answers at the end, when it is not the resource
    QJsonObject extra;         //!< provider's own notes
};

//! Something that will happen at a time: the provider's apply() is called with it. Plain data, so that a world can be
//! saved in the middle of an operation. `waitsFor`: an effect of the host that must be done first; then the transition
//! happens at max(due, when the effect came back) and finds the effect's answer in `outcome`.
struct Transition {
    TimePoint due{};
    quint64 sequence = 0;      //!< order of equal times; set by State::schedule
    QString provider;          //!< namespace
    QString kind;              //!< the provider's own word: "serverCreated"
    QString target;            //!< resource id
    QString operation;         //!< operation id, or empty
    QJsonObject arguments;
    quint64 waitsFor = 0;      //!< effect id; 0: nothing
    QJsonObject outcome;       //!< answer of that effect
};

//! What the host carries out outside the pure world (LocalPostgres). Answers come back by World::feed().
//! The words of `kind` and their arguments are listed in effects.h.
struct Effect {
    quint64 id = 0;
    QString kind;
    QString server;            //!< id of the flexible server it concerns, lower-cased
    QJsonObject arguments;
};

struct LedgerEntry {
    quint64 sequence = 0;
    QString resource;          //!< id of the resource
    QString effect;            //!< created, updated, deleted, approved, rejected, removed, registered, started, tested, …
    TimePoint at{};
    QString by;                //!< user principal name
};

struct Principal {
    QString objectId;
    QString userPrincipalName; //!< dba@contoso.example, or the name of an application or identity
    QString displayName;
    QString kind;              //!< User, ServicePrincipal, ManagedIdentity
    QString tenant;            //!< GUID
    QString secret;            //!< client secret of a service principal; sandbox only
    QString clientId;          //!< application id; empty for users
    QString home = {};         //!< a guest: object id of the same person in the home tenant
    QStringList certificates = {}; //!< PEM, of a service principal
    QJsonArray federated = {}; //!< [{"issuer","subject","audience"}] whose assertions stand for a service principal
};

struct Tenant {
    QString id;
    QString displayName;
    QString defaultDomain;
    QString countryCode;
};

struct Subscription {
    QString id;                //!< GUID
    QString displayName;
    QString tenant;
    QString state;             //!< Enabled, Warned, PastDue, Disabled, Deleted
    QMap<QString, QString> registrations; //!< namespace (as documented) → Registered, NotRegistered, Registering
};

//! actions of one role given to a principal at a scope; what GET …/permissions lists.
struct RoleAssignment {
    QString principal;         //!< object id
    QString scope;             //!< "/subscriptions/…", "/" for all
    QString role;              //!< Owner, Contributor, Reader, …
    QStringList actions;
    QStringList notActions;
    QStringList dataActions;
};

//! Everything a world is: plain, serialisable, no behaviour beyond look-up and bookkeeping. All providers work on this one value.
class State
{
public:
    // --- resources, keyed by lower-cased id -------------------------------------------------
    [[nodiscard]] const Resource *find(const QString &id) const;
    [[nodiscard]] Resource *find(const QString &id);
    //! Adds or replaces; keeps the casing of the first id.
    Resource &put(Resource resource);
    bool remove(const QString &id);
    //! Resources of a type whose id lies below `scope` ("/subscriptions/…[/resourceGroups/…[/providers/…]]"), in order of id.
    [[nodiscard]] QList<const Resource *> list(const QString &scope, const QString &type) const;
    //! Direct and indirect children of a resource, whatever their type.
    [[nodiscard]] QList<const Resource *> below(const QString &scope) const;

    // --- operations, schedule, effects, ledger ----------------------------------------------
    Operation &startOperation(const QString &provider, const QString &resource, TimePoint now);
    [[nodiscard]] Operation *operation(const QString &id);
    void schedule(Transition transition);
    //! Queues an effect for the host and returns its id, for Transition::waitsFor.
    quint64 emitEffect(const QString &kind, const QString &server, const QJsonObject &arguments);
    void record(const QString &resource, const QString &effect, TimePoint at, const QString &principal);

    // --- seeded, repeatable ------------------------------------------------------------------
    QString newGuid();
    quint32 random(quint32 below);

    // --- directory ---------------------------------------------------------------------------
    [[nodiscard]] const Principal *principal(const QString &objectId) const;
    [[nodiscard]] Subscription *subscription(const QString &id);
    [[nodiscard]] const Subscription *subscription(const QString &id) const;
    [[nodiscard]] QString userName(const QString &objectId) const;

    //! A switch of the world, for behaviour that the facts leave open; providers document theirs in switches.h.
    [[nodiscard]] QJsonValue setting(const QString &name, const QJsonValue &otherwise = {}) const;
    //! A duration in seconds, divided by the world's time scale; never below `floor`.
    [[nodiscard]] Milliseconds duration(const QString &setting, double defaultSeconds) const;
    //! Value for a Retry-After header: default seconds divided by the time scale, rounded up, at least 1.
    [[nodiscard]] int retryAfter(int seconds) const;

    std::map<QString, Resource> resources;          // by lower-cased id
    std::map<QString, Operation> operations;        // by GUID
    std::map<std::pair<qint64, quint64>, Transition> agenda; // by (due, sequence)
    QList<Effect> effects;                          // not yet taken by the host
    QList<Effect> inFlight;                         // taken, not yet answered; a loaded world gives them out again
    QList<LedgerEntry> ledger;
    QList<Tenant> tenants;
    QList<Subscription> subscriptions;
    QList<Principal> principals;
    QList<RoleAssignment> roles;
    QJsonArray policies;                            // [{scope, effect:"deny", type, field, equals, name, assignmentId}]
    QJsonObject settings;
    QJsonObject signIn;                             // what the sign-in authority must not forget: see signin/grants.h
    QJsonObject locations;                          // name → {displayName, …}
    double timeScale = 1.0;
    quint64 seed = 1;
    quint64 counter = 0;
    quint64 requests = 0;                           // handled so far: request ids have numbers of their own
    TimePoint now{};                                // of the last request or feed

    [[nodiscard]] QJsonObject toJson() const;
    static std::optional<State> fromJson(const QJsonObject &json);
};

//! Lower-cased id without a trailing slash: the key of a resource.
QString key(const QString &id);
//! A well-mixed number from any number, and a version 4 GUID from two: chance that a seed repeats.
quint64 scrambled(quint64 value);
QString guidFrom(quint64 high, quint64 low);

} // namespace causeway::sandbox
