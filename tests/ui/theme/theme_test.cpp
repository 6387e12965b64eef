#include "ui/theme/theme.h"

#include "ui/theme/palette.h"
#include "ui/theme/style_sheet.h"

#include <QApplication>
#include <QDirIterator>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui {
namespace {

// WCAG 2.1, level AA: text, and text from 24 px on or parts of controls.
constexpr double kTextContrast = 4.5;
constexpr double kGraphicContrast = 3;

QImage drawn(const QIcon& icon, QIcon::Mode mode = QIcon::Normal) {
    return icon.pixmap(QSize(40, 40), mode).toImage().convertToFormat(QImage::Format_ARGB32);
}

/// The most opaque pixel.
QColor ink(const QImage& image) {
    QColor best(0, 0, 0, 0);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y).alpha() > best.alpha()) best = image.pixelColor(x, y);
    return best;
}

class ThemeTest : public QObject {
    Q_OBJECT
private slots:
    void everyTextCanBeReadOnEveryGround_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void everyTextCanBeReadOnEveryGround() {
        QFETCH(bool, dark);
        const ColourRole grounds[] = {ColourRole::Window,     ColourRole::Surface,   ColourRole::CodeBackground,
                                      ColourRole::UserBubble, ColourRole::Selection, ColourRole::Hover};
        for (const ColourRole ground : grounds) {
            for (const ColourRole text :
                 {ColourRole::Text, ColourRole::SecondaryText, ColourRole::Accent, ColourRole::Error}) {
                const double contrast = contrastRatio(themeColour(text, dark), themeColour(ground, dark));
                QVERIFY2(contrast >= kTextContrast,
                         qPrintable(QStringLiteral("text %1 on %2: %3").arg(int(text)).arg(int(ground)).arg(contrast)));
            }
        }
        QVERIFY(contrastRatio(themeColour(ColourRole::AccentText, dark), themeColour(ColourRole::Accent, dark)) >=
                kTextContrast);
    }

    void theStackIsSeenOnItsGround() {
        for (const bool dark : {false, true}) {
            // The shallow layers of the light theme are bright; a border tells them apart.
            const ColourRole last = dark ? ColourRole::Layer5 : ColourRole::Layer2;
            for (int role = static_cast<int>(ColourRole::Layer0); role <= static_cast<int>(last); ++role)
                QVERIFY2(contrastRatio(themeColour(static_cast<ColourRole>(role), dark),
                                       themeColour(ColourRole::Surface, dark)) >= kGraphicContrast,
                         qPrintable(QString::number(role)));
            QVERIFY(contrastRatio(themeColour(ColourRole::KvCache, dark), themeColour(ColourRole::Surface, dark)) >=
                    kGraphicContrast);
        }
    }

    void contrastIsMeasuredAsWcagDoes() {
        QCOMPARE(contrastRatio(Qt::white, Qt::black), 21.0);
        QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
        QVERIFY(qAbs(contrastRatio(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.01);
    }

    void choosingAThemeRepaintsEverything() {
        Theme theme;
        QSignalSpy changed(&theme, &Theme::changed);
        theme.setChoice(ThemeChoice::Dark);
        QVERIFY(theme.isDark());
        QCOMPARE(changed.count(), 1);
        QCOMPARE(QApplication::palette().color(QPalette::Window), theme.colour(ColourRole::Window));
        QVERIFY(qApp->styleSheet().contains(theme.colour(ColourRole::Accent).name()));
        theme.setChoice(ThemeChoice::Light);
        QVERIFY(!theme.isDark());
        QCOMPARE(changed.count(), 2);
        theme.setChoice(ThemeChoice::Light);
        QCOMPARE(changed.count(), 2);
    }

    void fontsAndSpacesScaleUpToTwice() {
        Theme theme;
        QCOMPARE(theme.font(TextStyle::Body).pixelSize(), 15);
        QCOMPARE(theme.font(TextStyle::Figure).pixelSize(), 28);
        theme.setFontScale(2);
        QCOMPARE(theme.font(TextStyle::Body).pixelSize(), 30);
        QCOMPARE(theme.space(Space::Large), 32);
        QVERIFY(qApp->styleSheet().contains(QStringLiteral("font-size: 36px")));
        theme.setFontScale(50);
        QCOMPARE(theme.fontScale(), 2.0);
        theme.setFontScale(0);
        QCOMPARE(theme.fontScale(), 1.0);
    }

    void theSheetHasNoWordLeftOver() {
        Theme theme;
        const QString sheet = styleSheet(theme);
        QVERIFY(!sheet.contains(QLatin1Char('@')));
        QVERIFY(!QRegularExpression(QStringLiteral(":\\s*;")).match(sheet).hasMatch());
        QRegularExpressionMatchIterator urls =
            QRegularExpression(QStringLiteral("url\\(([^)]+)\\)")).globalMatch(sheet);
        QVERIFY(urls.hasNext());
        while (urls.hasNext()) QVERIFY(QFile::exists(urls.next().captured(1)));
    }

    void motionCanBeReduced() {
        Theme theme;
        QVERIFY(theme.animationMs() >= 120 && theme.animationMs() <= 180);
        theme.setReducedMotion(true);
        QCOMPARE(theme.animationMs(), 0);
    }

    void everyIconIsDrawnInTheColourOfItsRole() {
        Theme theme;
        int count = 0;
        for (QDirIterator files(QStringLiteral(":/icons")); files.hasNext();) {
            files.next();
            const QIcon icon = theme.icon(files.fileInfo().completeBaseName());
            QVERIFY2(ink(drawn(icon)).alpha() > 200, qPrintable(files.filePath()));
            ++count;
        }
        QVERIFY(count > 40);
        QVERIFY(theme.icon(QStringLiteral("no such icon")).isNull());
        const QIcon plus = theme.icon(QStringLiteral("plus"));
        theme.setChoice(ThemeChoice::Light);
        QCOMPARE(ink(drawn(plus)).name(), theme.colour(ColourRole::Text).name());
        theme.setChoice(ThemeChoice::Dark);
        QCOMPARE(ink(drawn(plus)).name(), theme.colour(ColourRole::Text).name());
        QCOMPARE(ink(drawn(theme.icon(QStringLiteral("plus"), ColourRole::Error))).name(),
                 theme.colour(ColourRole::Error).name());
        QVERIFY(ink(drawn(plus, QIcon::Disabled)).alpha() < 150);
    }

    void looksReachTheWidget() {
        Theme theme;
        theme.setChoice(ThemeChoice::Light);
        QLabel label(QStringLiteral("12"));
        setLook(label, Look::Figure);
        label.ensurePolished();
        QCOMPARE(label.font().pixelSize(), 28);
        setLook(label, Look::Secondary);
        QCOMPARE(label.font().pixelSize(), 13);
        QCOMPARE(label.palette().color(QPalette::WindowText), theme.colour(ColourRole::SecondaryText));
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::ThemeTest)
#include "theme_test.moc"
