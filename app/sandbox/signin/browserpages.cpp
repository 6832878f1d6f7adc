// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/browserpages.h"

#include <QRegularExpression>

namespace causeway::sandbox {

// --- reading pages ------------------------------------------------------------------------------------------------------

static QString withoutEntities(QString html)
{
    static constexpr std::pair<const char *, const char *> entities[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (const auto &[entity, character] : entities)
        html.replace(QLatin1String(entity), QLatin1String(character));
    return html;
}

QString plainWords(QString html)
{
    html.remove(QRegularExpression(QStringLiteral("<(style|script)[^>]*>.*?</\\1>"), QRegularExpression::DotMatchesEverythingOption));
    html.replace(QRegularExpression(QStringLiteral("<[^>]*>")), QStringLiteral(" "));
    return withoutEntities(html).simplified();
}

static QString attribute(const QString &tag, const char *name)
{
    const QRegularExpression pattern(QStringLiteral("\\b%1\\s*=\\s*(\"([^\"]*)\"|'([^']*)')").arg(QLatin1String(name)), QRegularExpression::CaseInsensitiveOption);
    const auto match = pattern.match(tag);
    return withoutEntities(match.captured(2) + match.captured(3));
}

std::optional<PageForm> formOf(const QString &html, const QUrl &address)
{
    static const QRegularExpression formPattern(QStringLiteral("(<form\\b[^>]*>)(.*?)</form>"),
                                                QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression inputPattern(QStringLiteral("<input\\b[^>]*>"), QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression buttonPattern(QStringLiteral("(<button\\b[^>]*>)(.*?)</button>"),
                                                  QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    const auto match = formPattern.match(html);
    if (!match.hasMatch())
        return std::nullopt;
    PageForm form;
    form.post = attribute(match.captured(1), "method").compare(QLatin1String("post"), Qt::CaseInsensitive) == 0;
    form.action = address.resolved(QUrl(attribute(match.captured(1), "action")));
    for (auto it = inputPattern.globalMatch(match.captured(2)); it.hasNext();) {
        const QString tag = it.next().captured();
        if (attribute(tag, "type") == QLatin1String("hidden"))
            form.hidden.append({attribute(tag, "name"), attribute(tag, "value")});
        else if (!attribute(tag, "name").isEmpty())
            form.inputs.append(attribute(tag, "name"));
    }
    for (auto it = buttonPattern.globalMatch(match.captured(2)); it.hasNext();) {
        const auto button = it.next();
        form.buttons.append({attribute(button.captured(1), "name"), attribute(button.captured(1), "value"), plainWords(button.captured(2))});
    }
    return form;
}

QByteArray asForm(const BrowserFields &fields)
{
    QByteArrayList parts;
    for (const auto &[name, value] : fields)
        parts.append(name.toUtf8().toPercentEncoding() + '=' + value.toUtf8().toPercentEncoding(" ").replace(' ', '+'));
    return parts.join('&');
}

// --- deciding -----------------------------------------------------------------------------------------------------------

std::optional<BrowserFields> decided(const PageForm &form, const QString &user, const BrowserOptions &options)
{
    BrowserFields fields = form.hidden;
    const auto press = [&](const char *name, const QString &value) {
        for (const FormButton &button : form.buttons) {
            if (button.name == QLatin1String(name) && (value.isEmpty() || button.value == value)) {
                fields.append({button.name, button.value});
                return true;
            }
        }
        return false;
    };
    if (options.cancel && press("cancel", {}))
        return fields;
    if (press("factor", options.approveSecondFactor ? QStringLiteral("approve") : QStringLiteral("deny")))
        return fields;
    if (press("consent", {})) {
        if (options.grantConsent)
            return fields;
        fields = form.hidden;
        return press("cancel", {}) ? std::optional(fields) : std::nullopt;
    }
    if (form.inputs.contains(QStringLiteral("otc")) || form.inputs.contains(QStringLiteral("user_code"))) {
        fields.append({form.inputs.contains(QStringLiteral("otc")) ? QStringLiteral("otc") : QStringLiteral("user_code"), options.userCode});
        return options.userCode.isEmpty() ? std::nullopt : std::optional(fields);
    }
    for (const FormButton &button : form.buttons) { // our chooser: name, user principal name or object id
        if (button.name == QLatin1String("user") && (button.value == user || button.words.contains(user, Qt::CaseInsensitive))) {
            fields.append({button.name, button.value});
            return fields;
        }
    }
    if (form.inputs.contains(QStringLiteral("other")) && !user.isEmpty()) {
        fields.append({QStringLiteral("other"), user});
        return fields;
    }
    if (form.inputs.contains(QStringLiteral("login"))) { // oidc-provider's pages for trying things out
        fields.append({QStringLiteral("login"), user});
        fields.append({QStringLiteral("password"), QStringLiteral("any")});
        return fields;
    }
    // A form that is there to be sent on: form_post, and oidc-provider's consent.
    return form.inputs.isEmpty() && !form.hidden.isEmpty() ? std::optional(fields) : std::nullopt;
}

} // namespace causeway::sandbox
