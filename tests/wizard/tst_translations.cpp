// SPDX-License-Identifier: Apache-2.0
// The German translation is complete, keeps every place and mnemonic, and is the one that runs.
#include "domain/issue.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "text/preflighttext.h"
#include "text/steptext.h"
#include "text/verdicttext.h"
#include "ui/copyfield.h"
#include "ui/secretedit.h"
#include "ui/steplist.h"
#include "wizard/account/accountpage.h"
#include "wizard/account/signincard.h"
#include "wizard/account/signincontroller.h"
#include "wizard/account/signintrouble.h"
#include "wizard/account/stepupbar.h"
#include "wizard/account/tenantrows.h"
#include "wizard/apply/applypage.h"
#include "wizard/approvals/approvalspage.h"
#include "wizard/approvals/connectionmodel.h"
#include "wizard/endpoint/endpointpage.h"
#include "wizard/finish/finishpage.h"
#include "wizard/integration/integrationpage.h"
#include "wizard/linkedservice/linkedservicepage.h"
#include "wizard/networking/networkingpage.h"
#include "wizard/review/planrows.h"
#include "wizard/review/reviewpage.h"
#include "wizard/review/secretquestions.h"
#include "wizard/server/serverpage.h"
#include "wizard/settings/checkspage.h"
#include "wizard/settings/settingspage.h"
#include "wizard/start/startpage.h"
#include "wizard/window/navigation.h"
#include "wizard/window/wizardwindow.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace causeway;

namespace {

struct Message {
    QString context;
    QString source;
    QStringList forms; // one, or one for each number of the language
    bool finished = true;
    bool counted = false;
};

const QString sourceFolder = QStringLiteral(CAUSEWAY_SOURCE_DIR);

QString tsPath(const char *language)
{
    return sourceFolder + QStringLiteral("/translations/causeway_%1.ts").arg(QLatin1String(language));
}

QList<Message> readTs(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QXmlStreamReader xml(&file);
    QList<Message> messages;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("name")) {
            context = xml.readElementText();
        } else if (xml.name() == QLatin1String("message")) {
            messages.append({context, {}, {}, true, xml.attributes().value(QLatin1String("numerus")) == QLatin1String("yes")});
        } else if (xml.name() == QLatin1String("source")) {
            messages.last().source = xml.readElementText();
        } else if (xml.name() == QLatin1String("translation")) {
            messages.last().finished = !xml.attributes().hasAttribute(QLatin1String("type"));
            if (!messages.last().counted)
                messages.last().forms.append(xml.readElementText());
        } else if (xml.name() == QLatin1String("numerusform")) {
            messages.last().forms.append(xml.readElementText());
        }
    }
    return xml.hasError() ? QList<Message>() : messages;
}

QSet<QString> places(const QString &text)
{
    static const QRegularExpression place(QStringLiteral("%(\\d|n)|\\{[a-z-]+\\}"));
    QSet<QString> found;
    for (auto it = place.globalMatch(text); it.hasNext();)
        found.insert(it.next().captured());
    return found;
}

QString mnemonics(const QString &text)
{
    static const QRegularExpression mnemonic(QStringLiteral("&(\\S)"));
    QString found;
    for (auto it = mnemonic.globalMatch(text); it.hasNext();)
        found += it.next().captured(1).toUpper();
    return found;
}

const QList<const QMetaObject *> classesWithWords = {
    &ui::CopyField::staticMetaObject,            &wizard::SecretQuestions::staticMetaObject,
    &ui::SecretEdit::staticMetaObject,           &ui::StepListModel::staticMetaObject,      &ui::StepListView::staticMetaObject,
    &wizard::AccountPage::staticMetaObject,      &wizard::ApplyPage::staticMetaObject,      &wizard::ApprovalsPage::staticMetaObject,
    &wizard::ConnectionModel::staticMetaObject,  &wizard::EndpointPage::staticMetaObject,   &wizard::FinishPage::staticMetaObject,
    &wizard::IntegrationPage::staticMetaObject,  &wizard::LinkedServicePage::staticMetaObject, &wizard::Navigation::staticMetaObject,
    &wizard::NetworkingPage::staticMetaObject,   &wizard::Page::staticMetaObject,           &wizard::ReviewPage::staticMetaObject,
    &wizard::ServerPage::staticMetaObject,       &wizard::StartPage::staticMetaObject,      &wizard::WizardWindow::staticMetaObject,
    &wizard::ChecksPage::staticMetaObject,       &wizard::SettingsPage::staticMetaObject,   &wizard::SignInCard::staticMetaObject,
    &wizard::SignInController::staticMetaObject, &wizard::SignInTrouble::staticMetaObject,  &wizard::StepUpBar::staticMetaObject,
    &wizard::TenantRows::staticMetaObject};

} // namespace

