// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/libpq.h"

#include <QLibrary>
#include <optional>

namespace causeway::sandbox {

static std::optional<Libpq> loadLibpq()
{
    static constexpr int abi = 5; // of every PostgreSQL since 8.2
    QLibrary library(QStringLiteral("pq"), abi);
    Libpq calls;
    bool whole = true;
    const auto find = [&](auto &pointer, const char *name) {
        pointer = reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(library.resolve(name));
        whole = whole && pointer;
    };
#define CAUSEWAY_LIBPQ_FIND(name) find(calls.name, #name);
    CAUSEWAY_LIBPQ_CALLS(CAUSEWAY_LIBPQ_FIND)
#undef CAUSEWAY_LIBPQ_FIND
    return whole ? std::optional(calls) : std::nullopt;
}

const Libpq *libpq()
{
    static const std::optional<Libpq> calls = loadLibpq();
    return calls ? &*calls : nullptr;
}

} // namespace causeway::sandbox
