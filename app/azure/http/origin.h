// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

namespace causeway {

//! Scheme, host and port: where a bearer may go. Parsed strictly and by our own rules, because QUrl repairs what it is
//! given (`https://evil.com\@management.azure.com` becomes Azure's host in its tolerant mode).
class Origin
{
public:
    //! "https://management.azure.com[:port][/]"; no user, path or query. Plain http only on loopback.
    static Result<Origin> parse(const QString &text);

    //! The same, and plain http at 169.254.x.x: what a host in Azure answers itself. No bearer of ours goes there.
    static Result<Origin> parseLocal(const QString &text);

    Origin() = default; //!< empty: nothing matches it
    [[nodiscard]] bool isEmpty() const { return m_host.isEmpty(); }
    [[nodiscard]] bool isSecure() const { return m_secure; }
    [[nodiscard]] bool isLoopback() const;
    [[nodiscard]] QByteArray host() const { return m_host; } //!< lower case, no trailing dot
    [[nodiscard]] int port() const { return m_port; }
    //! "https://host" or with ":port" where it is not the scheme's own.
    [[nodiscard]] QByteArray toByteArray() const;

    //! What a service sent as poll link, next link or redirect (or a person as --uri), rebuilt as path and query below this
    //! origin, otherwise verbatim. `base` is the target that it came in answer to, for relative links. Another origin, user
    //! information, control characters, backslashes and anything half understood is a Protocol error: the bearer stays home.
    [[nodiscard]] Result<QByteArray> target(const QByteArray &link, const QByteArray &base = "/") const;

    friend bool operator==(const Origin &, const Origin &) = default;

private:
    [[nodiscard]] bool isLinkLocal() const;
    static Result<Origin> parsed(const QString &text, bool local);
    static Result<Origin> fromAuthority(bool secure, QByteArray authority);
    bool m_secure = true;
    QByteArray m_host;
    int m_port = 0;
};

} // namespace causeway
