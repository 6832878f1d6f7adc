// SPDX-License-Identifier: Apache-2.0
#include "core/logging.h"

Q_LOGGING_CATEGORY(lcHttp, "causeway.http", QtWarningMsg)
Q_LOGGING_CATEGORY(lcEngine, "causeway.engine", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSandbox, "causeway.sandbox", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSession, "causeway.session", QtWarningMsg)
