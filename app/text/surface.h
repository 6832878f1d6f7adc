// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace causeway {

//! Where an advice is read. The same step is a command in a terminal, and a page, a field or a button in the window.
enum class Surface { Terminal, Window };

//! Puts the steps that a sentence names in braces, "{checks}", as they are taken on this surface. For our own sentences, translated
//! already and before a value is put into them.
QString stepsNamed(QString sentence, Surface surface);
//! One of the ways to sign in, by the word of --auth: "--auth az-cli", or "the Azure CLI". Empty: no such way.
QString wayToSignIn(const QString &word, Surface surface);

} // namespace causeway
