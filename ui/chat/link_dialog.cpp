#include "ui/chat/link_dialog.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

namespace strata::ui {
namespace {

QString say(const char* text) {
    return QCoreApplication::translate("LinkDialog", text);
}

}  // namespace

bool isOpenableLink(const QUrl& url) {
    if (!url.isValid()) return false;
    const QString scheme = url.scheme();
    const bool isWeb = scheme == QLatin1String("http") || scheme == QLatin1String("https");
    return (isWeb && !url.host().isEmpty()) || scheme == QLatin1String("mailto");
}

void askAndOpenLink(const QUrl& url, QWidget* parent) {
    auto* box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    // Encoded, so that no character can pretend to be another.
    const QString target = QString::fromLatin1(url.toEncoded());
    const bool isOpenable = isOpenableLink(url);
    box->setWindowTitle(say(QT_TRANSLATE_NOOP("LinkDialog", "Open link")));
    box->setText(isOpenable ? say(QT_TRANSLATE_NOOP("LinkDialog", "Open this address outside of Strata?"))
                            : say(QT_TRANSLATE_NOOP("LinkDialog",
                                                    "This link cannot be opened: only web and mail addresses can.")));
    box->setInformativeText(target.size() > 500 ? target.left(500) + QChar(0x2026) : target);
    if (isOpenable) {
        QPushButton* open = box->addButton(say(QT_TRANSLATE_NOOP("LinkDialog", "Open")), QMessageBox::AcceptRole);
        QObject::connect(open, &QPushButton::clicked, box, [url] { QDesktopServices::openUrl(url); });
    }
    QPushButton* copy = box->addButton(say(QT_TRANSLATE_NOOP("LinkDialog", "Copy address")), QMessageBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked, box, [target] { QGuiApplication::clipboard()->setText(target); });
    QPushButton* cancel = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(cancel);
    box->setEscapeButton(cancel);
    box->open();
}

}  // namespace strata::ui
