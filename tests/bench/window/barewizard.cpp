// SPDX-License-Identifier: Apache-2.0
// The yardstick: the smallest wizard that Qt can show.
#include <QApplication>
#include <QLabel>
#include <QVBoxLayout>
#include <QWizard>

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QWizard wizard;
    auto *page = new QWizardPage(&wizard);
    page->setTitle(QStringLiteral("One page"));
    auto *column = new QVBoxLayout(page);
    column->addWidget(new QLabel(QStringLiteral("Nothing else"), page));
    wizard.addPage(page);
    wizard.show();
    return QApplication::exec();
}
