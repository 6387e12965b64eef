#include "core/text/wikitext.h"

#include <string_view>

namespace strata {
namespace {

std::string replaceAll(const std::string& text, std::string_view from, std::string_view to) {
    std::string result;
    result.reserve(text.size());
    std::size_t at = 0;
    for (std::size_t found = text.find(from); found != std::string::npos; found = text.find(from, at)) {
        result.append(text, at, found - at).append(to);
        at = found + from.size();
    }
    return result.append(text, at);
}

constexpr std::string_view kNoSpaceBefore = ",.;:!?)]'%";
constexpr std::string_view kNoSpaceAfter = "([";

}  // namespace

std::string detokeniseWikitext(std::string text) {
    for (const auto& [mark, plain] : {std::pair{" @-@ ", "-"}, {" @,@ ", ","}, {" @.@ ", "."}, {"<unk>", "unk"}})
        text = replaceAll(text, mark, plain);
    std::string joined;
    joined.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool space = text[at] == ' ';
        const bool beforeMark =
            space && at + 1 < text.size() && kNoSpaceBefore.find(text[at + 1]) != std::string_view::npos;
        if (!beforeMark) joined += text[at];
    }
    text.clear();
    for (std::size_t at = 0; at < joined.size(); ++at) {
        text += joined[at];
        const bool opens = kNoSpaceAfter.find(joined[at]) != std::string_view::npos;
        if (opens && at + 1 < joined.size() && joined[at + 1] == ' ') ++at;
    }
    return replaceAll(replaceAll(text, " n't", "n't"), " 's", "'s");
}

}  // namespace strata
