#include "core/text/jinja/marked_text.h"

#include <utility>

namespace strata::jinja {

MarkedText::MarkedText(std::string bytes, bool user) : m_bytes(std::move(bytes)) {
    if (user && !m_bytes.empty()) m_user.push_back({0, m_bytes.size()});
}

void MarkedText::append(std::string_view bytes, bool user) {
    const std::size_t begin = m_bytes.size();
    m_bytes.append(bytes);
    if (!user || bytes.empty()) return;
    if (!m_user.empty() && m_user.back().end == begin) {
        m_user.back().end = m_bytes.size();
    } else {
        m_user.push_back({begin, m_bytes.size()});
    }
}

void MarkedText::append(const MarkedText& other, std::size_t begin, std::size_t end) {
    if (other.m_user.empty()) {
        m_bytes.append(other.view().substr(begin, end - begin));
        return;
    }
    other.forEachRun(begin, end, [this](std::string_view run, bool user) { append(run, user); });
}

MarkedText MarkedText::slice(std::size_t begin, std::size_t end) const {
    MarkedText result;
    result.append(*this, begin, end);
    return result;
}

}  // namespace strata::jinja
