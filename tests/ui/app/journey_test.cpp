// usage: strata_journey_test [sample]
// From a model file that is dropped on the window to an answer whose memory moves, and to the next start of the
// program. With a small random model, or with the sample.
#include "tests/support/sample_source.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_list.h"
#include "ui/memory/memory_panel.h"
#include "ui/memory/memory_slider.h"
#include "ui/models/chat_tree_model.h"
#include "ui/window/sidebar.h"
#include "ui/wizard/compress_wizard.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFileInfo>
#include <QLabel>
#include <QListView>
#include <QProcess>
#include <QTest>

namespace strata::ui::testing {
namespace {

// Compression of the sample on a slow computer.
constexpr int kCompressMs = 20 * 60'000;
constexpr int kMostQuestions = 8;
// Several looks of the governor at free memory.
constexpr int kGovernorMs = 1500;
// What the window itself takes and gives back meanwhile.
constexpr double kMostOfIt = 0.8;

QString question() {
    return QStringLiteral("Tell me a long story about the sea, with many chapters.");
}

/// What the first run hands to the second, beside what the program stores.
struct Left {
    QString folder;
    QString answer;
    qint64 memoryBytes = 0;
};

class Journey : public QObject {
    Q_OBJECT
public:
    explicit Journey(bool useSample) : m_useSample(useSample) {}

private slots:
    void initTestCase() {
        if (m_useSample) {
            const auto sample = test::sampleSource();
            if (!sample) QSKIP("the sample model is missing");
            m_source = QFile::decodeName(sample->c_str());
        } else {
            const auto file = m_files / "tiny.gguf";
            QVERIFY(test::TinyModel(talkingModel()).writeGguf(file));
            m_source = QFile::decodeName(file.c_str());
        }
        m_folder = QFile::decodeName(m_data.path().c_str());
        m_driver = std::make_unique<WindowDriver>(m_folder);
    }
    void cleanupTestCase() { m_driver.reset(); }

    void aDropOnTheMessageOpensTheWizard() {
        QWidget* composer = m_driver->child("composerText");
        const QPoint place = composer->mapTo(&m_driver->window(), composer->rect().center());
        QTRY_VERIFY(m_driver->child("composerText")->hasFocus());
        m_driver->hover({m_source}, place);
        QVERIFY(m_driver->child("dropOverlay")->isVisible());
        m_driver->drop({m_source}, place);
        QVERIFY(!m_driver->child("dropOverlay")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() != nullptr, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard()->button(QWizard::NextButton)->isEnabled(), kWaitMs);
    }

    void theWizardIsWalkedThroughByKeys() {
        CompressWizard* wizard = m_driver->wizard();
        QVERIFY(QTest::qWaitForWindowActive(wizard, kWaitMs));
        QVERIFY(m_driver->tabTo(wizard->button(QWizard::NextButton)));
        m_driver->press(Qt::Key_Space);
        QCOMPARE(wizard->currentId(), static_cast<int>(ChoicesStep));
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::CommitButton)->isEnabled(), kWaitMs);
        QVERIFY(m_driver->tabTo(wizard->button(QWizard::CommitButton)));
        m_driver->press(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(wizard->job() != 0, kWaitMs);
        QCOMPARE(rows(database(), QStringLiteral("SELECT source FROM jobs")), QList<QVariantList>{{m_source}});
        m_driver->press(Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->wizard() == nullptr, kWaitMs);
        QTRY_VERIFY(m_driver->child("jobsPanel")->isVisible());
    }

