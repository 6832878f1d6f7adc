// SPDX-License-Identifier: Apache-2.0
#include "engine/pace.h"

#include <algorithm>
#include <cmath>

namespace causeway {
namespace {

constexpr double costOfLook = 0.25;   // in seconds of lag: the strategy "hazard c/w=.25 (1–10 s)" of §C4
constexpr double leastSpread = 0.03;  // durations that were all alike prove no such precision

double inSeconds(Milliseconds time) { return double(time.count()) / 1000; }

//! Durations are taken as lognormal: the chance, by second, that work which goes on at t ends now.
double hazard(double t, double middle, double spread)
{
    const double z = (std::log(t) - middle) / spread;
    const double density = std::exp(-z * z / 2) / (t * spread * std::sqrt(2 * M_PI));
    const double goesOn = std::erfc(z / std::sqrt(2.0)) / 2;
    return goesOn > 1e-9 ? density / goesOn : 0;
}

} // namespace

Pace::Pace(Milliseconds usual, const QList<Milliseconds> &recorded) : m_usual(usual)
{
    QList<double> logarithms;
    for (const Milliseconds &each : recorded)
        logarithms << std::log(std::max(0.1, inSeconds(each)));
    if (logarithms.size() < enough)
        return;
    double sum = 0;
    for (const double each : std::as_const(logarithms))
        sum += each;
    m_middle = sum / double(logarithms.size());
    double squares = 0;
    for (const double each : std::as_const(logarithms))
        squares += (each - m_middle) * (each - m_middle);
    m_spread = std::max(leastSpread, std::sqrt(squares / double(logarithms.size() - 1)));
    m_usual = Milliseconds(qint64(std::exp(m_middle) * 1000));
}

Milliseconds Pace::nextLook(Milliseconds elapsed) const
{
    if (isLearned()) { // cost of a look against lag: τ = √(2c/(w·h(t)))
        const double h = hazard(std::max(0.1, inSeconds(elapsed)), m_middle, m_spread);
        return Milliseconds(qint64(1000 * std::clamp(std::sqrt(2 * costOfLook / std::max(h, 1e-9)), 1.0, 10.0)));
    }
    const double t = double(elapsed.count());
    const double e = double(std::max(m_usual, Milliseconds(2000)).count());
    if (t < 0.6 * e)
        return Milliseconds(qint64(std::clamp(0.65 * e - t, 2000.0, 10000.0)));
    if (t < 2 * e)
        return Milliseconds(qint64(std::clamp(0.03 * e, 2000.0, 4000.0)));
    return Milliseconds(qint64(std::clamp(2000.0 * std::pow(1.1, (t - 2 * e) / 10000.0), 2000.0, 10000.0)));
}

Milliseconds Pace::nextSpeculation(Milliseconds elapsed, Milliseconds floor) const
{
    const double t = double(elapsed.count());
    const double e = double(m_usual.count());
    const double f = double(floor.count());
    if (t < 0.8 * e)
        return Milliseconds(qint64(0.85 * e - t) + 1);
    if (t < f && e < f) { // short work behind a long header: quantiles of what is usual
        for (const double factor : {1.05, 1.4, 2.2}) {
            if (e * factor - t > 500)
                return Milliseconds(qint64(e * factor - t));
        }
    }
    return Milliseconds(qint64(f / 5));
}

} // namespace causeway
