// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <memory>

namespace causeway {

//! One process at a time: a file that the kernel locks, so that it is free again however its holder ended. (QLockFile is not
//! that: a process that is killed between making the file and writing into it locks everybody out for good.)
class ProcessLock
{
public:
    //! Null when somebody else has it, in this process or another, or when the file cannot be made.
    static std::unique_ptr<ProcessLock> tryTake(const QString &path);
    //! The process that has it, as far as the file tells; 0: nobody knows.
    static qint64 holder(const QString &path);

    ~ProcessLock();
    ProcessLock(const ProcessLock &) = delete;
    ProcessLock &operator=(const ProcessLock &) = delete;

private:
    ProcessLock(QByteArray path, int file);
    QByteArray m_path;
    int m_file;
};

} // namespace causeway
