// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace causeway {

//! The subscriptions that were used last, newest first, in a file of their own: ids, nothing else.
class Recents
{
public:
    explicit Recents(QString file) : m_file(std::move(file)) {}

    [[nodiscard]] QStringList ids() const;
    void used(const QString &id);

private:
    static constexpr int kMost = 8;
    QString m_file;
};

} // namespace causeway
