// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"

#include <optional>

namespace causeway {

//! How long the service asks us to wait: retry-after-ms, x-ms-retry-after-ms (milliseconds), Retry-After (seconds, or an HTTP
//! date, which is taken relative to the answer's own Date). Bounded to 0–600 s; what cannot be read counts as absent.
std::optional<Milliseconds> retryAfter(const HttpHeaders &headers, TimePoint now);
//! RFC 9110 §5.6.7, the three forms.
std::optional<TimePoint> parseHttpDate(const QByteArray &text);

//! Retry-After is a floor: a service that wants a longer pause than ARM's contract knows is not asked again by itself.
bool asksForLongerThanAllowed(const HttpHeaders &headers, TimePoint now);

} // namespace causeway
