#include "ui/chat/link_dialog.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

namespace strata::ui {

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
    box->setWindowTitle(QObject::tr("Open link"));
    box->setText(isOpenable ? QObject::tr("Open this address outside of Strata?")
                            : QObject::tr("This link cannot be opened: only web and mail addresses can."));
    box->setInformativeText(target.size() > 500 ? target.left(500) + QChar(0x2026) : target);
    if (isOpenable) {
        QPushButton* open = box->addButton(QObject::tr("Open"), QMessageBox::AcceptRole);
        QObject::connect(open, &QPushButton::clicked, box, [url] { QDesktopServices::openUrl(url); });
    }
    QPushButton* copy = box->addButton(QObject::tr("Copy address"), QMessageBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked, box, [target] { QGuiApplication::clipboard()->setText(target); });
    QPushButton* cancel = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(cancel);
    box->setEscapeButton(cancel);
    box->open();
}

}  // namespace strata::ui
