// SPDX-License-Identifier: Apache-2.0
#include "domain/suggestion.h"

#include <QList>
#include <algorithm>

namespace causeway {

//! Damerau's distance: insertions, deletions, changes, and neighbours that changed places ("sevrer").
static int wordDistance(const QString &a, const QString &b)
{
    QList<QList<int>> cost(a.size() + 1, QList<int>(b.size() + 1));
    for (int i = 0; i <= a.size(); ++i)
        cost[i][0] = i;
    for (int j = 0; j <= b.size(); ++j)
        cost[0][j] = j;
    for (int i = 1; i <= a.size(); ++i) {
        for (int j = 1; j <= b.size(); ++j) {
            const int change = a.at(i - 1) == b.at(j - 1) ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a.at(i - 1) == b.at(j - 2) && a.at(i - 2) == b.at(j - 1))
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

QString nearestWord(const QString &word, const QStringList &words)
{
    QString nearest;
    int least = 1000;
    for (const QString &candidate : words) {
        if (word.size() > 2 * candidate.size())
            continue;
        const int distance = wordDistance(word.toLower(), candidate.toLower());
        if (distance < least && distance <= std::max(1, int(candidate.size()) / 3)) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace causeway
