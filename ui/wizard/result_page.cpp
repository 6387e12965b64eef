#include "ui/wizard/result_page.h"

#include "ui/controllers/quality.h"
#include "ui/memory/quality_plot.h"
#include "ui/models/number_text.h"
#include "ui/wizard/rough_time.h"

#include <QFormLayout>

namespace strata::ui {

ResultPage::ResultPage(const Theme& theme)
    : StepPage(
          theme, tr("Ready to chat"),
          tr("This is how often the compressed model picks the same next word as the full one, by memory, measured "
             "on text that was kept apart.")) {
    m_plot = new QualityPlot(theme);
    column().addWidget(m_plot);
    m_facts = addFacts();
    column().addStretch(1);
}

void ResultPage::setResult(const CompressionResult& result) {
    m_result = result;
    QList<MemoryTick> points;
    for (const QualityPoint& point : result.curve) points.append({point.weightBytes, point.agreement});
    m_plot->setCurve(points, points.isEmpty() ? 0 : points.last().totalBytes);
    if (!points.isEmpty()) m_plot->setCurrent(points.last().totalBytes, points.last().agreement);
    clearFacts(*m_facts);
    addFact(*m_facts, tr("Size"), tr("%1, from %2").arg(bytesText(result.stackBytes), bytesText(result.sourceBytes)));
    if (!points.isEmpty()) {
        addFact(*m_facts, tr("Best quality"), tr("%1 of the full model").arg(percentText(points.last().agreement)));
        if (const qint64 useful = usefulFrom(result.curve); useful > 0)
            addFact(*m_facts, tr("Runs from"), bytesText(useful));
    }
    addFact(*m_facts, tr("Time"), roughTime(result.seconds));
    addFact(*m_facts, tr("File"), result.output);
}

}  // namespace strata::ui
