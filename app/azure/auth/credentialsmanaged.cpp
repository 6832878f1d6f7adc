// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/credentialsmanaged.h"

#include "azure/auth/challenge.h"
#include "azure/auth/credentials.h"
#include "azure/http/policies.h"
#include "core/waiting.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QUrl>

namespace causeway {

namespace {

struct HostRow {
    IdentityHost::Kind kind;
    const char *name;
    const char *version;                 //!< null: a form is posted
    const char *header;                  //!< carries the secret, or "true"
    const char *client, *object, *resource; //!< names of a user-assigned identity; null: not that way
};
// Sources: MSAL's managed identity sources; the managed identities documentation of each host.
constexpr HostRow hostRows[] = {
    {IdentityHost::Kind::AppService, "App Service", "2019-08-01", "X-IDENTITY-HEADER", "client_id", "object_id", "mi_res_id"},
    {IdentityHost::Kind::ServiceFabric, "Service Fabric", "2019-07-01-preview", "secret", nullptr, nullptr, nullptr},
    {IdentityHost::Kind::MachineLearning, "Azure Machine Learning", "2017-09-01", "secret", "clientid", nullptr, nullptr},
    {IdentityHost::Kind::CloudShell, "Cloud Shell", nullptr, "Metadata", nullptr, nullptr, nullptr},
    {IdentityHost::Kind::Arc, "Azure Arc", "2019-11-01", "Metadata", nullptr, nullptr, nullptr},
    {IdentityHost::Kind::Imds, "virtual machine", "2018-02-01", "Metadata", "client_id", "object_id", "msi_res_id"},
};

const HostRow &rowOfHost(IdentityHost::Kind kind)
{
    return hostRows[std::size_t(kind)];
}

Error identityError(const char *code, const QString &message, ErrorKind kind = ErrorKind::Unauthorized)
{
    Error error;
    error.kind = kind;
    error.code = QString::fromLatin1(code);
    error.message = message;
    return error;
}

Result<IdentityHost> hostAt(IdentityHost::Kind kind, const QString &endpoint, const QString &secret)
{
    const QUrl url(endpoint, QUrl::StrictMode);
    const Result<Origin> origin = Origin::parseLocal(url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment).toString(QUrl::FullyEncoded));
    if (!url.isValid() || !origin)
        return Error::invalid(QStringLiteral("IdentityEndpointForeign"), QStringLiteral("The environment's managed identity endpoint '%1' is not one of this machine.").arg(endpoint.left(200)), QStringLiteral("IDENTITY_ENDPOINT"));
    IdentityHost host;
    host.kind = kind;
    host.origin = *origin;
    host.path = url.path(QUrl::FullyEncoded).isEmpty() ? QByteArray("/") : url.path(QUrl::FullyEncoded).toLatin1();
    host.secret = Secret(secret.toUtf8());
    return host;
}

const char *identityField(const HostRow &row, const QString &identity)
{
    if (identity.startsWith(QLatin1Char('/')))
        return row.resource;
    return identity.startsWith(QLatin1String("object:")) ? row.object : row.client;
}

std::optional<qint64> identitySeconds(const QJsonObject &json, const char *name)
{
    const QJsonValue value = json.value(QLatin1String(name));
    bool ok = value.isDouble();
    const double number = value.isString() ? value.toString().toDouble(&ok) : value.toDouble();
    return ok && number >= 0 && number < 1e11 ? std::optional<qint64>(qint64(number)) : std::nullopt;
}

QnamOptions ofThisMachine(const IdentityHost &host, Milliseconds patience)
{
    QnamOptions options;
    options.transferTimeout = patience;
    options.maxBody = 1024 * 1024;
    options.thumbprint = host.thumbprint;
    options.proxy.kind = ProxyChoice::Kind::None; // a proxy would give out its own host's identity
    return options;
}

Planes planesOf(const IdentityHost &host)
{
    Planes planes;
    planes.set(Plane::SignIn, Planes::Entry{host.origin, QString()});
    return planes;
}

class ManagedIdentityCredential final : public NamedCredential
{
public:
    ManagedIdentityCredential(Clock &clock, IdentityHost host, QString identity)
        : m_clock(clock), m_host(std::move(host)), m_identity(std::move(identity)), m_transport(planesOf(m_host), clock, ofThisMachine(m_host, std::chrono::seconds(30))),
          m_probe(planesOf(m_host), clock, ofThisMachine(m_host, Milliseconds(1500)))
    {}

    [[nodiscard]] QString name() const override
    {
        const QString host = m_host.name();
        return m_identity.isEmpty() ? QStringLiteral("managed identity (%1)").arg(host) : QStringLiteral("managed identity %1 (%2)").arg(m_identity.left(250), host);
    }

