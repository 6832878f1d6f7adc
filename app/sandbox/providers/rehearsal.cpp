// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/rehearsal.h"

#include <QJsonDocument>
#include <QUrl>
#include <algorithm>

namespace causeway::sandbox {

namespace {

//! "[reference(…)]" and the like: nobody knows it before the template runs.
bool heldOpen(const QJsonValue &value)
{
    const auto open = [](const QJsonValue &one) { return heldOpen(one); };
    const QJsonObject object = value.toObject();
    const QJsonArray array = value.toArray();
    const QString text = value.toString();
    return (text.startsWith(QLatin1Char('[')) && text.endsWith(QLatin1Char(']'))) || std::any_of(object.begin(), object.end(), open)
        || std::any_of(array.begin(), array.end(), open);
}

//! Refusals that waiting does not change. Names that others have, and places that cannot be changed, are told by a 409.
bool isForGood(int status, const QString &code)
{
    static const QStringList conflicts{QStringLiteral("InvalidResourceLocation"), QStringLiteral("InvalidResourceGroupLocation"),
                                       QStringLiteral("ServerNameAlreadyExists"), QStringLiteral("DataFactoryNameInUse")};
    return status == 400 || (status == 409 && conflicts.contains(code));
}

} // namespace

Rehearsal::Rehearsal(const Call &call, const QList<TemplateResource> &resources)
    : m_call(call), m_resources(resources), m_stage(State(call.state))
{}

bool Rehearsal::speaksOfAnother(const QString &message, const TemplateResource &resource) const
{
    return std::any_of(m_resources.begin(), m_resources.end(), [&](const TemplateResource &one) {
        return one.id.compare(resource.id, Qt::CaseInsensitive) != 0 && message.contains(one.id, Qt::CaseInsensitive);
    });
}

std::optional<QJsonObject> Rehearsal::refusal(const TemplateResource &resource)
{
    if (resource.id.contains(QLatin1Char('[')) || heldOpen(resource.body))
        return std::nullopt;
    const QByteArray target = QUrl::toPercentEncoding(resource.id, "/") + "?api-version=" + QUrl::toPercentEncoding(resource.apiVersion);
    Request request = requestFromTarget("PUT", target);
    request.body = QJsonDocument(resource.body).toJson(QJsonDocument::Compact);
    request.principal = m_call.request.principal;
    request.origin = m_call.request.origin;
    const Answer answer = m_stage.handle(request, m_call.now);
    const auto *response = std::get_if<Response>(&answer);
    if (!response || response->status < 400)
        return std::nullopt;
    const QJsonObject error = QJsonDocument::fromJson(response->body).object().value(QLatin1String("error")).toObject();
    const QString code = error.value(QLatin1String("code")).toString(), message = error.value(QLatin1String("message")).toString();
    if (!isForGood(response->status, code) || speaksOfAnother(message, resource))
        return std::nullopt;
    return QJsonObject{{QStringLiteral("code"), code}, {QStringLiteral("target"), resource.id}, {QStringLiteral("message"), message}};
}

} // namespace causeway::sandbox
