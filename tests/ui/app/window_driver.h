// Drives the program's own window as a person does: by drops and keys. And looks from outside at what it uses and
// stores.
#pragma once

#include "app/strata/application.h"
#include "tests/support/tiny_model.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <functional>
#include <memory>

class QWidget;
class QWizard;

namespace strata::ui {
class ChatPage;
class CompressWizard;
}  // namespace strata::ui

namespace strata::ui::testing {

inline constexpr int kWaitMs = 60'000;

/// Everything the program keeps lies below `folder`.
[[nodiscard]] AppFolders foldersIn(const QString& folder);

/// A random model that says "the the the" until it is stopped: others would have Qt look for fonts of many scripts. Its
/// weights are large enough to stand out of the window's own memory.
[[nodiscard]] test::TinyOptions talkingModel();
/// As a stack with a quality curve; its path.
[[nodiscard]] QString writeTalkingStack(const std::filesystem::path& file);

/// The application and its window, shown and active. It stops what it does when it is destroyed, as at a quit.
class WindowDriver {
public:
    explicit WindowDriver(const QString& folder);
    ~WindowDriver();

    [[nodiscard]] app::Application& application() { return *m_application; }
    [[nodiscard]] MainWindow& window() { return *m_window; }
    [[nodiscard]] ChatPage& chat();
    [[nodiscard]] CompressWizard* wizard();
    template <class Widget = QWidget>
    [[nodiscard]] Widget* child(const char* name) {
        return m_window->findChild<Widget*>(QLatin1String(name));
    }
    /// Words of the answer at the end of the conversation that is shown.
    [[nodiscard]] QString lastAnswer();
    [[nodiscard]] QString notice();

    /// As a window system delivers it: entering, moving, and the drop, at that place of the window.
    void hover(const QStringList& paths, const QPoint& place);
    void drop(const QStringList& paths, const QPoint& place);
    /// To the widget that has the focus, by way of the active window.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    void type(const QString& text);
    /// Presses Tab until `widget` has the focus; false when it never gets it.
    [[nodiscard]] bool tabTo(QWidget* widget);

private:
    std::unique_ptr<app::Application> m_application;
    MainWindow* m_window = nullptr;
};

/// Bytes of this process that no file stands behind (RssAnon).
[[nodiscard]] qint64 anonymousBytes();

/// Rows of a query, on a connection of its own that only reads. Fails the test when it cannot.
[[nodiscard]] QList<QVariantList> rows(const QString& database, const QString& query);

}  // namespace strata::ui::testing
