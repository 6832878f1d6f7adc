// SPDX-License-Identifier: Apache-2.0
#include "core/error.h"

namespace causeway {

static Error makeError(ErrorKind kind, QString code, QString message, QString target)
{
    Error error;
    error.kind = kind;
    error.code = std::move(code);
    error.message = std::move(message);
    error.target = std::move(target);
    return error;
}

Error Error::cancelled()
{
    return makeError(ErrorKind::Cancelled, QStringLiteral("Cancelled"), QStringLiteral("The work was cancelled."), {});
}

Error Error::internal(QString code, QString message)
{
    return makeError(ErrorKind::Internal, std::move(code), std::move(message), {});
}

Error Error::invalid(QString code, QString message, QString target)
{
    return makeError(ErrorKind::InvalidInput, std::move(code), std::move(message), std::move(target));
}

QString describe(const Error &error)
{
    if (error.code.isEmpty())
        return error.message;
    return error.message.isEmpty() ? error.code : error.code + QStringLiteral(": ") + error.message;
}

} // namespace causeway
