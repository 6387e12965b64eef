// The devices on the page of settings: what is shown, and what a hand on mouse or keyboard does.
#include "ui/settings/device_section.h"

#include "tests/ui/controllers/fake_devices.h"
#include "ui/settings/device_row.h"
#include "ui/settings/settings_page.h"
#include "ui/theme/translations.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

namespace strata::ui::testing {
namespace {

using Kind = DeviceChoice::Kind;

/// A card, the processor's graphics, one that is too old, and a software device.
DeviceList severalDevices() {
    DeviceList list = madeUpDevices({QStringLiteral("Granite 9000 (rev 2)")});
    list.processorName = QStringLiteral("Made-up Processor 3000");
    list.devices.append(madeUpDevice(QStringLiteral("Pebble Graphics"), DeviceKind::Integrated));
    list.devices.append(madeUpDevice(QStringLiteral("Fossil")));
    list.devices.last().unusable = QStringLiteral("it has Vulkan 1.0, and 1.2 is needed");
    list.devices.append(madeUpDevice(QStringLiteral("softpipe"), DeviceKind::Software));
    return list;
}

struct Fixture {
    Theme theme;
    DeviceSection section{theme};
    QSignalSpy changed{&section, &DeviceSection::changed};
    Fixture() {
        section.setList(severalDevices());
        section.resize(640, 700);
        section.show();
        QApplication::setActiveWindow(&section);
    }
    template <class Widget>
    [[nodiscard]] Widget* child(const char* name) const {
        return section.findChild<Widget*>(QLatin1String(name));
    }
    [[nodiscard]] QStringList radios() const {
        QStringList names;
        for (const auto* radio : section.findChildren<QRadioButton*>())
            if (radio->isVisible()) names.append(radio->text());
        return names;
    }
    [[nodiscard]] QString note(const char* name) const { return child<QLabel>(name)->text(); }
};

class DeviceSectionTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void everythingThatComputesIsAChoice() {
        Fixture f;
        QCOMPARE(f.radios(), (QStringList{QStringLiteral("Automatic"), QStringLiteral("Processor"),
                                          QStringLiteral("Granite 9000"), QStringLiteral("Pebble Graphics"),
                                          QStringLiteral("Fossil"), QStringLiteral("softpipe")}));
        QVERIFY(f.child<QRadioButton>("deviceAutomaticRadio")->isChecked());
        QCOMPARE(f.note("deviceAutomaticNote"), QStringLiteral("now Granite 9000"));
        QCOMPARE(f.note("deviceProcessorNote"), QStringLiteral("Made-up Processor 3000"));
        QCOMPARE(f.note("device0Note"), QStringLiteral("graphics card · 8.00 GB of its own, 7.00 GB of it free"));
        QVERIFY(f.note("device1Note").contains(QStringLiteral("computer's memory")));
        QVERIFY(f.note("device2Note").contains(QStringLiteral("Vulkan 1.0")));
        QVERIFY(!f.child<QRadioButton>("device2Radio")->isEnabled());
        QVERIFY(f.note("device3Note").contains(QStringLiteral("slower than the processor")));
        QVERIFY(f.child<QLabel>("deviceLack")->isHidden());
        QCOMPARE(f.changed.count(), 0);
    }

    void aClickChooses() {
        Fixture f;
        f.child<QRadioButton>("device0Radio")->click();
        QCOMPARE(f.changed.count(), 1);
        QCOMPARE(f.section.choice(), (DeviceChoice{Kind::Device, QStringLiteral("uuid:Granite 9000 (rev 2)"),
                                                   QStringLiteral("Granite 9000 (rev 2)")}));
        f.child<QRadioButton>("deviceProcessorRadio")->click();
        QCOMPARE(f.section.choice().kind, Kind::Processor);
        QCOMPARE(f.changed.count(), 2);
    }

