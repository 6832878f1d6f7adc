// SPDX-License-Identifier: Apache-2.0
#include "azure/http/pipeline.h"

#include "azure/http/policies.h"

#include <QUuid>

namespace causeway {

QCoro::Task<Result<HttpResponse>> HttpNext::send(HttpRequest request, Context context) const
{
    if (m_index == m_policies->size())
        return m_transport->send(std::move(request), std::move(context));
    return m_policies->at(m_index)->send(std::move(request), HttpNext(*m_policies, *m_transport, m_index + 1), std::move(context));
}

HttpPipeline::HttpPipeline(HttpTransport &transport, Clock &clock, Planes planes, TokenCredential *credential, PipelineOptions options)
    : m_transport(transport),
      m_planes(std::move(planes)),
      m_correlationId(options.correlationId.isEmpty() ? QUuid::createUuid().toByteArray(QUuid::WithoutBraces) : options.correlationId)
{
    m_policies.push_back(std::make_unique<RequestIdPolicy>(m_correlationId));
    m_policies.push_back(std::make_unique<RetryPolicy>(clock, options));
    m_policies.push_back(std::make_unique<RedirectPolicy>(m_planes));
    if (options.sessionCookies)
        m_policies.push_back(std::make_unique<CookiePolicy>(m_planes));
    if (credential)
        m_policies.push_back(std::make_unique<AuthorizationPolicy>(*credential, clock, m_planes));
    m_policies.push_back(std::make_unique<LogPolicy>(clock));
}

HttpPipeline::~HttpPipeline() = default;

QCoro::Task<Result<HttpResponse>> HttpPipeline::send(HttpRequest request, Context context)
{
    return HttpNext(m_policies, m_transport).send(std::move(request), std::move(context));
}

QCoro::Task<Result<HttpResponse>> RequestIdPolicy::send(HttpRequest request, HttpNext next, Context context)
{
    const auto addUnlessGiven = [&request](const QByteArray &name, const QByteArray &value) {
        if (!hasHeader(request.headers, name))
            request.headers.append(qMakePair(name, value));
    };
    addUnlessGiven("x-ms-client-request-id", QUuid::createUuid().toByteArray(QUuid::WithoutBraces));
    addUnlessGiven("x-ms-correlation-request-id", m_correlationId);
    addUnlessGiven("x-ms-return-client-request-id", "true");
    return next.send(std::move(request), std::move(context));
}

} // namespace causeway
