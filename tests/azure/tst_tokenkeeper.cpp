// SPDX-License-Identifier: Apache-2.0
// Challenges, and the tokens that are fetched, kept, renewed behind one's back and replaced because of them (sign-in facts §8, §9).
#include "azure/auth/challenge.h"
#include "azure/http/memorytransport.h"
#include "azure/http/pipeline.h"
#include "azure/http/tokenkeeper.h"
#include "tests/support/coro.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace causeway;

namespace {

const QByteArray mfa = R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})";
const TimePoint noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);

//! One a request, after 100 ms; remembers what for.
class Source final : public TokenCredential
{
public:
    explicit Source(Clock &clock) : m_clock(clock) {}
    QCoro::Task<Result<AccessToken>> token(TokenRequest wanted, Context context) override
    {
        asked.append(wanted.tenant + QLatin1Char('|') + wanted.scope + QLatin1Char('|') + QString::fromUtf8(wanted.claims));
        const Milliseconds pause(100);
        const bool slept = co_await sleepFor(m_clock, pause, context);
        if (!slept)
            co_return Error::cancelled();
        if (!fails.code.isEmpty() && asked.size() > goodOnes)
            co_return Error(fails); // a copy: QCoro 0.8 moves out of what is given back
        AccessToken token;
        token.token = Secret("T" + QByteArray::number(asked.size()));
        token.expires = m_clock.now() + life;
        if (refreshAfter.count() > 0)
            token.refreshOn = m_clock.now() + refreshAfter;
        co_return token;
    }
    [[nodiscard]] quint64 generation() const override { return person; }
    QStringList asked;
    Error fails;
    int goodOnes = 0; //!< before it fails
    Milliseconds life = std::chrono::hours(1);
    Milliseconds refreshAfter{0};
    quint64 person = 0;

private:
    Clock &m_clock;
};

struct Kept {
    VirtualClock clock{noon};
    Source source{clock};
    TokenKeeper keeper{source, clock};
    QByteArray token(const TokenRequest &request = {QStringLiteral("arm")})
    {
        const Result<Secret> got = test::await(keeper.token(request, Context()));
        return got ? got->reveal() : got.error().code.toUtf8();
    }
    void later(Milliseconds time) { test::await(sleepFor(clock, time, Context())); }
};

struct Piped {
    VirtualClock clock{noon};
    MemoryTransport transport{clock};
    Planes planes{Planes::Entry{*Origin::parse(QStringLiteral("https://management.azure.com")), QStringLiteral("arm")}};
    Source source{clock};
    HttpPipeline pipeline{transport, clock, planes, &source};
    Result<HttpResponse> put()
    {
        HttpRequest request;
        request.method = "PUT";
        request.target = "/x";
        request.body = "{\"a\":1}";
        return test::await(pipeline.send(request, Context()));
    }
    static HttpHeaders challenge(const QByteArray &claims) { return {{"WWW-Authenticate", "Bearer authorization_uri=\"https://x, y\", error=\"insufficient_claims\", claims=\"" + claims.toBase64() + '"'}}; }
    [[nodiscard]] QByteArray bearer(int request) const { return headerValue(transport.requests().at(request).headers, "Authorization"); }
};

} // namespace

class TestTokenKeeper : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void challenges_data();
    void challenges();
    void claimsAreRead_data();
    void claimsAreRead();
    void claimsAreMerged();
    void oneFetchForAll();
    void byTenantAndScope();
    void claimsPassTheCache();
    void renewedBehindOnesBack();
    void failedRenewalKeepsTheOld();
    void anotherPerson();
    void notToldWhatAnotherWasRefused();
    void nobodySendsAgainForAnother();
    void challengeLeadsToOneReplay();
    void secondChallengeIsShown();
    void failedStepUpIsShown();
    void plain401();
};

