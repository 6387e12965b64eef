#include "ui/memory/memory_accessible.h"

#include "ui/memory/memory_slider.h"
#include "ui/memory/quality_plot.h"

#include <QAccessibleWidget>

namespace strata::ui {
namespace {

constexpr double kMegabyte = 1e6;

/// In megabytes: readers speak the bare number.
class AccessibleSlider : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit AccessibleSlider(MemorySlider* slider) : QAccessibleWidget(slider, QAccessible::Slider) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    [[nodiscard]] QString text(QAccessible::Text which) const override {
        // The accessibility bus has a number for the value and no words: they stand in the description too.
        const bool inWords = which == QAccessible::Value || which == QAccessible::Description;
        return inWords ? slider().spokenValue() : QAccessibleWidget::text(which);
    }
    [[nodiscard]] QVariant currentValue() const override { return megabytes(slider().value()); }
    void setCurrentValue(const QVariant& value) override { slider().moveTo(qRound64(value.toDouble() * kMegabyte)); }
    [[nodiscard]] QVariant maximumValue() const override { return megabytes(slider().maximum()); }
    [[nodiscard]] QVariant minimumValue() const override { return megabytes(slider().minimum()); }
    [[nodiscard]] QVariant minimumStepSize() const override { return megabytes(slider().step()); }

private:
    static double megabytes(qint64 bytes) { return static_cast<double>(bytes) / kMegabyte; }
    [[nodiscard]] MemorySlider& slider() const { return *static_cast<MemorySlider*>(widget()); }
};

class AccessiblePlot : public QAccessibleWidget {
public:
    explicit AccessiblePlot(QualityPlot* plot) : QAccessibleWidget(plot, QAccessible::Chart) {}
    [[nodiscard]] QString text(QAccessible::Text which) const override {
        return which == QAccessible::Value ? static_cast<QualityPlot*>(widget())->spokenText()
                                           : QAccessibleWidget::text(which);
    }
};

QAccessibleInterface* create(const QString&, QObject* object) {
    if (auto* slider = qobject_cast<MemorySlider*>(object)) return new AccessibleSlider(slider);
    if (auto* plot = qobject_cast<QualityPlot*>(object)) return new AccessiblePlot(plot);
    return nullptr;
}

}  // namespace

void installMemoryAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(create);
        return true;
    }();
    static_cast<void>(installed);
}

}  // namespace strata::ui
