#include "gpu/vk/context_options.h"

#include <cstdlib>
#include <string>

namespace strata::gpu {

Result<PathOptions> PathOptions::parse(std::string_view text) {
    PathOptions options;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view word = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        if (word == "subgroup") {
            options.noSubgroups = true;
        } else if (word == "dot") {
            options.noIntegerDot = true;
        } else if (word == "import") {
            options.noHostImport = true;
        } else if (word == "mapped") {
            options.noMappedWrites = true;
        } else if (word == "transfer") {
            options.noTransferRing = true;
        } else if (word == "lanes") {
            options.noLanes = true;
        } else if (word == "budget") {
            options.noMemoryBudget = true;
        } else if (word == "+dot") {
            options.anyIntegerDot = true;
        } else if (word == "+transfer") {
            options.anyTransferRing = true;
        } else if (word == "+split") {
            options.splitRows = true;
        } else {
            return fail(ErrorCode::InvalidArgument, "STRATA_VK_DISABLE knows no '" + std::string(word) + "'",
                        "use subgroup, dot, import, mapped, transfer, lanes, budget, +dot, +transfer or +split, "
                        "separated by commas");
        }
    }
    return options;
}

Result<PathOptions> PathOptions::fromEnvironment() {
    const char* text = std::getenv("STRATA_VK_DISABLE");
    return parse(text == nullptr ? "" : text);
}

}  // namespace strata::gpu
