// Three columns: list, page, memory. The side columns go away by themselves where the window is narrow, and by hand.
#pragma once

#include "ui/theme/theme.h"

#include <QVariantAnimation>
#include <QWidget>

namespace strata::ui {

/// Below this width (at font scale 1) both side columns are closed unless they are opened by hand.
inline constexpr int kWideFrom = 1000;
inline constexpr int kListWidth = 264;
inline constexpr int kMemoryWidth = 300;

enum class Side : int { Left, Right };

class Columns : public QWidget {
    Q_OBJECT
public:
    Columns(const Theme& theme, QWidget* left, QWidget* centre, QWidget* right, QWidget* parent = nullptr);

    [[nodiscard]] bool isOpen(Side side) const noexcept;
    /// By hand: remembered for wide windows; in a narrow one it holds until the window is wide again.
    void setOpen(Side side, bool open);
    /// What the user wants of a wide window.
    [[nodiscard]] bool isWanted(Side side) const noexcept { return part(side).wanted; }
    void setWanted(Side side, bool wanted);

signals:
    void openChanged(strata::ui::Side side, bool open);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Part {
        QWidget* widget = nullptr;
        int width = 0;
        bool wanted = true;
        bool openWhenNarrow = false;
        bool shown = true;
        double share = 1;  ///< of its width that is on the screen
        QVariantAnimation* motion = nullptr;
    };
    [[nodiscard]] Part& part(Side side) noexcept { return side == Side::Left ? m_left : m_right; }
    [[nodiscard]] const Part& part(Side side) const noexcept { return side == Side::Left ? m_left : m_right; }
    void prepare(Side side, QWidget* widget, int width);
    [[nodiscard]] bool isNarrow() const noexcept;
    void update(Side side, bool animate);
    void place();

    const Theme& m_theme;
    Part m_left;
    Part m_right;
    QWidget* m_centre;
};

}  // namespace strata::ui
