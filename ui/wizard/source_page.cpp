#include "ui/wizard/source_page.h"

#include "ui/models/number_text.h"
#include "ui/theme/style_sheet.h"

#include <QFormLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

namespace strata::ui {
namespace {

QString kindText(SourceKind kind) {
    switch (kind) {
        case SourceKind::Gguf:
            return SourcePage::tr("GGUF");
        case SourceKind::HuggingFace:
            return SourcePage::tr("Hugging Face folder");
        case SourceKind::Bitstack:
            return SourcePage::tr("BitStack checkpoint");
        case SourceKind::Stack:
            return SourcePage::tr("Stack, compressed already");
        case SourceKind::Conversation:
        case SourceKind::None:
            break;
    }
    return {};
}

}  // namespace

SourcePage::SourcePage(const Theme& theme)
    : StepPage(theme, tr("Compress a model"),
               tr("Once compressed, the model runs in as much memory as you choose, and you can change that while it "
                  "answers.")) {
    m_facts = addFacts();
    m_problem = new QLabel;
    m_problem->setWordWrap(true);
    setLook(*m_problem, Look::Problem);
    m_problem->hide();
    m_choose = new QPushButton(tr("Choose another model…"));
    auto* menu = new QMenu(m_choose);
    menu->addAction(tr("Open a file…"), this, [this] { choose(QFileDialog::ExistingFile); });
    menu->addAction(tr("Open a folder…"), this, [this] { choose(QFileDialog::Directory); });
    m_choose->setMenu(menu);
    column().addWidget(m_problem);
    column().addWidget(m_choose, 0, Qt::AlignLeft);
    column().addStretch(1);
}

void SourcePage::choose(QFileDialog::FileMode mode) {
    const bool isFile = mode == QFileDialog::ExistingFile;
    auto* dialog = new QFileDialog(this, tr("Choose a model"), {},
                                   isFile ? tr("Models (*.gguf *.strata);;All files (*)") : QString());
    dialog->setFileMode(mode);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &SourcePage::chosen);
    dialog->open();
}

void SourcePage::setBusy(const QString& path) {
    m_usable = false;
    clearFacts(*m_facts);
    m_problem->hide();
    addFact(*m_facts, tr("File"), path);
    addFact(*m_facts, tr("Found"), tr("looking at it…"));
    emit completeChanged();
}

void SourcePage::setSource(const SourceDescription& source) {
    m_usable = source.isUsable && source.kind != SourceKind::Stack;
    clearFacts(*m_facts);
    addFact(*m_facts, tr("Model"), source.name);
    addFact(*m_facts, tr("Found"), kindText(source.kind));
    addFact(*m_facts, tr("Family"), source.architecture);
    if (source.parameters > 0) addFact(*m_facts, tr("Parameters"), parametersText(source.parameters));
    addFact(*m_facts, tr("Size"), bytesText(source.sizeBytes));
    addFact(*m_facts, tr("Tokenizer"), source.tokenizer);
    if (source.isUsable)
        addFact(*m_facts, tr("Chat template"),
                source.hasChatTemplate ? tr("yes") : tr("no: it continues texts and does not chat"));
    addFact(*m_facts, tr("Licence"), source.licence.isEmpty() ? tr("not stated") : source.licence);
    addFact(*m_facts, tr("File"), source.path);
    m_problem->setVisible(!source.isUsable);
    m_problem->setText(source.problem.title + QLatin1Char(' ') + source.problem.remedy);
    m_problem->setToolTip(source.problem.detail);
    emit completeChanged();
}

bool SourcePage::isComplete() const {
    return m_usable;
}

}  // namespace strata::ui
