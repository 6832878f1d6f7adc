// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/stserror.h"

#include <QDateTime>
#include <QUuid>
#include <algorithm>
#include <array>

namespace causeway::sandbox {

namespace {

constexpr auto everywhere = StsStage::Anywhere;
constexpr auto silent = StsStage::SilentOnly;

// facts: errors and what the user should see; Microsoft's list of AADSTS codes.
constexpr std::array stsErrors{
    // --- the request -------------------------------------------------------------------------------------------------
    StsErrorKind{9002313, "invalid_request", "", 400, everywhere, "Invalid request. Request is malformed or invalid."},
    StsErrorKind{900144, "invalid_request", "", 400, everywhere, "The request body must contain the following parameter: '%1'."},
    StsErrorKind{900561, "invalid_request", "", 400, everywhere, "The endpoint only accepts POST requests. Received a %1 request."},
    StsErrorKind{70003, "unsupported_grant_type", "", 400, everywhere, "The app requested an unsupported grant type '%1'."},
    StsErrorKind{700016, "unauthorized_client", "", 400, everywhere,
                 "Application with identifier '%1' was not found in the directory '%2'. This can happen if the application has not been installed by the "
                 "administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."},
    StsErrorKind{700038, "invalid_request", "", 400, everywhere, "%1 is not a valid application identifier."},
    StsErrorKind{50011, "invalid_request", "", 400, everywhere,
                 "The redirect URI '%1' specified in the request does not match the redirect URIs configured for the application '%2'. Make sure the "
                 "redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to "
                 "https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error."},
    StsErrorKind{700054, "unsupported_response_type", "", 400, everywhere, "response_type '%1' is not enabled for the application."},
    StsErrorKind{70007, "unsupported_response_mode", "", 400, everywhere, "'%1' is not a supported value of 'response_mode' when requesting a code."},
    StsErrorKind{90023, "invalid_request", "", 400, everywhere, "Unsupported 'prompt' value '%1'."},
    StsErrorKind{9002325, "invalid_request", "", 400, everywhere, "Proof Key for Code Exchange is required for cross-origin authorization code redemption."},
    StsErrorKind{501491, "invalid_request", "", 400, everywhere, "Invalid size of Code_Challenge parameter."},
    StsErrorKind{50147, "invalid_request", "", 400, everywhere, "The code challenge parameter is missing or its method '%1' is not supported."},
    StsErrorKind{90015, "invalid_request", "", 400, everywhere, "Requested query string is too long."},
    // --- scopes -------------------------------------------------------------------------------------------------------
    StsErrorKind{28000, "invalid_grant", "", 400, everywhere,
                 "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope %1 is not valid."},
    StsErrorKind{700022, "invalid_scope", "", 400, everywhere,
                 "The provided value for the input parameter scope '%1' is not valid because it contains more than one resource."},
    StsErrorKind{28002, "invalid_grant", "", 400, everywhere,
                 "Provided value for the input parameter scope '%1' is not valid when requesting an access token. Please specify a valid scope."},
    StsErrorKind{28003, "invalid_grant", "", 400, everywhere,
                 "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please "
                 "specify a valid scope."},
    StsErrorKind{70011, "invalid_scope", "", 400, everywhere, "The provided value for the input parameter 'scope' is not valid. The scope '%1' does not exist."},
    StsErrorKind{1002012, "invalid_scope", "", 400, everywhere,
                 "The provided value for scope %1 is not valid. Client credential flows must have a scope value with /.default suffixed to the resource "
                 "identifier (application ID URI)."},
    StsErrorKind{500011, "invalid_resource", "", 400, everywhere,
                 "The resource principal named %1 was not found in the tenant named %2. This can happen if the application has not been installed by the "
                 "administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."},
    StsErrorKind{650057, "invalid_resource", "", 400, everywhere,
                 "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application "
                 "registration."},
    // --- tenants ------------------------------------------------------------------------------------------------------
    StsErrorKind{90002, "invalid_tenant", "", 400, everywhere,
                 "Tenant '%1' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription "
                 "administrator, this may happen if there are no active subscriptions for the tenant."},
    StsErrorKind{50049, "invalid_instance", "", 400, everywhere, "Unknown or invalid instance."},
    StsErrorKind{50194, "invalid_request", "", 400, everywhere,
                 "Application '%1' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps."},
    StsErrorKind{50059, "invalid_request", "", 400, everywhere,
                 "No tenant-identifying information found in either the request or implied by any provided credentials."},
    // --- codes and refresh tokens -------------------------------------------------------------------------------------
    StsErrorKind{70000, "invalid_grant", "", 400, everywhere, "The provided value for the '%1' parameter is not valid."},
    StsErrorKind{54005, "invalid_grant", "", 400, everywhere,
                 "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."},
    StsErrorKind{70008, "invalid_grant", "token_expired", 400, everywhere,
                 "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user "
                 "and resource."},
    StsErrorKind{700082, "invalid_grant", "token_expired", 400, silent, "The refresh token has expired due to inactivity. The token was issued on %1."},
    StsErrorKind{700005, "invalid_grant", "", 400, everywhere,
                 "Provided Authorization Code is intended to use against other tenant, thus rejected."},
    StsErrorKind{500112, "invalid_grant", "", 400, everywhere,
                 "The reply address '%1' does not match the reply address '%2' provided when requesting Authorization code."},
    StsErrorKind{501481, "invalid_grant", "", 400, everywhere,
                 "The Code_Verifier does not match the code_challenge supplied in the authorization request."},
    StsErrorKind{50089, "invalid_grant", "bad_token", 400, silent, "Authentication failed due to flow token expired."},
    StsErrorKind{50132, "invalid_grant", "bad_token", 400, silent, "The session is not valid due to password expiration or recent password change."},
    StsErrorKind{50133, "invalid_grant", "bad_token", 400, silent, "The session is not valid due to password expiration or recent password change."},
    StsErrorKind{50173, "invalid_grant", "bad_token", 400, silent,
                 "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. "
                 "The grant was issued on '%1' and the TokensValidFrom date (before which tokens are not valid) for this user is '%2'."},
    // --- users --------------------------------------------------------------------------------------------------------
    StsErrorKind{50020, "invalid_grant", "", 400, everywhere,
                 "User account '%1' from identity provider '%2' does not exist in tenant '%3' and cannot access the application '%4' in that tenant. The "
                 "account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user "
                 "account."},
    StsErrorKind{50034, "invalid_grant", "", 400, everywhere,
                 "The user account %1 does not exist in the %2 directory. To sign into this application, the account must be added to the directory."},
    StsErrorKind{50055, "invalid_grant", "user_password_expired", 400, everywhere, "The password is expired."},
    StsErrorKind{50057, "invalid_grant", "", 400, everywhere, "The user account is disabled."},
    StsErrorKind{50053, "invalid_grant", "", 400, everywhere,
                 "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."},
    StsErrorKind{50126, "invalid_grant", "", 400, everywhere, "Error validating credentials due to invalid username or password."},
    StsErrorKind{50058, "login_required", "", 400, silent, "A silent sign-in request was sent but no user is signed in."},
    StsErrorKind{50105, "invalid_grant", "", 400, everywhere,
                 "Your administrator has configured the application to block users unless they are specifically granted ('assigned') access to the application."},
    StsErrorKind{16000, "interaction_required", "", 400, silent, "Select an account: more than one user is signed in."},
    StsErrorKind{500121, "access_denied", "", 400, everywhere, "Authentication failed during strong authentication request."},
    // --- conditional access -------------------------------------------------------------------------------------------
    StsErrorKind{50072, "interaction_required", "basic_action", 400, silent,
                 "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor "
                 "authentication to access '%1'."},
    StsErrorKind{50074, "interaction_required", "basic_action", 400, silent, "Strong authentication is required."},
    StsErrorKind{50076, "interaction_required", "basic_action", 400, silent,
                 "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication "
                 "to access '%1'."},
    StsErrorKind{50078, "interaction_required", "basic_action", 400, silent,
                 "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor "
                 "authentication to access '%1'."},
    StsErrorKind{50079, "interaction_required", "basic_action", 400, silent,
                 "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor "
                 "authentication to access '%1'."},
    StsErrorKind{50158, "interaction_required", "additional_action", 400, silent,
                 "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional "
                 "authentication challenges."},
    StsErrorKind{53000, "interaction_required", "device_authentication_failed", 400, everywhere,
                 "Device is not in required device state: unknown. Conditional Access policy requires a compliant device, and the device is not compliant. The "
                 "user must enroll their device with an approved MDM provider like Intune."},
    StsErrorKind{53001, "interaction_required", "device_authentication_failed", 400, everywhere,
                 "Device is not in required device state: unknown. Conditional Access policy requires a domain joined device, and the device is not domain joined."},
    StsErrorKind{53002, "interaction_required", "protection_policy_required", 400, everywhere,
                 "Application used is not an approved application for Conditional Access."},
    StsErrorKind{53003, "interaction_required", "message_only", 400, everywhere,
                 "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."},
    StsErrorKind{50005, "invalid_grant", "message_only", 400, everywhere,
                 "User tried to log in to a device from a platform (unknown) that's currently not supported through Conditional Access policy."},
    StsErrorKind{50196, "invalid_grant", "", 400, everywhere,
                 "The server terminated an operation because it encountered a client request loop. Please contact your app vendor."},
    // --- consent ------------------------------------------------------------------------------------------------------
    StsErrorKind{65001, "invalid_grant", "consent_required", 400, silent,
                 "The user or administrator has not consented to use the application with ID '%1' named '%1'. Send an interactive authorization request for "
                 "this user and resource."},
    StsErrorKind{65004, "access_denied", "", 400, everywhere, "User declined to consent to access the app."},
    StsErrorKind{90094, "access_denied", "", 400, everywhere, "The grant requires admin permission."},
    StsErrorKind{90095, "access_denied", "", 400, everywhere, "Admin consent is required for the permissions requested by this application."},
    // --- client authentication ----------------------------------------------------------------------------------------
    StsErrorKind{700025, "invalid_client", "", 401, everywhere, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
    StsErrorKind{7000218, "invalid_client", "", 401, everywhere,
                 "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."},
    StsErrorKind{7000215, "invalid_client", "", 401, everywhere,
                 "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a "
                 "secret added to app '%1'."},
    StsErrorKind{7000222, "invalid_client", "", 401, everywhere, "The provided client secret keys for app '%1' are expired."},
    StsErrorKind{50027, "invalid_request", "", 400, everywhere, "JWT token is invalid or malformed."},
    StsErrorKind{50013, "invalid_client", "", 401, everywhere, "Assertion failed signature validation or was used before. [Reason - %1]"},
    StsErrorKind{700027, "invalid_client", "", 401, everywhere,
                 "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - %1, Thumbprint of key used by "
                 "client: '%2']"},
    StsErrorKind{700023, "invalid_client", "", 401, everywhere, "Client assertion audience claim does not match Realm issuer. The audience is '%1'."},
    StsErrorKind{700024, "invalid_client", "", 401, everywhere,
                 "Client assertion is not within its valid time range. Current time: %1, assertion valid from %2, expiry time of assertion %3."},
    StsErrorKind{700021, "invalid_client", "", 401, everywhere,
                 "Client assertion application identifier doesn't match 'client_id' parameter. Expected: '%1', found '%2'."},
    StsErrorKind{700211, "invalid_client", "", 401, everywhere, "No matching federated identity record found for presented assertion issuer '%1'."},
    StsErrorKind{700212, "invalid_client", "", 401, everywhere, "No matching federated identity record found for presented assertion audience '%1'."},
    StsErrorKind{700213, "invalid_client", "", 401, everywhere, "No matching federated identity record found for presented assertion subject '%1'."},
    // --- device code --------------------------------------------------------------------------------------------------
    StsErrorKind{70016, "authorization_pending", "", 400, everywhere, "OAuth 2.0 device flow error. Authorization is pending. Continue polling."},
    StsErrorKind{70017, "slow_down", "", 400, everywhere, "OAuth 2.0 device flow error. The client polls faster than the interval allows."},
    StsErrorKind{70018, "bad_verification_code", "", 400, everywhere, "Invalid verification code due to User typing in wrong user code for device code flow."},
    StsErrorKind{70019, "expired_token", "", 400, everywhere, "Verification code expired. Have the user retry the sign-in."},
    StsErrorKind{70020, "authorization_declined", "", 400, everywhere, "The user declined the request on the device page."},
    // --- the service itself -------------------------------------------------------------------------------------------
    StsErrorKind{90033, "temporarily_unavailable", "", 503, everywhere, "A transient error has occurred. Please try again."},
    StsErrorKind{50000, "server_error", "", 500, everywhere, "There was an error issuing a token or an issue with our sign-in service."},
    StsErrorKind{90055, "temporarily_unavailable", "", 429, everywhere, "The server is terminating the request because there are too many of them."},
};

QString newTraceId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace

const StsErrorKind *stsErrorKind(int number)
{
    const auto found = std::find_if(stsErrors.begin(), stsErrors.end(), [number](const StsErrorKind &one) { return one.number == number; });
    return found == stsErrors.end() ? nullptr : &*found;
}

const StsErrorKind &StsError::kind() const
{
    const StsErrorKind *found = stsErrorKind(number);
    return found ? *found : *stsErrorKind(50000);
}

QString StsError::text() const
{
    QString text = QString::fromLatin1(kind().text);
    for (qsizetype at = 0; at < words.size(); ++at) // one by one: what a stranger sent may hold %2
        text = text.replace(QLatin1Char('%') + QString::number(at + 1), QString(words.at(at)).replace(QLatin1Char('%'), QChar(0xfffc)));
    return QStringLiteral("AADSTS%1: ").arg(number) + text.replace(QChar(0xfffc), QLatin1Char('%'));
}

StsTrace::StsTrace(const Request &request, TimePoint at) : now(at), trace(newTraceId())
{
    QString asked = QString::fromLatin1(request.header("client-request-id"));
    if (asked.isEmpty())
        asked = request.queryValue(QStringLiteral("client-request-id"));
    const QUuid id(asked);
    correlation = id.isNull() ? newTraceId() : id.toString(QUuid::WithoutBraces);
    returnId = request.header("return-client-request-id").toLower() == "true";
}

QString StsTrace::stamp() const
{
    return QDateTime::fromMSecsSinceEpoch(now.time_since_epoch().count(), Qt::UTC).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss'Z'"));
}

Headers StsTrace::headers() const
{
    Headers headers{{"cache-control", "no-store, no-cache"}, {"pragma", "no-cache"}, {"expires", "-1"}, {"x-content-type-options", "nosniff"},
                    {"x-ms-request-id", trace.toLatin1()}};
    if (returnId)
        headers.append({"client-request-id", correlation.toLatin1()});
    return headers;
}

QString stsDescription(const StsError &error, const StsTrace &trace)
{
    return QStringLiteral("%1\r\nTrace ID: %2\r\nCorrelation ID: %3\r\nTimestamp: %4").arg(error.text(), trace.trace, trace.correlation, trace.stamp());
}

Response stsResponse(const StsError &error, const StsTrace &trace, const QByteArray &origin)
{
    const StsErrorKind &kind = error.kind();
    QJsonObject body{{QStringLiteral("error"), QLatin1String(kind.error)},
                     {QStringLiteral("error_description"), stsDescription(error, trace)},
                     {QStringLiteral("error_codes"), QJsonArray{error.number}},
                     {QStringLiteral("timestamp"), trace.stamp()},
                     {QStringLiteral("trace_id"), trace.trace},
                     {QStringLiteral("correlation_id"), trace.correlation},
                     {QStringLiteral("error_uri"), QString::fromLatin1(origin) + QStringLiteral("/error?code=%1").arg(error.number)}};
    if (*kind.suberror)
        body.insert(QStringLiteral("suberror"), QLatin1String(kind.suberror));
    for (auto it = error.more.begin(); it != error.more.end(); ++it)
        body.insert(it.key(), it.value());
    Headers headers = trace.headers();
    if (kind.status == 429 || kind.status == 503)
        headers.append(qMakePair(QByteArray("retry-after"), QByteArray("5")));
    return Response::json(kind.status, body, headers);
}

} // namespace causeway::sandbox
