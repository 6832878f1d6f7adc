// SPDX-License-Identifier: Apache-2.0
#include "domain/secretreference.h"

#include <QRegularExpression>

namespace causeway {

namespace {
struct SecretForm {
    SecretReference::Kind kind;
    const char *prefix;
    const char *name; //!< pattern behind the prefix: (name), or (store)/(name)
};
} // namespace

// Key Vault's secret names: 1–127 letters, digits and dashes.
static constexpr SecretForm secretForms[] = {
    {SecretReference::Kind::Prompt, "prompt", "()"},
    {SecretReference::Kind::Generate, "generate", "()"},
    {SecretReference::Kind::Environment, "env:", "([A-Za-z_][A-Za-z0-9_]{0,127})"},
    {SecretReference::Kind::Keychain, "keychain:", "([A-Za-z0-9][A-Za-z0-9 ._@/-]{0,127})"},
    {SecretReference::Kind::KeyVault, "keyvault:", "([A-Za-z0-9_][^<>*#.%&:\\\\+?/]{0,259})/([0-9A-Za-z-]{1,127})"},
};

std::optional<SecretReference> secretFromText(const QString &text)
{
    for (const SecretForm &form : secretForms) {
        const QRegularExpression pattern(QRegularExpression::anchoredPattern(QString::fromLatin1(form.prefix) + QString::fromLatin1(form.name)));
        const QRegularExpressionMatch match = pattern.match(text);
        if (!match.hasMatch())
            continue;
        const bool hasStore = form.kind == SecretReference::Kind::KeyVault;
        return SecretReference{form.kind, match.captured(hasStore ? 2 : 1), hasStore ? match.captured(1) : QString()};
    }
    return std::nullopt;
}

QString toText(const SecretReference &reference)
{
    for (const SecretForm &form : secretForms)
        if (form.kind == reference.kind)
            return QString::fromLatin1(form.prefix) + (reference.store.isEmpty() ? QString() : reference.store + QLatin1Char('/')) + reference.name;
    return {};
}

} // namespace causeway
