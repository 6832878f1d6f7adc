// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/signin.h"

// Signing in on another device (RFC 8628; facts: device code).

namespace causeway::sandbox {

static constexpr int pollInterval = 5; // seconds

Response SignIn::deviceCode(Call &call)
{
    std::optional<StsError> refusal;
    const QString client = call.form.value("client_id"), scope = call.form.value("scope");
    const auto scopes = wantedScopes(scope, call.request.origin, call.tenantWord, false);
    if (call.request.method != "POST")
        refusal = StsError(900561, {QString::fromLatin1(call.request.method)});
    else if (client.isEmpty() || scope.isEmpty())
        refusal = StsError(900144, {client.isEmpty() ? QStringLiteral("client_id") : QStringLiteral("scope")});
    else if (!call.form.repeated().isEmpty() || !claimsParameter(call.form.value("claims")))
        refusal = StsError(9002313);
    else if (!knownClient(client))
        refusal = StsError(700016, {client, call.tenant ? call.tenant->displayName : call.tenantWord});
    else if (!scopes)
        refusal = scopes.error();
    if (refusal) {
        Response response = stsResponse(*refusal, call.trace, call.request.origin);
        if (flag("signInDeviceErrorsAs200"))
            response.status = 200;
        return response;
    }
    DeviceGrant device;
    device.client = client;
    device.scope = scope;
    device.tenantWord = call.tenantWord;
    device.claims = call.form.value("claims");
    const QString code = m_grants.issue(device, call.trace.now);
    const QString typed = m_grants.device(code)->userCode, where = origin(call) + QStringLiteral("/common/oauth2/deviceauth");
    const QString message = QStringLiteral("To sign in, use a web browser to open the page %1 and enter the code %2 to authenticate.").arg(where, typed);
    return Response::json(200, {{QStringLiteral("user_code"), typed}, {QStringLiteral("device_code"), code}, {QStringLiteral("verification_uri"), where},
                                {QStringLiteral("expires_in"), qint64(std::chrono::seconds(Grants::deviceLife).count())},
                                {QStringLiteral("interval"), pollInterval}, {QStringLiteral("message"), message}}, call.trace.headers());
}

Response SignIn::devicePage(Call &call)
{
    const QString typed = call.form.value("otc");
    const DeviceGrant *device = call.request.method == "POST" ? m_grants.deviceByUserCode(typed, call.trace.now) : nullptr;
    if (device) {
        AuthorizeAsk ask;
        ask.tenantWord = device->tenantWord;
        ask.client = device->client;
        ask.scope = device->scope;
        ask.claims = device->claims;
        ask.device = device->userCode;
        call.tenantWord = device->tenantWord; // the pages that follow are of that tenant
        call.tenant = tenantNamed(m_state, device->tenantWord);
        return chooser(OpenPage{ask, {}, false, false, {}}, call);
    }
    SignInPage page;
    page.title = QStringLiteral("Causeway sandbox: enter code");
    page.lines = {QStringLiteral("Enter the code that the application shows. Do not enter a code that somebody sent you.")};
    if (call.request.method == "POST")
        page.lines.append(QStringLiteral("That code did not work. Check the code and try again."));
    page.action = call.path("oauth2/deviceauth");
    page.input = "otc";
    page.inputLabel = QStringLiteral("Code");
    page.inputValue = typed;
    return pageResponse(page, call.trace);
}

Response SignIn::deviceDecided(const OpenPage &page, const Grant *grant, Call &call)
{
    DeviceGrant *device = m_grants.deviceByUserCode(page.ask.device, call.trace.now);
    if (!device)
        return errorPage(StsError(70019), call.trace, 200);
    device->decision = grant ? DeviceGrant::Decision::Approved : DeviceGrant::Decision::Declined;
    if (grant)
        device->grant = *grant;
    SignInPage html;
    html.title = grant ? QStringLiteral("Causeway sandbox: you have signed in") : QStringLiteral("Causeway sandbox: cancelled");
    html.lines = {grant ? QStringLiteral("You have signed in to the application %1 on your device. You may now close this window.").arg(page.ask.client)
                        : QStringLiteral("You have declined the request. You may now close this window.")};
    return pageResponse(html, call.trace);
}

SignIn::Body SignIn::redeemDevice(Call &call, const Client &client)
{
    const QString code = call.form.has("device_code") ? call.form.value("device_code") : call.form.value("code");
    DeviceGrant *device = m_grants.device(code);
    if (!device || device->client != client.id)
        return stsFailure(device ? 70000 : 70018, {QStringLiteral("device_code")});
    if (device->issued + Grants::deviceLife < call.trace.now)
        return stsFailure(70019);
    const TimePoint last = std::exchange(device->lastPoll, call.trace.now);
    switch (device->decision) {
    case DeviceGrant::Decision::Declined:
        return stsFailure(70020);
    case DeviceGrant::Decision::Open:
        return stsFailure(flag("signInDeviceSlowDown") && call.trace.now - last < std::chrono::seconds(pollInterval) ? 70017 : 70016);
    case DeviceGrant::Decision::Approved:
        break;
    }
    const Grant grant = device->grant;
    m_grants.forgetDevice(code); // once
    const Principal *home = m_state.principal(grant.person);
    const Principal *user = home ? personIn(m_state, *home, grant.tenant) : nullptr;
    const auto scopes = scopesFor(call, grant.scope);
    if (!user || !scopes)
        return user ? tl::unexpected<StsError>(scopes.error()) : stsFailure(50034, {grant.person, grant.tenant});
    return issue(call, grant, *user, *scopes, {});
}

} // namespace causeway::sandbox
