// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"
#include "core/processsafety.h"
#include "main/desk.h"
#include "text/errortext.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLibraryInfo>
#include <QLocale>
#include <QScopeGuard>
#include <QTranslator>
#include <QWidget>
#include <clocale>
#include <cstdio>
#include <dlfcn.h>
#include <thread>

using causeway::WindowOptions;

namespace {

// An option whose value binds only with '=': "--sandbox" alone means the kept world (design.md §5).
QStringList withSandboxWorld(QStringList arguments)
{
    for (QString &argument : arguments) {
        if (argument == QLatin1String("--sandbox"))
            argument = QStringLiteral("--sandbox=kept");
    }
    return arguments;
}

bool isShippedWorld(const WindowOptions &options)
{
    return !options.world || *options.world == QLatin1String("kept") || *options.world == QLatin1String("fresh");
}

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(QStringLiteral("A private road between Azure Data Factory and a PostgreSQL flexible server."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("SETUP"), QStringLiteral("A setup to open."), QStringLiteral("[SETUP]"));
    parser.addOption({QStringLiteral("sandbox"), QStringLiteral("Nothing reaches Azure: the embedded sandbox. The world: nothing (kept), fresh, or a world file."), QStringLiteral("WORLD")});
    parser.addOption({QStringLiteral("as"), QStringLiteral("Sign in to the sandbox as this user."), QStringLiteral("USER")});
    parser.addOption({QStringLiteral("speed"), QStringLiteral("How fast the sandbox's clock runs (1 to 1000)."), QStringLiteral("X"), QStringLiteral("100")});
    parser.addOption({QStringLiteral("theme"), QStringLiteral("system, light or dark."), QStringLiteral("THEME"), QStringLiteral("system")});
    parser.addOption({QStringLiteral("language"), QStringLiteral("de or en; otherwise the system's."), QStringLiteral("LANGUAGE")});
}

// Not the parser's own showHelp(), which ends the program from within.
int answer(const QString &text)
{
    std::fputs(qPrintable(text), stdout);
    return 0;
}

int refuse(const QString &text)
{
    std::fprintf(stderr, "%s\n", qPrintable(text));
    return 2;
}

// A third of a start is fontconfig's: it reads its files while the application is made, before anything asks for a font. It is made for
// threads; Qt has it loaded, or has its fonts from elsewhere.
void readFontFiles()
{
    if (auto *const read = reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "FcInit")))
        read();
}

void translate(QApplication &application, const QLocale &locale)
{
    auto *own = new QTranslator(&application);
    const QString words = QStringLiteral(":/causeway/i18n");
    // English holds the plurals; without it a language that we do not speak would read "1 change(s)".
    if (own->load(locale, QStringLiteral("causeway"), QStringLiteral("_"), words) || own->load(QStringLiteral("causeway_en"), words))
        QApplication::installTranslator(own);
    auto *qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(qt);
    QApplication::setLayoutDirection(locale.textDirection());
    QLocale::setDefault(locale); // dates and numbers speak the same language
}

} // namespace

int main(int argc, char **argv)
{
    using namespace causeway;
    keepMemoryPrivate();
    std::setlocale(LC_ALL, ""); // as Qt is about to, which then changes nothing beside the thread
    std::jthread fonts(readFontFiles);
    QApplication application(argc, argv);
    const auto joined = qScopeGuard([&fonts] { // before the application goes, also where it is refused
        if (fonts.joinable())
            fonts.join();
    });
    QApplication::setApplicationName(QStringLiteral("causeway"));
    QApplication::setApplicationVersion(QStringLiteral(CAUSEWAY_VERSION));
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(withSandboxWorld(QApplication::arguments())))
        return refuse(parser.errorText());
    if (parser.isSet(QStringLiteral("version")))
        return answer(QCoreApplication::applicationName() + QLatin1Char(' ') + QCoreApplication::applicationVersion() + QLatin1Char('\n'));
    if (parser.isSet(QStringLiteral("help")))
        return answer(parser.helpText());
    bool number = false;
    WindowOptions options;
    options.speed = parser.value(QStringLiteral("speed")).toDouble(&number);
    if (!number || options.speed < 1 || options.speed > 1000)
        return refuse(QStringLiteral("--speed takes a number from 1 to 1000, for example 100."));
    const QString themeName = parser.value(QStringLiteral("theme"));
    const QStringList themes = {QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (!themes.contains(themeName))
        return refuse(QStringLiteral("--theme takes system, light or dark."));
    options.world.reset();
    if (parser.isSet(QStringLiteral("sandbox")))
        options.world = parser.value(QStringLiteral("sandbox"));
    options.user = parser.value(QStringLiteral("as"));
    if (!options.user.isEmpty() && !options.world)
        return refuse(QStringLiteral("--as is for a sandbox; add --sandbox. In Azure you sign in on the account page."));

    const QLocale locale = parser.isSet(QStringLiteral("language")) ? QLocale(parser.value(QStringLiteral("language"))) : QLocale();
    translate(application, locale);
    const QString setup = parser.positionalArguments().value(0);
    Desk desk(options);
    // What the command line names is looked at before there is a window, and refused here.
    const bool named = !setup.isEmpty() || !options.user.isEmpty() || !isShippedWorld(options);
    if (const Result<> laid = named ? desk.lay() : Result<>(); !laid)
        return refuse(errorLines(laid.error()));

    ui::applyTheme(application, ui::makeTheme(ui::ThemeChoice(themes.indexOf(themeName)), application));
    QWidget().ensurePolished(); // the style sheet is read by the first widget: now, while there is nothing to do but wait
    fonts.join();
    if (const QString missing = ui::missingAssets(); !missing.isEmpty())
        return refuse(missing);

    wizard::WizardWindow &window = desk.open();
    if (!setup.isEmpty() && window.openSetup(setup))
        window.goTo(wizard::PageId::Account);
    window.show();
    const Interrupts ends({}); // PostgreSQL servers go with us
    const std::stop_callback quit(ends.token(), [] { QCoreApplication::quit(); });
    return QApplication::exec();
}
