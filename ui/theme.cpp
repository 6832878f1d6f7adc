// SPDX-License-Identifier: Apache-2.0
#include "ui/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontMetrics>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QWidget>

namespace causeway::ui {

static Theme lightTheme()
{
    Theme t;
    t.ground = 0xf4f6f8;
    t.surface = 0xffffff;
    t.raised = 0xf8fafb;
    t.border = 0xd5dce2;
    t.text = 0x16202a;
    t.muted = 0x55636f;
    t.accent = 0x0e7490;
    t.onAccent = 0xffffff;
    t.accentSoft = 0xdff2f6;
    t.success = 0x1a7f37;
    t.warning = 0x8a5a00;
    t.danger = 0xb42318;
    t.info = 0x0b66c3;
    t.successSoft = 0xe3f4e7;
    t.warningSoft = 0xfdf2d9;
    t.dangerSoft = 0xfde8e6;
    t.infoSoft = 0xe4effb;
    return t;
}

static Theme darkTheme()
{
    Theme t;
    t.dark = true;
    t.ground = 0x14191f;
    t.surface = 0x1c232b;
    t.raised = 0x222b34;
    t.border = 0x36424e;
    t.text = 0xe8edf2;
    t.muted = 0xa3b1bd;
    t.accent = 0x4cc3dc;
    t.onAccent = 0x06222a;
    t.accentSoft = 0x173640;
    t.success = 0x5cc77a;
    t.warning = 0xe6b450;
    t.danger = 0xff8a80;
    t.info = 0x78b7f5;
    t.successSoft = 0x18301f;
    t.warningSoft = 0x33290f;
    t.dangerSoft = 0x3a1d1b;
    t.infoSoft = 0x162c42;
    return t;
}

static bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

Theme makeTheme(ThemeChoice choice, const QApplication &application)
{
    switch (choice) {
    case ThemeChoice::Light:
        return lightTheme();
    case ThemeChoice::Dark:
        return darkTheme();
    case ThemeChoice::System:
        break;
    }
    return isDark(application.palette()) ? darkTheme() : lightTheme();
}

static QPalette paletteOf(const Theme &t)
{
    QPalette p;
    // Fusion outlines its inputs with this colour, 1.4 times darker: on a dark ground it must be a light one, or boxes and
    // radio buttons have no edge. What is really a window's ground comes from the style sheet.
    p.setColor(QPalette::Window, t.dark ? QColor(0x8296a5) : t.ground);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.surface);
    p.setColor(QPalette::AlternateBase, t.raised);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.muted);
    p.setColor(QPalette::Button, t.dark ? t.raised : t.surface);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.onAccent);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.onAccent);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Mid, t.border);
    p.setColor(QPalette::Light, t.dark ? t.raised.lighter(115) : QColor(Qt::white));
    p.setColor(QPalette::Dark, t.border.darker(130));
    p.setColor(QPalette::Shadow, t.dark ? QColor(Qt::black) : t.border.darker(160));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.dark ? t.muted.darker(140) : t.muted.lighter(140));
    p.setColor(QPalette::Disabled, QPalette::Highlight, t.border);
    return p;
}

// Only frames, buttons and labels: the inputs stay the style's own, which knows high contrast and right-to-left.
static QString sheetOf(const Theme &t)
{
    QFile file(QStringLiteral(":/causeway/style.qss"));
    QString sheet = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    const QList<std::pair<QString, QColor>> colours = {
        {QStringLiteral("@ground"), t.ground},           {QStringLiteral("@surface"), t.surface},
        {QStringLiteral("@raised"), t.raised},           {QStringLiteral("@border"), t.border},
        {QStringLiteral("@text"), t.text},               {QStringLiteral("@muted"), t.muted},
        {QStringLiteral("@accentSoft"), t.accentSoft},   {QStringLiteral("@accent"), t.accent},
        {QStringLiteral("@onAccent"), t.onAccent},       {QStringLiteral("@successSoft"), t.successSoft},
        {QStringLiteral("@warningSoft"), t.warningSoft}, {QStringLiteral("@dangerSoft"), t.dangerSoft},
        {QStringLiteral("@infoSoft"), t.infoSoft},       {QStringLiteral("@success"), t.success},
        {QStringLiteral("@warning"), t.warning},         {QStringLiteral("@danger"), t.danger},
        {QStringLiteral("@info"), t.info}};
    for (const auto &[name, colour] : colours)
        sheet.replace(name, colour.name());
    return sheet;
}

void applyTheme(QApplication &application, const Theme &theme)
{
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(paletteOf(theme));
    application.setStyleSheet(sheetOf(theme));
}

// The application's palette, not the widget's: a style sheet's transparent background changes the latter.
const Theme &themeOf(const QWidget *)
{
    static const Theme light = lightTheme();
    static const Theme dark = darkTheme();
    return isDark(QApplication::palette()) ? dark : light;
}

static QColor colourOf(IconRole role, const Theme &theme)
{
    switch (role) {
    case IconRole::Text: return theme.text;
    case IconRole::Muted: return theme.muted;
    case IconRole::Accent: return theme.accent;
    case IconRole::OnAccent: return theme.onAccent;
    case IconRole::Success: return theme.success;
    case IconRole::Warning: return theme.warning;
    case IconRole::Danger: return theme.danger;
    case IconRole::Info: return theme.info;
    }
    return theme.text;
}

namespace {
// Renders at the size and scale that are asked for, so icons stay sharp on every screen.
class LineIconEngine final : public QIconEngine
{
public:
    explicit LineIconEngine(QByteArray svg) : m_svg(std::move(svg)) {}
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        QSvgRenderer renderer(m_svg);
        if (mode == QIcon::Disabled)
            painter->setOpacity(painter->opacity() * 0.45);
        renderer.render(painter, rect);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }
    [[nodiscard]] QIconEngine *clone() const override { return new LineIconEngine(m_svg); }

private:
    QByteArray m_svg;
};
} // namespace

static QByteArray drawing(const QString &name)
{
    QFile file(QStringLiteral(":/causeway/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QIcon icon(const QString &name, IconRole role, const QWidget *widget)
{
    QByteArray svg = drawing(name);
    if (svg.isEmpty())
        return {};
    svg.replace("#000", colourOf(role, themeOf(widget)).name().toLatin1());
    return QIcon(new LineIconEngine(std::move(svg)));
}

QIcon brandIcon()
{
    return QIcon(new LineIconEngine(drawing(QStringLiteral("causeway"))));
}

QString missingAssets()
{
    if (!QFontMetrics(QApplication::font()).inFont(QLatin1Char('A'))) // families and QRawFont pretend that there is one
        return QStringLiteral("No usable font was found. Install one, for example the package fonts-dejavu-core.");
    return {};
}

} // namespace causeway::ui