    QCoro::Task<Result<AccessToken>> token(TokenRequest wanted, Context context) override
    {
        const Result<HttpRequest> request = m_host.request(identityResource(wanted.scope), m_identity);
        if (!request)
            co_return request.error();
        const Result<> there = co_await probe(*request, context);
        if (!there)
            co_return there.error();
        Result<HttpResponse> answer = co_await ask(*request, context);
        if (answer && answer->status == 401 && m_host.kind == IdentityHost::Kind::Arc) {
            const Result<HttpRequest> proven = withArcKey(*request, *answer);
            if (!proven)
                co_return proven.error();
            answer = co_await ask(*proven, context);
        }
        if (!answer && (answer.error().kind == ErrorKind::Network || answer.error().kind == ErrorKind::TimedOut))
            co_return identityError("NoManagedIdentity", QStringLiteral("The managed identity's endpoint of this host (%1, %2) does not answer: %3").arg(m_host.name(), QString::fromLatin1(m_host.origin.toByteArray()), answer.error().message.left(300)));
        if (!answer)
            co_return answer.error();
        Result<AccessToken> token = identityToken(*answer, m_clock.now());
        co_return token;
    }

private:
    // The metadata service refuses what does not say Metadata; everybody else at that address does not know it. Without one, connecting hangs.
    QCoro::Task<Result<>> probe(HttpRequest request, Context context)
    {
        if (m_host.kind != IdentityHost::Kind::Imds || m_probed)
            co_return Result<>();
        request.headers.clear();
        const Result<HttpResponse> answer = co_await m_probe.send(request, context);
        if (!answer && answer.error().kind == ErrorKind::Cancelled)
            co_return answer.error();
        if (!answer || answer->status != 400)
            co_return identityError("NoManagedIdentity", QStringLiteral("This machine has no managed identity: no metadata service of Azure answers at %1.").arg(QString::fromLatin1(m_host.origin.toByteArray())));
        m_probed = true;
        co_return Result<>();
    }

    QCoro::Task<Result<HttpResponse>> ask(HttpRequest request, Context context)
    {
        for (int tries = 1;; ++tries) {
            Result<HttpResponse> answer = co_await m_transport.send(request, context);
            const auto pause = answer ? identityPause(answer->status, tries) : std::nullopt;
            if (!pause)
                co_return answer;
            const Milliseconds time = *pause;
            const bool slept = co_await sleepFor(m_clock, time, context);
            if (!slept)
                co_return Error::cancelled();
        }
    }

    static Result<HttpRequest> withArcKey(HttpRequest request, const HttpResponse &answer)
    {
        for (const Challenge &challenge : parseChallenges(headerValue(answer.headers, "WWW-Authenticate"))) {
            if (challenge.scheme != "basic")
                continue;
            const Result<Secret> key = arcKey(QString::fromUtf8(challenge.parameters.value("realm")), arcKeyFolder());
            if (!key)
                return key.error();
            attachArcKey(request, *key);
            return request;
        }
        return identityError("ArcNotUnderstood", QStringLiteral("The Azure Arc agent asks for a proof that is not understood."), ErrorKind::Protocol);
    }

    Clock &m_clock;
    IdentityHost m_host;
    QString m_identity;
    QnamTransport m_transport;
    QnamTransport m_probe;
    bool m_probed = false;
};

} // namespace

QString IdentityHost::name() const
{
    return QString::fromLatin1(rowOfHost(kind).name);
}

Result<HttpRequest> IdentityHost::request(const QString &resource, const QString &identity) const
{
    const HostRow &row = rowOfHost(kind);
    const char *field = identityField(row, identity);
    if (!identity.isEmpty() && !field)
        return Error::invalid(QStringLiteral("IdentityNotChoosable"), QStringLiteral("On %1 an identity cannot be chosen this way; it is set where the host is.").arg(name()), QStringLiteral("identity"));
    FormFields fields;
    if (row.version)
        fields.append(qMakePair(QByteArray("api-version"), QString::fromLatin1(row.version)));
    fields.append(qMakePair(QByteArray("resource"), resource));
    if (!identity.isEmpty())
        fields.append(qMakePair(QByteArray(field), identity.startsWith(QLatin1String("object:")) ? identity.mid(7) : identity));
    HttpRequest request;
    request.plane = Plane::SignIn;
    request.method = row.version ? "GET" : "POST";
    request.target = row.version ? path + '?' + formOf(fields) : path;
    request.headers.append(qMakePair(QByteArray(row.header), secret.isEmpty() ? QByteArray("true") : secret.reveal()));
    if (!row.version) {
        request.body = formOf(fields);
        request.headers.append(qMakePair(QByteArray("Content-Type"), QByteArray("application/x-www-form-urlencoded")));
    }
    return request;
}

