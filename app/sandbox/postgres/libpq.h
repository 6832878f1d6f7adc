// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#define CAUSEWAY_LIBPQ_CALLS(call) \
    call(PQclear) call(PQconnectPoll) call(PQconnectStartParams) call(PQconsumeInput) call(PQerrorMessage) call(PQfinish) \
    call(PQgetResult) call(PQgetvalue) call(PQisBusy) call(PQntuples) call(PQparameterStatus) call(PQresultErrorField) \
    call(PQresultErrorMessage) call(PQresultStatus) call(PQsendQuery) call(PQsetNoticeProcessor) call(PQsocket) \
    call(PQsslAttribute) call(PQsslInUse) call(PQstatus)

namespace causeway::sandbox {

//! PostgreSQL's client library, loaded by the first connection. Linked, it would bring LDAP, Kerberos and GnuTLS into every
//! start of every program (3 ms, measured), also where nobody connects.
struct Libpq {
#define CAUSEWAY_LIBPQ_MEMBER(name) decltype(&::name) name = nullptr;
    CAUSEWAY_LIBPQ_CALLS(CAUSEWAY_LIBPQ_MEMBER)
#undef CAUSEWAY_LIBPQ_MEMBER
};

//! Null when it is not installed, or lacks one of the calls. From any thread; stays loaded.
const Libpq *libpq();

} // namespace causeway::sandbox
