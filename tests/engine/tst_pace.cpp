// SPDX-License-Identifier: Apache-2.0
#include "engine/pace.h"

#include <QTest>
#include <cmath>
#include <random>

using namespace causeway;

namespace {

QList<Milliseconds> lognormal(double median, double spread, int count)
{
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal(std::log(median), spread);
    QList<Milliseconds> all;
    for (int i = 0; i < count; ++i)
        all << Milliseconds(qint64(1000 * std::exp(normal(random))));
    return all;
}

//! Looks at work of each duration until it is over: mean lag in seconds, and mean number of looks.
std::pair<double, double> watched(const Pace &pace, const QList<Milliseconds> &durations)
{
    double lag = 0;
    double looks = 0;
    for (const Milliseconds &duration : durations) {
        Milliseconds t{0};
        while (t < duration) {
            t += pace.nextLook(t);
            ++looks;
        }
        lag += double((t - duration).count()) / 1000;
    }
    return {lag / double(durations.size()), looks / double(durations.size())};
}

} // namespace

class TestPace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void learnsFromTwenty()
    {
        const Milliseconds usual = std::chrono::seconds(60);
        QVERIFY(!Pace(usual, lognormal(330, 0.2, Pace::enough - 1)).isLearned());
        QVERIFY(Pace(usual, lognormal(330, 0.2, Pace::enough)).isLearned());
    }

    void isDenseWhereTheEndIsLikely()
    {
        const Pace pace(std::chrono::seconds(60), lognormal(330, 0.1, 50));
        QCOMPARE(pace.nextLook(std::chrono::seconds(30)), Milliseconds(10'000));
        QVERIFY(pace.nextLook(std::chrono::seconds(330)) < Milliseconds(5'000));
        QVERIFY(pace.nextLook(std::chrono::seconds(400)) < pace.nextLook(std::chrono::seconds(330)));
    }

    //! Never a busy loop, never asleep: 1–10 s at any moment, whatever was recorded.
    void staysInItsBounds_data()
    {
        QTest::addColumn<QList<Milliseconds>>("recorded");
        QTest::newRow("nothing") << QList<Milliseconds>();
        QTest::newRow("all alike") << QList<Milliseconds>(30, std::chrono::seconds(50));
        QTest::newRow("zeros") << QList<Milliseconds>(30, Milliseconds(0));
        QTest::newRow("wide") << lognormal(100, 2, 40);
    }
    void staysInItsBounds()
    {
        QFETCH(QList<Milliseconds>, recorded);
        const Pace pace(std::chrono::seconds(60), recorded);
        for (int second = 0; second < 7200; second += 7) {
            const Milliseconds pause = pace.nextLook(std::chrono::seconds(second));
            QVERIFY2(pause >= Milliseconds(1000) && pause <= Milliseconds(10'000), qUtf8Printable(QString::number(pause.count())));
        }
    }

    //! What is planned wrongly by half is watched with less lag, or fewer looks, once it is known.
    void learningPays()
    {
        const QList<Milliseconds> recorded = lognormal(330, 0.15, 60);
        const auto [guessedLag, guessedLooks] = watched(Pace(std::chrono::seconds(100)), recorded);
        const auto [learnedLag, learnedLooks] = watched(Pace(std::chrono::seconds(100), recorded), recorded);
        qInfo("lag %.1f s with %.0f looks; learned %.1f s with %.0f looks", guessedLag, guessedLooks, learnedLag, learnedLooks);
        QVERIFY(learnedLag < guessedLag);
    }
};

QTEST_GUILESS_MAIN(TestPace)
#include "tst_pace.moc"
