// SPDX-License-Identifier: Apache-2.0
#include "azure/http/http.h"

#include <algorithm>

namespace causeway {

static auto findHeader(auto &headers, const QByteArray &name)
{
    return std::find_if(headers.begin(), headers.end(),
                        [&name](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
}

QByteArray headerValue(const HttpHeaders &headers, const QByteArray &name)
{
    const auto found = findHeader(headers, name);
    return found == headers.end() ? QByteArray() : found->second;
}

bool hasHeader(const HttpHeaders &headers, const QByteArray &name)
{
    return findHeader(headers, name) != headers.end();
}

void setHeader(HttpHeaders &headers, const QByteArray &name, const QByteArray &value)
{
    const auto found = findHeader(headers, name);
    if (found == headers.end())
        headers.append(qMakePair(name, value));
    else
        found->second = value;
}

bool isRead(const QByteArray &method)
{
    return method == "GET" || method == "HEAD";
}

} // namespace causeway
