// A conversation that has not begun: four prompts to begin with, and what the slider is for.
#pragma once

#include <QList>
#include <QWidget>

class QGridLayout;
class QPushButton;

namespace strata::ui {

class Theme;

class EmptyChat : public QWidget {
    Q_OBJECT
public:
    explicit EmptyChat(const Theme& theme, QWidget* parent = nullptr);

signals:
    /// One that `waitsForText` ends where the user's own words belong, and is not sent yet.
    void promptChosen(const QString& prompt, bool waitsForText);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] static QStringList prompts();
    [[nodiscard]] QPushButton* makePrompt(int index);
    void arrange();

    const Theme& m_theme;
    QList<QPushButton*> m_prompts;
    QGridLayout* m_grid;
};

}  // namespace strata::ui
