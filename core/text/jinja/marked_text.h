// UTF-8 text that knows which of its bytes came from a user, so that they never become special tokens.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::jinja {

/// Bytes [begin, end) of a text.
struct ByteRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// Invariant: the user ranges are sorted, disjoint, not adjacent and not empty.
class MarkedText {
public:
    MarkedText() = default;
    explicit MarkedText(std::string bytes, bool user = false);

    [[nodiscard]] std::string_view view() const noexcept { return m_bytes; }
    [[nodiscard]] std::size_t size() const noexcept { return m_bytes.size(); }
    [[nodiscard]] bool empty() const noexcept { return m_bytes.empty(); }
    [[nodiscard]] const std::vector<ByteRange>& userRanges() const noexcept { return m_user; }
    [[nodiscard]] bool hasUser() const noexcept { return !m_user.empty(); }

    void append(std::string_view bytes, bool user = false);
    void append(const MarkedText& other) { append(other, 0, other.size()); }
    /// Appends the bytes [begin, end) of `other` with their marks; `other` must not be this.
    void append(const MarkedText& other, std::size_t begin, std::size_t end);
    [[nodiscard]] MarkedText slice(std::size_t begin, std::size_t end) const;
    [[nodiscard]] std::string takeBytes() && { return std::move(m_bytes); }

    /// visit(std::string_view run, bool user) for each maximal run of one kind within [begin, end).
    template <class F>
    void forEachRun(std::size_t begin, std::size_t end, F&& visit) const {
        std::size_t at = begin;
        const auto first = std::ranges::upper_bound(m_user, begin, {}, &ByteRange::end);
        for (const ByteRange& range : std::ranges::subrange(first, m_user.end())) {
            if (range.begin >= end) break;
            if (range.begin > at) visit(view().substr(at, range.begin - at), false);
            const std::size_t from = std::max(range.begin, at), to = std::min(range.end, end);
            visit(view().substr(from, to - from), true);
            at = to;
        }
        if (at < end) visit(view().substr(at, end - at), false);
    }

    /// The text with every run replaced by change(run); what came from a user stays marked.
    template <class F>
    [[nodiscard]] MarkedText mapRuns(F&& change) const {
        MarkedText result;
        forEachRun(0, size(), [&](std::string_view run, bool user) { result.append(change(run), user); });
        return result;
    }

private:
    std::string m_bytes;
    std::vector<ByteRange> m_user;
};

}  // namespace strata::jinja
