// SPDX-License-Identifier: Apache-2.0
#pragma once

//! What the pure world asks of the host, and what the host answers (World::feed). Written once here for both sides.
//!
//! Every outcome is {"ok": bool, "message": text, …}. With PostgreSQL switched off or not installed the host answers
//! {"ok": true, "computed": true}: the world then decides from its own tables and says that it was computed.
//!
//! Effects of one server are carried out in the order in which they were emitted; effects of different servers in parallel.
//!
//! kind              arguments                                                      outcome beside ok, message
//! startServer       {name, version, login, password, requireSecureTransport:bool,  {host:"127.0.0.1", port:int, realVersion:"15.20",
//!                    parameters:{name:value}, fqdn}                                 capped:{name:value}} what this machine does not carry whole
//! stopServer        {}                                                             stop, keep the files
//! removeServer      {}                                                             stop, remove the files
//! setParameter      {name, value}                                                  {applied: value, when it is less than was asked for}; by ALTER
//!                                                                                  SYSTEM + reload, so static ones count from the next start;
//!                                                                                  require_secure_transport rewrites pg_hba.conf
//! setPassword       {login, password}
//! createDatabase    {name, charset, collation}                                     a collation that is not installed falls back to C.UTF-8
//! dropDatabase      {name}
//! addEntraRole      {name, token, admin:bool}                                      a role whose current token is its password
//! dropRole          {name}
//! connect           {fqdn, port, database, username, password|token, sslMode:0–5,  {sqlstate:"28P01"|"", phase:"connect|tls|auth|query",
//!                    trustServerCertificate:bool, rootCertificate:"azure"|"other"}   tls:bool, tlsVersion, serverVersion, computed:bool}
//!                   a real connection with libpq, `select 1`; message is the server's or libpq's own text
//!
//! (The World never sees a socket; the host never decides what Azure would say.)
