// A screen reader's view of the program itself, over the accessibility bus: everything has a name and a role, and the
// memory is moved and read without seeing it.
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/accessible_tree.h"
#include "tests/ui/app/window_driver.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTest>

namespace strata::ui::testing {
namespace {

bool isCalled(const AccessibleNode& node, const QString& role, const QString& name) {
    return node.role == role && node.name == name;
}

class AccessibilityTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_bus = std::make_unique<AccessibleBus>();
        if (!m_bus->isConnected()) QSKIP("there is no accessibility bus (at-spi2-core)");
        const QString stack = writeTalkingStack(m_folder / "Tiny.strata");
        QVERIFY(!stack.isEmpty());
        QVERIFY(test::TinyModel().writeGguf(m_folder / "source.gguf"));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_LINUX_ACCESSIBILITY_ALWAYS_ON"), QStringLiteral("1"));
        m_program.setProcessEnvironment(environment);
        m_program.setProcessChannelMode(QProcess::ForwardedChannels);
        m_program.start(QStringLiteral(STRATA_PROGRAM), {stack});
        QTRY_VERIFY_WITH_TIMEOUT(find(QStringLiteral("slider"), QStringLiteral("Memory for the model")), kWaitMs);
    }
    void cleanupTestCase() {
        m_program.terminate();
        m_program.waitForFinished(kWaitMs);
    }

    void everythingHasANameAndARole_data() {
        QTest::addColumn<QString>("opener");
        QTest::newRow("chat") << QString();
        QTest::newRow("models") << QStringLiteral("Models");
        QTest::newRow("settings") << QStringLiteral("Settings");
    }
    void everythingHasANameAndARole() {
        QFETCH(QString, opener);
        if (!opener.isEmpty()) {
            QVERIFY(press(opener));
            QTest::qWait(200);
        }
        expectNames();
    }

    void theSliderIsReadInWordsAndMoved() {
        const QString name = QStringLiteral("Memory for the model");
        QVERIFY(find(QStringLiteral("slider"), name));
        static const QRegularExpression words(QStringLiteral("^[\\d.]+ of [\\d.]+ (MB|megabytes)"));
        QVERIFY2(words.match(m_found->description).hasMatch(), qPrintable(m_found->description));
        const QList<double> before = m_bus->values(*m_found);
        QVERIFY2(before[0] < before[2] && before[2] < 1000, "the values are megabytes");
        QVERIFY(m_bus->setValue(*m_found, before[0]));
        QTRY_COMPARE_WITH_TIMEOUT(m_bus->values(*m_found)[1], before[0], kWaitMs);
        const QString least = QString::number(before[0], 'f', 0);
        QTRY_VERIFY_WITH_TIMEOUT(find(QStringLiteral("slider"), name) && m_found->description.startsWith(least.left(1)),
                                 kWaitMs);
        QVERIFY(m_bus->setValue(*m_found, before[2]));
    }

    void anAnswerIsRead() {
        QVERIFY(press(QStringLiteral("New chat")));
        QTRY_VERIFY_WITH_TIMEOUT(
            find(QStringLiteral("push button"), QStringLiteral("Explain how tides work, in simple words")), kWaitMs);
        QVERIFY(m_bus->act(*m_found));
        QTRY_VERIFY_WITH_TIMEOUT(find(QStringLiteral("push button"), QStringLiteral("Stop")), kWaitMs);
        const auto isAnswer = [](const AccessibleNode& node) {
            return node.role == QLatin1String("list item") && node.name.startsWith(QLatin1String("Answer"));
        };
        QTRY_VERIFY_WITH_TIMEOUT(tree().find(isAnswer) != nullptr, kWaitMs);
        QVERIFY(find(QStringLiteral("push button"), QStringLiteral("Stop")) && m_bus->act(*m_found));
        QTRY_VERIFY_WITH_TIMEOUT(!find(QStringLiteral("push button"), QStringLiteral("Stop")), kWaitMs);
        expectNames();
    }

    void theWizardHasNamesToo() {
        QProcess second;
        second.start(QStringLiteral(STRATA_PROGRAM), {QFile::decodeName((m_folder / "source.gguf").c_str())});
        QVERIFY(second.waitForFinished(kWaitMs));
        QCOMPARE(second.exitCode(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(find(QStringLiteral("push button"), QStringLiteral("Next")) && m_found->isEnabled,
                                 kWaitMs);
        expectNames();
        QVERIFY(m_bus->act(*m_found));
        QTRY_VERIFY_WITH_TIMEOUT(find(QStringLiteral("push button"), QStringLiteral("Compress")), kWaitMs);
        expectNames();
    }

private:
    AccessibleNode tree() { return m_bus->program(QStringLiteral("strata")).value_or(AccessibleNode{}); }
    /// Among what is to be seen; it is in m_found then.
    bool find(const QString& role, const QString& name) {
        const AccessibleNode all = tree();
        const AccessibleNode* found =
            all.find([&](const AccessibleNode& node) { return node.isShowing && isCalled(node, role, name); });
        m_found = found == nullptr ? std::nullopt : std::optional(*found);
        return found != nullptr;
    }
    bool press(const QString& name) {
        const AccessibleNode all = tree();
        const AccessibleNode* found = all.find(
            [&](const AccessibleNode& node) { return node.isShowing && node.name == name && node.isFocusable; });
        return found != nullptr && m_bus->act(*found);
    }
    void expectNames() {
        // What can be pressed, chosen or written in has one of these, whatever it is drawn as.
        static const QSet<QString> known{
            QStringLiteral("push button"),  QStringLiteral("toggle button"), QStringLiteral("check box"),
            QStringLiteral("radio button"), QStringLiteral("button menu"),   QStringLiteral("combo box"),
            QStringLiteral("spin box"),     QStringLiteral("slider"),        QStringLiteral("text"),
            QStringLiteral("list"),         QStringLiteral("list item"),     QStringLiteral("label")};
        const AccessibleNode all = tree();
        int seen = 0;
        QStringList wrong;
        all.visit([&](const AccessibleNode& node) {
            const bool isControl = node.role.endsWith(QLatin1String("button")) || node.role == QLatin1String("slider");
            if (!node.isShowing || (!node.isFocusable && !isControl)) return;
            ++seen;
            if (node.name.trimmed().isEmpty() || !known.contains(node.role))
                wrong.append(node.role + QStringLiteral(" “") + node.name + QStringLiteral("” ") + node.description);
        });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QStringLiteral("; ")) + u'\n' + all.text()));
        QVERIFY2(seen > 10, qPrintable(all.text()));
    }

    test::TemporaryFolder m_folder;
    std::unique_ptr<AccessibleBus> m_bus;
    QProcess m_program;
    std::optional<AccessibleNode> m_found;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::AccessibilityTest)
#include "accessibility_test.moc"
