// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/resourceid.h"
#include "domain/setupspec.h"
#include "session/catalogue.h"
#include "session/reach.h"

#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

namespace causeway {

class ArmClient;
class Clock;

struct Account {
    QString user;          //!< user principal name
    QString tenant;        //!< GUID
    bool sandbox = false;  //!< not Azure: shown on every page
    Cloud cloud = Cloud::AzurePublic;
};

struct LocationEntry {
    QString name;
    QString displayName;
};

struct GroupEntry {
    QString name;
    QString location;
};

struct ServerEntry {
    ResourceId id;
    QString location;      //!< short name
    QString state;
    QString version;
    QString fqdn;
    bool vnetInjected = false;
    bool passwordAuthentication = true;
    bool entraAuthentication = false;
};

struct SubnetEntry {
    QString name;
    QString prefix;
    QString delegation;    //!< service name; empty: none
    int used = 0;          //!< addresses in use
    int free = -1;         //!< addresses left; -1: unknown. Azure keeps five of every subnet for itself
};

struct VirtualNetworkEntry {
    ResourceId id;
    QString location;
    QList<SubnetEntry> subnets;
};

struct ZoneEntry {
    ResourceId id;
};

struct FactoryEntry {
    ResourceId id;
    QString location;
};

struct RuntimeEntry {
    QString name;
    QString type;          //!< Managed, SelfHosted
    bool inManagedNetwork = false;
};

struct IdentityEntry {
    ResourceId id;
};

struct SkuEntry {
    QString name;
    QString tier;
    int vCores = 0;
    int memoryMiBPerVCore = 0;
    QStringList haModes;
};

struct CapabilityEntry {
    bool restricted = false;
    QString reason;
    QStringList versions;
    QList<SkuEntry> skus;
    QList<int> storageGiB;
};

struct NameAnswer {
    bool available = false;
    QString message;       //!< the service's
};

//! Account, tenant, subscription and what they hold: the one shared object behind all pages. Pages read its catalogues;
//! asking twice for what is loaded costs nothing, and while nobody is signed in nothing is asked.
class AzureSession final : public QObject
{
    Q_OBJECT
public:
    AzureSession(ArmClient &client, Clock &clock, Account account, QObject *parent = nullptr);
    ~AzureSession() override;

    [[nodiscard]] const Account &account() const { return m_account; }
    //! Another user signs in; everything that was loaded goes.
    void setAccount(Account account);
    [[nodiscard]] ArmClient &client() const { return m_client; }
    [[nodiscard]] Clock &clock() const { return m_clock; }
    //! GUID of the subscription in use; empty before one is chosen.
    [[nodiscard]] const QString &subscription() const { return m_subscription; }
    [[nodiscard]] QString subscriptionName() const;
    //! GUID of the tenant of the subscription in use, else the account's.
    [[nodiscard]] QString tenant() const;
    //! For people; the GUID until the name is known.
    [[nodiscard]] QString tenantName() const;
    //! By GUID or display name; unknown text is kept as it is. Clears what belonged to the former one.
    void setSubscription(const QString &idOrName);

    Catalogue<SubscriptionEntry> &subscriptions(); //!< of every tenant that the account is in
    Catalogue<TenantEntry> &tenants();             //!< come with the subscriptions
    Catalogue<LocationEntry> &locations();
    Catalogue<GroupEntry> &groups();
    Catalogue<ServerEntry> &servers();
    Catalogue<VirtualNetworkEntry> &virtualNetworks();
    Catalogue<ZoneEntry> &zones();
    Catalogue<FactoryEntry> &factories();
    Catalogue<IdentityEntry> &identities();
    //! One entry; asked again when the location changes.
    Catalogue<CapabilityEntry> &capabilities(const QString &location);
    Catalogue<RuntimeEntry> &runtimes(const ResourceId &factory);
    Catalogue<QString> &databases(const ResourceId &server);

    //! Is a server name free in all of Azure? Advisory (azure-postgresql-and-network.md §2.4).
    QCoro::Task<Result<NameAnswer>> checkServerName(QString name, QString location, Context context);
    //! A server that stands elsewhere: another subscription, or a pasted id.
    QCoro::Task<Result<ServerEntry>> readServer(ResourceId id, Context context);
    //! Forget everything that was loaded, for example after a run.
    void refresh();

Q_SIGNALS:
    void accountChanged();
    void subscriptionChosen(); //!< before anything is asked in it: whose tenant it is decides which token a question takes
    void subscriptionChanged();

private:
    static QCoro::Task<Result<QList<SubscriptionEntry>>> loadReach(QPointer<AzureSession> session, Context context);
    template <class T>
    Catalogue<T> &loaded(Catalogue<T> &catalogue, typename Catalogue<T>::Loader loader);

    ArmClient &m_client;
    Clock &m_clock;
    Account m_account;
    QString m_subscription;
    QString m_capabilityLocation;
    ResourceId m_runtimeFactory;
    ResourceId m_databaseServer;
    Catalogue<SubscriptionEntry> m_subscriptions;
    Catalogue<TenantEntry> m_tenants;
    Catalogue<LocationEntry> m_locations;
    Catalogue<GroupEntry> m_groups;
    Catalogue<ServerEntry> m_servers;
    Catalogue<VirtualNetworkEntry> m_virtualNetworks;
    Catalogue<ZoneEntry> m_zones;
    Catalogue<FactoryEntry> m_factories;
    Catalogue<IdentityEntry> m_identities;
    Catalogue<CapabilityEntry> m_capabilities;
    Catalogue<RuntimeEntry> m_runtimes;
    Catalogue<QString> m_databases;
};

} // namespace causeway
