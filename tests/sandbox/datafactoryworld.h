// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/world.h"

#include <QJsonDocument>
#include <memory>
#include <optional>

namespace causeway::sandbox::test {

//! A world with one server that is Ready, an owner, a reader, and somebody who may only write linked services. The test is
//! the host: it answers a connect effect with `outcome`, and sees what was asked for.
class DataFactoryWorld
{
public:
    static constexpr auto owner = "11111111-1111-1111-1111-111111111111";
    static constexpr auto reader = "22222222-2222-2222-2222-222222222222";
    static constexpr auto author = "44444444-4444-4444-4444-444444444444";
    static constexpr auto subscription = "00000000-0000-0000-0000-0000000000aa";
    static constexpr auto password = "Tr0ub4dor&three";
    static constexpr auto host = "pgdemo01.postgres.database.azure.com";

    explicit DataFactoryWorld(const QJsonObject &settings = {});

    Response call(const QByteArray &method, const QString &path, const QJsonObject &body = {}, const QString &as = latin(owner),
                  const QString &version = QStringLiteral("2018-06-01"));
    //! As `call`, with another header.
    Response conditional(const QByteArray &method, const QString &path, const QByteArray &header, const QByteArray &value, const QJsonObject &body = {});
    Response follow(const QByteArray &url);
    Response send(Request request);
    void wait(int seconds);
    QJsonObject get(const QString &path) { return json(call("GET", path)); }

    // --- steps of the road; each answers the path of what it made ---
    QString makeFactory(const QString &identity = QStringLiteral("SystemAssigned"));
    QString makeNetwork();
    QString makeRuntime();                       //!< in the managed network
    QString makeEndpoint();
    void enableAuthoring(int minutes = 60);
    void decide(const QString &status);          //!< on the server, and waits until the factory noticed
    void buildRoad();                            //!< all of them, approved

    Response testService(const QJsonObject &service);
    Response testService(const QJsonObject &service, const QString &as);

    [[nodiscard]] const Resource *connection() const; //!< the server's only one
    Resource &server() { return *state().find(serverId()); }
    [[nodiscard]] QStringList ledger(const QString &effect) const;
    State &state() { return world->state(); }

    static QString latin(const char *text) { return QString::fromLatin1(text); }
    static QString groupId(const QString &rest = {});
    static QString serverId();
    static QString factory(const QString &rest = {}); //!< path of adf-Demo
    static QJsonObject object(const char *text) { return QJsonDocument::fromJson(QByteArray(text)).object(); }
    static QJsonObject json(const Response &response) { return QJsonDocument::fromJson(response.body).object(); }
    static QString code(const Response &response);
    //! A linked service, version 2.0, with user and password; typeProperties replaced by `changes`.
    static QJsonObject service(const QJsonObject &changes = {}, const QString &runtime = QStringLiteral("VnetIR"));

    std::unique_ptr<World> world;
    TimePoint now{std::chrono::hours(24 * 365 * 56)};
    QJsonObject outcome{{QStringLiteral("ok"), true}, {QStringLiteral("tls"), true}, {QStringLiteral("tlsVersion"), QStringLiteral("TLSv1.3")}};
    std::optional<Effect> connect;   //!< the last one asked for
    QByteArray everything;           //!< every body answered

private:
    std::optional<Response> carryOut();
};

inline QJsonObject propertiesOf(const QJsonObject &resource)
{
    return resource.value(QStringLiteral("properties")).toObject();
}

} // namespace causeway::sandbox::test
