// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/accountbook.h"
#include "azure/auth/keychainstore.h"
#include "tests/support/coro.h"
#include "tests/support/tokens.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QUrlQuery>

// Accounts with tokens, over a sign-in service and a person that do as they are told.
namespace causeway::test {

inline const QString arm = QStringLiteral("https://management.azure.com/.default");
inline const QString database = QStringLiteral("https://ossrdbms-aad.database.windows.net/.default");
inline const QByteArray stepUpChallenge = R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})";

//! A sign-in service that takes each refresh token once, and may be told to hold its answers or to fail.
class StrictService final : public HttpTransport
{
public:
    explicit StrictService(Clock &clock) : m_clock(clock) {}

    QByteArray valid = "RT-1";
    int made = 1;                              //!< tokens, numbered from 2 on
    QList<Result<HttpResponse>> next;          //!< what is answered first
    std::function<void()> onRequest;           //!< before an answer is chosen
    QList<QUrlQuery> forms;
    QList<QByteArray> targets;
    QString granted;                           //!< scope of the answers; empty: as asked
    int lives = 3600;
    std::optional<int> refreshIn;
    bool held = false;

    void letGo()
    {
        held = false;
        for (const auto &shot : std::exchange(m_waiting, {}))
            shot.fire(true);
    }

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) override
    {
        forms.append(QUrlQuery(QString::fromUtf8(request.body)));
        targets.append(request.target);
        if (onRequest)
            onRequest();
        if (held) {
            OneShot<bool> shot;
            m_waiting.push_back(shot);
            const std::stop_callback onStop(context.stop, [shot] { shot.fire(false); });
            const bool on = co_await shot.wait();
            if (!on)
                co_return Error::cancelled();
        }
        if (!next.isEmpty())
            co_return next.takeFirst();
        co_return answerTo(request);
    }
    [[nodiscard]] QString field(int request, const char *name) const { return forms.value(request).queryItemValue(QLatin1String(name), QUrl::FullyDecoded); }

    static HttpResponse json(int status, const QJsonObject &body, const HttpHeaders &headers = {})
    {
        return {status, HttpHeaders{{"Content-Type", "application/json"}} + headers, QJsonDocument(body).toJson(QJsonDocument::Compact)};
    }
    static HttpResponse refusal(const char *error = "invalid_grant", int number = 50076, const QJsonObject &more = {})
    {
        QJsonObject body{{QStringLiteral("error"), QLatin1String(error)}, {QStringLiteral("error_description"), QStringLiteral("AADSTS%1: no.").arg(number)}, {QStringLiteral("error_codes"), QJsonArray{number}}};
        for (auto it = more.begin(); it != more.end(); ++it)
            body.insert(it.key(), it.value());
        return json(400, body);
    }
    static Error trouble(ErrorKind kind)
    {
        Error error;
        error.kind = kind;
        error.code = QStringLiteral("Scripted");
        return error;
    }
    [[nodiscard]] QJsonObject answer(const QString &tenant, const QString &scope)
    {
        ++made;
        valid = "RT-" + QByteArray::number(made);
        const TokenAnswer shape = tokenAnswer(m_clock.now(), tenant);
        QJsonObject claims = shape.idClaims;
        claims.insert(QStringLiteral("exp"), qint64(m_clock.now().time_since_epoch() / std::chrono::seconds(1)) + 3600);
        QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("scope"), scope}, {QStringLiteral("expires_in"), lives}, {QStringLiteral("ext_expires_in"), lives},
                         {QStringLiteral("access_token"), QStringLiteral("AT-%1").arg(made)}, {QStringLiteral("refresh_token"), QString::fromLatin1(valid)}, {QStringLiteral("client_info"), shape.clientInfo},
                         {QStringLiteral("id_token"), QString::fromLatin1(unpadded(R"({"alg":"none"})") + '.' + unpadded(QJsonDocument(claims).toJson(QJsonDocument::Compact)) + ".c2ln")}};
        if (refreshIn)
            body.insert(QStringLiteral("refresh_in"), *refreshIn);
        return body;
    }

private:
    HttpResponse answerTo(const HttpRequest &request)
    {
        const QUrlQuery form = forms.last();
        if (form.queryItemValue(QStringLiteral("refresh_token"), QUrl::FullyDecoded).toLatin1() != valid)
            return refusal("invalid_grant", 70000);
        const QString tenant = QString::fromLatin1(request.target.split('/').value(1));
        return json(200, answer(tenant.contains(QLatin1Char('.')) ? kGuestTenant : tenant, granted.isEmpty() ? form.queryItemValue(QStringLiteral("scope"), QUrl::FullyDecoded) : granted));
    }
    Clock &m_clock;
    std::vector<OneShot<bool>> m_waiting;
};

//! The person. Answers when told to, or at once.
class ScriptedPerson final : public SignInAsker
{
public:
    QList<SignInNeed> needs;
    std::optional<Result<TokenAnswer>> answer;
    OneShot<Result<TokenAnswer>> later;
    bool left = false;

    QCoro::Task<Result<TokenAnswer>> ask(SignInNeed need, Context context) override
    {
        needs.append(need);
        if (answer)
            co_return Result<TokenAnswer>(*answer);
        auto shot = later;
        const std::stop_callback onStop(context.stop, [this, shot] {
            left = true;
            shot.fire(Error::cancelled());
        });
        Result<TokenAnswer> given = co_await shot.wait();
        co_return given;
    }
};

//! A book, ada in it, on a clock of its own.
struct Desk {
    explicit Desk(bool signedIn = true)
    {
        if (signedIn)
            signedInAs = await(book->add(tokenAnswer(clock.now()), QStringLiteral("organizations"), Context())).valueOr(StoredAccount());
    }
    VirtualClock clock; // from now on: MSAL goes by the wall
    StrictService service{clock};
    TokenEndpoint endpoint{service, clock, clouds().first()};
    QTemporaryDir folder;
    std::unique_ptr<SecretStore> keychain = memoryStore();
    Vault vault{*keychain, file()};
    std::unique_ptr<AccountBook> book = std::make_unique<AccountBook>(endpoint, vault, kClient);
    StoredAccount signedInAs;

    [[nodiscard]] QString file() const { return folder.filePath(QStringLiteral("state/vault")); }
    Result<AccessToken> token(const QString &scope = arm, const QString &tenant = {}, const QByteArray &claims = {}) { return await(book->token(kHomeId, TokenRequest(scope, tenant, claims), Context())); }
    void pass(Milliseconds time) { await(sleepFor(clock, time, Context())); }
    [[nodiscard]] QByteArray onDisk()
    {
        Vault other(*keychain, file());
        return await(other.open(Context())).content.reveal();
    }
};

inline QByteArray bytesOf(const Result<AccessToken> &token)
{
    return token ? token->token.reveal() : "error " + token.error().code.toUtf8();
}

} // namespace causeway::test
