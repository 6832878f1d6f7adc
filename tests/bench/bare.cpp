// SPDX-License-Identifier: Apache-2.0
// The yardstick of a fast start: a program that has a QCoreApplication and nothing else.
#include <QCoreApplication>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    return 0;
}
