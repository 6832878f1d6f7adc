// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenendpoint.h"

namespace causeway {

//! A code that somebody types on another device (RFC 8628, sign-in.md §5).
struct DeviceCode {
    Secret deviceCode;
    QString userCode;        //!< to type; bounded, plain
    QString verificationUri; //!< https, of a known host
    QString message;         //!< the service's words, plain
    TimePoint expires;
    std::chrono::seconds interval{5};
};
QCoro::Task<Result<DeviceCode>> askDeviceCode(TokenEndpoint *endpoint, Authority authority, QString clientId, QString scope, QByteArray claims, Context context);
//! Polls until somebody has signed in, declined, or the code has ended; slow_down adds five seconds; a lost connection keeps the code.
QCoro::Task<Result<TokenAnswer>> awaitDeviceCode(TokenEndpoint *endpoint, Authority authority, QString clientId, QString scope, DeviceCode code, Context context);

} // namespace causeway
