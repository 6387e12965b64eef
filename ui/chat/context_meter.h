// How full the context is: a ring and a figure.
#pragma once

#include <QWidget>

namespace strata::ui {

class Theme;

class ContextMeter : public QWidget {
    Q_OBJECT
public:
    explicit ContextMeter(Theme* theme, QWidget* parent = nullptr);
    /// Hidden while `length` is 0.
    void setTokens(int tokens, int length);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QString words() const;
    Theme* m_theme;
    int m_tokens = 0;
    int m_length = 0;
};

}  // namespace strata::ui
