#include "core/io/quoted_name.h"

namespace strata {

std::string quotedName(std::string_view name) {
    constexpr std::size_t kMaximumShown = 80;
    std::string quoted = "'";
    for (const char character : name.substr(0, kMaximumShown)) {
        const auto code = static_cast<unsigned char>(character);
        quoted += code < 0x20 || code == 0x7F ? '?' : character;
    }
    if (name.size() > kMaximumShown) quoted += "...";
    return quoted + "'";
}

}  // namespace strata
