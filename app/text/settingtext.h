// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QString>

namespace causeway {

//! What is wrong with a setting of sign-in and network, in a translated sentence that stands at its field; an error that is not one
//! of those keeps its own words, made plain.
QString settingText(const Error &wrong);

} // namespace causeway
