// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/interactivesignin.h"
#include "azure/auth/loopbackreplyhandler.h"
#include "azure/auth/transportaccess.h"
#include "core/waiting.h"

#include <QOAuth2AuthorizationCodeFlow>

namespace causeway {

//! One sign-in on Qt's flow, with what Qt 6.4 lacks or does wrongly (sign-in.md §15): PKCE, state and nonce from the system's generator,
//! every value encoded once, errors that are read, the redirect that Entra wants, a token request that can be cancelled.
class EntraFlow final : public QOAuth2AuthorizationCodeFlow
{
    Q_OBJECT
public:
    EntraFlow(const InteractiveRequest &request, std::shared_ptr<HttpTransport> transport);
    ~EntraFlow() override;

    bool listen() { return m_handler.listen(m_request.port); }
    //! Once, after listen(): the address for the browser.
    QUrl start();
    //! The token endpoint's answer, or why none was asked for.
    [[nodiscard]] OneShot<Result<HttpResponse>> ended() const { return m_ended; }
    //! Closes the listener; the browser that waits is told.
    void conclude(bool success);
    [[nodiscard]] TokenExpectation expectation() const;

private:
    void modify(Stage stage, QMultiMap<QString, QVariant> *parameters);
    [[nodiscard]] FormFields authorizationFields() const;
    [[nodiscard]] FormFields tokenFields() const;

    InteractiveRequest m_request;
    LoopbackReplyHandler m_handler;
    TransportAccess m_access; // after the handler: goes first, and its replies with it
    QByteArray m_verifier, m_nonce;
    QString m_code;
    QUrl m_address;
    OneShot<Result<HttpResponse>> m_ended;
};

} // namespace causeway
