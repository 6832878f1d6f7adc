// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

//! One category a concern. They print an allow-list: names, ids, codes and times, never bodies or headers at large.
Q_DECLARE_LOGGING_CATEGORY(lcHttp)
Q_DECLARE_LOGGING_CATEGORY(lcEngine)
Q_DECLARE_LOGGING_CATEGORY(lcSandbox)
Q_DECLARE_LOGGING_CATEGORY(lcSession)
