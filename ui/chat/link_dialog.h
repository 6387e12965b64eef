// Links in answers are a model's invention: a person sees where one goes before it is opened.
#pragma once

class QUrl;
class QWidget;

namespace strata::ui {

/// http, https with a host, and mailto.
[[nodiscard]] bool isOpenableLink(const QUrl& url);
/// Shows the target; opens it in the system's browser if the person says so. Does not block.
void askAndOpenLink(const QUrl& url, QWidget* parent);

}  // namespace strata::ui