void TestTokenKeeper::challenges_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("read"); // scheme{name=value;…} in order of names
    const auto row = [](const char *name, const char *header, const char *read) { QTest::newRow(name) << QByteArray(header) << QByteArray(read); };
    row("one", R"(Bearer realm="a", error="b")", "bearer{error=b;realm=a;}");
    row("comma within", R"(Bearer a="x, y=z", b=c)", "bearer{a=x, y=z;b=c;}");
    row("escaped quote", R"(Bearer a="x\"y")", R"(bearer{a=x"y;})");
    row("two", R"(Basic realm="r", Bearer error="e", claims="c==")", "basic{realm=r;}bearer{claims=c==;error=e;}");
    row("scheme alone", "Negotiate, Bearer a=b", "negotiate{}bearer{a=b;}");
    row("token with padding", "Bearer claims=eyJ9==", "bearer{claims=eyJ9;}"); // a token has no "="; base64 does not need it
    row("upper case", "BEARER Error=\"E\"", "bearer{error=E;}");
    row("first counts", R"(Bearer a="1", a="2")", "bearer{a=1;}");
    row("spaces around =", R"(Bearer a = "1")", "bearer{a=1;}");
    row("open quote", R"(Bearer a="1)", "bearer{a=1;}");
    row("empty", "", "");
    row("nonsense", ",,= \"", "");
}

void TestTokenKeeper::challenges()
{
    QFETCH(QByteArray, header);
    QByteArray text;
    for (const Challenge &challenge : parseChallenges(header)) {
        QByteArrayList names = challenge.parameters.keys();
        std::sort(names.begin(), names.end());
        text += challenge.scheme + '{';
        for (const QByteArray &name : names)
            text += name + '=' + challenge.parameters.value(name) + ';';
        text += '}';
    }
    QTEST(text, "read");
    QVERIFY(parseChallenges("Bearer a=\"" + QByteArray(70 * 1024, 'x')).isEmpty());
}

void TestTokenKeeper::claimsAreRead_data()
{
    QTest::addColumn<HttpHeaders>("headers");
    QTest::addColumn<QByteArray>("claims");
    const QByteArray tricky = R"({"a":"???>>>~~~"})"; // + and / in base64
    const auto header = [](const QByteArray &value, const char *error = "insufficient_claims") { return "Bearer error=\"" + QByteArray(error) + "\", claims=\"" + value + '"'; };
    const auto row = [](const char *name, const QByteArray &value, const QByteArray &claims) { QTest::newRow(name) << HttpHeaders{{"www-authenticate", value}} << claims; };
    row("standard", header(tricky.toBase64()), tricky);
    row("URL-safe, unpadded", header(tricky.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)), tricky);
    row("another error", header(tricky.toBase64(), "invalid_token"), {});
    row("no base64", header("%%%"), {});
    row("no JSON", header(QByteArray("abc").toBase64()), {});
    row("array", header(QByteArray("[1]").toBase64()), {});
    row("Basic", "Basic error=\"insufficient_claims\", claims=\"" + tricky.toBase64() + '"', {});
    QTest::newRow("in the second header") << HttpHeaders{{"WWW-Authenticate", "Basic realm=\"x\""}, {"Date", "x"}, {"WWW-Authenticate", header(mfa.toBase64())}} << mfa;
}

void TestTokenKeeper::claimsAreRead()
{
    QFETCH(HttpHeaders, headers);
    QTEST(claimsChallengeOf(headers), "claims");
}

void TestTokenKeeper::claimsAreMerged()
{
    QCOMPARE(claimsParameter({}), QByteArray(R"({"access_token":{"xms_cc":{"values":["CP1"]}}})"));
    const QJsonObject merged = QJsonDocument::fromJson(claimsParameter(mfa)).object().value(QStringLiteral("access_token")).toObject();
    QVERIFY(merged.contains(QStringLiteral("acrs")) && merged.contains(QStringLiteral("xms_cc")));
    QCOMPARE(claimsParameter("no JSON"), claimsParameter({}));
}

void TestTokenKeeper::oneFetchForAll()
{
    Kept kept;
    std::vector<QCoro::Task<Result<Secret>>> tasks;
    for (int i = 0; i < 1000; ++i)
        tasks.push_back(kept.keeper.token({QStringLiteral("arm")}, Context()));
    for (const Result<Secret> &token : test::await(whenAll(std::move(tasks))))
        QCOMPARE(token->reveal(), QByteArray("T1"));
    QCOMPARE(kept.source.asked.size(), 1);
}

