// The wizard's pages up to the order: what is found, chosen and told before anything is done.
#include "ui/wizard/compress_wizard.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "ui/models/number_text.h"
#include "ui/wizard/choices_page.h"

#include <QAbstractButton>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>
#include <atomic>

namespace strata::ui {
namespace {

constexpr int kWaitMs = 60'000;

class CompressWizardTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(test::TinyModel().writeGguf(m_files / "tiny.gguf")); }
    void init() {
        m_models = std::make_unique<test::TemporaryFolder>();
        m_freeBytes = qint64{1} << 40;
        m_wizard = std::make_unique<CompressWizard>(
            m_controller, m_theme, folder(), nullptr,
            [this](const std::filesystem::path&) { return Result<std::uint64_t>(m_freeBytes.load()); });
        m_started = std::make_unique<QSignalSpy>(m_wizard.get(), &CompressWizard::startRequested);
        m_wizard->show();
    }
    void cleanup() { m_wizard.reset(); }

    void aDiskThatIsTooSmallIsRefusedInFigures() {
        m_freeBytes = 1000;
        toChoices();
        QTRY_VERIFY_WITH_TIMEOUT(problem().contains(u"too little room"_qs), kWaitMs);
        QVERIFY(!button()->isEnabled());
        const CompressionCost cost = compressionCost(m_wizard->source(), 6, m_wizard->order().output);
        QVERIFY(cost.neededDiskBytes() > 1000);
        const QString needed = bytesText(cost.neededDiskBytes());
        QTRY_VERIFY2(words().contains(u"%1, and only %2 are free"_qs.arg(needed, bytesText(1000))),
                     qPrintable(words()));
        QVERIFY2(problem().contains(u"free "_qs + bytesText(cost.neededDiskBytes() - 1000)), qPrintable(problem()));
        QVERIFY(problem().contains(u"another disk"_qs));
        m_wizard->next();
        QTest::keyClick(m_wizard.get(), Qt::Key_Return);
        QCOMPARE(m_wizard->currentId(), static_cast<int>(ChoicesStep));
        QCOMPARE(m_started->count(), 0);
    }