class TestTranslations : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(m_german.load(QStringLiteral(":/causeway/i18n/causeway_de.qm"))); }
    void cleanup() { QCoreApplication::removeTranslator(&m_german); }

    // What lupdate finds in the sources now is what the files hold: run causeway_translations_lupdate and translate the rest.
    void theFilesHoldEveryString()
    {
        QTemporaryDir folder;
        const QString copy = folder.filePath(QStringLiteral("causeway_de.ts"));
        QVERIFY(QFile::copy(tsPath("de"), copy));
        QJsonArray sources;
        for (const char *room : {"app/text", "app/cli", "app/main", "ui", "wizard"}) {
            QDirIterator files(sourceFolder + QLatin1Char('/') + QLatin1String(room), {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext())
                sources.append(files.next());
        }
        const QJsonObject project{{QStringLiteral("projectFile"), folder.filePath(QStringLiteral("CMakeLists.txt"))},
                                  {QStringLiteral("includePaths"), QJsonArray{sourceFolder, sourceFolder + QStringLiteral("/app")}},
                                  {QStringLiteral("sources"), sources},
                                  {QStringLiteral("translations"), QJsonArray{copy}}};
        QFile file(folder.filePath(QStringLiteral("project.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(project).toJson());
        file.close();
        QProcess lupdate;
        lupdate.start(QLibraryInfo::path(QLibraryInfo::BinariesPath) + QStringLiteral("/lupdate"),
                      {QStringLiteral("-project"), file.fileName(), QStringLiteral("-no-obsolete"), QStringLiteral("-locations"), QStringLiteral("none")});
        QVERIFY(lupdate.waitForFinished());
        QCOMPARE(lupdate.exitCode(), 0);

        QStringList kept;
        for (const Message &message : readTs(tsPath("de")))
            kept.append(message.context + QStringLiteral(": ") + message.source);
        QVERIFY(kept.size() > 700);
        QStringList found;
        for (const Message &message : readTs(copy))
            found.append(message.context + QStringLiteral(": ") + message.source);
        kept.sort();
        found.sort();
        QCOMPARE(kept, found);
    }

    void everyStringIsTranslated()
    {
        for (const Message &message : readTs(tsPath("de"))) {
            const QByteArray which = (message.context + QStringLiteral(": ") + message.source).toUtf8();
            QVERIFY2(message.finished, which.constData());
            QCOMPARE(message.forms.size(), message.counted ? 2 : 1);
            for (const QString &form : message.forms) {
                QVERIFY2(!form.trimmed().isEmpty(), which.constData());
                QVERIFY2(places(form) == places(message.source), which.constData());
                QVERIFY2(mnemonics(form).size() == mnemonics(message.source).size(), which.constData());
                QVERIFY2(form.count(QLatin1Char('\n')) == message.source.count(QLatin1Char('\n')), which.constData());
                QVERIFY2(form.startsWith(QLatin1Char(' ')) == message.source.startsWith(QLatin1Char(' ')), which.constData());
                QVERIFY2(form.endsWith(QLatin1Char(' ')) == message.source.endsWith(QLatin1Char(' ')), which.constData());
                // Buttons, labels, headings: what is much longer does not fit where the English does.
                const bool isShort = message.source.size() <= 40;
                QVERIFY2(!isShort || double(form.size()) <= 2.2 * double(message.source.size()) + 12, which.constData());
            }
        }
    }

    // One letter leads to one place of a page; Back and Next stand below each of them.
    void mnemonicsAreUniqueOnAPage()
    {
        const QSet<QString> neverTogether = {QStringLiteral("&Speicher"), QStringLiteral("&Server"),               // new server, existing server
                                             QStringLiteral("Dienstprinzipal-&ID"), QStringLiteral("Benutzerseitig zugewiesene &Identität")};
        QHash<QString, QHash<QString, QString>> taken;
        for (const Message &message : readTs(tsPath("de"))) {
            for (const QString &letter : mnemonics(message.forms.value(0)).split(QString(), Qt::SkipEmptyParts)) {
                QString &owner = taken[message.context][letter];
                const QString said = message.forms.value(0);
                QVERIFY2(owner.isEmpty() || (neverTogether.contains(owner) && neverTogether.contains(said)), qPrintable(owner + QStringLiteral(" and ") + said));
                owner = said;
                QVERIFY2(!message.context.endsWith(QLatin1String("Page")) || !QStringLiteral("ZW").contains(letter), qPrintable(said));
            }
        }
        QCOMPARE(taken.value(QStringLiteral("causeway::wizard::WizardWindow")).size(), 2);
    }

    // tr() asks in the name of the class with its namespaces; a file with other contexts would be complete and never used.
    void everyContextIsTheOneThatIsAsked()
    {
        QHash<QString, const QMetaObject *> classes;
        for (const QMetaObject *each : classesWithWords)
            classes.insert(QString::fromLatin1(each->className()), each);
        QCoreApplication::installTranslator(&m_german);
        QSet<QString> seen;
        for (const Message &message : readTs(tsPath("de"))) {
            const QByteArray source = message.source.toUtf8();
            const int number = message.counted ? 2 : -1;
            QString said = QCoreApplication::translate(message.context.toUtf8().constData(), source.constData(), nullptr, number);
            if (message.context.startsWith(QLatin1String("causeway::"))) {
                const QMetaObject *asked = classes.value(message.context);
                QVERIFY2(asked, qPrintable(message.context));
                said = asked->tr(source.constData(), nullptr, number);
                seen.insert(message.context);
            }
            QString wanted = message.forms.last();
            QCOMPARE(said, wanted.replace(QLatin1String("%n"), QLatin1String("2")));
        }
        QCOMPARE(seen.size(), classes.size());
    }

    // One sentence of each table, by the function that the pages call.
    void wordsOfTablesAreGerman_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("wanted");
        const QStringList english = words();
        QCoreApplication::installTranslator(&m_german);
        const QStringList german = words();
        QCoreApplication::removeTranslator(&m_german);
        const QList<QPair<QString, QString>> wanted = {
            {QStringLiteral("User-assigned managed identity"), QStringLiteral("Benutzerseitig zugewiesene verwaltete Identität")},
            {QStringLiteral("You are not permitted to do this."), QStringLiteral("Dazu sind Sie nicht berechtigt.")},
            {QStringLiteral("Virtual network"), QStringLiteral("Virtuelles Netzwerk")},
            {QStringLiteral("Expected integer, got string."), QStringLiteral("ganze Zahl erwartet, Zeichenfolge erhalten.")},
            {QStringLiteral("The subnet \"snet\" has the lock \"keep\" (CanNotDelete) on /x. Creating works; taking it back later does not until an Owner or User Access Administrator of that scope removes the lock."),
             QStringLiteral("Subnetz „snet“ hat die Sperre „keep“ (CanNotDelete) auf /x. Das Erstellen gelingt; später rückgängig machen lässt es sich erst, wenn ein Besitzer oder Benutzerzugriffsadministrator dieses Bereichs die Sperre entfernt.")},
            {QStringLiteral("Managed private endpoint"), QStringLiteral("Verwalteter privater Endpunkt")},
            {QStringLiteral("Encrypted; the certificate and the server's name are checked."),
             QStringLiteral("Verschlüsselt; das Zertifikat und der Name des Servers werden geprüft.")},
            {QStringLiteral("about 2 min"), QStringLiteral("etwa 2 min")}};
        QCOMPARE(english.size(), wanted.size());
        for (int i = 0; i < wanted.size(); ++i) {
            QTest::addRow("%d english", i) << english.at(i) << wanted.at(i).first;
            QTest::addRow("%d german", i) << german.at(i) << wanted.at(i).second;
        }
    }
    void wordsOfTablesAreGerman()
    {
        QFETCH(QString, said);
        QTEST(said, "wanted");
    }

    void numbersHaveTheirForms_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("text");
        QTest::newRow("en 1") << "en" << 1 << "1 change; the longest way takes %1.";
        QTest::newRow("en 2") << "en" << 2 << "2 changes; the longest way takes %1.";
        QTest::newRow("en 0") << "en" << 0 << "0 changes; the longest way takes %1.";
        QTest::newRow("de 1") << "de" << 1 << "1 Änderung; der längste Weg dauert %1.";
        QTest::newRow("de 14") << "de" << 14 << "14 Änderungen; der längste Weg dauert %1.";
    }
    void numbersHaveTheirForms()
    {
        QFETCH(QString, language);
        QFETCH(int, number);
        QTranslator translator;
        QVERIFY(translator.load(QStringLiteral(":/causeway/i18n/causeway_%1.qm").arg(language)));
        QCoreApplication::installTranslator(&translator);
        QTEST(wizard::ReviewPage::tr("%n change(s); the longest way takes %1.", nullptr, number), "text");
    }

    void englishHasEveryPlural()
    {
        int counted = 0;
        for (const Message &message : readTs(tsPath("en"))) {
            if (!message.counted)
                continue;
            ++counted;
            QVERIFY2(message.finished && message.forms.size() == 2, qPrintable(message.source));
            for (const QString &form : message.forms) {
                QVERIFY2(!form.contains(QLatin1String("(s)")) && !form.contains(QLatin1String("(es)")), qPrintable(form));
                QVERIFY2(places(form) == places(message.source), qPrintable(form));
            }
            QVERIFY2(message.forms.first() != message.forms.last(), qPrintable(message.source));
        }
        QVERIFY(counted >= 5);
    }

private:
    static QStringList words()
    {
        Error forbidden;
        forbidden.kind = ErrorKind::Forbidden;
        Issue type;
        type.code = QStringLiteral("wrong-type");
        type.arguments = QStringList{QStringLiteral("integer"), QStringLiteral("string")};
        Issue lock;
        lock.code = QStringLiteral("delete-locked");
        lock.arguments = QStringList{QStringLiteral("subnet"), QStringLiteral("snet"), QStringLiteral("keep"), QStringLiteral("CanNotDelete"), QStringLiteral("/x")};
        return {displayName(AuthenticationType::UserAssignedManagedIdentity),
                errorText(forbidden).summary,
                fieldName(QStringLiteral("privateEndpoint.virtualNetwork")),
                issueText(type),
                preflightText(lock),
                stepKindName(StepKind::ManagedPrivateEndpoint),
                verdictText(EncryptionMethod::VerifyFull, true),
                wizard::durationText(std::chrono::minutes(2))};
    }

    QTranslator m_german;
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
