// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/pages.h"

#include <QCryptographicHash>
#include <QUrl>

namespace causeway::sandbox {

namespace {

constexpr char pageStyle[] =
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#1f2937}"
    "main{max-width:26rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:.75rem;box-shadow:0 1px 4px #0003}"
    "h1{font-size:1.25rem;margin:0 0 .75rem}p{margin:.5rem 0}small{display:block;color:#6b7280}pre{white-space:pre-wrap;font-size:.8rem;color:#6b7280}"
    "button{display:block;width:100%;text-align:left;font:inherit;padding:.6rem .9rem;margin:.4rem 0;border:1px solid #cbd5e1;border-radius:.5rem;"
    "background:#fff;cursor:pointer}button:hover,button:focus{border-color:#2563eb;background:#eff6ff}button.quiet{border-color:transparent;color:#2563eb}"
    "input[type=text]{width:100%;box-sizing:border-box;font:inherit;padding:.5rem .7rem;border:1px solid #cbd5e1;border-radius:.5rem}"
    "footer{margin-top:1.5rem;font-size:.8rem;color:#6b7280}";
constexpr char sendForm[] = "document.forms[0].submit()";

QByteArray sourceHash(const char *text)
{
    return "'sha256-" + QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64() + '\'';
}

QByteArray htmlText(const QString &text)
{
    return text.toHtmlEscaped().toUtf8();
}

//! Browsers hold the redirect that follows a form to form-action, too (CSP Level 3): so its origin is named.
Response htmlResponse(int status, const QByteArray &title, const QByteArray &body, const StsTrace &trace, const QString &formTarget)
{
    static const QByteArray style = sourceHash(pageStyle), script = sourceHash(sendForm);
    Response response;
    response.status = status;
    response.type = "text/html; charset=utf-8";
    response.headers = trace.headers();
    response.headers.append({"content-security-policy", "default-src 'none'; style-src " + style + "; script-src " + script + "; form-action 'self'"
                                 + (formTarget.isEmpty() ? QByteArray() : ' ' + formTarget.toLatin1()) + "; base-uri 'none'; frame-ancestors 'none'"});
    response.headers.append(qMakePair(QByteArray("x-frame-options"), QByteArray("DENY")));
    response.headers.append(qMakePair(QByteArray("referrer-policy"), QByteArray("same-origin"))); // with none, browsers send Origin: null from our own page
    response.body = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>" + title
        + "</title><style>" + pageStyle + "</style></head><body><main>" + body
        + "<footer>This is Causeway's sandbox on this computer. No password is asked for, and nothing is sent to Microsoft.</footer></main></body></html>\n";
    return response;
}

QByteArray hiddenInputs(const QList<QPair<QString, QString>> &fields)
{
    QByteArray html;
    for (const auto &[name, value] : fields)
        html += "<input type=\"hidden\" name=\"" + htmlText(name) + "\" value=\"" + htmlText(value) + "\">";
    return html;
}

QByteArray buttonHtml(const PageButton &button)
{
    return "<button name=\"" + QByteArray(button.name) + "\" value=\"" + htmlText(button.value) + '"' + (button.quiet ? " class=\"quiet\"" : "") + '>'
        + htmlText(button.words) + (button.note.isEmpty() ? QByteArray() : "<small>" + htmlText(button.note) + "</small>") + "</button>";
}

} // namespace

Response pageResponse(const SignInPage &page, const StsTrace &trace, int status)
{
    QByteArray body = "<h1>" + htmlText(page.title) + "</h1>";
    for (const QString &line : page.lines)
        body += "<p>" + htmlText(line) + "</p>";
    if (!page.action.isEmpty()) {
        body += "<form method=\"post\" action=\"" + htmlText(page.action) + "\">" + hiddenInputs(page.hidden);
        for (const PageButton &button : page.buttons) {
            if (!button.quiet)
                body += buttonHtml(button);
        }
        if (page.input)
            body += "<label>" + htmlText(page.inputLabel) + " <input type=\"text\" name=\"" + page.input + "\" value=\"" + htmlText(page.inputValue)
                + "\" autocomplete=\"off\"></label><button>Next</button>";
        for (const PageButton &button : page.buttons) {
            if (button.quiet)
                body += buttonHtml(button);
        }
        body += "</form>";
    }
    if (!page.details.isEmpty())
        body += "<pre>" + htmlText(page.details) + "</pre>";
    return htmlResponse(status, htmlText(page.title), body, trace, page.formTarget);
}

Response errorPage(const StsError &error, const StsTrace &trace, int status)
{
    SignInPage page;
    page.title = QStringLiteral("Causeway sandbox: sorry, we cannot sign you in");
    page.lines = {error.text()};
    page.details = stsDescription(error, trace).section(QStringLiteral("\r\n"), 1);
    return pageResponse(page, trace, status);
}

Response postingPage(const QString &redirectUri, const QList<QPair<QString, QString>> &fields, const StsTrace &trace)
{
    const QUrl target(redirectUri);
    const QByteArray body = "<h1>Causeway sandbox: working…</h1><form method=\"post\" action=\"" + htmlText(redirectUri) + "\">" + hiddenInputs(fields)
        + "<noscript><p>Your browser runs no scripts: press the button to go on.</p></noscript><button>Continue</button></form><script>" + sendForm + "</script>";
    return htmlResponse(200, "Causeway sandbox: working…", body, trace, target.scheme() + QStringLiteral("://") + target.authority());
}

} // namespace causeway::sandbox
