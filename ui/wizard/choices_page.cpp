#include "ui/wizard/choices_page.h"

#include "ui/models/number_text.h"
#include "ui/theme/style_sheet.h"
#include "ui/wizard/rough_time.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>

namespace strata::ui {
namespace {

struct Ceiling {
    int planes;
    const char* name;
    const char* text;
};

constexpr Ceiling kCeilings[] = {
    {4, QT_TRANSLATE_NOOP("Ceiling", "Compact"), QT_TRANSLATE_NOOP("Ceiling", "smallest file; good answers at most")},
    {6, QT_TRANSLATE_NOOP("Ceiling", "Balanced"),
     QT_TRANSLATE_NOOP("Ceiling", "recommended; hardly to be told from the original at its best")},
    {8, QT_TRANSLATE_NOOP("Ceiling", "Faithful"), QT_TRANSLATE_NOOP("Ceiling", "largest file; as the original")},
};
constexpr int kDefaultPlanes = 6;
constexpr int kTypingPauseMs = 250;

}  // namespace

ChoicesPage::ChoicesPage(const Theme& theme, const QString& modelsFolder)
    : StepPage(theme, tr("How good may it become?"),
               tr("Whatever you choose, the model can later run in less. These defaults suit most.")),
      m_modelsFolder(modelsFolder) {
    column().addWidget(m_ceilings = buildCeiling());
    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(theme.space(Space::Wide));
    m_form->addRow(tr("Effort"), m_efforts = buildEffort());
    m_form->addRow(tr("Learn from"), buildCalibration());
    m_form->addRow(tr("Save as"), buildOutput());
    column().addLayout(m_form);
    m_facts = addFacts();
    m_problem = new QLabel;
    m_problem->setObjectName(QStringLiteral("costProblem"));
    m_problem->setWordWrap(true);
    setLook(*m_problem, Look::Problem);
    column().addWidget(m_problem);
    column().addStretch(1);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kTypingPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &ChoicesPage::costWanted);
    setCommitPage(true);
    setButtonText(QWizard::CommitButton, tr("Compress"));
}

QWidget* ChoicesPage::buildCeiling() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().space(Space::Tiny));
    m_ceiling = new QButtonGroup(this);
    for (const Ceiling& ceiling : kCeilings) {
        auto* button = new QRadioButton(tr("%1: %2").arg(QCoreApplication::translate("Ceiling", ceiling.name),
                                                         QCoreApplication::translate("Ceiling", ceiling.text)));
        button->setChecked(ceiling.planes == kDefaultPlanes);
        // Tab leads to the one that is chosen, arrows to the others.
        button->setFocusPolicy(button->isChecked() ? Qt::StrongFocus : Qt::ClickFocus);
        m_ceiling->addButton(button, ceiling.planes);
        layout->addWidget(button, 0, Qt::AlignLeft);
    }
    connect(m_ceiling, &QButtonGroup::idClicked, this, &ChoicesPage::askCost);
    return box;
}

QWidget* ChoicesPage::buildEffort() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().space(Space::Tiny));
    m_effort = new QButtonGroup(this);
    for (const Effort effort : {Effort::Best, Effort::Quick}) {
        auto* button = new QRadioButton;
        button->setChecked(effort == CompressionOrder{}.effort);
        button->setFocusPolicy(button->isChecked() ? Qt::StrongFocus : Qt::ClickFocus);
        m_effort->addButton(button, static_cast<int>(effort));
        layout->addWidget(button, 0, Qt::AlignLeft);
    }
    connect(m_effort, &QButtonGroup::idClicked, this, &ChoicesPage::showCost);
    showEfforts();
    return box;
}

Effort ChoicesPage::effort() const {
    return static_cast<Effort>(m_effort->checkedId());
}

void ChoicesPage::showEfforts() {
    const auto say = [this](Effort effort, const QString& words) {
        const double seconds = m_costKnown ? m_cost.secondsOf(effort) : 0;
        m_effort->button(static_cast<int>(effort))
            ->setText(seconds > 0 ? tr("%1: %2").arg(words, roughTime(seconds)) : words);
    };
    say(Effort::Best, tr("Best, with the fewest errors"));
    say(Effort::Quick, tr("Quick, with more errors at every size"));
}

QWidget* ChoicesPage::buildCalibration() {
    m_calibration = new QComboBox;
    m_calibration->setAccessibleName(tr("Text to learn from"));
    m_calibration->addItem(tr("The built-in text"));
    m_calibration->addItem(tr("A text file of mine…"));
    connect(m_calibration, &QComboBox::activated, this, [this](int index) {
        if (index != 1) return;
        auto* dialog = new QFileDialog(this, tr("Choose a text"), {}, tr("Texts (*.txt *.md);;All files (*)"));
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
            m_calibration->setItemText(1, QFileInfo(path).fileName());
            m_calibration->setItemData(1, path);
        });
        connect(dialog, &QFileDialog::rejected, this, [this] {
            if (m_calibration->itemData(1).toString().isEmpty()) m_calibration->setCurrentIndex(0);
        });
        dialog->open();
    });
    return m_calibration;
}

