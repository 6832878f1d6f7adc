// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QDateTime>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QLocale>
#include <QPair>
#include <QPointer>
#include <QString>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUuid>
#include <functional>

//! A sign-in authority of a test's own, on the test's thread, with the last word on every byte: what no honest authority sends.
namespace causeway::test {

//! One request as it came.
struct ReceivedRequest {
    QByteArray method;
    QByteArray target;                            //!< undecoded, with the query
    QByteArray path;                              //!< undecoded, without it
    QList<QPair<QByteArray, QByteArray>> headers; //!< in order, names as sent
    QByteArray body;

    //! Case-insensitive; all values of that name joined by ", ".
    [[nodiscard]] QByteArray header(const QByteArray &name) const
    {
        QByteArrayList found;
        for (const auto &[key, value] : headers) {
            if (key.compare(name, Qt::CaseInsensitive) == 0)
                found.append(value);
        }
        return found.join(", ");
    }
    //! Decoded as forms are (WHATWG); of the query, or of a form body.
    [[nodiscard]] QString query(const char *name) const { return field(target.mid(path.size() + 1), name); }
    [[nodiscard]] QString form(const char *name) const { return field(body, name); }
    //! How often a form field came: twice is a client's mistake.
    [[nodiscard]] qsizetype count(const char *name) const { return values(body, name).size(); }

private:
    static QStringList values(const QByteArray &encoded, const char *name)
    {
        QStringList found;
        for (QByteArray part : encoded.split('&')) {
            part.replace('+', ' ');
            const qsizetype equals = part.indexOf('=');
            if (QByteArray::fromPercentEncoding(part.left(equals < 0 ? part.size() : equals)) == name)
                found.append(QString::fromUtf8(equals < 0 ? QByteArray() : QByteArray::fromPercentEncoding(part.mid(equals + 1))));
        }
        return found;
    }
    static QString field(const QByteArray &encoded, const char *name) { return values(encoded, name).value(0); }
};

//! What goes out on the wire: bytes as they are, pauses between them, and how it ends.
class ScriptedAnswer
{
public:
    enum class End { Close, KeepOpen, Reset };

    static ScriptedAnswer bytes(QByteArray raw, End end = End::Close)
    {
        ScriptedAnswer answer;
        answer.m_parts.append(std::move(raw));
        answer.m_end = end;
        return answer;
    }
    static ScriptedAnswer http(int status, const QByteArray &type, const QByteArray &body, const QByteArray &moreHeaders = {})
    {
        return bytes("HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\nContent-Type: " + type + "\r\nContent-Length: " + QByteArray::number(body.size())
                     + "\r\nCache-Control: no-store\r\nConnection: close\r\nDate: " + httpDate() + "\r\n" + moreHeaders + "\r\n" + body);
    }
    //! `moreHeaders`: lines with their line ends, "Retry-After: 2\r\n".
    static ScriptedAnswer json(int status, const QJsonObject &body, const QByteArray &moreHeaders = {})
    {
        return http(status, "application/json; charset=utf-8", QJsonDocument(body).toJson(QJsonDocument::Compact), moreHeaders);
    }
    static ScriptedAnswer html(int status, const QByteArray &page, const QByteArray &moreHeaders = {})
    {
        return http(status, "text/html; charset=utf-8", page, moreHeaders);
    }
    static ScriptedAnswer redirect(const QByteArray &location, int status = 302) { return http(status, "text/plain", {}, "Location: " + location + "\r\n"); }
    //! Entra's error shape.
    static ScriptedAnswer entraError(int status, const char *error, int aadsts, const QString &text, const QJsonObject &more = {}, const QByteArray &moreHeaders = {})
    {
        const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss'Z'"));
        const QString trace = QStringLiteral("0000aaaa-11bb-cccc-dd22-eeeeee333333");
        const QString correlation = QStringLiteral("aaaa0000-bb11-2222-33cc-444444dddddd");
        QJsonObject body{{QStringLiteral("error"), QLatin1String(error)},
                         {QStringLiteral("error_description"), QStringLiteral("AADSTS%1: %2\r\nTrace ID: %3\r\nCorrelation ID: %4\r\nTimestamp: %5")
                                                                   .arg(aadsts).arg(text, trace, correlation, stamp)},
                         {QStringLiteral("error_codes"), QJsonArray{aadsts}}, {QStringLiteral("timestamp"), stamp},
                         {QStringLiteral("trace_id"), trace}, {QStringLiteral("correlation_id"), correlation},
                         {QStringLiteral("error_uri"), QStringLiteral("https://login.microsoftonline.com/error?code=%1").arg(aadsts)}};
        for (auto it = more.begin(); it != more.end(); ++it)
            body.insert(it.key(), it.value());
        return json(status, body, moreHeaders);
    }
    //! Takes the request and never says a word.
    static ScriptedAnswer silence() { return bytes({}, End::KeepOpen); }

