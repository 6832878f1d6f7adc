// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <memory>
#include <optional>
#include <stop_token>

namespace causeway {

//! What came of a request that Qt NetworkAuth made.
class TransportReply final : public QNetworkReply
{
    Q_OBJECT
public:
    TransportReply(std::shared_ptr<HttpTransport> transport, const QNetworkRequest &request, const QByteArray &body, QObject *parent);
    ~TransportReply() override;

    [[nodiscard]] const std::optional<Result<HttpResponse>> &result() const { return m_result; }
    void finish(const Result<HttpResponse> &result);
    void abort() override { m_stop.request_stop(); }

protected:
    qint64 readData(char *, qint64) override { return -1; } // result() has it all

private:
    std::optional<Result<HttpResponse>> m_result;
    std::stop_source m_stop;
};

//! Lets Qt NetworkAuth speak through our transport, and no other way: POST only, to Plane::SignIn whatever the URL's host is. So a token
//! request is sent once, follows nothing, answers no Basic challenge, has limits, and uses the proxy and the certificates that are set
//! (sign-in.md §15 rows 15 to 17).
class TransportAccess final : public QNetworkAccessManager
{
    Q_OBJECT
public:
    explicit TransportAccess(std::shared_ptr<HttpTransport> transport, QObject *parent = nullptr);

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *body) override;

private:
    std::shared_ptr<HttpTransport> m_transport;
};

} // namespace causeway
