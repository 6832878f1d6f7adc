// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace causeway {

//! The first line of a program that will hold tokens and passwords: no core dump, and no other process of the same user looks into its
//! memory (ptrace, /proc/PID/mem). Programs that it starts may again be looked at. Zeroing strings would not do: Qt leaves copies.
void keepMemoryPrivate();

} // namespace causeway