    //! The same bytes in so many packets, a few milliseconds apart.
    [[nodiscard]] ScriptedAnswer inPieces(int count) const
    {
        const QByteArray all = whole();
        const qsizetype step = qMax<qsizetype>(1, (all.size() + count - 1) / count);
        ScriptedAnswer answer;
        answer.m_end = m_end;
        answer.m_delay = m_delay;
        for (qsizetype at = 0; at < all.size(); at += step)
            answer.m_parts.append(all.mid(at, step));
        return answer;
    }
    [[nodiscard]] ScriptedAnswer after(int milliseconds) const
    {
        ScriptedAnswer answer = *this;
        answer.m_delay = milliseconds;
        return answer;
    }
    //! Only the first bytes, then the end.
    [[nodiscard]] ScriptedAnswer cut(qsizetype size, End end = End::Close) const { return bytes(whole().left(size), end).after(m_delay); }

private:
    friend class ScriptedAuthority;
    [[nodiscard]] QByteArray whole() const { return m_parts.join(); }
    static QByteArray httpDate()
    {
        return QLocale::c().toString(QDateTime::currentDateTimeUtc(), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1();
    }
    QByteArrayList m_parts;
    int m_delay = 0;
    End m_end = End::Close;
};

//! What an Entra-shaped script answers when all is well; quirks are changes of it.
struct ScriptedTokens {
    QString tenant = QStringLiteral("525ce356-c43c-4eed-860e-112f387e6af6");
    QString clientId = QStringLiteral("c0ffee00-0000-4000-8000-000000000001");
    QString objectId = QStringLiteral("8cfcb74c-5491-45f9-8c17-3cf48cfaf8f1");
    QString user = QStringLiteral("owner@contoso.example");
    QString scope = QStringLiteral("https://management.azure.com/user_impersonation https://management.azure.com/.default");
    //! '+', '/', '=', a literal '%41', '&', a space: each of them breaks a careless encoder.
    QString code = QStringLiteral("0.A+b/c=d%41&e f~!*");
    QString refreshToken = QStringLiteral("M.C5_BAY.0.U.-Cp+x/y==%2B!*$");
    int expiresIn = 4000;
};

//! Ways to misbehave (facts: the defects of the stock classes). Each is one change of an honest flow.
enum class Quirk {
    None,
    // authorization response
    Denied,           //!< error=access_denied, description encoded as forms are
    StateAltered, StateMissing, CodeMissing, AnswerInFragment,
    PlainQuery,       //!< 302 with a query although form_post was asked for
    // token endpoint
    Invalid,          //!< 400 invalid_grant AADSTS9002313
    NeedsSecondFactor,//!< 400 AADSTS50076 with suberror and claims
    Challenge,        //!< 401 with WWW-Authenticate: Basic
    CaptivePortal,    //!< 200 text/html
    ErrorNotJson, EmptyAnswer, NotAnObject, CutShort, InPieces, Redirect, Unavailable, Silence, Slow, //!< Slow: 1 s
    // tokens
    NoScope, ExpiresAsText, HugeToken, NoAccessToken, ForeignIssuer, WrongAudience, WrongNonce, NoIdToken, ExpiredIdToken,
    // refresh
    RefreshRefused    //!< 400 AADSTS700082 token_expired
};

class ScriptedAuthority
{
public:
    using Handler = std::function<ScriptedAnswer(const ReceivedRequest &)>;

