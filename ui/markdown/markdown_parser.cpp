#include "ui/markdown/markdown_parser.h"

#include <array>
#include <string_view>

#include <md4c.h>

namespace strata::ui {
namespace {

constexpr int kMaximumCallbacks = 200'000;
constexpr int kMaximumColumns = 64;
constexpr qsizetype kMaximumHref = 2048;

/// The entities that models write; others stay as they are.
QString decodeEntity(QStringView entity) {
    static constexpr std::array<std::pair<std::u16string_view, char16_t>, 20> kNamed{{
        {u"&amp;", u'&'},    {u"&lt;", u'<'},      {u"&gt;", u'>'},      {u"&quot;", u'"'},     {u"&apos;", u'\''},
        {u"&nbsp;", 0x00A0}, {u"&ndash;", 0x2013}, {u"&mdash;", 0x2014}, {u"&hellip;", 0x2026}, {u"&times;", 0x00D7},
        {u"&deg;", 0x00B0},  {u"&copy;", 0x00A9},  {u"&euro;", 0x20AC},  {u"&rarr;", 0x2192},   {u"&larr;", 0x2190},
        {u"&ge;", 0x2265},   {u"&le;", 0x2264},    {u"&ne;", 0x2260},    {u"&middot;", 0x00B7}, {u"&bull;", 0x2022},
    }};
    for (const auto& [name, character] : kNamed) {
        if (entity == QStringView(name.data(), static_cast<qsizetype>(name.size()))) return QString(QChar(character));
    }
    if (!entity.startsWith(u"&#")) return entity.toString();
    const bool isHex = entity.size() > 2 && entity[2].toLower() == u'x';
    bool ok = false;
    const uint code = entity.sliced(isHex ? 3 : 2).chopped(1).toUInt(&ok, isHex ? 16 : 10);
    const bool isText = ok && code >= 0x20 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (!isText) return QString(QChar(QChar::ReplacementCharacter));
    return QStringView(QChar::fromUcs4(code)).toString();
}

QString attributeText(const MD_ATTRIBUTE& attribute) {
    QString text;
    for (int part = 0; attribute.size > 0 && attribute.substr_offsets[part] < attribute.size; ++part) {
        const MD_OFFSET begin = attribute.substr_offsets[part];
        const MD_OFFSET end = attribute.substr_offsets[part + 1];
        const QString piece = QString::fromUtf8(attribute.text + begin, static_cast<qsizetype>(end - begin));
        text += attribute.substr_types[part] == MD_TEXT_ENTITY ? decodeEntity(piece) : piece;
    }
    return text;
}

/// Turns md4c's nested callbacks into the flat list.
class BlockBuilder {
public:
    QList<MarkdownBlock> blocks;

    int enterBlock(MD_BLOCKTYPE type, void* detail);
    int leaveBlock(MD_BLOCKTYPE type);
    int enterSpan(MD_SPANTYPE type, void* detail);
    int leaveSpan(MD_SPANTYPE type);
    int addText(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size);

private:
    struct List {
        std::optional<int> next;  ///< number of the next item
    };

    [[nodiscard]] int spend(qsizetype cost = 1) {
        m_spent += cost;
        return m_spent > kMaximumCallbacks ? 1 : 0;
    }
    void pushContainer(char kind) { m_containers.push_back(kind); }
    void openLeaf(BlockKind kind);
    void openItem(const MD_BLOCK_LI_DETAIL& item);
    void openCell(const MD_BLOCK_TD_DETAIL& cell, bool isHeader);
    void closeLeaf() { m_isOpen = false; }
    void flushMark();
    [[nodiscard]] InlineText& target();
    void write(const QString& text);
    [[nodiscard]] int& depthOf(MD_SPANTYPE type);