    void aMessageWaitsForTheModel() {
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->window().isActiveWindow(), kWaitMs);
        m_driver->press(Qt::Key_N, Qt::ControlModifier);
        m_driver->type(question());
        m_driver->press(Qt::Key_Return);
        m_asked = {question()};
        QCOMPARE(m_driver->chat().controller()->state(), ChatController::State::Waiting);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->lastAnswer().size() > 20, kCompressMs);
        QVERIFY(m_driver->child("jobsPanel")->isHidden());
    }

    void memoryFollowsTheSliderWhileTheAnswerGoesOn() {
        MemorySlider& slider = m_driver->window().memoryPanel().slider();
        const qint64 full = settledBytes();
        const qint64 before = anonymousBytes();
        slider.setFocus();
        m_driver->press(Qt::Key_Home);
        QCOMPARE(slider.value(), slider.minimum());
        const auto taken = static_cast<double>(slider.maximum() - slider.value());
        QVERIFY(taken > 0.4 * static_cast<double>(full));
        QTRY_VERIFY2_WITH_TIMEOUT(static_cast<double>(before - anonymousBytes()) > kMostOfIt * taken,
                                  qPrintable(QStringLiteral("%1 of %2").arg(before - anonymousBytes()).arg(taken)),
                                  kWaitMs);
        QVERIFY(goesOn());
        const qint64 least = anonymousBytes();
        m_driver->press(Qt::Key_End);
        QCOMPARE(slider.value(), slider.maximum());
        QTRY_VERIFY2_WITH_TIMEOUT(static_cast<double>(anonymousBytes() - least) > kMostOfIt * taken,
                                  qPrintable(QStringLiteral("%1 of %2").arg(anonymousBytes() - least).arg(taken)),
                                  kWaitMs);
        QVERIFY(goesOn());
        // Another place, to be found again, also when the conversation is not there that takes memory now.
        for (int step = 0; step < 6; ++step) m_driver->press(Qt::Key_PageDown);
        m_left.memoryBytes = slider.value();
        QVERIFY(m_left.memoryBytes < slider.maximum());
        QVERIFY(goesOn());
    }

    void everythingIsInTheDatabase() {
        // With the slider in hand.
        m_driver->press(Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(m_driver->chat().controller()->state(), ChatController::State::Idle, kWaitMs);
        m_left.answer = m_driver->lastAnswer();
        m_left.folder = m_folder;
        m_driver.reset();
        const auto messages = rows(database(), QStringLiteral("SELECT role, text, tokens, memory_bytes, model_name, "
                                                              "stopped FROM messages ORDER BY id"));
        QCOMPARE(messages.size(), 2 * m_asked.size());
        for (qsizetype pair = 0; pair < m_asked.size(); ++pair) {
            QCOMPARE(messages[2 * pair].mid(0, 2), (QVariantList{static_cast<int>(Role::User), m_asked[pair]}));
            const QVariantList& answer = messages[2 * pair + 1];
            QCOMPARE(answer[0].toInt(), static_cast<int>(Role::Assistant));
            QVERIFY(answer[2].toInt() > 0);
            QVERIFY(answer[3].toLongLong() > 0);
            QVERIFY(!answer[4].toString().isEmpty());
        }
        QCOMPARE(messages.last()[1].toString(), m_left.answer);
        const auto stacks = rows(database(), QStringLiteral("SELECT path, memory_bytes FROM stacks"));
        QCOMPARE(stacks.size(), 1);
        QVERIFY(QFileInfo::exists(stacks[0][0].toString()));
        QCOMPARE(stacks[0][1].toLongLong(), m_left.memoryBytes);
        QCOMPARE(rows(database(), QStringLiteral("SELECT * FROM jobs")).size(), 0);
        QCOMPARE(rows(database(), QStringLiteral("PRAGMA integrity_check")), QList<QVariantList>{{u"ok"_qs}});
    }

    /// In a process of its own: nothing but the folder goes there.
    void theNextStartFindsItAgain() {
        QVERIFY(!m_left.answer.isEmpty());
        QProcess again;
        again.setProcessChannelMode(QProcess::ForwardedChannels);
        again.start(QApplication::applicationFilePath(),
                    {QStringLiteral("again"), m_left.folder, m_left.answer, QString::number(m_left.memoryBytes)});
        QVERIFY(again.waitForFinished(kCompressMs));
        QCOMPARE(again.exitStatus(), QProcess::NormalExit);
        QCOMPARE(again.exitCode(), 0);
    }

private:
    [[nodiscard]] QString database() const { return foldersIn(m_folder).database(); }
    /// Of the session, once all that the slider allows is in memory.
    qint64 settledBytes() {
        auto* quality = m_driver->child<QLabel>("memoryQuality");
        const auto isSettled = [&] { return !quality->text().contains(QStringLiteral("loading")); };
        static_cast<void>(QTest::qWaitFor(isSettled, kWaitMs));
        return m_driver->window().memoryPanel().slider().value();
    }
    /// Answers grow. A real model comes to an end when it likes, and is asked for more.
    bool goesOn() {
        for (int question = 0; question < kMostQuestions; ++question) {
            const qsizetype length = m_driver->lastAnswer().size();
            const auto grows = [&] { return m_driver->lastAnswer().size() > length + 20; };
            if (!QTest::qWaitFor([&] { return grows() || isIdle(); }, kWaitMs)) return false;
            if (grows()) return true;
            ask(QStringLiteral("Tell me more about it, chapter by chapter."));
        }
        return false;
    }
    [[nodiscard]] bool isIdle() { return m_driver->chat().controller()->state() == ChatController::State::Idle; }
    void ask(const QString& text) {
        m_driver->child("composerText")->setFocus();
        m_driver->type(text);
        m_driver->press(Qt::Key_Return);
        m_asked.append(text);
        m_driver->window().memoryPanel().slider().setFocus();
    }

    bool m_useSample;
    test::TemporaryFolder m_files;
    test::TemporaryFolder m_data;
    QString m_source;
    QString m_folder;
    std::unique_ptr<WindowDriver> m_driver;
    QStringList m_asked;
    Left m_left;
};

