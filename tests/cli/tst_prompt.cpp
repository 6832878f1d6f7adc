// SPDX-License-Identifier: Apache-2.0
// A person at a terminal types the secrets of a setup; one who is not there, or gives up, leaves nothing behind.
#include "tests/support/cliline.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <pty.h>
#include <unistd.h>

using namespace causeway;

namespace {

//! A terminal with somebody at it, who answers each question in turn.
class Person
{
public:
    Person() { m_there = ::openpty(&m_hand, &m_terminal, nullptr, nullptr, nullptr) == 0; }
    ~Person()
    {
        ::close(m_hand);
        ::close(m_terminal);
    }
    Q_DISABLE_COPY_MOVE(Person)

    test::CliOutcome run(const QStringList &line, const QByteArrayList &answers)
    {
        test::CliOutcome outcome;
        int answered = 0;
        QTimer eyes;
        QObject::connect(&eyes, &QTimer::timeout, [&] {
            if (answered < answers.size() && outcome.err.count(QLatin1String("password: ")) > answered) {
                const QByteArray typed = answers[answered++];
                if (::write(m_hand, typed.constData(), size_t(typed.size())) != typed.size())
                    qFatal("nothing can be typed");
            }
        });
        eyes.start(5);
        QTextStream out(&outcome.out);
        QTextStream err(&outcome.err);
        Console console(out, err, m_terminal);
        Cli cli(console, &makeStage, sandboxCommands());
        cli.catchInterrupts(false);
        outcome.code = test::await(cli.run(line), 60);
        return outcome;
    }
    [[nodiscard]] bool isThere() const { return m_there; }

private:
    int m_hand = -1;
    int m_terminal = -1;
    bool m_there = false;
};

} // namespace

class TestPrompt : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
        QFile example(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/password.json"));
        QVERIFY(example.open(QIODevice::ReadOnly));
        m_setup = m_folder->filePath(QStringLiteral("orders.causeway.json"));
        QFile prompting(m_setup);
        QVERIFY(prompting.open(QIODevice::WriteOnly));
        prompting.write(example.readAll().replace("{\"secret\": \"generate\"}", "{\"secret\": \"prompt\"}"));
        prompting.close();
        m_apply = QStringList{QStringLiteral("apply"), m_setup, QStringLiteral("--sandbox"), QStringLiteral("--yes")};
    }

    void typedBeforeTheRun()
    {
        Person person;
        QVERIFY(person.isThere());
        const QByteArray good = "Str0ng-Enough-For-This!\n";
        const auto outcome = person.run(m_apply, {"short\n", good, good});
        QVERIFY2(outcome.code == 0 && outcome.out.contains(QLatin1String("Connection successful")), qPrintable(outcome.all()));
        QVERIFY2(outcome.err.lastIndexOf(QLatin1String("password: ")) < outcome.err.indexOf(QLatin1String("begins")), qPrintable(outcome.all()));
        QVERIFY(!outcome.all().contains(QLatin1String("Str0ng")));
        const auto again = test::runLine(m_apply); // nothing is sent any more, so nobody needs to be there
        QVERIFY2(again.code == 0 && again.err.contains(QLatin1String("No changes")), qPrintable(again.all()));
    }

    void givenUp()
    {
        Person person;
        const auto outcome = person.run(m_apply, {"\x04"}); // end of input
        QVERIFY2(outcome.code == 130 && !outcome.err.contains(QLatin1String("begins")), qPrintable(outcome.all()));
        QCOMPARE(runs(), 0);
    }

    void nobodyThere()
    {
        const auto outcome = test::runLine(m_apply);
        QCOMPARE(outcome.code, 2);
        for (const char *word : {"server.create.administratorPassword", "terminal", "env:NAME", "generate"})
            QVERIFY2(outcome.err.contains(QLatin1String(word)), qPrintable(outcome.all()));
        QCOMPARE(runs(), 0);
    }

private:
    static qsizetype runs()
    {
        return test::runLine({QStringLiteral("runs"), QStringLiteral("list"), QStringLiteral("--sandbox"), QStringLiteral("--json")}).json()[QLatin1String("runs")].toArray().size();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_setup;
    QStringList m_apply;
};

QTEST_GUILESS_MAIN(TestPrompt)
#include "tst_prompt.moc"
