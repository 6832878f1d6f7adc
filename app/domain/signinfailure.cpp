// SPDX-License-Identifier: Apache-2.0
#include "domain/signinfailure.h"

#include <QString>
#include <algorithm>

namespace causeway {

namespace {

// sign-in.md §10, from the Entra list of error codes. Unknown numbers will come; then suberror, error and claims decide.
struct CodeRow {
    SignInFailure failure;
    std::initializer_list<int> codes;
};
const CodeRow codeRows[] = {
    {SignInFailure::Cancelled, {65004}},
    {SignInFailure::Consent, {65001, 90094, 90095, 90008}},
    {SignInFailure::MoreNeeded, {50072, 50074, 50076, 50078, 50079, 50158, 53004}},
    {SignInFailure::DevicePolicy, {50097, 50129, 50155, 50187, 53000, 53001, 53002, 50005, 50127}},
    {SignInFailure::Blocked, {53003, 530032, 530034, 530035, 53011, 50131, 50002, 500021, 500022, 500212, 500213}},
    {SignInFailure::SessionOver, {70008, 700082, 70043, 50173, 50089, 50132, 50133, 54005, 70000}},
    {SignInFailure::WrongAccount, {50020, 50034, 51004, 50014, 16000, 90072, 500208, 50105}},
    {SignInFailure::Credentials, {50055, 50144, 50126, 50053, 50057}},
    {SignInFailure::Registration, {700016, 700011, 7000112, 90099, 50194, 50011, 7000218, 700025, 65002, 65005, 650052, 650056, 650057, 500011, 70011, 28002, 28003}},
    {SignInFailure::ServicePrincipal, {7000215, 7000222, 70002, 700027, 700030, 50012, 500133}},
    {SignInFailure::WrongCloud, {90002, 90038, 900382, 900432, 50049, 90051}},
    {SignInFailure::Loop, {50196}},
    {SignInFailure::Transient, {90006, 90012, 90024, 90033, 50033, 50087, 50088, 90055}},
    {SignInFailure::DeviceCode, {70018, 70019}},
    {SignInFailure::Clock, {700024}}, // "Client assertion is not within its valid time range"
    {SignInFailure::ClientBug, {501481, 50147, 501491, 700005, 9002313, 900144, 70003, 90014, 90015}},
};

struct WordRow {
    const char *word;
    SignInFailure failure;
};
constexpr WordRow suberrorRows[] = {
    {"basic_action", SignInFailure::MoreNeeded}, {"additional_action", SignInFailure::MoreNeeded}, {"user_password_expired", SignInFailure::Credentials},
    {"consent_required", SignInFailure::Consent}, {"message_only", SignInFailure::Blocked}, {"bad_token", SignInFailure::SessionOver},
    {"token_expired", SignInFailure::SessionOver}, {"client_mismatch", SignInFailure::Registration},
    {"protection_policy_required", SignInFailure::DevicePolicy}, {"device_authentication_failed", SignInFailure::DevicePolicy},
};
constexpr WordRow errorRows[] = {
    {"access_denied", SignInFailure::Cancelled}, {"authorization_declined", SignInFailure::Cancelled}, {"interrupted_user", SignInFailure::Cancelled},
    {"consent_required", SignInFailure::Consent}, {"interaction_required", SignInFailure::MoreNeeded}, {"login_required", SignInFailure::MoreNeeded},
    {"bad_token", SignInFailure::SessionOver}, {"invalid_grant", SignInFailure::SessionOver},
    {"expired_token", SignInFailure::DeviceCode}, {"bad_verification_code", SignInFailure::DeviceCode},
    {"invalid_client", SignInFailure::Registration}, {"unauthorized_client", SignInFailure::Registration}, {"invalid_scope", SignInFailure::Registration},
    {"invalid_resource", SignInFailure::Registration}, {"invalid_request", SignInFailure::ClientBug}, {"unsupported_grant_type", SignInFailure::ClientBug},
    {"unsupported_response_type", SignInFailure::ClientBug}, {"temporarily_unavailable", SignInFailure::Transient}, {"server_error", SignInFailure::Transient},
    {"slow_down", SignInFailure::Transient}, {"authorization_pending", SignInFailure::Transient}, {"invalid_instance", SignInFailure::WrongCloud},
};
// Codes of our own.
constexpr WordRow ownRows[] = {
    {"SignInTimedOut", SignInFailure::Cancelled}, {"ClockWrong", SignInFailure::Clock}, {"TenantUnknown", SignInFailure::WrongCloud},
    {"NotAMicrosoftHost", SignInFailure::WrongCloud}, {"ClientIdMissing", SignInFailure::Registration}, {"CertificateUnusable", SignInFailure::ServicePrincipal},
};

template <std::size_t N>
const WordRow *rowOf(const WordRow (&rows)[N], const QString &word)
{
    const auto found = std::find_if(std::begin(rows), std::end(rows), [&word](const WordRow &row) { return word == QLatin1String(row.word); });
    return found == std::end(rows) ? nullptr : found;
}

SignInFailure failureOfKind(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return SignInFailure::Cancelled;
    case ErrorKind::Network:
    case ErrorKind::TimedOut:
    case ErrorKind::Protocol:
        return SignInFailure::NotTheService;
    case ErrorKind::OutcomeUnknown:
    case ErrorKind::Throttled:
    case ErrorKind::Service:
        return SignInFailure::Transient;
    case ErrorKind::Unauthorized:
        return SignInFailure::SessionOver;
    case ErrorKind::Forbidden:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::InvalidInput:
    case ErrorKind::Internal:
        return SignInFailure::Unknown;
    }
    return SignInFailure::Unknown;
}

SignInAnswer answerOf(const Error &error)
{
    SignInAnswer answer;
    answer.error = error.target.section(QLatin1Char('/'), 0, 0);
    answer.suberror = error.target.section(QLatin1Char('/'), 1, 1);
    answer.claims = !error.claims.isEmpty();
    if (error.code.startsWith(QLatin1String("AADSTS")))
        answer.codes.append(error.code.mid(6).toInt());
    else if (answer.error.isEmpty())
        answer.error = error.code;
    return answer;
}

} // namespace

SignInFailure signInFailure(const SignInAnswer &answer)
{
    for (const int code : answer.codes) {
        for (const CodeRow &row : codeRows) {
            if (std::find(row.codes.begin(), row.codes.end(), code) != row.codes.end())
                return row.failure;
        }
    }
    if (const WordRow *row = rowOf(suberrorRows, answer.suberror))
        return row->failure;
    if (answer.claims)
        return SignInFailure::MoreNeeded;
    if (const WordRow *row = rowOf(errorRows, answer.error))
        return row->failure;
    return SignInFailure::Unknown;
}

SignInFailure signInFailureOf(const Error &error)
{
    if (const WordRow *row = rowOf(ownRows, error.code))
        return row->failure;
    const SignInFailure failure = signInFailure(answerOf(error));
    return failure == SignInFailure::Unknown ? failureOfKind(error.kind) : failure;
}

// As MSAL decides (MsalServiceExceptionFactory; Node adds the last four words).
bool needsInteraction(const Error &error)
{
    const SignInAnswer answer = answerOf(error);
    if (answer.error == QLatin1String("invalid_grant"))
        return answer.suberror != QLatin1String("client_mismatch") && answer.suberror != QLatin1String("protection_policy_required");
    for (const char *word : {"interaction_required", "login_required", "consent_required", "bad_token", "interrupted_user"}) {
        if (answer.error == QLatin1String(word))
            return true;
    }
    return false;
}

} // namespace causeway
