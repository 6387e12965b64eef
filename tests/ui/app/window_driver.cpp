#include "tests/ui/app/window_driver.h"

#include "ui/chat/chat_page.h"
#include "ui/models/chat_tree_model.h"
#include "ui/window/notice_bar.h"
#include "ui/wizard/compress_wizard.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDragEnterEvent>
#include <QDragMoveEvent>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QTest>
#include <QUrl>
#include <QWindow>

namespace strata::ui::testing {
namespace {

constexpr int kMostTabs = 200;

std::unique_ptr<QMimeData> filesData(const QStringList& paths) {
    auto data = std::make_unique<QMimeData>();
    QList<QUrl> urls;
    for (const QString& path : paths) urls.append(QUrl::fromLocalFile(path));
    data->setUrls(urls);
    return data;
}

QWindow* activeWindow() {
    const QWidget* active = QApplication::activeWindow();
    return active == nullptr ? nullptr : active->windowHandle();
}

}  // namespace

AppFolders foldersIn(const QString& folder) {
    return {.data = folder,
            .config = folder + QStringLiteral("/config"),
            .cache = folder + QStringLiteral("/cache"),
            .models = folder + QStringLiteral("/models")};
}

test::TinyOptions talkingModel() {
    test::TinyOptions options;
    options.layers = 4;
    options.embedding = 384;
    options.heads = 6;
    options.kvHeads = 3;
    options.headDim = 64;
    options.feedForward = 1024;
    options.contextLength = 4096;
    options.seed = 5;
    options.endsTurns = false;
    return options;
}

QString writeTalkingStack(const std::filesystem::path& file) {
    const auto written = test::TinyModel(talkingModel()).writeStack(file, [](StackContents& contents) {
        contents.curve = {{1, 1, 40, 2, 0.3F}, {1'000'000'000, 2, 20, 0.1F, 0.98F}};
    });
    return written ? QFile::decodeName(file.c_str()) : QString();
}

WindowDriver::WindowDriver(const QString& folder) {
    const QWidgetList others = QApplication::topLevelWidgets();
    const AppFolders folders = foldersIn(folder);
    if (!folders.create()) qFatal("%s cannot be written", qPrintable(folder));
    m_application = std::make_unique<app::Application>(folders);
    m_application->show();
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* found = qobject_cast<MainWindow*>(widget); found != nullptr && !others.contains(widget))
            m_window = found;
    m_window->activateWindow();
    if (!QTest::qWaitForWindowActive(m_window, kWaitMs)) qFatal("the window was not activated");
}

WindowDriver::~WindowDriver() = default;

ChatPage& WindowDriver::chat() {
    return *m_window->findChild<ChatPage*>();
}

CompressWizard* WindowDriver::wizard() {
    for (auto* wizard : m_window->findChildren<CompressWizard*>())
        if (wizard->isVisible()) return wizard;
    return nullptr;
}

QString WindowDriver::lastAnswer() {
    const ChatTreeModel* messages = chat().controller()->messages();
    const QModelIndex last = messages->index(messages->rowCount() - 1);
    if (last.data(ChatTreeModel::SpeakerRole).toInt() != static_cast<int>(Role::Assistant)) return {};
    return last.data().toString();
}

QString WindowDriver::notice() {
    return m_window->notices().currentTitle();
}

void WindowDriver::hover(const QStringList& paths, const QPoint& place) {
    const auto data = filesData(paths);
    QDragEnterEvent enter(place, Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(m_window->windowHandle(), &enter);
    QDragMoveEvent move(place, Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(m_window->windowHandle(), &move);
}

void WindowDriver::drop(const QStringList& paths, const QPoint& place) {
    hover(paths, place);
    const auto data = filesData(paths);
    QDropEvent drop(place, Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(m_window->windowHandle(), &drop);
}

void WindowDriver::press(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QTRY_VERIFY_WITH_TIMEOUT(activeWindow() != nullptr, kWaitMs);
    QTest::keyClick(activeWindow(), key, modifiers);
}

void WindowDriver::type(const QString& text) {
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::focusWidget() != nullptr, kWaitMs);
    QTest::keyClicks(QApplication::focusWidget(), text);
}

bool WindowDriver::tabTo(QWidget* widget) {
    for (int tab = 0; tab < kMostTabs && !widget->hasFocus(); ++tab) press(Qt::Key_Tab);
    return widget->hasFocus();
}

qint64 anonymousBytes() {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) return 0;
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("RssAnon:");
    return at < 0 ? 0 : 1024 * text.mid(at + 8, text.indexOf("kB", at) - at - 8).trimmed().toLongLong();
}

QList<QVariantList> rows(const QString& database, const QString& query) {
    QList<QVariantList> found;
    {
        QSqlDatabase connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("look"));
        connection.setDatabaseName(database);
        connection.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=10000"));
        if (!connection.open()) qFatal("%s", qPrintable(connection.lastError().text()));
        QSqlQuery answer(connection);
        if (!answer.exec(query)) qFatal("%s", qPrintable(answer.lastError().text()));
        while (answer.next()) {
            QVariantList row;
            for (int column = 0; column < answer.record().count(); ++column) row.append(answer.value(column));
            found.append(row);
        }
    }
    QSqlDatabase::removeDatabase(QStringLiteral("look"));
    return found;
}

}  // namespace strata::ui::testing
