// SPDX-License-Identifier: Apache-2.0
#include "core/processsafety.h"

#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace causeway {

void keepMemoryPrivate()
{
    // The soft limit only: whoever wants a dump of a program that we start may raise it again.
    rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        ::setrlimit(RLIMIT_CORE, &limit);
    }
#ifdef __linux__
    ::prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); // also for a core_pattern that is a pipe, which no limit stops
#endif
}

} // namespace causeway
