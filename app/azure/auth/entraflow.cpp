// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/entraflow.h"

#include <QCryptographicHash>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <array>
#include <cstring>

namespace causeway {

namespace {

QByteArray urlSafe(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

// 256 bits of the system's generator: 43 characters, as RFC 7636 §4.1 advises.
QByteArray randomText()
{
    std::array<quint32, 8> words;
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return urlSafe(QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words));
}

QLoggingCategory::CategoryFilter filterBefore = nullptr;

void withoutNetworkAuth(QLoggingCategory *category)
{
    if (filterBefore)
        filterBefore(category);
    if (std::strncmp(category->categoryName(), "qt.networkauth", 14) != 0)
        return;
    for (const QtMsgType type : {QtDebugMsg, QtInfoMsg, QtWarningMsg, QtCriticalMsg})
        category->setEnabled(type, false);
}

// Its debug lines hold the authorize address, and with it the state (X7). No rule or environment variable can switch them on again.
void silenceNetworkAuth()
{
    static const bool once = [] {
        filterBefore = QLoggingCategory::installFilter(withoutNetworkAuth);
        return true;
    }();
    Q_UNUSED(once)
}

// RFC 9207; the tenant that an issuer names is compared when the identity is there.
std::function<bool(const QString &)> issuerCheck(const InteractiveRequest &request)
{
    return [authority = request.authority, cloud = request.cloud](const QString &issuer) {
        const QString tenant = QUrl(issuer.left(2048)).path().section(QLatin1Char('/'), 1, 1);
        return authority.acceptsIssuer(issuer, tenant, cloud);
    };
}

LoopbackWords wordsOf(const InteractiveRequest &request)
{
    return {request.language, request.successTitle, request.successText, request.failureTitle, request.failureText, request.strayTitle, request.strayText};
}

} // namespace

EntraFlow::EntraFlow(const InteractiveRequest &request, std::shared_ptr<HttpTransport> transport)
    : m_request(request), m_handler(wordsOf(request), request.formPost), m_access(std::move(transport)), m_verifier(randomText()), m_nonce(randomText())
{
    silenceNetworkAuth();
    setNetworkAccessManager(&m_access);
    setReplyHandler(&m_handler);
    setAuthorizationUrl(QUrl(request.authority.url("authorize")));
    setAccessTokenUrl(QUrl(request.authority.url("token")));
    setClientIdentifier(request.clientId);
    setScope(withOpenIdScopes(request.scope));
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    setPkceMethod(PkceMethod::None); // ours is there; two verifiers would be sent
#endif
    setModifyParametersFunction([this](Stage stage, QMultiMap<QString, QVariant> *parameters) { modify(stage, parameters); });
    connect(this, &QAbstractOAuth::authorizeWithBrowser, this, [this](const QUrl &url) { m_address = url; });
    connect(&m_handler, &LoopbackReplyHandler::refused, this, [this](const causeway::Error &error) { m_ended.fire(error); });
    connect(&m_handler, &LoopbackReplyHandler::redeemed, this, [this](QNetworkReply *reply) {
        if (const auto *answered = qobject_cast<TransportReply *>(reply); answered && answered->result())
            m_ended.fire(*answered->result());
        reply->deleteLater();
    });
}

EntraFlow::~EntraFlow() = default;

QUrl EntraFlow::start()
{
    // Qt 6.4 makes a state of eight guessable characters (CVE-2024-36048), once, and uses it for ever. This one is for this time.
    const QByteArray state = randomText();
    setState(QString::fromLatin1(state));
    m_handler.expect(Secret(state), issuerCheck(m_request));
    // Before Qt's own slot, which asks for the token at once: it has the code encoded, in ways that differ between versions.
    connect(&m_handler, &QAbstractOAuthReplyHandler::callbackReceived, this, [this](const QVariantMap &values) { m_code = values.value(QStringLiteral("code")).toString(); });
    grant();
    return m_address;
}

void EntraFlow::conclude(bool success)
{
    m_handler.close();
    m_handler.conclude(success);
    setStatus(success ? Status::Granted : Status::NotAuthenticated);
}

TokenExpectation EntraFlow::expectation() const
{
    return {m_request.authority, m_request.cloud, m_request.clientId, withOpenIdScopes(m_request.scope), m_nonce};
}

// Nothing of what Qt put there stays: it encodes some values twice, some not at all, and adds a client_secret.
void EntraFlow::modify(Stage stage, QMultiMap<QString, QVariant> *parameters)
{
    parameters->clear();
    for (const auto &[name, value] : stage == Stage::RequestingAuthorization ? authorizationFields() : tokenFields()) {
        if (!value.isEmpty())
            parameters->insert(QString::fromLatin1(name), QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
}

FormFields EntraFlow::authorizationFields() const
{
    const QByteArray challenge = urlSafe(QCryptographicHash::hash(m_verifier, QCryptographicHash::Sha256));
    return {{"client_id", m_request.clientId},
            {"response_type", QStringLiteral("code")},
            {"redirect_uri", m_handler.callback()},
            {"response_mode", m_request.formPost ? QStringLiteral("form_post") : QStringLiteral("query")},
            {"scope", withOpenIdScopes(m_request.scope)},
            {"state", state()},
            {"nonce", QString::fromLatin1(m_nonce)},
            {"code_challenge", QString::fromLatin1(challenge)},
            {"code_challenge_method", QStringLiteral("S256")},
            {"client_info", QStringLiteral("1")},
            {"prompt", m_request.prompt},
            {"login_hint", m_request.loginHint},
            {"domain_hint", m_request.domainHint},
            {"claims", QString::fromUtf8(m_request.claims)}};
}

FormFields EntraFlow::tokenFields() const
{
    return {{"client_id", m_request.clientId},
            {"grant_type", QStringLiteral("authorization_code")},
            {"code", m_code},
            {"redirect_uri", m_handler.callback()},
            {"code_verifier", QString::fromLatin1(m_verifier)},
            {"scope", withOpenIdScopes(m_request.scope)},
            {"client_info", QStringLiteral("1")},
            {"claims", QString::fromUtf8(m_request.claims)}};
}

} // namespace causeway