void TestTokenKeeper::byTenantAndScope()
{
    Kept kept;
    QCOMPARE(kept.token({QStringLiteral("arm"), QStringLiteral("a")}), QByteArray("T1"));
    QCOMPARE(kept.token({QStringLiteral("arm"), QStringLiteral("b")}), QByteArray("T2")); // never the other tenant's
    QCOMPARE(kept.token({QStringLiteral("pg"), QStringLiteral("a")}), QByteArray("T3"));
    QCOMPARE(kept.token({QStringLiteral("arm"), QStringLiteral("a")}), QByteArray("T1"));
}

void TestTokenKeeper::claimsPassTheCache()
{
    Kept kept;
    QCOMPARE(kept.token(), QByteArray("T1"));
    const TokenRequest challenged(QStringLiteral("arm"), {}, mfa);
    QCOMPARE(kept.token(challenged), QByteArray("T2"));
    QCOMPARE(kept.source.asked.last(), QStringLiteral("|arm|") + QString::fromUtf8(mfa));
    QCOMPARE(kept.token(challenged), QByteArray("T2")); // the same challenge again: this token answers it
    QCOMPARE(kept.token(), QByteArray("T2"));
    QCOMPARE(kept.source.asked.size(), 2);
    kept.keeper.forget(challenged, Secret("T1")); // somebody else's late 401
    QCOMPARE(kept.token(), QByteArray("T2"));
    kept.keeper.forget(challenged, Secret("T2"));
    QCOMPARE(kept.token(), QByteArray("T3"));
}

void TestTokenKeeper::renewedBehindOnesBack()
{
    Kept kept;
    kept.source.refreshAfter = std::chrono::minutes(30);
    QCOMPARE(kept.token(), QByteArray("T1"));
    kept.later(std::chrono::minutes(31));
    QCOMPARE(kept.token(), QByteArray("T1")); // given at once
    QCOMPARE(kept.token(), QByteArray("T1"));
    QCOMPARE(kept.source.asked.size(), 2); // one renewal is under way, not two
    kept.later(Milliseconds(200));
    QCOMPARE(kept.token(), QByteArray("T2"));
    QCOMPARE(kept.source.asked.size(), 2);
}

void TestTokenKeeper::failedRenewalKeepsTheOld()
{
    Kept kept;
    kept.source.refreshAfter = std::chrono::minutes(30);
    QCOMPARE(kept.token(), QByteArray("T1"));
    kept.later(std::chrono::minutes(31));
    kept.source.fails = Error::internal(QStringLiteral("Down"), QStringLiteral("x"));
    QCOMPARE(kept.token(), QByteArray("T1"));
    kept.later(Milliseconds(200));
    for (int i = 0; i < 5; ++i)
        QCOMPARE(kept.token(), QByteArray("T1"));
    QCOMPARE(kept.source.asked.size(), 2); // not again at once
    kept.later(std::chrono::minutes(2));
    QCOMPARE(kept.token(), QByteArray("T1"));
    QCOMPARE(kept.source.asked.size(), 3);
    kept.later(std::chrono::minutes(25)); // within five minutes of its end it is not good any more
    QCOMPARE(kept.token(), QByteArray("Down"));
    kept.source.fails = Error();
    QVERIFY(kept.token().startsWith('T'));
}

void TestTokenKeeper::anotherPerson()
{
    Kept kept;
    QCOMPARE(kept.token(), QByteArray("T1"));
    kept.source.person = 1;
    QCOMPARE(kept.token(), QByteArray("T2"));
}

// Who came after waits for the fetch of who was there before; what that one was refused is not this one's.
void TestTokenKeeper::notToldWhatAnotherWasRefused()
{
    Kept kept;
    kept.source.fails = Error::internal(QStringLiteral("PersonSaidNo"), QStringLiteral("x"));
    const TokenRequest request(QStringLiteral("arm"));
    auto first = kept.keeper.token(request, Context());
    kept.later(Milliseconds(50));
    kept.source.person = 1;
    auto second = kept.keeper.token(request, Context());
    QCOMPARE(test::await(std::move(first)).error().code, QStringLiteral("PersonSaidNo"));
    kept.source.fails = Error();
    const Result<Secret> got = test::await(std::move(second));
    QVERIFY2(got.ok(), qPrintable(got ? QString() : got.error().code));
    QCOMPARE(got->reveal(), QByteArray("T2"));
}

