#include "core/model/stop_strings.h"

#include <algorithm>
#include <utility>

namespace strata {

StopStrings::StopStrings(std::vector<std::string> strings) : m_strings(std::move(strings)) {
    std::erase_if(m_strings, [](const std::string& text) { return text.empty(); });
}

StopStrings::Output StopStrings::push(std::string_view text) {
    m_pending += text;
    std::size_t first = std::string::npos;
    for (const std::string& stop : m_strings) first = std::min(first, m_pending.find(stop));
    if (first != std::string::npos) {
        Output output{m_pending.substr(0, first), true};
        m_pending.clear();
        return output;
    }
    const std::size_t free = m_pending.size() - heldBytes();
    Output output{m_pending.substr(0, free), false};
    m_pending.erase(0, free);
    return output;
}

std::string StopStrings::finish() {
    return std::exchange(m_pending, {});
}

/// Length of the longest end of the text that begins a stop string.
std::size_t StopStrings::heldBytes() const {
    std::size_t held = 0;
    for (const std::string& stop : m_strings) {
        for (std::size_t length = std::min(stop.size() - 1, m_pending.size()); length > held; --length)
            if (std::string_view(m_pending).ends_with(std::string_view(stop).substr(0, length))) held = length;
    }
    return held;
}

}  // namespace strata