QWidget* ChoicesPage::buildOutput() {
    auto* box = new QWidget;
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().space(Space::Small));
    m_output = new QLineEdit;
    m_output->setAccessibleName(tr("Save as"));
    auto* browse = new QPushButton(tr("Change…"));
    layout->addWidget(m_output, 1);
    layout->addWidget(browse);
    m_output->setObjectName(QStringLiteral("output"));
    connect(m_output, &QLineEdit::textChanged, this, &ChoicesPage::askCost);
    connect(browse, &QPushButton::clicked, this, [this] {
        auto* dialog =
            new QFileDialog(this, tr("Save the compressed model"), m_output->text(), tr("Stacks (*.strata)"));
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(QStringLiteral("strata"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        // What is there is never replaced; the page says so.
        dialog->setOption(QFileDialog::DontConfirmOverwrite);
        connect(dialog, &QFileDialog::fileSelected, m_output, &QLineEdit::setText);
        dialog->open();
    });
    return box;
}

void ChoicesPage::setSource(const SourceDescription& source) {
    m_source = source;
    // The blocks of such a checkpoint are what they are.
    const bool hasChoice = source.kind != SourceKind::Bitstack;
    m_ceilings->setVisible(hasChoice);
    m_form->labelForField(m_efforts)->setVisible(hasChoice);
    m_efforts->setVisible(hasChoice);
    setStepTitle(hasChoice ? tr("How good may it become?") : tr("Take over a checkpoint"));
    setStepText(hasChoice ? tr("Whatever you choose, the model can later run in less. These defaults suit most.")
                          : tr("Its blocks are taken over as they are, so there is no quality to choose."));
    const QSignalBlocker quiet(m_output);  // who gives the source asks for its cost
    m_output->setText(source.output);
    m_costKnown = false;
    showCost();
}

void ChoicesPage::setCost(const CompressionCost& cost) {
    m_cost = cost;
    m_costKnown = true;
    showCost();
}

void ChoicesPage::askCost() {
    m_costKnown = false;
    emit completeChanged();
    m_pause.start();
}

void ChoicesPage::showCost() {
    clearFacts(*m_facts);
    showProblem();
    showEfforts();
    if (!m_costKnown) {
        addFact(*m_facts, tr("This will take"), tr("computing…"));
        emit completeChanged();
        return;
    }
    if (const double seconds = m_cost.secondsOf(effort()); seconds > 0)
        addFact(*m_facts, tr("Time"), roughTime(seconds));
    addFact(*m_facts, tr("Size of the result"), bytesText(m_cost.stackBytes));
    addFact(*m_facts, tr("Disk while it runs"),
            (m_cost.fitsDisk() ? tr("%1 of %2 that are free") : tr("%1, and only %2 are free"))
                .arg(bytesText(m_cost.neededDiskBytes()), bytesText(m_cost.freeDiskBytes)));
    addFact(*m_facts, tr("Memory while it runs"), bytesText(m_cost.peakMemoryBytes));
    emit completeChanged();
}

void ChoicesPage::showProblem() {
    m_problem->setVisible(m_costKnown && !m_cost.isPayable());
    m_problem->setToolTip(m_cost.problem.detail);
    m_problem->setText(m_cost.fitsDisk() || !m_cost.problem.title.isEmpty()
                           ? m_cost.problem.title + QLatin1Char(' ') + m_cost.problem.remedy
                           : tr("This disk has too little room: free %1, or save it on another disk.")
                                 .arg(bytesText(m_cost.neededDiskBytes() - m_cost.freeDiskBytes)));
}

/// A name alone goes where models go.
QString ChoicesPage::output() const {
    const QString typed = m_output->text().trimmed();
    if (typed.isEmpty()) return {};
    const QString path = QDir(m_modelsFolder).absoluteFilePath(typed);
    const QString suffix = QStringLiteral(".strata");
    return path.endsWith(suffix, Qt::CaseInsensitive) ? path : path + suffix;
}

CompressionOrder ChoicesPage::order() const {
    CompressionOrder order;
    order.source = m_source.path;
    order.output = output();
    order.name = m_source.name;
    order.planes = static_cast<unsigned>(m_ceiling->checkedId());
    order.effort = effort();
    order.calibration = m_calibration->currentIndex() == 1 ? m_calibration->itemData(1).toString() : QString();
    return order;
}

bool ChoicesPage::isComplete() const {
    return m_costKnown && m_cost.isPayable() && !output().isEmpty();
}

}  // namespace strata::ui