// Two writes are challenged; while a person is asked, another account comes into use. Neither is sent again, and the other is not asked.
void TestTokenKeeper::nobodySendsAgainForAnother()
{
    for (const bool refused : {false, true}) {
        Piped world;
        world.transport.answer(401, {}, Piped::challenge(mfa)).answer(401, {}, Piped::challenge(mfa)).answer(201, "{}").answer(201, "{}");
        HttpRequest request;
        request.method = "PUT";
        request.target = "/x";
        auto first = world.pipeline.send(request, Context());
        auto second = world.pipeline.send(request, Context());
        test::await(sleepFor(world.clock, Milliseconds(150), Context()));
        QCOMPARE(world.transport.requests().size(), 2);
        world.source.person = 1;
        if (refused) { // as who has the fetch is told to stop
            world.source.goodOnes = 1;
            world.source.fails = Error::cancelled();
            world.source.fails.code = QStringLiteral("Gone");
        }
        const auto one = test::await(std::move(first));
        const auto other = test::await(std::move(second));
        QVERIFY(!one && !other);
        QCOMPARE(one.error().code, refused ? QStringLiteral("Gone") : QStringLiteral("AccountChanged"));
        QCOMPARE(other.error().code, QStringLiteral("AccountChanged"));
        QCOMPARE(world.transport.requests().size(), 2);
        QCOMPARE(world.source.asked.size(), 2);
    }
}

void TestTokenKeeper::challengeLeadsToOneReplay()
{
    Piped world;
    world.transport.answer(401, {}, Piped::challenge(mfa)).answer(201, "{}");
    const auto answer = world.put();
    QCOMPARE(answer->status, 201);
    QCOMPARE(world.source.asked, QStringList({QStringLiteral("|arm|"), QStringLiteral("|arm|") + QString::fromUtf8(mfa)}));
    QCOMPARE(world.transport.requests().size(), 2);
    QVERIFY(world.bearer(0) != world.bearer(1));
    QCOMPARE(world.transport.requests().at(1).body, world.transport.requests().at(0).body); // the same call, and the same request id family
    QCOMPARE(headerValue(world.transport.requests().at(1).headers, "x-ms-client-request-id"), headerValue(world.transport.requests().at(0).headers, "x-ms-client-request-id"));
}

void TestTokenKeeper::secondChallengeIsShown()
{
    Piped world;
    world.transport.answer(401, "{}", Piped::challenge(mfa)).answer(401, "{}", Piped::challenge(R"({"access_token":{"nbf":{"essential":true,"value":"1"}}})")).answer(200, "{}");
    QCOMPARE(world.put()->status, 401);
    QCOMPARE(world.transport.requests().size(), 2); // no loop
    QCOMPARE(world.source.asked.size(), 2);
}

void TestTokenKeeper::failedStepUpIsShown()
{
    Piped world;
    world.transport.answer(401, {}, Piped::challenge(mfa)).answer(200, "{}");
    world.source.goodOnes = 1;
    world.source.fails = Error::internal(QStringLiteral("PersonSaidNo"), QStringLiteral("x"));
    const auto answer = world.put();
    QCOMPARE(answer.error().code, QStringLiteral("PersonSaidNo"));
    QCOMPARE(world.transport.requests().size(), 1);
}

void TestTokenKeeper::plain401()
{
    Piped world; // a revoked token: a new one, without claims, once
    world.transport.answer(401).answer(200, "{}");
    QCOMPARE(world.put()->status, 200);
    QCOMPARE(world.source.asked, QStringList({QStringLiteral("|arm|"), QStringLiteral("|arm|")}));
}

QTEST_GUILESS_MAIN(TestTokenKeeper)
#include "tst_tokenkeeper.moc"
