// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "main/windowparts.h"
#include "tests/support/windowdriver.h"
#include "ui/copyfield.h"
#include "ui/theme.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

//! Windows as app/main makes them, on sandboxes that are signed in to, for tests.
namespace causeway::test {

inline constexpr int kPatience = 60000; // of a slow machine; nothing that uses it waits for time to pass

inline QString t(const char *text)
{
    return QString::fromUtf8(text);
}

//! A window and what stands behind it. No world: for Azure.
struct Seen {
    explicit Seen(const std::optional<QString> &world, const QString &user = {})
    {
        WindowOptions options;
        options.world = world;
        options.user = user;
        options.speed = 200; // an authorization code lives ten minutes: 3 s
        open(options);
    }
    explicit Seen(const WindowOptions &options) { open(options); }
    void open(const WindowOptions &options)
    {
        Result<std::unique_ptr<WindowParts>> made = WindowParts::make(options);
        if (!made)
            qFatal("no window: %s", qPrintable(describe(made.error())));
        parts = *std::move(made);
        window = std::make_unique<wizard::WizardWindow>(parts->parts());
        window->resize(1280, 800);
        window->show();
    }

    [[nodiscard]] AzureSession &session() const { return parts->parts().session; }
    [[nodiscard]] wizard::SignInController &signIn() const { return *parts->parts().signIn; }
    [[nodiscard]] wizard::RunControl &run() const { return parts->parts().run; }
    [[nodiscard]] wizard::PageFace &page() const { return *window->page(window->currentPage()); }
    [[nodiscard]] QWidget *named(const char *name) const { return window->findChild<QWidget *>(QLatin1String(name)); }
    [[nodiscard]] bool shows(const char *name) const
    {
        const auto all = window->findChildren<QWidget *>(QLatin1String(name));
        return std::any_of(all.begin(), all.end(), [](const QWidget *each) { return each->isVisible(); });
    }
    [[nodiscard]] static QString words(const QWidget *of)
    {
        QStringList all;
        for (const QLabel *label : of->findChildren<QLabel *>()) {
            if (label->isVisible())
                all.append(label->text());
        }
        for (const ui::CopyField *field : of->findChildren<ui::CopyField *>()) {
            if (field->isVisible())
                all.append(field->text());
        }
        return all.join(QLatin1Char('\n'));
    }

    std::unique_ptr<WindowParts> parts;
    std::unique_ptr<wizard::WizardWindow> window;
};

//! A home of its own: what windows store there, and worlds with settings of their own.
class SignInHome
{
public:
    //! Once, before the first window.
    void enter()
    {
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_folder.filePath(t("state"))));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_folder.filePath(t("config"))));
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"); // no keychain
        for (const char *name : {"CAUSEWAY_CLIENT_ID", "CAUSEWAY_TENANT", "CAUSEWAY_CLOUD", "CAUSEWAY_CA", "REQUESTS_CA_BUNDLE"})
            qunsetenv(name);
        const bool dark = qEnvironmentVariable("CAUSEWAY_SHOT_THEME") == QLatin1String("dark");
        ui::applyTheme(*qApp, ui::makeTheme(dark ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light, *qApp));
    }
    [[nodiscard]] QString filePath(const QString &name) const { return m_folder.filePath(name); }
    //! The Contoso world with these settings.
    QString worldWith(const QJsonObject &settings)
    {
        QFile file(contosoWorld);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no world");
        QJsonObject world = QJsonDocument::fromJson(file.readAll()).object();
        world.insert(t("settings"), settings);
        const QString path = filePath(QStringLiteral("world-%1.json").arg(++m_worlds));
        QFile changed(path);
        if (!changed.open(QIODevice::WriteOnly))
            qFatal("no world written");
        changed.write(QJsonDocument(world).toJson());
        return path;
    }

private:
    QTemporaryDir m_folder;
    int m_worlds = 0;
};

} // namespace causeway::test