    //! Listens on 127.0.0.1, on a free port.
    ScriptedAuthority()
    {
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("the scripted authority does not listen");
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            while (QTcpSocket *socket = m_server.nextPendingConnection())
                take(socket);
        });
    }
    Q_DISABLE_COPY_MOVE(ScriptedAuthority)

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] QString origin() const { return QStringLiteral("http://127.0.0.1:%1").arg(port()); }
    [[nodiscard]] int connections() const { return m_connections; }

    //! `path` as it is asked for, without the query; "*" answers what nobody else does (else: 404). Replaces an earlier one.
    void on(const QByteArray &path, Handler handler) { m_handlers.insert(path, std::move(handler)); }
    void on(const QByteArray &path, const ScriptedAnswer &answer)
    {
        on(path, [answer](const ReceivedRequest &) { return answer; });
    }
    //! The next request for that path, before what on() says; several make a queue.
    void once(const QByteArray &path, const ScriptedAnswer &answer) { m_once[path].append(answer); }

    //! What came, in order; of one path, or of all.
    [[nodiscard]] QList<ReceivedRequest> requests(const QByteArray &path = {}) const
    {
        QList<ReceivedRequest> found;
        for (const ReceivedRequest &one : m_requests) {
            if (path.isEmpty() || one.path == path)
                found.append(one);
        }
        return found;
    }
    void forget() { m_requests.clear(); }

    // --- the shape of Entra, with one quirk -----------------------------------------------------------------------------
    [[nodiscard]] QByteArray path(const char *last) const { return '/' + tokens.tenant.toLatin1() + '/' + last; }
    [[nodiscard]] QByteArray authorizePath() const { return path("oauth2/v2.0/authorize"); }
    [[nodiscard]] QByteArray tokenPath() const { return path("oauth2/v2.0/token"); }
    [[nodiscard]] QByteArray devicePath() const { return path("oauth2/v2.0/devicecode"); }

    //! Metadata, an authorize address that signs everybody in at once, and a token endpoint that checks what it is given
    //! back: code, PKCE, redirect address and refresh token, byte for byte.
    void playEntra(Quirk quirk = Quirk::None)
    {
        m_quirk = quirk;
        on(path("v2.0/.well-known/openid-configuration"), [this](const ReceivedRequest &) { return metadata(); });
        on(authorizePath(), [this](const ReceivedRequest &request) { return authorize(request); });
        on(tokenPath(), [this](const ReceivedRequest &request) { return token(request); });
    }
    ScriptedTokens tokens; //!< may be changed at any time

    //! An unsigned JWT: "alg" none, an empty signature.
    static QByteArray jwt(const QJsonObject &claims)
    {
        return base64Url(R"({"typ":"JWT","alg":"none"})") + '.' + base64Url(QJsonDocument(claims).toJson(QJsonDocument::Compact)) + '.';
    }
    static QByteArray base64Url(const QByteArray &bytes) { return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals); }

