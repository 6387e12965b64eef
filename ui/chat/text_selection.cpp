#include "ui/chat/text_selection.h"

#include "ui/markdown/markdown_writer.h"

#include <algorithm>

namespace strata::ui {
namespace {

constexpr qsizetype kMostMatches = 10'000;

bool isHidden(const MessageItem& item, const QList<MarkdownBlock>& blocks, qsizetype block) {
    if (!blocks[block].thinking) return false;
    while (block > 0 && blocks[block - 1].thinking) --block;
    return !item.isOpen(block);
}

/// Calls use(block, begin, end) for every visible block that is touched.
template <class Use>
void forEachBlock(const MessageItems& items, const TextSelection& selection, int index, Use&& use) {
    MessageItem& item = *items[static_cast<std::size_t>(index)];
    const QList<MarkdownBlock>& blocks = item.blocks();
    const qsizetype first = index == selection.begin().item ? selection.begin().block : 0;
    const qsizetype last = index == selection.end().item ? selection.end().block : blocks.size() - 1;
    for (qsizetype block = first; block <= std::min(last, blocks.size() - 1); ++block) {
        if (isHidden(item, blocks, block)) continue;
        const auto [begin, end] = selection.within(index, block, plainText(blocks[block]).size());
        const bool isEmptyBlock = plainText(blocks[block]).isEmpty();
        if (begin < end || isEmptyBlock) use(blocks[block], begin, end);
    }
}

QString markOf(const MarkdownBlock& block) {
    if (!block.mark) return {};
    if (block.mark->checked) return *block.mark->checked ? QStringLiteral("[x] ") : QStringLiteral("[ ] ");
    return block.mark->number ? QString::number(*block.mark->number) + QStringLiteral(". ")
                              : QString(QChar(0x2022)) + u' ';
}

}  // namespace

std::pair<qsizetype, qsizetype> TextSelection::within(int item, qsizetype block, qsizetype length) const {
    const TextPosition blockBegin{item, block, 0};
    const TextPosition blockEnd{item, block, length};
    if (!isRange() || end() <= blockBegin || begin() >= blockEnd) return {0, 0};
    const qsizetype from = begin() <= blockBegin ? 0 : begin().offset;
    const qsizetype to = end() >= blockEnd ? length : end().offset;
    return {from, to};
}

QString selectedPlainText(const MessageItems& items, const TextSelection& selection) {
    QString text;
    if (!selection.isRange()) return text;
    for (int index = selection.begin().item; index <= selection.end().item; ++index) {
        forEachBlock(items, selection, index, [&](const MarkdownBlock& block, qsizetype begin, qsizetype end) {
            const bool isItem = block.mark.has_value();
            if (!text.isEmpty()) text += block.continued || isItem ? QStringLiteral("\n") : QStringLiteral("\n\n");
            if (begin == 0) text += markOf(block);
            text += plainText(block).sliced(begin, end - begin);
        });
    }
    return text;
}

QString selectedMarkdownText(const MessageItems& items, const TextSelection& selection) {
    QString text;
    if (!selection.isRange()) return text;
    for (int index = selection.begin().item; index <= selection.end().item; ++index) {
        QList<MarkdownBlock> blocks;
        forEachBlock(items, selection, index, [&](const MarkdownBlock& block, qsizetype begin, qsizetype end) {
            blocks.append(excerpt(block, begin, end));
        });
        if (blocks.isEmpty()) continue;
        if (!text.isEmpty()) text += u'\n';
        text += writeMarkdown(blocks);
    }
    return text;
}

QList<TextMatch> findMatches(const MessageItems& items, const QString& words) {
    QList<TextMatch> matches;
    if (words.isEmpty()) return matches;
    for (std::size_t index = 0; index < items.size(); ++index) {
        const QList<MarkdownBlock>& blocks = items[index]->blocks();
        for (qsizetype block = 0; block < blocks.size(); ++block) {
            const QString text = plainText(blocks[block]);
            for (qsizetype at = text.indexOf(words, 0, Qt::CaseInsensitive); at >= 0;
                 at = text.indexOf(words, at + words.size(), Qt::CaseInsensitive)) {
                matches.append({{static_cast<int>(index), block, at}, words.size()});
                if (matches.size() >= kMostMatches) return matches;
            }
        }
    }
    return matches;
}

}  // namespace strata::ui
