// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"

#include <QJsonObject>
#include <QJsonValue>

namespace causeway {

//! JSON of any kind at the top (QJsonDocument takes objects and arrays only), undefined for an empty text; an error otherwise.
Result<QJsonValue> parseJson(const QByteArray &text);

//! What an answer that is not a success means, from whatever the service, a proxy or a provider put into it
//! (azure-postgresql-and-network.md §1.1). Texts are bounded; they stay hostile until somebody escapes them.
Error errorFromResponse(const QByteArray &method, const HttpResponse &response);

//! The `error` of an operation's or a resource's body that ended as `state` (Failed, Canceled) under HTTP 200.
Error errorFromState(const QString &state, const QJsonValue &body, const HttpResponse &response);

//! An answer that breaks its contract: Protocol for a read, OutcomeUnknown for a write.
Error brokenAnswer(const QByteArray &method, const char *code, const QString &message, const HttpResponse &response);

} // namespace causeway
