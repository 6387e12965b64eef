// A tokenizer.json, then text through the tokenizer it describes.
// Input: the file; behind a NUL byte, tokenizer_config.json; behind another, the text. The latter two may be missing.
#include "core/text/tokenizer_files.h"
#include "tests/fuzz/fuzz_entry.h"
#include "tests/fuzz/tokenizer_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const auto cutAtNul = [](std::string_view text) {
        const std::size_t nul = text.find('\0');
        const std::string_view rest = nul == std::string_view::npos ? std::string_view() : text.substr(nul + 1);
        return std::pair(text.substr(0, nul), rest);
    };
    const auto [file, rest] = cutAtNul(all);
    const auto [config, text] = cutAtNul(rest);
    strata::fuzz::checkTokenizer(strata::tokenizerDataFromJson(file, config),
                                 text.empty() ? strata::fuzz::kSampleText : text);
    return 0;
}