    QByteArray m_containers;
    QList<List> m_lists;
    std::optional<ListMark> m_mark;  ///< of the item whose first block is yet to come
    std::array<int, 4> m_depths{};   ///< of bold, italic, strike, code
    QList<QString> m_links;
    bool m_isOpen = false;
    bool m_isInCell = false;
    bool m_isInTable = false;
    bool m_skipsCell = false;
    qsizetype m_spent = 0;
};

void BlockBuilder::openLeaf(BlockKind kind) {
    MarkdownBlock block;
    block.kind = kind;
    block.containers = m_containers.left(kDeepestNesting);
    block.mark = std::exchange(m_mark, std::nullopt);
    blocks.append(block);
    m_isOpen = true;
}

/// An item without any text still has its mark.
void BlockBuilder::flushMark() {
    if (!m_mark) return;
    openLeaf(BlockKind::Paragraph);
    closeLeaf();
}

void BlockBuilder::openItem(const MD_BLOCK_LI_DETAIL& item) {
    flushMark();
    ListMark mark;
    if (!m_lists.isEmpty() && m_lists.last().next) mark.number = (*m_lists.last().next)++;
    if (item.is_task) mark.checked = item.task_mark != ' ';
    m_mark = mark;
    pushContainer('l');
    closeLeaf();
}

void BlockBuilder::openCell(const MD_BLOCK_TD_DETAIL& cell, bool isHeader) {
    MarkdownBlock& table = blocks.last();
    QList<InlineText>& row = table.rows.last();
    m_skipsCell = row.size() >= kMaximumColumns || (!isHeader && row.size() >= table.alignments.size());
    if (m_skipsCell) return;
    if (isHeader) {
        table.alignments.append(cell.align == MD_ALIGN_RIGHT    ? CellAlignment::Right
                                : cell.align == MD_ALIGN_CENTER ? CellAlignment::Centre
                                                                : CellAlignment::Left);
    }
    row.append(InlineText{});
    m_isInCell = true;
}

int BlockBuilder::enterBlock(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            pushContainer('q');
            closeLeaf();
            break;
        case MD_BLOCK_UL:
            flushMark();
            m_lists.append(List{});
            break;
        case MD_BLOCK_OL:
            flushMark();
            m_lists.append(List{static_cast<int>(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start)});
            break;
        case MD_BLOCK_LI:
            openItem(*static_cast<MD_BLOCK_LI_DETAIL*>(detail));
            break;
        case MD_BLOCK_HR:
            openLeaf(BlockKind::Rule);
            closeLeaf();
            break;
        case MD_BLOCK_H:
            openLeaf(BlockKind::Heading);
            blocks.last().level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
            break;
        case MD_BLOCK_CODE:
            openLeaf(BlockKind::Code);
            blocks.last().language = attributeText(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->lang);
            break;
        case MD_BLOCK_P:
            openLeaf(BlockKind::Paragraph);
            break;
        case MD_BLOCK_TABLE:
            openLeaf(BlockKind::Table);
            m_isInTable = true;
            break;
        case MD_BLOCK_TR:
            blocks.last().rows.append(QList<InlineText>{});
            break;
        case MD_BLOCK_TH:
            openCell(*static_cast<MD_BLOCK_TD_DETAIL*>(detail), true);
            break;
        case MD_BLOCK_TD:
            openCell(*static_cast<MD_BLOCK_TD_DETAIL*>(detail), false);
            break;
        default:
            break;
    }
    return spend();
}

int BlockBuilder::leaveBlock(MD_BLOCKTYPE type) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            m_containers.chop(1);
            closeLeaf();
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            m_lists.removeLast();
            closeLeaf();
            break;
        case MD_BLOCK_LI:
            flushMark();
            m_containers.chop(1);
            closeLeaf();
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            m_isInCell = false;
            m_skipsCell = false;
            break;
        case MD_BLOCK_TABLE:
            m_isInTable = false;
            closeLeaf();
            break;
        case MD_BLOCK_P:
        case MD_BLOCK_H:
        case MD_BLOCK_CODE:
            closeLeaf();
            break;
        default:
            break;
    }
    return spend();
}

int& BlockBuilder::depthOf(MD_SPANTYPE type) {
    switch (type) {
        case MD_SPAN_STRONG:
            return m_depths[0];
        case MD_SPAN_EM:
            return m_depths[1];
        case MD_SPAN_DEL:
            return m_depths[2];
        default:
            return m_depths[3];
    }
}

int BlockBuilder::enterSpan(MD_SPANTYPE type, void* detail) {
    if (type != MD_SPAN_A && type != MD_SPAN_IMG) {
        ++depthOf(type);
        return spend();
    }
    // Pictures are never fetched: what stands for them links to their place.
    const MD_ATTRIBUTE& target = type == MD_SPAN_A ? static_cast<MD_SPAN_A_DETAIL*>(detail)->href
                                                   : static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src;
    m_links.append(static_cast<qsizetype>(target.size) > kMaximumHref ? QString() : attributeText(target));
    return spend(1 + target.size / 16);
}

