// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/http/origin.h"

namespace causeway {

//! ARM's rules for long-running operations as pure functions: answers in, what to do next out.

//! What the first, successful answer to a write sent to `target` says about how it goes on.
Result<ArmOperation> startOperation(const QByteArray &method, const QByteArray &target, ArmResponse answer, const Origin &origin);

struct PollReading {
    enum class Outcome {
        Running,
        Succeeded,
        Failed,     //!< the service says that the operation failed
        Unreadable  //!< the service could not say; says nothing about the operation
    };
    Outcome outcome = Outcome::Running;
    Error error;                              //!< when Failed or Unreadable
    QJsonValue body{QJsonValue::Undefined};
    std::optional<Milliseconds> lag;          //!< when over: how long it had been so, by the service's own times (`Date` − `endTime`), where it tells both
};
//! Reads the answer to a poll, and keeps in `operation` what it says about the next one (new links, Retry-After).
PollReading readPoll(ArmOperation &operation, const HttpResponse &answer, const Origin &origin, TimePoint now);

//! Terminal words are exactly Succeeded, Failed and Canceled, in any case; every other word is still running.
enum class OperationState { Absent, Running, Succeeded, Failed, Canceled };
OperationState operationState(const QString &word);

} // namespace causeway
