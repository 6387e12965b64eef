// Over the whole window while something is dragged above it: what a drop will do.
#pragma once

#include "ui/controllers/source_inspector.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace strata::ui {

/// "Compress Llama-3.2-1B (2.5 GB) - about 6 minutes", or why it cannot be used.
struct DropWords {
    QString title;
    QString text;
    bool accepted = true;
};
[[nodiscard]] DropWords dropWords(const QList<SourceDescription>& sources, const CompressionCost* cost);

class DropOverlay : public QWidget {
    Q_OBJECT
public:
    explicit DropOverlay(const Theme& theme, QWidget* parent);
    void setWords(const DropWords& words);
    [[nodiscard]] const DropWords& words() const noexcept { return m_words; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    DropWords m_words;
};

}  // namespace strata::ui
