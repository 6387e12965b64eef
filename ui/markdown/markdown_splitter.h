// Cuts growing Markdown into segments that can be read one by one, so that only the last one is read again.
#pragma once

#include <QList>
#include <QString>

namespace strata::ui {

enum class MarkdownDialect : int {
    Answer,  ///< GitHub's Markdown and `<think>` sections
    Plain,   ///< what a person typed: fenced code, and else the text as it is
};

struct MarkdownSegment {
    enum class Kind : int { Text, Code };
    Kind kind = Kind::Text;
    QString text;
    QString language;        ///< of code
    bool thinking = false;   ///< within `<think>`
    bool continued = false;  ///< code that goes on from the segment before
    [[nodiscard]] bool operator==(const MarkdownSegment&) const = default;
};

/// Cuts where a whole parse would begin a new top-level block anyway: before an unindented line after a blank one
/// (unless a list may go on there), at fences that stand in no container, and at `<think>` and `</think>`. Beyond
/// kSegmentLimit it cuts in any case, so that no input costs more than linear time. Where the cuts fall depends on the
/// text alone, never on the pieces in which it came. Definitions of link references hold within their segment.
class MarkdownSplitter {
public:
    static constexpr qsizetype kSegmentLimit = 16 * 1024;
    static constexpr int kCodeLines = 100;

    explicit MarkdownSplitter(MarkdownDialect dialect) : m_dialect(dialect) {}

    /// Adds text; returns the segments that are now complete.
    [[nodiscard]] QList<MarkdownSegment> append(QStringView text);
    /// There is no more text; returns what was still open.
    [[nodiscard]] QList<MarkdownSegment> finish();
    /// What finish() would return if the text ended here. A fence or tag that is half written is left out.
    [[nodiscard]] QList<MarkdownSegment> open() const;
    /// True once when a `</think>` without a beginning was met: all that earlier calls returned is thinking too, since
    /// some templates write the `<think>` themselves.
    [[nodiscard]] bool takeRetroactiveThinking();

private:
    void takeLine(QStringView line);
    void takeTextLine(QStringView line);
    void takeCodeLine(QStringView line);
    [[nodiscard]] bool takeThinkTag(QStringView line);
    [[nodiscard]] bool takeFence(QStringView line, int indent);
    void noteList(QStringView trimmed, int indent);
    void closeSegment();
    void restart();

    MarkdownDialect m_dialect;
    QList<MarkdownSegment> m_done;
    QString m_line;  ///< the last line, without its newline yet
    QString m_text;  ///< complete lines of the open segment
    int m_lines = 0;
    bool m_carriageReturn = false;

    bool m_thinking = false;
    bool m_hasThought = false;
    bool m_retroactive = false;

    // Text: what decides whether a line may begin a new segment.
    bool m_lastBlank = false;
    bool m_inList = false;
    bool m_uncertain = false;  ///< a list may have ended, or never begun
    bool m_opaque = false;     ///< an indented fence of unknown owner: cut only by length
    QChar m_itemFenceCharacter;
    qsizetype m_itemFence = 0;  ///< length of the fence that is open within an item
    int m_listOffset = 0;       ///< column where the content of the newest top-level item begins

    // Code.
    bool m_inFence = false;
    QChar m_fenceCharacter;
    qsizetype m_fenceLength = 0;
    int m_fenceIndent = 0;
    QString m_language;
    bool m_codeContinued = false;
};

}  // namespace strata::ui
