// SPDX-License-Identifier: Apache-2.0
#include "domain/setupdocument.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "text/plain.h"
#include "text/verdicttext.h"

#include <QSet>
#include <QTest>

using namespace causeway;

class TestTexts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyIssueHasASentence()
    {
        QSet<QString> seen;
        const QStringList codes = allIssueCodes();
        for (const QString &code : codes) {
            const QString text = issueText({QStringLiteral("server.name"), code, Severity::Error, {QStringLiteral("A1"), QStringLiteral("B2"), QStringLiteral("C3"), QStringLiteral("D4")}});
            QVERIFY2(!text.contains(code), qPrintable(code + QStringLiteral(" has no sentence")));
            // resource-id ends with what the id's own reader says.
            QVERIFY2(text.size() > 15 && QStringLiteral(".?3").contains(text.back()), qPrintable(text));
            QVERIFY2(!text.contains(QLatin1Char('%')) || code == QLatin1String("linked-service-name-characters"), qPrintable(text));
            QVERIFY2(!seen.contains(text), qPrintable(text));
            seen << text;
        }
        QVERIFY(codes.size() > 80);
    }

    // What ended because of a sign-in is said in words of ours: what happened, what to do, how to go on, and the line for support.
    void endedSignInsAreOurs()
    {
        for (const char *code : {"StepUpPutOff", "AccountChanged", "SignedOut", "RunUnderWay"}) {
            Error error = Error::invalid(QLatin1String(code), QStringLiteral("raw"));
            error.kind = ErrorKind::Unauthorized;
            Error why;
            why.code = QStringLiteral("AADSTS50076");
            why.message = QStringLiteral("AADSTS50076: Due to a configuration change");
            why.correlationId = QStringLiteral("c-1");
            error.details = {why};
            const ErrorText text = errorText(error);
            QVERIFY2(!text.summary.isEmpty() && !text.advice.isEmpty(), code);
            const QString lines = errorLines(error);
            QVERIFY2(!lines.contains(QLatin1String(code)) && !lines.contains(QLatin1String("raw")) && !lines.contains(QLatin1String("configuration change")), qPrintable(lines));
            QCOMPARE(text.ids, QStringLiteral("AADSTS50076 · correlation id c-1"));
        }
    }

    // ARM's refusal of a token that a sign-in for it has just brought: not the text of an Azure Policy, whose code it has.
    void secondChallengeIsExplained()
    {
        Error error;
        error.kind = ErrorKind::Unauthorized;
        error.httpStatus = 401;
        error.code = QStringLiteral("RequestDisallowedByPolicy");
        error.message = QStringLiteral("Users must use MFA for this operation.");
        const QString before = errorLines(error);
        error.claims = "{}";
        const ErrorText text = errorText(error);
        QVERIFY(text.summary.contains(QLatin1String("right after one")));
        QVERIFY(text.service.contains(QLatin1String("Users must use MFA")));
        QVERIFY(!text.advice.contains(QLatin1String("Azure Policy")) && before.contains(QLatin1String("Azure Policy")));
    }

    void anUnknownCodeIsShown()
    {
        QCOMPARE(issueText({{}, QStringLiteral("new-rule"), Severity::Error, {QStringLiteral("a")}}), QStringLiteral("new-rule a"));
    }

    void everyFieldHasAName()
    {
        for (const QString &field : setupFields()) {
            const QString name = fieldName(field);
            QVERIFY2(name != field, qPrintable(field));
            QVERIFY2(!name.contains(QLatin1Char('%')), qPrintable(name));
        }
        QCOMPARE(fieldName(QStringLiteral("server.firewall[1].from")), QStringLiteral("Firewall rule 2, first address"));
        QCOMPARE(fieldName(QStringLiteral("server.create.administratorLogin")), QStringLiteral("Administrator login"));
        QCOMPARE(fieldName(QStringLiteral("foreign.\u202Efield")), QStringLiteral("foreign.<U+202E>field"));
    }

    void sentencesSayWhatIsMeant()
    {
        const ParsedSetup parsed = parseSetup("{\n  \"causeway\": 1,\n  \"sevrer\": {}\n}");
        const QString line = issueLine(parsed.issues.first());
        QVERIFY2(line.startsWith(QStringLiteral("sevrer (line 3, column 3): Unknown \"sevrer\". Known here: ")), qPrintable(line));
        QVERIFY2(line.endsWith(QStringLiteral("Did you mean \"server\"?")), qPrintable(line));
        QCOMPARE(issueText(parseSetup("{\"causeway\": 1, \"linkedService\": {\"name\": \"A\", \"port\": \"1\", \"authentication\": {\"type\": \"BasicAuth\"}}}").issues.first()),
                 QStringLiteral("Expected integer, got string."));
        QCOMPARE(issueText(parseSetup("{\"causeway\": 1, \"name\": \"a\\u202e\"}").issues.first()).left(33), QStringLiteral("Character U+202E is not allowed: "));
        const Issue warning{QStringLiteral("a"), QStringLiteral("dns-zone-unused"), Severity::Warning, {}};
        QVERIFY(issueLine(warning).startsWith(QStringLiteral("a: warning: ")));
    }

    void theExcerptPointsAtThePlace()
    {
        const QByteArray text = "{\n  \"größe\" 5\n}";
        const Issue issue = parseSetup(text).issues.first();
        QCOMPARE(issueExcerpt(text, issue), QStringLiteral("  \"größe\" 5\n          ^"));
        QCOMPARE(issueExcerpt(text, {}), QString());
        QCOMPARE(issueExcerpt(text, {{}, {}, Severity::Error, {}, 99, 1}), QString());
        const QByteArray wide = '{' + QByteArray(5000, ' ') + 'x';
        const QString excerpt = issueExcerpt(wide, parseSetup(wide).issues.first());
        const QStringList lines = excerpt.split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines.at(0).size() < 120);
        QCOMPARE(lines.at(0).at(lines.at(1).indexOf(QLatin1Char('^'))), QLatin1Char('x'));
    }

    void valuesAreBoundedAndPlain()
    {
        QCOMPARE(plainText(QStringLiteral("a\nb\tc")), QStringLiteral("a b c"));
        QCOMPARE(plainText(QStringLiteral("a\u202Eb") + QChar(0xD800) + QChar(0)), QStringLiteral("a<U+202E>b<U+D800><U+0000>"));
        QCOMPARE(plainText(QString(10'000'000, QLatin1Char('x'))).size(), 201);
        QCOMPARE(plainText(QStringLiteral("😀😀😀"), 2), QStringLiteral("😀😀…"));
        QCOMPARE(plainText(QStringLiteral("<b>größe</b>")), QStringLiteral("<b>größe</b>"));
        QCOMPARE(filledIn(QStringLiteral("%1 and %2 and %3"), {QStringLiteral("%2"), QStringLiteral("b")}), QStringLiteral("%2 and b and "));
        const QString text = issueText({{}, QStringLiteral("server-name-characters"), Severity::Error, {QString(5000, QLatin1Char('y'))}});
        QVERIFY(text.size() < 600);
    }

    void verdictsAreInWords()
    {
        for (int method = 0; method <= int(EncryptionMethod::VerifyFull); ++method) {
            QVERIFY(!displayName(EncryptionMethod(method)).isEmpty());
            QVERIFY(!explanation(EncryptionMethod(method)).isEmpty());
            for (const std::optional<bool> on : {std::optional<bool>(), std::optional(true), std::optional(false)})
                QVERIFY(verdictText(EncryptionMethod(method), on).size() > 20);
        }
        // Article 000, step 3.
        const QString refused = verdictText(EncryptionMethod::Disable, true);
        QVERIFY(refused.contains(QStringLiteral("the connection only succeeds if the server parameter require_secure_transport is off")));
        QVERIFY(refused.contains(QStringLiteral("not a recommended practice, since it relaxes security")));
        QVERIFY(explanation(EncryptionMethodV1::NoEncryption).contains(QStringLiteral("only succeeds if the server parameter require_secure_transport is off")));
        QVERIFY(verdictText(EncryptionMethod::Disable, std::nullopt).contains(QStringLiteral("Assumed")));
        QVERIFY(!verdictText(EncryptionMethod::VerifyFull, true).contains(QStringLiteral("reason")));
        QCOMPARE(displayName(AuthenticationType::SystemAssignedManagedIdentity), QStringLiteral("System-assigned managed identity"));
        QCOMPARE(displayName(EncryptionMethodV1::NoEncryption), QStringLiteral("No encryption"));
        QCOMPARE(displayName(AccountSelection::Manual), QStringLiteral("Enter manually"));
    }

    void errorsSayWhatToDo()
    {
        for (int kind = 0; kind <= int(ErrorKind::Internal); ++kind) {
            Error error;
            error.kind = ErrorKind(kind);
            const ErrorText text = errorText(error);
            QVERIFY(!text.summary.isEmpty() && !text.advice.isEmpty());
            QVERIFY(text.service.isEmpty() && text.ids.isEmpty());
        }
        Error error;
        error.kind = ErrorKind::Conflict;
        error.code = QStringLiteral("ScopeLocked");
        error.message = QStringLiteral("locked\u202E <b>");
        error.requestId = QStringLiteral("r1");
        error.correlationId = QStringLiteral("c1");
        error.httpStatus = 409;
        error.retryAfter = std::chrono::seconds(7);
        error.details << Error::invalid(QStringLiteral("Inner"), QStringLiteral("why")) << Error::invalid(QStringLiteral("Inner"), QStringLiteral("why"));
        const ErrorText text = errorText(error);
        QCOMPARE(text.service, QStringLiteral("ScopeLocked: locked<U+202E> <b>\nInner: why"));
        QVERIFY(text.advice.contains(QStringLiteral("lock")) && text.advice.contains(QStringLiteral("wait 7 s")));
        QCOMPARE(text.ids, QStringLiteral("HTTP 409, request id r1, correlation id c1"));
        QCOMPARE(errorLines(error).count(QLatin1Char('\n')), 4);
    }
};

QTEST_GUILESS_MAIN(TestTexts)
#include "tst_texts.moc"