private:
    [[nodiscard]] ScriptedAnswer metadata() const
    {
        const QString root = origin() + QLatin1Char('/') + tokens.tenant;
        return ScriptedAnswer::json(200, {{QStringLiteral("issuer"), root + QStringLiteral("/v2.0")},
                                          {QStringLiteral("authorization_endpoint"), root + QStringLiteral("/oauth2/v2.0/authorize")},
                                          {QStringLiteral("token_endpoint"), root + QStringLiteral("/oauth2/v2.0/token")},
                                          {QStringLiteral("device_authorization_endpoint"), root + QStringLiteral("/oauth2/v2.0/devicecode")}});
    }

    ScriptedAnswer authorize(const ReceivedRequest &request)
    {
        m_asked = request;
        QList<QPair<QByteArray, QByteArray>> fields;
        if (m_quirk == Quirk::Denied) {
            fields = {{"error", "access_denied"}, {"error_description", "AADSTS65004: User declined to consent to access the app.\r\nTrace ID: 0000aaaa"},
                      {"error_uri", "https://login.microsoftonline.com/error?code=65004"}};
        } else if (m_quirk != Quirk::CodeMissing) {
            fields = {{"code", tokens.code.toUtf8()}, {"session_state", "00000000-0000-0000-0000-000000000000"}};
        }
        if (m_quirk != Quirk::StateMissing)
            fields.append({"state", m_quirk == Quirk::StateAltered ? QByteArray("somebody-elses") : request.query("state").toUtf8()});
        const QByteArray redirect = request.query("redirect_uri").toUtf8();
        const bool post = request.query("response_mode") == QLatin1String("form_post") && m_quirk != Quirk::PlainQuery && m_quirk != Quirk::AnswerInFragment;
        return post ? postingPage(redirect, fields) : ScriptedAnswer::redirect(redirect + (m_quirk == Quirk::AnswerInFragment ? '#' : '?') + encoded(fields));
    }

    static QByteArray encoded(const QList<QPair<QByteArray, QByteArray>> &fields)
    {
        QByteArrayList parts;
        for (const auto &[name, value] : fields)
            parts.append(name + '=' + value.toPercentEncoding(" ").replace(' ', '+')); // as Entra and browsers do
        return parts.join('&');
    }

    static ScriptedAnswer postingPage(const QByteArray &action, const QList<QPair<QByteArray, QByteArray>> &fields)
    {
        const auto escaped = [](const QByteArray &text) { return QString::fromUtf8(text).toHtmlEscaped().toUtf8(); };
        QByteArray page = "<html><body><form method=\"post\" action=\"" + escaped(action) + "\">";
        for (const auto &[name, value] : fields)
            page += "<input type=\"hidden\" name=\"" + name + "\" value=\"" + escaped(value) + "\"/>";
        return ScriptedAnswer::html(200, page + "<button>Continue</button></form><script>document.forms[0].submit()</script></body></html>");
    }

    ScriptedAnswer token(const ReceivedRequest &request) const
    {
        if (request.form("grant_type") == QLatin1String("authorization_code")) {
            if (const QString wrong = wrongRedemption(request); !wrong.isEmpty())
                return ScriptedAnswer::entraError(400, "invalid_grant", 9002313, wrong);
        } else if (request.form("grant_type") == QLatin1String("refresh_token")) {
            if (m_quirk == Quirk::RefreshRefused)
                return ScriptedAnswer::entraError(400, "invalid_grant", 700082, QStringLiteral("The refresh token has expired due to inactivity."),
                                                  {{QStringLiteral("suberror"), QStringLiteral("token_expired")}});
            if (request.form("refresh_token") != tokens.refreshToken)
                return ScriptedAnswer::entraError(400, "invalid_grant", 9002313, QStringLiteral("refresh token is ") + request.form("refresh_token"),
                                                  {{QStringLiteral("suberror"), QStringLiteral("bad_token")}});
        } else {
            return ScriptedAnswer::entraError(400, "unsupported_grant_type", 70003, QStringLiteral("The app requested an unsupported grant type."));
        }
        return misbehaved(ScriptedAnswer::json(200, tokenBody()));
    }

    //! What a client gave back wrongly; empty when all is as it was given out.
    [[nodiscard]] QString wrongRedemption(const ReceivedRequest &request) const
    {
        if (request.form("code") != tokens.code)
            return QStringLiteral("code is ") + request.form("code");
        if (request.form("redirect_uri") != m_asked.query("redirect_uri"))
            return QStringLiteral("redirect_uri is ") + request.form("redirect_uri");
        const QByteArray challenge = base64Url(QCryptographicHash::hash(request.form("code_verifier").toUtf8(), QCryptographicHash::Sha256));
        if (const QString asked = m_asked.query("code_challenge"); !asked.isEmpty() && asked.toLatin1() != challenge)
            return QStringLiteral("code_verifier does not match");
        return {};
    }

    [[nodiscard]] ScriptedAnswer misbehaved(const ScriptedAnswer &honest) const
    {
        switch (m_quirk) {
        case Quirk::Invalid: return ScriptedAnswer::entraError(400, "invalid_grant", 9002313, QStringLiteral("Invalid request. Request is malformed or invalid."));
        case Quirk::NeedsSecondFactor:
            return ScriptedAnswer::entraError(400, "invalid_grant", 50076, QStringLiteral("Due to a configuration change made by your administrator, or because you "
                                              "moved to a new location, you must use multi-factor authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'."),
                                              {{QStringLiteral("suberror"), QStringLiteral("basic_action")},
                                               {QStringLiteral("claims"), QStringLiteral(R"({"access_token":{"capolids":{"essential":true,"values":["11112222-bbbb-3333-cccc-4444dddd5555"]}}})")}});
        case Quirk::Challenge:
            return ScriptedAnswer::entraError(401, "invalid_client", 7000218, QStringLiteral("The request body must contain the following parameter: 'client_assertion' "
                                              "or 'client_secret'."), {}, "WWW-Authenticate: Basic realm=\"sts\"\r\n");
        case Quirk::CaptivePortal: return ScriptedAnswer::html(200, "<html>Please sign in to the hotel's Wi-Fi: <a href=\"http://portal.example/?access_token=1\">here</a></html>");
        case Quirk::ErrorNotJson: return ScriptedAnswer::html(502, "<html><h1>Bad Gateway</h1></html>");
        case Quirk::EmptyAnswer: return ScriptedAnswer::http(200, "application/json", {});
        case Quirk::NotAnObject: return ScriptedAnswer::http(200, "application/json", "[\"access_token\"]");
        case Quirk::CutShort: return honest.cut(honest.whole().size() / 2);
        case Quirk::InPieces: return honest.inPieces(7);
        case Quirk::Redirect: return ScriptedAnswer::redirect((origin() + QStringLiteral("/elsewhere")).toLatin1(), 307);
        case Quirk::Unavailable: return ScriptedAnswer::json(503, {{QStringLiteral("error"), QStringLiteral("temporarily_unavailable")}}, "Retry-After: 2\r\n");
        case Quirk::Silence: return ScriptedAnswer::silence();
        case Quirk::Slow: return honest.after(1000);
        default: return honest; // the quirks of other places
        }
    }

    [[nodiscard]] QJsonObject tokenBody() const
    {
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        QJsonObject identity{{QStringLiteral("iss"), origin() + QLatin1Char('/') + tokens.tenant + QStringLiteral("/v2.0")}, {QStringLiteral("aud"), tokens.clientId},
                             {QStringLiteral("iat"), now}, {QStringLiteral("nbf"), now}, {QStringLiteral("exp"), now + 3600},
                             {QStringLiteral("nonce"), m_asked.query("nonce")}, {QStringLiteral("oid"), tokens.objectId}, {QStringLiteral("sub"), tokens.objectId},
                             {QStringLiteral("tid"), tokens.tenant}, {QStringLiteral("preferred_username"), tokens.user}, {QStringLiteral("name"), QStringLiteral("Olga Owner")},
                             {QStringLiteral("ver"), QStringLiteral("2.0")}};
        const auto spoil = [&](Quirk quirk, const char *claim, const QJsonValue &value) {
            if (m_quirk == quirk)
                identity.insert(QLatin1String(claim), value);
        };
        spoil(Quirk::ForeignIssuer, "iss", QStringLiteral("https://login.evil.example/") + tokens.tenant + QStringLiteral("/v2.0"));
        spoil(Quirk::WrongAudience, "aud", QStringLiteral("11111111-2222-3333-4444-555555555555"));
        spoil(Quirk::WrongNonce, "nonce", QStringLiteral("of-another-sign-in"));
        spoil(Quirk::ExpiredIdToken, "exp", now - 7200);
        QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("scope"), tokens.scope},
                         {QStringLiteral("expires_in"), tokens.expiresIn}, {QStringLiteral("ext_expires_in"), tokens.expiresIn},
                         {QStringLiteral("access_token"), QStringLiteral("AT-") + QUuid::createUuid().toString(QUuid::WithoutBraces)},
                         {QStringLiteral("refresh_token"), tokens.refreshToken}, {QStringLiteral("id_token"), QString::fromLatin1(jwt(identity))},
                         {QStringLiteral("client_info"), QString::fromLatin1(base64Url(QJsonDocument(QJsonObject{{QStringLiteral("uid"), tokens.objectId},
                                                                                                                {QStringLiteral("utid"), tokens.tenant}}).toJson(QJsonDocument::Compact)))}};
        if (m_quirk == Quirk::NoScope)
            body.remove(QStringLiteral("scope"));
        if (m_quirk == Quirk::ExpiresAsText)
            body.insert(QStringLiteral("expires_in"), QString::number(tokens.expiresIn));
        if (m_quirk == Quirk::HugeToken)
            body.insert(QStringLiteral("access_token"), QString(1024 * 1024, QLatin1Char('a')));
        if (m_quirk == Quirk::NoAccessToken)
            body.remove(QStringLiteral("access_token"));
        if (m_quirk == Quirk::NoIdToken)
            body.remove(QStringLiteral("id_token"));
        return body;
    }

    // --- the wire -------------------------------------------------------------------------------------------------------
    void take(QTcpSocket *socket)
    {
        ++m_connections;
        socket->setParent(&m_server); // goes with us
        QObject::connect(socket, &QTcpSocket::readyRead, &m_server, [this, socket] {
            m_input[socket] += socket->readAll();
            ReceivedRequest request;
            while (takeRequest(m_input[socket], request)) {
                m_requests.append(request);
                send(socket, answerTo(request));
                request = {};
            }
        });
        QObject::connect(socket, &QTcpSocket::disconnected, &m_server, [this, socket] {
            m_input.remove(socket);
            socket->deleteLater();
        });
    }

    static bool takeRequest(QByteArray &input, ReceivedRequest &request)
    {
        const qsizetype end = input.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        const QList<QByteArray> lines = input.left(end).split('\n');
        const QList<QByteArray> first = lines.first().trimmed().split(' ');
        request.method = first.value(0);
        request.target = first.value(1);
        request.path = request.target.left(request.target.indexOf('?') < 0 ? request.target.size() : request.target.indexOf('?'));
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers.append({line.left(colon).trimmed(), line.mid(colon + 1).trimmed()});
        }
        const qsizetype length = request.header("content-length").toLongLong();
        if (input.size() < end + 4 + length)
            return false;
        request.body = input.mid(end + 4, length);
        input.remove(0, end + 4 + length);
        return true;
    }

    ScriptedAnswer answerTo(const ReceivedRequest &request)
    {
        if (auto queue = m_once.find(request.path); queue != m_once.end() && !queue->isEmpty())
            return queue->takeFirst();
        const Handler handler = m_handlers.value(request.path, m_handlers.value("*"));
        return handler ? handler(request) : ScriptedAnswer::html(404, "<html>not scripted</html>");
    }

    static void send(QPointer<QTcpSocket> socket, const ScriptedAnswer &answer)
    {
        static constexpr int pause = 5; // milliseconds between packets
        const int count = int(answer.m_parts.size());
        for (int at = 0; at < count; ++at) {
            QTimer::singleShot(answer.m_delay + at * pause, socket, [socket, part = answer.m_parts.at(at), last = at == count - 1, end = answer.m_end] {
                socket->write(part);
                socket->flush();
                if (last && end == ScriptedAnswer::End::Close)
                    socket->disconnectFromHost();
                if (last && end == ScriptedAnswer::End::Reset)
                    socket->abort();
            });
        }
    }

    QTcpServer m_server;
    QHash<QTcpSocket *, QByteArray> m_input;
    QHash<QByteArray, Handler> m_handlers;
    QHash<QByteArray, QList<ScriptedAnswer>> m_once;
    QList<ReceivedRequest> m_requests;
    ReceivedRequest m_asked; // the last authorize request
    Quirk m_quirk = Quirk::None;
    int m_connections = 0;
};

} // namespace causeway::test
