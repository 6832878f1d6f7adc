// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/world.h"

#include <QJsonDocument>
#include <memory>

namespace causeway::sandbox::test {

//! A small world with one owner, one reader, a region that is open and one that is closed; a host that answers every
//! effect at once, as told; and a memory of everything that was ever answered.
class PostgreSqlWorld
{
public:
    static constexpr auto owner = "11111111-1111-1111-1111-111111111111";
    static constexpr auto networkAdmin = "22222222-2222-2222-2222-222222222222";
    static constexpr auto subscription = "00000000-0000-0000-0000-0000000000aa";
    static constexpr auto password = "Tr0ub4dor&three";

    explicit PostgreSqlWorld(const QJsonObject &settings = {});

    Response call(const QByteArray &method, const QString &path, const QJsonObject &body = {}, const QString &as = latin(owner),
                  const QString &version = QStringLiteral("2025-08-01"));
    Response callWithoutBody(const QByteArray &method, const QString &path);
    //! Follows a link that the world handed out.
    Response follow(const QByteArray &method, const QByteArray &url);
    //! Waits that many seconds of the world, step by step, so that effects and transitions interleave.
    void wait(int seconds);
    //! Polls until the operation ended; its status document.
    QJsonObject settle(const Response &accepted);

    Response createServer(const QString &name = QStringLiteral("pgdemo01"), QJsonObject body = serverBody());
    void ready(const QString &name = QStringLiteral("pgdemo01")); //!< created, and past the busy window
    QJsonObject get(const QString &path);

    static QString latin(const char *text) { return QString::fromLatin1(text); }
    static QString server(const QString &name = QStringLiteral("pgdemo01"));
    static QString below(const QString &rest) { return server() + rest; }
    static QString inSubscription(const QString &rest);
    static QJsonObject serverBody();
    static QJsonObject json(const Response &response) { return QJsonDocument::fromJson(response.body).object(); }
    static QString code(const Response &response);

    [[nodiscard]] State &state() { return world->state(); }
    [[nodiscard]] QStringList ledger(const QString &effect) const; //!< ids of resources with that effect

    std::unique_ptr<World> world;
    TimePoint now{std::chrono::hours(24 * 365 * 56)};
    QJsonObject outcome{{QStringLiteral("ok"), true}, {QStringLiteral("computed"), true}};
    bool hostAnswers = true;
    QList<Effect> effects;   //!< all that were carried out or wait for the host
    QByteArray everything;   //!< every body and header value answered

private:
    Response send(Request request);
    void carryOut();
};

} // namespace causeway::sandbox::test
