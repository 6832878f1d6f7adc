// SPDX-License-Identifier: Apache-2.0
// Every rule provoked and not provoked: a setup is changed in one place and must be found right or wrong there.
#include "core/secret.h"
#include "domain/rules.h"
#include "domain/setupdocument.h"
#include "tests/domain/documents.h"
#include "tests/domain/issuerows.h"

#include <QJsonDocument>
#include <QSet>
#include <QTest>

using namespace causeway;

namespace {

QString summary(const Issues &issues)
{
    QStringList lines;
    for (const Issue &issue : issues)
        lines << QStringLiteral("%1 %2 (%3)").arg(issue.field, issue.code, issue.arguments.join(QStringLiteral(" | ")));
    return lines.join(QLatin1Char('\n'));
}

const Issue *findIssue(const Issues &issues, const QString &field, const QString &code)
{
    for (const Issue &issue : issues)
        if (issue.field == field && issue.code == code)
            return &issue;
    return nullptr;
}

QByteArray repeated(char character, int count)
{
    return QByteArray(count, character);
}

} // namespace

class TestIssues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goodSetupsAreLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("edits");
        for (const test::IssueRow &row : test::goodRows())
            QTest::newRow(row.name.constData()) << row.edits;
    }
    void goodSetupsAreLeftAlone()
    {
        QFETCH(QByteArray, edits);
        const ParsedSetup parsed = changed(edits);
        QVERIFY2(parsed.spec, qPrintable(summary(parsed.issues)));
        const Issues issues = validate(*parsed.spec);
        QVERIFY2(issues.isEmpty(), qPrintable(summary(issues)));
    }

    void wrongFormIsFound_data()
    {
        QTest::addColumn<QByteArray>("edits");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("code");
        for (const test::IssueRow &row : test::wrongFormRows())
            QTest::newRow(row.name.constData()) << row.edits << QString::fromLatin1(row.field) << QString::fromLatin1(row.code);
    }
    void wrongFormIsFound()
    {
        QFETCH(QByteArray, edits);
        QFETCH(QString, field);
        QFETCH(QString, code);
        const ParsedSetup parsed = changed(edits);
        note(parsed.issues);
        QVERIFY(!parsed.spec);
        const Issue *issue = findIssue(parsed.issues, field, code);
        QVERIFY2(issue, qPrintable(summary(parsed.issues)));
        QCOMPARE(parsed.issues.size(), 1);
        QVERIFY(issue->line > 0 && issue->column > 0);
        QVERIFY2(!summary(parsed.issues).contains(QStringLiteral("Hunter2")), "a secret stands in the finding");
    }

    void wrongSetupsAreFound_data()
    {
        QTest::addColumn<QByteArray>("edits");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("isError");
        for (const test::IssueRow &row : test::wrongRuleRows())
            QTest::newRow(row.name.constData()) << row.edits << QString::fromLatin1(row.field) << QString::fromLatin1(row.code) << row.isError;
    }
    void wrongSetupsAreFound()
    {
        QFETCH(QByteArray, edits);
        QFETCH(QString, field);
        QFETCH(QString, code);
        QFETCH(bool, isError);
        const ParsedSetup parsed = changed(edits);
        QVERIFY2(parsed.spec, qPrintable(summary(parsed.issues)));
        const Issues issues = located(validate(*parsed.spec), parsed);
        note(issues);
        const Issue *issue = findIssue(issues, field, code);
        QVERIFY2(issue, qPrintable(summary(issues)));
        QCOMPARE(issue->severity == Severity::Error, isError);
        QVERIFY(issue->line > 0 && issue->column > 0);
        QCOMPARE(hasErrors(issues), isError);
    }

    void badTextsAreFound_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        const auto bad = [](const char *name, const QByteArray &text, const char *code) { QTest::newRow(name) << text << QString::fromLatin1(code); };
        bad("empty", "", "json-empty");
        bad("only space", " \n\t ", "json-empty");
        bad("only a mark", "\xEF\xBB\xBF", "json-empty");
        bad("UTF-16", QByteArray("\xFF\xFE{\0}\0", 6), "json-not-utf8");
        bad("Latin-1", "{\"a\":\"\xE4\"}", "json-not-utf8");
        bad("too large", QByteArray(16 * 1024 * 1024 + 1, ' '), "json-too-large");
        bad("too deep", repeated('[', 65) + repeated(']', 65), "json-too-deep");
        bad("abyss", repeated('[', 100000), "json-too-deep");
        bad("too many", "[" + QByteArray("0,").repeated(200000) + "0]", "json-too-many-values");
        bad("long key", "{\"" + repeated('k', 257) + "\":1}", "json-string-too-long");
        bad("syntax", "{\"a\" 1}", "json-syntax");
        bad("cut", "{\"a\":", "json-syntax");
        bad("twice", "{\"causeway\":1,\"server\":{},\"server\":{}}", "duplicate-key");
        bad("no object", "[1]", "wrong-type");
        bad("large integer", "{\"causeway\":12345678901234567890}", "number-range");
        bad("large number", "{\"causeway\":1e400}", "number-range");
        bad("no number", "{\"causeway\":NaN}", "number-range");
    }
    void badTextsAreFound()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        const ParsedSetup parsed = parseSetup(text);
        note(parsed.issues);
        QVERIFY(!parsed.spec);
        QVERIFY(!parsed.issues.isEmpty());
        QCOMPARE(parsed.issues.first().code, code);
        QVERIFY(parsed.issues.first().line > 0 && parsed.issues.first().column > 0);
    }

    void passwords_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const QByteArray &password, const char *code) { QTest::newRow(name) << password << QString::fromLatin1(code); };
        row("good", "Tr0ub4dor", "");
        row("good 128", "Aa1" + repeated('x', 125), "");
        row("empty", "", "value-required");
        row("7", "Aa1xxxx", "password-length");
        row("129", "Aa1" + repeated('x', 126), "password-length");
        row("two classes", "abcdefgh1", "password-classes");
        row("login", "Xy9-SALESDBA", "password-login");
        row("part of the login", "Xy9-dba-zzz", "password-login");
        row("line break", "Tr0ub4\ndor", "password-characters");
        row("space behind", "Tr0ub4dor ", "password-spaces");
    }
    void passwords()
    {
        QFETCH(QByteArray, password);
        QFETCH(QString, code);
        const Issues issues = checkPassword(Secret(password), QStringLiteral("salesdba"), QStringLiteral("p"));
        note(issues);
        QCOMPARE(issues.isEmpty() ? QString() : issues.first().code, code);
        QVERIFY(password.isEmpty() || !summary(issues).contains(QString::fromUtf8(password)));
    }

    void generatedPasswordsFollowTheRules()
    {
        QSet<QByteArray> seen;
        for (int i = 0; i < 500; ++i) {
            const Secret password = generatePassword(QStringLiteral("salesdba"));
            QCOMPARE(password.reveal().size(), 24);
            QVERIFY(checkPassword(password, QStringLiteral("salesdba"), {}).isEmpty());
            seen << password.reveal();
        }
        QCOMPARE(seen.size(), 500);
    }

    void subnets_data()
    {
        QTest::addColumn<QString>("cidr");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *cidr, const char *code) { QTest::newRow(cidr) << QString::fromLatin1(cidr) << QString::fromLatin1(code); };
        row("10.10.2.0/24", "");
        row("10.10.2.0/29", "");
        row("10.10.2.0/33", "cidr-form");
        row("10.10.2.0", "cidr-form");
        row("10.10.2.0/24 ", "cidr-form");
        row("10.10.2.0/30", "cidr-size");
        row("10.0.0.0/7", "cidr-size");
        row("10.10.2.1/24", "cidr-host-bits");
        row("fd00::/64", "cidr-ipv6");
        row("10.11.2.0/24", "cidr-outside");
        row("10.10.1.128/25", "cidr-overlap");
    }
    void subnets()
    {
        QFETCH(QString, cidr);
        QFETCH(QString, code);
        const Issues issues = checkSubnetPlace(cidr, {QStringLiteral("10.10.0.0/16")}, {QStringLiteral("10.10.1.0/24")}, QStringLiteral("s"));
        note(issues);
        QCOMPARE(issues.isEmpty() ? QString() : issues.first().code, code);
        if (code == QLatin1String("cidr-host-bits"))
            QCOMPARE(issues.first().arguments.at(1), QStringLiteral("10.10.2.0/24"));
    }

    // After all the others: a code that nothing provokes is a rule that nobody knows to work.
    void zEveryCodeWasProvoked()
    {
        const QStringList all = allIssueCodes();
        for (const QString &code : all)
            QVERIFY2(m_seen.contains(code), qPrintable(code + QStringLiteral(" was never found")));
        for (const QString &code : std::as_const(m_seen))
            QVERIFY2(all.contains(code), qPrintable(code + QStringLiteral(" is missing from allIssueCodes()")));
    }

private:
    ParsedSetup changed(const QByteArray &edits)
    {
        return parseSetup(QJsonDocument(test::edited(test::exampleObject(QStringLiteral("quickstart")), edits)).toJson());
    }
    void note(const Issues &issues)
    {
        for (const Issue &issue : issues)
            m_seen << issue.code;
    }

    QSet<QString> m_seen;
};

QTEST_GUILESS_MAIN(TestIssues)
#include "tst_issues.moc"