int BlockBuilder::leaveSpan(MD_SPANTYPE type) {
    if (type == MD_SPAN_A || type == MD_SPAN_IMG) {
        m_links.removeLast();
    } else {
        --depthOf(type);
    }
    return spend();
}

InlineText& BlockBuilder::target() {
    if (m_isInCell) return blocks.last().rows.last().last();
    // The text of a tight list's item comes without a paragraph around it.
    if (!m_isOpen) openLeaf(BlockKind::Paragraph);
    return blocks.last().content;
}

void BlockBuilder::write(const QString& text) {
    if (text.isEmpty() || m_skipsCell || (m_isInTable && !m_isInCell)) return;
    InlineText& inlineText = target();
    InlineSpan span{inlineText.text.size(), text.size(), {}, m_links.isEmpty() ? QString() : m_links.last()};
    static constexpr std::array kStyles{InlineStyle::Bold, InlineStyle::Italic, InlineStyle::Strike, InlineStyle::Code};
    for (std::size_t style = 0; style < kStyles.size(); ++style) {
        if (m_depths[style] > 0) span.styles |= kStyles[style];
    }
    if (!span.href.isEmpty()) span.styles |= InlineStyle::Link;
    inlineText.text += text;
    if (!span.styles) return;
    InlineSpan* last = inlineText.spans.isEmpty() ? nullptr : &inlineText.spans.last();
    if (last && last->begin + last->length == span.begin && last->styles == span.styles && last->href == span.href) {
        last->length += span.length;
    } else {
        inlineText.spans.append(span);
    }
}

int BlockBuilder::addText(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size) {
    const auto piece = [&] { return QString::fromUtf8(text, static_cast<qsizetype>(size)); };
    switch (type) {
        case MD_TEXT_NULLCHAR:
            write(QString(QChar(QChar::ReplacementCharacter)));
            break;
        case MD_TEXT_BR:
        case MD_TEXT_SOFTBR:
            write(QStringLiteral("\n"));
            break;
        case MD_TEXT_ENTITY:
            write(decodeEntity(piece()));
            break;
        case MD_TEXT_CODE:
            if (m_depths[3] == 0 && m_isOpen && blocks.last().kind == BlockKind::Code) {
                blocks.last().content.text += piece();
            } else {
                write(piece());
            }
            break;
        default:
            write(piece());
            break;
    }
    return spend();
}

MD_PARSER callbacks() {
    MD_PARSER parser{};
    parser.flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* builder) {
        return static_cast<BlockBuilder*>(builder)->enterBlock(type, detail);
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* builder) {
        return static_cast<BlockBuilder*>(builder)->leaveBlock(type);
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* builder) {
        return static_cast<BlockBuilder*>(builder)->enterSpan(type, detail);
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* builder) {
        return static_cast<BlockBuilder*>(builder)->leaveSpan(type);
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* builder) {
        return static_cast<BlockBuilder*>(builder)->addText(type, text, size);
    };
    return parser;
}

}  // namespace

QList<MarkdownBlock> parseMarkdown(QStringView text) {
    static const MD_PARSER kCallbacks = callbacks();
    const QByteArray utf8 = text.toUtf8();
    BlockBuilder builder;
    if (md_parse(utf8.constData(), static_cast<MD_SIZE>(utf8.size()), &kCallbacks, &builder) == 0)
        return builder.blocks;
    MarkdownBlock plain;
    plain.content.text = text.trimmed().toString();
    return {plain};
}

QString plainText(const MarkdownBlock& block) {
    if (block.kind == BlockKind::Code) {
        return block.content.text.endsWith(u'\n') ? block.content.text.chopped(1) : block.content.text;
    }
    if (block.kind != BlockKind::Table) return block.content.text;
    QStringList lines;
    for (const QList<InlineText>& row : block.rows) {
        QStringList cells;
        for (const InlineText& cell : row) cells.append(cell.text);
        lines.append(cells.join(u'\t'));
    }
    return lines.join(u'\n');
}

}  // namespace strata::ui
