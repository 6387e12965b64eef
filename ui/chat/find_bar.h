// Find in this conversation.
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;

namespace strata::ui {

class ChatView;
class Theme;

class FindBar : public QFrame {
    Q_OBJECT
public:
    FindBar(Theme* theme, ChatView* view, QWidget* parent = nullptr);
    void start();
    void stop();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void search();
    void step(int step);
    void showPlace(int count);

    ChatView* m_view;
    QLineEdit* m_words;
    QLabel* m_place;
    int m_count = 0;
};

}  // namespace strata::ui
