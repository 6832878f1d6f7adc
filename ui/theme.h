// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

class QApplication;
class QWidget;

namespace causeway::ui {

enum class ThemeChoice { System, Light, Dark };

//! The colours of one appearance. Contrast of text on its ground is at least 4.5 in both.
struct Theme {
    bool dark = false;
    QColor ground, surface, raised, border;
    QColor text, muted;
    QColor accent, onAccent, accentSoft;
    QColor success, warning, danger, info;
    QColor successSoft, warningSoft, dangerSoft, infoSoft;
};

//! Reads "system" from the palette that the platform gave the application.
Theme makeTheme(ThemeChoice choice, const QApplication &application);
//! Palette, style and style sheet of the whole application.
void applyTheme(QApplication &application, const Theme &theme);
//! The theme in use where the widget is shown.
const Theme &themeOf(const QWidget *widget);

enum class IconRole { Text, Muted, Accent, OnAccent, Success, Warning, Danger, Info };
//! A line icon of resources/icons in a colour of the theme; crisp at every scale.
QIcon icon(const QString &name, IconRole role, const QWidget *widget);

//! Causeway's mark in its own colours. Drawn by the linked SVG library: QIcon by a path would look for plugins at start.
QIcon brandIcon();

//! What Qt would hide: no usable font (only boxes). Empty when all is well.
QString missingAssets();

} // namespace causeway::ui
