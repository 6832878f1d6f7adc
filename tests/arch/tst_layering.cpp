// SPDX-License-Identifier: Apache-2.0
// Nobody includes upwards. The rooms and what they may include come from app/rooms.cmake, by way of the build.
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

using Rooms = QHash<QString, QStringList>;

QString readText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

Rooms readRooms()
{
    Rooms rooms;
    for (const QString &line : readText(QStringLiteral(CAUSEWAY_BUILD_DIR "/rooms.txt")).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        rooms.insert(line.section(QLatin1Char(':'), 0, 0), line.section(QLatin1Char(':'), 1).split(QLatin1Char(' '), Qt::SkipEmptyParts));
    return rooms;
}

void collect(const Rooms &rooms, const QString &room, QSet<QString> &reached)
{
    if (reached.contains(room))
        return;
    reached.insert(room);
    for (const QString &below : rooms[room])
        collect(rooms, below, reached);
}

QString folderOf(const QString &room)
{
    const QString source = QStringLiteral(CAUSEWAY_SOURCE_DIR);
    const QString inApp = source + QStringLiteral("/app/") + room;
    return QFile::exists(inApp) ? inApp : source + QLatin1Char('/') + room;
}

QStringList sourcesOf(const QString &folder)
{
    QStringList files;
    QDirIterator it(folder, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        files.append(it.next());
    return files;
}

} // namespace

class TestLayering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nobodyIncludesUpwards()
    {
        const Rooms rooms = readRooms();
        QVERIFY2(rooms.size() >= 10, "build/<preset>/rooms.txt is missing or short");
        static const QRegularExpression include(QStringLiteral("^\\s*#include \"([a-z]+)/[^\"]+\""), QRegularExpression::MultilineOption);
        QStringList wrong;
        int seen = 0;
        for (auto room = rooms.begin(); room != rooms.end(); ++room) {
            QSet<QString> allowed;
            collect(rooms, room.key(), allowed);
            for (const QString &file : sourcesOf(folderOf(room.key()))) {
                auto matches = include.globalMatch(readText(file));
                while (matches.hasNext()) {
                    const QString target = matches.next().captured(1);
                    ++seen;
                    if (!allowed.contains(target))
                        wrong.append(file.section(QStringLiteral(CAUSEWAY_SOURCE_DIR "/"), 1) + QStringLiteral(" includes ") + target);
                }
            }
        }
        QVERIFY(seen > 100);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    // A page's view may know its own controller; a controller knows no widget.
    void controllersKnowNoWidget()
    {
        static const QRegularExpression widget(QStringLiteral("#include <(QWidget|QLineEdit|QLabel|QPushButton|QComboBox|QTable\\w+|QPlainTextEdit)>|#include \"ui/"));
        for (const QString &file : sourcesOf(folderOf(QStringLiteral("wizard")))) {
            if (file.contains(QLatin1String("controller.")) || file.contains(QLatin1String("/run/")))
                QVERIFY2(!widget.match(readText(file)).hasMatch(), qPrintable(file));
        }
    }

    // The pure rooms do no I/O: no network, no file, no process, no clock of the system.
    void pureRoomsArePure()
    {
        static const QRegularExpression outside(QStringLiteral("#include <(QFile|QSaveFile|QDir|QNetwork\\w+|QTcp\\w+|QProcess|QSql\\w+|QSettings|QWidget)>|currentDateTime"));
        for (const QString &room : {QStringLiteral("domain"), QStringLiteral("plan"), QStringLiteral("text")}) {
            for (const QString &file : sourcesOf(folderOf(room)))
                QVERIFY2(!outside.match(readText(file)).hasMatch(), qPrintable(file));
        }
    }

    void contributingShowsTheSameTable()
    {
        const QString text = readText(QStringLiteral(CAUSEWAY_SOURCE_DIR "/CONTRIBUTING.md"));
        const Rooms rooms = readRooms();
        for (auto room = rooms.begin(); room != rooms.end(); ++room) {
            const QString below = room->isEmpty() ? QStringLiteral("–") : room->join(QStringLiteral(", "));
            const QRegularExpression row(QStringLiteral("\\| `%1` \\|[^|]+\\| %2 \\|").arg(room.key(), QRegularExpression::escape(below)));
            QVERIFY2(row.match(text).hasMatch(), qPrintable(QStringLiteral("CONTRIBUTING.md has no row `%1` with: %2").arg(room.key(), below)));
        }
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