/// The second start.
class Return : public QObject {
    Q_OBJECT
public:
    explicit Return(Left left) : m_left(std::move(left)) {}

private slots:
    void initTestCase() { m_driver = std::make_unique<WindowDriver>(m_left.folder); }
    void cleanupTestCase() { m_driver.reset(); }

    void theModelIsThereWithItsMemory() {
        MemorySlider& slider = m_driver->window().memoryPanel().slider();
        QTRY_VERIFY_WITH_TIMEOUT(slider.isVisible(), kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(slider.value(), m_left.memoryBytes, kWaitMs);
        // Nor does the governor take it for its own to change.
        QTest::qWait(kGovernorMs);
        QCOMPARE(slider.value(), m_left.memoryBytes);
    }

    void theConversationIsOpenedByKeys() {
        auto* list = m_driver->window().findChild<ConversationList*>();
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount() > 0, true, kWaitMs);
        m_driver->press(Qt::Key_F6, Qt::ShiftModifier);
        QListView* view = nullptr;
        for (QListView* each : list->findChildren<QListView*>())
            if (each->model() == list->model()) view = each;
        QVERIFY(m_driver->tabTo(view));
        const auto isIt = [&] { return question().startsWith(view->currentIndex().data().toString().left(20)); };
        for (int row = 0; row < 3 && !(view->currentIndex().isValid() && isIt()); ++row) m_driver->press(Qt::Key_Down);
        m_driver->press(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(m_driver->lastAnswer(), m_left.answer, kWaitMs);
        QVERIFY(messages().rowCount() >= 2);
        QCOMPARE(messages().index(0).data().toString(), question());
    }

    void theConversationGoesOn() {
        const int before = messages().rowCount();
        m_driver->press(Qt::Key_F6);
        m_driver->type(QStringLiteral("And then?"));
        m_driver->press(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(messages().rowCount(), before + 2, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(!m_driver->lastAnswer().isEmpty(), kWaitMs);
    }

private:
    [[nodiscard]] const ChatTreeModel& messages() { return *m_driver->chat().controller()->messages(); }

    Left m_left;
    std::unique_ptr<WindowDriver> m_driver;
};

}  // namespace
}  // namespace strata::ui::testing

int main(int argc, char** argv) {
    using namespace strata::ui::testing;
    QApplication qt(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.value(1) == QLatin1String("again")) {
        Return test({arguments.value(2), arguments.value(3), arguments.value(4).toLongLong()});
        return QTest::qExec(&test, arguments.mid(0, 1));
    }
    Journey test(arguments.value(1) == QLatin1String("sample"));
    return QTest::qExec(&test, arguments.mid(0, 1));
}

#include "journey_test.moc"
