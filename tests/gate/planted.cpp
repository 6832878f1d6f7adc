// SPDX-License-Identifier: Apache-2.0
// Not built. Shapes that g++ 12 gets wrong; tests/gate/coroutines.sh must see every one of them.
#include <QCoroTask>
#include <QString>
#include <QStringList>
#include <memory>

struct Pair {
    QString a;
    QString b;
};

QCoro::Task<QString> one(QString text) { co_return text; }
QCoro::Task<int> many(QStringList texts) { co_return int(texts.size()); }
QCoro::Task<int> pair(Pair value) { co_return int(value.a.size()); }

QCoro::Task<int> planted(bool choice)
{
    const QString a = QStringLiteral("a");
    const int braces = co_await many({a, a});
    const int aggregate = co_await pair(Pair{a, a});
    const QString ternary = co_await one(choice ? QString(a) : QString());
    const int lambda = co_await [a]() -> QCoro::Task<int> { co_return int(a.size()); }();
    const Pair inBraces{co_await one(a), co_await one(a)};
    co_return braces + aggregate + int(ternary.size()) + lambda + int(inBraces.a.size());
}
