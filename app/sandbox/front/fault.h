// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/wire.h"

#include <QByteArray>
#include <QJsonArray>
#include <QList>
#include <optional>

namespace causeway::sandbox {

//! How an answer goes wrong.
enum class FaultKind {
    Drop,     //!< the connection ends before the first byte of the answer
    Truncate, //!< it ends in the middle of the body
    Garbage,  //!< what comes back is not HTTP
    Stall,    //!< nothing comes back, and the connection stays
    Status    //!< another answer
};

//! Misbehaviour on command, for the next `count` requests that match, after `skip` of them went well.
struct Fault {
    FaultKind kind = FaultKind::Drop;
    QByteArray method;          //!< empty: any
    QByteArray path;            //!< part of the path and query, any case; empty: all
    int count = 1;              //!< negative: for ever
    int skip = 0;
    std::optional<bool> handled; //!< did the world see the request? By default it did, except for Status
    int status = 503;
    Headers headers;
    QByteArray body;

    [[nodiscard]] bool reachesWorld() const { return handled.value_or(kind != FaultKind::Status); }
};

//! The file of `sandbox serve --faults`: [{"kind":"drop|truncate|garbage|stall|status", "method", "path", "count", "skip",
//! "handled", "status", "headers":{…}, "body":{…}|"text"}]
Result<QList<Fault>> faultsFromJson(const QJsonArray &rows);

//! The first fault that strikes this request; counts down.
std::optional<Fault> takeFault(QList<Fault> &faults, const QByteArray &method, const QByteArray &target);

} // namespace causeway::sandbox
