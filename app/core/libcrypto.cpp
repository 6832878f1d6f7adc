// SPDX-License-Identifier: Apache-2.0
#include "core/libcrypto.h"

#include <QLibrary>

namespace causeway {

void (*libcryptoCall(const char *name))()
{
    QLibrary library(QStringLiteral("crypto"), OPENSSL_VERSION_MAJOR); // stays loaded
    const QFunctionPointer found = library.resolve(name);
    if (!found)
        qFatal("OpenSSL %d is not installed, or lacks %s: %s", OPENSSL_VERSION_MAJOR, name, qPrintable(library.errorString()));
    return found;
}

} // namespace causeway