Result<IdentityHost> identityHostOf(const QProcessEnvironment &environment)
{
    using Kind = IdentityHost::Kind;
    const auto value = [&environment](const char *name) { return environment.value(QLatin1String(name)).trimmed(); };
    const QString identity = value("IDENTITY_ENDPOINT");
    const QString older = value("MSI_ENDPOINT");
    if (!identity.isEmpty() && !value("IDENTITY_HEADER").isEmpty()) {
        const QString thumbprint = value("IDENTITY_SERVER_THUMBPRINT");
        Result<IdentityHost> host = hostAt(thumbprint.isEmpty() ? Kind::AppService : Kind::ServiceFabric, identity, value("IDENTITY_HEADER"));
        if (host)
            host->thumbprint = thumbprint.toLatin1();
        return host;
    }
    if (!older.isEmpty())
        return hostAt(value("MSI_SECRET").isEmpty() ? Kind::CloudShell : Kind::MachineLearning, older, value("MSI_SECRET"));
    if (!identity.isEmpty() && !value("IMDS_ENDPOINT").isEmpty())
        return hostAt(Kind::Arc, identity, {});
    const QString pod = value("AZURE_POD_IDENTITY_AUTHORITY_HOST");
    Result<IdentityHost> host = hostAt(Kind::Imds, pod.isEmpty() ? QStringLiteral("http://169.254.169.254") : pod, {});
    if (host)
        host->path = "/metadata/identity/oauth2/token";
    return host;
}

QString identityResource(const QString &scope)
{
    const QLatin1String end("/.default");
    return scope.endsWith(end) ? scope.left(scope.size() - end.size()) : scope;
}

Result<AccessToken> identityToken(const HttpResponse &response, TimePoint now)
{
    const QJsonObject json = QJsonDocument::fromJson(response.body.left(256 * 1024)).object();
    const QByteArray token = json.value(QLatin1String("access_token")).toString().toUtf8();
    if (response.status != 200 || token.isEmpty())
        return tokenError(response);
    const bool good = token.size() <= 64 * 1024 && std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!good)
        return identityError("TokenTooLong", QStringLiteral("The managed identity's token cannot be used (%1 KiB).").arg(token.size() >> 10), ErrorKind::Protocol);
    AccessToken made{Secret(token), now, {}};
    if (const auto at = identitySeconds(json, "expires_on"))
        made.expires = TimePoint(std::chrono::seconds(*at));
    else if (const auto in = identitySeconds(json, "expires_in"))
        made.expires = now + std::chrono::seconds(*in);
    if (made.expires - now > std::chrono::hours(2))
        made.refreshOn = now + (made.expires - now) / 2;
    return made;
}

QString arcKeyFolder()
{
#ifdef Q_OS_WIN
    return qEnvironmentVariable("ProgramData") + QStringLiteral("/AzureConnectedMachineAgent/Tokens");
#else
    return QStringLiteral("/var/opt/azcmagent/tokens");
#endif
}

Result<Secret> arcKey(const QString &path, const QString &folder)
{
    const QFileInfo info(path);
    const bool ours = info.isAbsolute() && !info.isSymLink() && info.suffix() == QLatin1String("key") && !folder.isEmpty()
        && QDir::cleanPath(info.absolutePath()) == QDir::cleanPath(folder) && QDir::cleanPath(path) == QDir::fromNativeSeparators(path);
    if (!ours)
        return identityError("ArcKeyForeign", QStringLiteral("The Azure Arc agent names a key file that is not one of its own: %1. It is not read.").arg(path.left(200)), ErrorKind::Protocol);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return identityError("ArcKeyUnreadable", QStringLiteral("The Azure Arc agent's key cannot be read: %1. Members of the group himds (administrators on Windows) can.").arg(file.errorString()));
    if (file.size() > 4096)
        return identityError("ArcKeyForeign", QStringLiteral("The Azure Arc agent's key file has %1 bytes.").arg(file.size()), ErrorKind::Protocol);
    return Secret(file.readAll().trimmed());
}

// MSAL's: 2, 4, 8 and 16 seconds; 410 (the service is being updated) every ten seconds for seventy.
std::optional<Milliseconds> identityPause(int status, int tries)
{
    if (status == 410)
        return tries <= 7 ? std::optional<Milliseconds>(std::chrono::seconds(10)) : std::nullopt;
    const bool busy = status == 404 || status == 408 || status == 429 || status >= 500;
    return busy && tries <= 4 ? std::optional<Milliseconds>(std::chrono::seconds(1 << tries)) : std::nullopt;
}

Result<std::unique_ptr<NamedCredential>> managedIdentityCredential(Clock &clock, const QProcessEnvironment &environment, QString identity)
{
    const Result<IdentityHost> host = identityHostOf(environment);
    if (!host)
        return host.error();
    const Result<HttpRequest> possible = host->request(QString(), identity);
    if (!possible)
        return possible.error();
    std::unique_ptr<NamedCredential> made = std::make_unique<ManagedIdentityCredential>(clock, *host, std::move(identity));
    return made;
}

} // namespace causeway
