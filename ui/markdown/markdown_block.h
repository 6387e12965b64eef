// What a message consists of once its Markdown has been read: a flat list of plain values, one per thing that is laid
// out.
#pragma once

#include <QByteArray>
#include <QFlags>
#include <QList>
#include <QString>
#include <optional>

namespace strata::ui {

enum class InlineStyle : int { Bold = 1, Italic = 2, Strike = 4, Code = 8, Link = 16 };
Q_DECLARE_FLAGS(InlineStyles, InlineStyle)
Q_DECLARE_OPERATORS_FOR_FLAGS(InlineStyles)

/// Characters [begin, begin + length) of a text, in UTF-16 units.
struct InlineSpan {
    qsizetype begin = 0;
    qsizetype length = 0;
    InlineStyles styles;
    QString href;  ///< of links; as written, never opened without asking
    [[nodiscard]] bool operator==(const InlineSpan&) const = default;
};

/// Text with its styles. Spans are sorted and disjoint; what none covers is plain. Lines are separated by '\n'.
struct InlineText {
    QString text;
    QList<InlineSpan> spans;
    [[nodiscard]] bool operator==(const InlineText&) const = default;
};

/// Stands before the first block of a list's item, in the indent of the innermost 'l' of its containers.
struct ListMark {
    std::optional<int> number;    ///< nullopt = bullet
    std::optional<bool> checked;  ///< of task lists
    [[nodiscard]] bool operator==(const ListMark&) const = default;
};

enum class BlockKind : int { Paragraph, Heading, Code, Table, Rule };
enum class CellAlignment : int { Left, Centre, Right };

/// How deep lists and quotes are told apart; deeper ones are shown at this depth.
inline constexpr int kDeepestNesting = 8;

struct MarkdownBlock {
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;          ///< of headings, 1..6
    QByteArray containers;  ///< from the outside in: 'q' a quote, 'l' an item of a list
    std::optional<ListMark> mark;
    InlineText content;               ///< of paragraphs and headings; of code without spans, final newline included
    QString language;                 ///< of code, as written after the fence
    QList<CellAlignment> alignments;  ///< of tables, one per column
    QList<QList<InlineText>> rows;    ///< of tables, the header first, each with as many cells as there are columns
    bool thinking = false;            ///< within `<think>`
    bool continued = false;           ///< the code goes on from the block before: long code comes in parts
    [[nodiscard]] bool operator==(const MarkdownBlock&) const = default;
};

/// What is selected and copied: cells are separated by tabs, rows and lines by '\n'; no newline at the end.
[[nodiscard]] QString plainText(const MarkdownBlock& block);

}  // namespace strata::ui
