// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

namespace causeway {

//! The bytes of a setup document: a regular file of at most 16 MiB, looked at before it is read. The error names the
//! path and what the system says; its code is FileEmpty, FileNotRegular, FileTooLarge or FileUnreadable.
Result<QByteArray> readSetupFile(const QString &path);

} // namespace causeway
