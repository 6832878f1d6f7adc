// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/loopbackpage.h"

#include <QCryptographicHash>

namespace causeway {

namespace {

const char *const pageStyle = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0}"
                              "main{max-width:34rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:0}";

QString orElse(const QString &text, const char *english)
{
    return text.isEmpty() ? QString::fromLatin1(english) : text;
}

std::pair<QString, QString> textOf(LoopbackPage page, const LoopbackWords &words)
{
    switch (page) {
    case LoopbackPage::Success:
        return {orElse(words.successTitle, "Signed in"), orElse(words.successText, "You can close this tab and go back to Causeway.")};
    case LoopbackPage::Failure:
        return {orElse(words.failureTitle, "Not signed in"), orElse(words.failureText, "Causeway says why. You can close this tab and go back to it.")};
    case LoopbackPage::Stray:
        break;
    }
    return {orElse(words.strayTitle, "Nothing to do here"), orElse(words.strayText, "This page does not belong to the sign-in that is running. You can close this tab.")};
}

const char *reasonOf(int status)
{
    switch (status) {
    case 200: return "OK";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    default: return "Bad Request";
    }
}

} // namespace

QByteArray loopbackAnswer(int status, LoopbackPage page, const LoopbackWords &words)
{
    const auto [title, text] = textOf(page, words);
    const QString html = QStringLiteral("<!doctype html><html lang=\"") + orElse(words.language, "en").toHtmlEscaped() + QStringLiteral("\"><head><meta charset=\"utf-8\">")
        + QStringLiteral("<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\"><title>") + title.toHtmlEscaped()
        + QStringLiteral("</title><style>") + QLatin1String(pageStyle) + QStringLiteral("</style></head><body dir=\"auto\"><main><h1>") + title.toHtmlEscaped()
        + QStringLiteral("</h1><p>") + text.toHtmlEscaped() + QStringLiteral("</p></main></body></html>\n");
    const QByteArray body = html.toUtf8();
    const QByteArray style = QCryptographicHash::hash(QByteArray(pageStyle), QCryptographicHash::Sha256).toBase64();
    return "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonOf(status)
        + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + QByteArray::number(body.size())
        + "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY"
          "\r\nContent-Security-Policy: default-src 'none'; img-src data:; style-src 'sha256-" + style
        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n" + body;
}

} // namespace causeway