    void theKeyboardReachesAndMovesTheChoice() {
        Fixture f;
        QVERIFY(QTest::qWaitForWindowActive(&f.section));
        auto* automatic = f.child<QRadioButton>("deviceAutomaticRadio");
        automatic->setFocus();
        QTest::keyClick(automatic, Qt::Key_Down);
        QCOMPARE(f.section.choice().kind, Kind::Processor);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QCOMPARE(f.section.choice().name, QStringLiteral("Granite 9000 (rev 2)"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), f.child<QDoubleSpinBox>("device0Budget"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        auto* disclose = f.child<QToolButton>("device0Disclose");
        QCOMPARE(QApplication::focusWidget(), disclose);
        QTest::keyClick(disclose, Qt::Key_Space);
        QVERIFY(f.child<QLabel>("device0Details")->isVisible());
        QTest::keyClick(disclose, Qt::Key_Space);
        QVERIFY(!f.child<QLabel>("device0Details")->isVisible());
    }

    void eachDeviceHasALimitOfItsOwn() {
        Fixture f;
        auto* budget = f.child<QDoubleSpinBox>("device0Budget");
        QCOMPARE(budget->text(), QStringLiteral("all that is free"));
        QCOMPARE(budget->maximum(), 8.0);
        QVERIFY(f.child<QDoubleSpinBox>("device1Budget") == nullptr);
        budget->setValue(4.5);
        QCOMPARE(f.changed.count(), 1);
        QCOMPARE(f.section.budgets(), (DeviceBudgets{{QStringLiteral("uuid:Granite 9000 (rev 2)"), 4'500'000'000}}));
        budget->setValue(0);
        QVERIFY(f.section.budgets().isEmpty());
        f.section.setBudgets({{QStringLiteral("uuid:Granite 9000 (rev 2)"), 2'000'000'000}});
        QCOMPARE(budget->value(), 2.0);
        QCOMPARE(f.changed.count(), 2);
    }

    void detailsSayWhatWasFoundAndWhichWayIsTaken() {
        const QString details = deviceDetails(severalDevices().devices.first());
        for (const char* words : {"Granite 9000 (rev 2)", "Made up 1.0", "8-bit integers, 16-bit storage",
                                  "cooperative matrices", "32 threads", "134 MB", "by subgroup"})
            QVERIFY2(details.contains(QLatin1String(words)), words);
    }

    void theChoiceOutlivesItsDevice() {
        Fixture f;
        f.section.setChoice({Kind::Device, QStringLiteral("uuid:Slate"), QStringLiteral("Slate")});
        auto* radio = f.child<QRadioButton>("deviceMissingRadio");
        QVERIFY(radio->isChecked() && radio->isEnabled());
        QCOMPARE(radio->text(), QStringLiteral("Slate"));
        QVERIFY(f.note("deviceMissingNote").contains(QStringLiteral("not there now")));
        f.section.setList(madeUpDevices({QStringLiteral("Granite"), QStringLiteral("Slate")}));
        QVERIFY(f.child<QRadioButton>("device1Radio")->isChecked());
        QCOMPARE(f.changed.count(), 0);
    }

    void whereThereIsNothingOneLineSaysSo_data() {
        QTest::addColumn<int>("lack");
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("again");
        QTest::newRow("not built") << static_cast<int>(DeviceLack::NotBuilt) << QStringLiteral("This build") << false;
        QTest::newRow("not found") << static_cast<int>(DeviceLack::NotFound) << QStringLiteral("was found") << true;
        QTest::newRow("no answer") << static_cast<int>(DeviceLack::NoAnswer) << QStringLiteral("not answer") << true;
        QTest::newRow("empty") << static_cast<int>(DeviceLack::None) << QStringLiteral("was found") << true;
    }
    void whereThereIsNothingOneLineSaysSo() {
        QFETCH(const int, lack);
        QFETCH(const QString, words);
        QFETCH(const bool, again);
        Fixture f;
        DeviceList list;
        list.lack = static_cast<DeviceLack>(lack);
        f.section.setList(list);
        QVERIFY(f.radios().isEmpty());
        const auto* line = f.child<QLabel>("deviceLack");
        QVERIFY(line->isVisible());
        QVERIFY2(line->text().contains(words), qPrintable(line->text()));
        QVERIFY(line->text().contains(QStringLiteral("processor computes")));
        QCOMPARE(f.child<QPushButton>("checkDevices")->isVisible(), again);
    }

    void itAsksWhenItIsShownAndWhenTheButtonIsPressed() {
        Theme theme;
        DeviceSection section(theme);
        QSignalSpy asked(&section, &DeviceSection::checkRequested);
        section.show();
        QCOMPARE(asked.count(), 1);
        auto* button = section.findChild<QPushButton*>(QStringLiteral("checkDevices"));
        section.setChecking(true);
        QVERIFY(!button->isEnabled());
        section.setList(severalDevices());
        section.setChecking(false);
        QVERIFY(button->isEnabled());
        button->click();
        QCOMPARE(asked.count(), 2);
        section.hide();
        section.show();
        QCOMPARE(asked.count(), 2);
    }

    void everyControlHasANameInEveryLanguage() {
        Fixture f;
        f.section.setChoice({Kind::Device, QStringLiteral("uuid:Slate"), QStringLiteral("Slate")});
        QSet<QString> automatic;
        for (const Language& language : languages()) {
            f.theme.setLanguage(language.code);
            for (QWidget* widget : f.section.findChildren<QWidget*>()) {
                if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus)) continue;
                QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(!face->text(QAccessible::Name).isEmpty(), qPrintable(widget->objectName()));
            }
            automatic.insert(f.note("deviceAutomaticNote"));
            const QString details = f.child<QLabel>("device0Details")->text();
            QCOMPARE(details.contains(QStringLiteral("by subgroup")), language.code == QStringLiteral("en"));
        }
        QCOMPARE(automatic.size(), languages().size());
        f.theme.setLanguage({});
    }

    void thePageHandsOnWhatIsChosen() {
        Theme theme;
        SettingsPage page(theme);
        QSignalSpy changed(&page, &SettingsPage::changed);
        page.devices().setList(severalDevices());
        QCOMPARE(page.values().device.kind, Kind::Automatic);
        page.findChild<QRadioButton*>(QStringLiteral("deviceProcessorRadio"))->click();
        QCOMPARE(changed.count(), 1);
        QCOMPARE(page.values().device.kind, Kind::Processor);
        SettingsValues values;
        values.device = {Kind::Device, QStringLiteral("uuid:softpipe"), QStringLiteral("softpipe")};
        page.setValues(values);
        QVERIFY(page.findChild<QRadioButton*>(QStringLiteral("device3Radio"))->isChecked());
        QCOMPARE(changed.count(), 1);
    }
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::DeviceSectionTest)
#include "device_section_test.moc"
