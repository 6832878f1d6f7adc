// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/world.h"
#include "sandbox/worldfile.h"

#include <QFile>
#include <QJsonDocument>
#include <QUrl>
#include <stdexcept>

namespace causeway::sandbox::test {

inline QJsonObject jsonFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("cannot read " + path.toStdString());
    return QJsonDocument::fromJson(file.readAll()).object();
}

inline QJsonObject worldJson(const QString &name)
{
    return jsonFile(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/%1.json").arg(name));
}

inline State worldState(const QString &name)
{
    QString error;
    auto state = stateFromWorld(worldJson(name), &error);
    if (!state)
        throw std::runtime_error(error.toStdString());
    return std::move(*state);
}

//! A world and somebody who calls it; effects are answered at once unless a test wants them.
class Caller
{
public:
    explicit Caller(State state) : world(std::move(state))
    {
        principal = world.state().principals.constFirst().objectId;
        subscription = world.state().subscriptions.constFirst().id;
        world.state().settings.insert(QStringLiteral("throttling"), false);
    }

    Request request(const QByteArray &method, const QString &target, const QJsonObject &body = {}) const
    {
        Request made = requestFromTarget(method, target.toUtf8());
        made.principal = principal;
        made.origin = "https://127.0.0.1:9";
        made.headers = headers;
        if (!body.isEmpty() || method == "PUT" || method == "PATCH")
            made.body = QJsonDocument(body).toJson();
        return made;
    }

    //! `path` may hold {s} for the subscription; the api-version is appended.
    Response call(const QByteArray &method, QString path, const QString &version, const QJsonObject &body = {})
    {
        path.replace(QLatin1String("{s}"), subscription);
        path += (path.contains(QLatin1Char('?')) ? QLatin1String("&api-version=") : QLatin1String("?api-version=")) + version;
        return send(request(method, path, body));
    }
    Response follow(const QByteArray &url) { return send(request("GET", QString::fromLatin1(url))); }

    Response send(const Request &sent)
    {
        Answer answer = world.handle(sent, now);
        std::vector<Finished> finished;
        if (answerEffects) {
            for (QList<Effect> effects = world.takeEffects(); !effects.isEmpty(); effects = world.takeEffects()) {
                for (const Effect &effect : effects) {
                    for (Finished &one : world.feed(effect.id, {{QStringLiteral("ok"), true}, {QStringLiteral("computed"), true}}, now))
                        finished.push_back(std::move(one));
                }
            }
        }
        if (const auto *response = std::get_if<Response>(&answer))
            return *response;
        for (const Finished &one : finished) {
            if (one.ticket == std::get<Pending>(answer).ticket)
                return one.response;
        }
        return Response::empty(0);
    }

    void pass(double seconds)
    {
        now += Milliseconds(qint64(seconds * 1000));
        world.advance(now);
    }

    World world;
    TimePoint now{std::chrono::seconds(1790000000)};
    QString principal;
    QString subscription;
    Headers headers;
    bool answerEffects = true;
};

inline QJsonObject bodyOf(const Response &response)
{
    return QJsonDocument::fromJson(response.body).object();
}
inline QJsonObject errorOf(const Response &response)
{
    return bodyOf(response).value(QLatin1String("error")).toObject();
}
inline QString codeOf(const Response &response)
{
    return errorOf(response).value(QLatin1String("code")).toString();
}
inline QString messageOf(const Response &response)
{
    return errorOf(response).value(QLatin1String("message")).toString();
}
inline QJsonArray valueOf(const Response &response)
{
    return bodyOf(response).value(QLatin1String("value")).toArray();
}

} // namespace causeway::sandbox::test