    /// Room was made, or a disk with room was chosen.
    void roomThatWasMadeIsSeenAtTheNextChange() {
        m_freeBytes = 1000;
        toChoices();
        QTRY_VERIFY_WITH_TIMEOUT(problem().contains(u"too little room"_qs), kWaitMs);
        m_freeBytes = qint64{1} << 40;
        setOutput(u"elsewhere.strata"_qs);
        QVERIFY(!button()->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(button()->isEnabled(), kWaitMs);
        QCOMPARE(problem(), QString());
        QTRY_VERIFY2(words().contains(u"that are free"_qs), qPrintable(words()));
        button()->click();
        QCOMPARE(m_started->count(), 1);
    }

    void aNameAloneGoesWhereModelsGo() {
        toChoices();
        setOutput(u"  mine "_qs);
        QCOMPARE(m_wizard->order().output, folder() + u"/mine.strata"_qs);
        setOutput(folder() + u"/below/mine.strata"_qs);
        QCOMPARE(m_wizard->order().output, folder() + u"/below/mine.strata"_qs);
    }

    void whatIsThereIsNeverReplaced() {
        QVERIFY(QFile(folder() + u"/Tiny.strata"_qs).open(QIODevice::WriteOnly));
        QVERIFY(QDir(folder()).mkpath(u"Tiny-2.strata.partial"_qs));  // of a job that is held
        toChoices();
        QCOMPARE(m_wizard->order().output, folder() + u"/Tiny-3.strata"_qs);
        for (const QString& name : {u"Tiny.strata"_qs, u"Tiny-2.strata"_qs}) {
            setOutput(name);
            QTRY_VERIFY_WITH_TIMEOUT(problem().contains(name), kWaitMs);
            QVERIFY2(problem().contains(u"there already"_qs) && problem().contains(u"another name"_qs),
                     qPrintable(problem()));
            QVERIFY(!button()->isEnabled());
        }
    }

    void aFolderThatIsNotThereIsSaidBefore() {
        toChoices();
        setOutput(folder() + u"/disk/x.strata"_qs);
        QTRY_VERIFY_WITH_TIMEOUT(problem().contains(u"“disk” is not there"_qs), kWaitMs);
        QVERIFY(!button()->isEnabled());
    }

    void effortIsAChoiceWithAPrice() {
        toChoices();
        QTRY_VERIFY_WITH_TIMEOUT(button()->isEnabled(), kWaitMs);  // the real cost is told
        auto* best = effort(u"Best"_qs);
        auto* quick = effort(u"Quick"_qs);
        QVERIFY(best->isChecked());
        QCOMPARE(m_wizard->order().effort, Effort::Best);
        SourceDescription large = m_wizard->source();
        large.parameters = 8'000'000'000;
        large.width = 4096;
        CompressionCost cost = compressionCost(large, 6, m_wizard->order().output);
        QVERIFY(cost.quickSeconds > 0.3 * cost.seconds && cost.quickSeconds < 0.7 * cost.seconds);
        auto* page = static_cast<ChoicesPage*>(m_wizard->currentPage());
        cost.seconds = 6 * 60;
        cost.quickSeconds = 3 * 60;
        page->setCost(cost);
        QVERIFY2(best->text().contains(u"about 6 minutes"_qs), qPrintable(best->text()));
        QVERIFY2(quick->text().contains(u"about 3 minutes"_qs), qPrintable(quick->text()));
        QTRY_VERIFY(words().contains(u"about 6 minutes"_qs));
        best->setFocus();
        QTest::keyClick(best, Qt::Key_Down);
        QVERIFY(quick->isChecked());
        QCOMPARE(m_wizard->order().effort, Effort::Quick);
        QTRY_VERIFY(words().contains(u"about 3 minutes"_qs));
        button()->click();
        QCOMPARE(m_started->count(), 1);
        QCOMPARE(m_started->first()[0].value<CompressionOrder>().effort, Effort::Quick);
    }

    /// Neither quality nor effort means anything there.
    void aCheckpointThatIsTakenOverHasNoSuchChoice() {
        toChoices(QStringLiteral(STRATA_TEST_DATA "/bitstack/llama"));
        QVERIFY(!effort(u"Best"_qs)->isVisible() && !effort(u"Quick"_qs)->isVisible());
        QTRY_VERIFY2_WITH_TIMEOUT(words().contains(u"that are free"_qs), qPrintable(words()), kWaitMs);
        QVERIFY2(words().contains(u"taken over as they are"_qs), qPrintable(words()));
        QVERIFY(!words().contains(u"about"_qs) && !words().contains(u"minute"_qs));
    }

private:
    [[nodiscard]] QString folder() const { return QFile::decodeName(m_models->path().c_str()); }
    [[nodiscard]] QAbstractButton* button() const { return m_wizard->button(QWizard::CommitButton); }
    void toChoices() { toChoices(QFile::decodeName((m_files / "tiny.gguf").c_str())); }
    void toChoices(const QString& source) {
        m_wizard->setSource(source);
        QTRY_VERIFY_WITH_TIMEOUT(m_wizard->button(QWizard::NextButton)->isEnabled(), kWaitMs);
        m_wizard->next();
        QCOMPARE(m_wizard->currentId(), static_cast<int>(ChoicesStep));
    }
    [[nodiscard]] QRadioButton* effort(const QString& name) const {
        for (auto* button : m_wizard->currentPage()->findChildren<QRadioButton*>())
            if (button->text().startsWith(name)) return button;
        return nullptr;
    }
    void setOutput(const QString& text) { m_wizard->findChild<QLineEdit*>(u"output"_qs)->setText(text); }
    /// Of the page, without its problem.
    [[nodiscard]] QString words() const {
        QStringList texts;
        for (const QLabel* label : m_wizard->currentPage()->findChildren<QLabel*>())
            if (label->isVisible()) texts.append(label->text());
        return texts.join(u'\n');
    }
    [[nodiscard]] QString problem() const {
        const auto* label = m_wizard->findChild<QLabel*>(u"costProblem"_qs);
        return label->isVisible() ? label->text() : QString();
    }

    Theme m_theme;
    CompressionController m_controller;
    test::TemporaryFolder m_files;
    std::unique_ptr<test::TemporaryFolder> m_models;
    std::atomic<qint64> m_freeBytes = 0;
    std::unique_ptr<CompressWizard> m_wizard;
    std::unique_ptr<QSignalSpy> m_started;
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::CompressWizardTest)
#include "compress_wizard_test.moc"
