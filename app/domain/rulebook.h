// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rules.h"

#include <QLatin1String>

namespace causeway {

// The chapters of validate(): each says everything about its part of the spec, also as against the others.
void checkTexts(const SetupSpec &spec, Issues &issues);
void checkWhole(const SetupSpec &spec, Issues &issues);
void checkServer(const SetupSpec &spec, Issues &issues);
void checkPrivateEndpoint(const SetupSpec &spec, Issues &issues);
void checkIntegration(const SetupSpec &spec, Issues &issues);
void checkLinkedService(const SetupSpec &spec, Issues &issues);
void checkAuthentication(const SetupSpec &spec, Issues &issues);

inline Issue error(const QString &field, const char *code, const QStringList &arguments = {})
{
    return Issue{field, QString::fromLatin1(code), Severity::Error, arguments};
}

inline Issue warning(const QString &field, const char *code, const QStringList &arguments = {})
{
    return Issue{field, QString::fromLatin1(code), Severity::Warning, arguments};
}

//! "value-required" when it is empty.
Issues requireText(const QString &value, const QString &field);
//! A name rule: required, length, and a pattern for the rest. `lengthCode` gets the length, both limits and the name.
struct NameRule {
    int least;
    int most;
    const char *pattern;
    const char *lengthCode;
    const char *patternCode;
};
Issues checkName(const QString &name, const QString &field, const NameRule &rule);
//! A region as Azure's programs write it.
Issues checkLocation(const QString &location, const QString &field);
bool isGuid(const QString &text);
//! GUID of the subscription where the setup puts things; empty when only a name is known.
QString setupSubscription(const SetupSpec &spec);

} // namespace causeway
