// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <QList>

namespace causeway {

//! When to look next at work that goes on (reliability…md §C4). `usual`: the time that it is planned to take. `recorded`: how
//! long work of this type took in this region before; from 20 of them on, they decide.
class Pace
{
public:
    explicit Pace(Milliseconds usual, const QList<Milliseconds> &recorded = {});

    //! Where nothing forbids a look: dense where the end is likely, sparse elsewhere; 1–10 s.
    [[nodiscard]] Milliseconds nextLook(Milliseconds elapsed) const;
    //! Where the operation's own link must not be read for `floor`: the pause before a read of the resource itself, four in
    //! each such pause that the end may fall into.
    [[nodiscard]] Milliseconds nextSpeculation(Milliseconds elapsed, Milliseconds floor) const;

    [[nodiscard]] bool isLearned() const { return m_spread > 0; }
    static constexpr int enough = 20;

private:
    Milliseconds m_usual;
    double m_middle = 0; // of the durations' logarithms, in seconds
    double m_spread = 0; // their standard deviation; 0: not learned
};

} // namespace causeway
