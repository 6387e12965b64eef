#include "core/compress/calibration_text.h"

#include "core/base/file.h"
#include "core/compress/embedded_texts.h"
#include "core/text/wikitext.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace strata {
namespace {

constexpr std::string_view kDocumentMark = "\n\f\n";
constexpr std::size_t kMinimumWindows = 10;
/// Text is cut before it is encoded: no tokenizer makes fewer tokens than one per so many characters.
constexpr std::size_t kCharactersPerToken = 8;

std::vector<std::string_view> documentsOf(std::string_view text) {
    std::vector<std::string_view> documents;
    for (std::size_t end = text.find(kDocumentMark); end != std::string_view::npos; end = text.find(kDocumentMark)) {
        documents.push_back(text.substr(0, end));
        text.remove_prefix(end + kDocumentMark.size());
    }
    documents.push_back(text);
    return documents;
}

/// Documents of every file in turn, so that any beginning of the result is as mixed as the whole.
std::string interleave(bool heldOut) {
    std::vector<std::vector<std::string_view>> files;
    std::size_t longest = 0;
    for (const EmbeddedText& text : embeddedTexts()) {
        if (text.name.starts_with("held_out_") != heldOut) continue;
        files.push_back(documentsOf(text.text));
        longest = std::max(longest, files.back().size());
    }
    std::string result;
    for (std::size_t index = 0; index < longest; ++index)
        for (const auto& documents : files)
            if (index < documents.size()) result.append(documents[index]).append("\n\n");
    return result;
}

std::vector<TokenId> wholeWindows(std::vector<TokenId> tokens, std::size_t maximumWindows) {
    const std::size_t windows = std::min(tokens.size() / CalibrationTokens::kWindow, maximumWindows);
    tokens.resize(windows * CalibrationTokens::kWindow);
    return tokens;
}

CalibrationTokens builtIn(const Tokenizer& tokenizer) {
    return {
        wholeWindows(tokenizer.encode(interleave(false), SpecialTokens::Ignore), CalibrationTokens::kWindows),
        wholeWindows(tokenizer.encode(interleave(true), SpecialTokens::Ignore), CalibrationTokens::kHeldOutWindows)};
}

/// The first `characters` code points.
std::string_view firstCharacters(std::string_view text, std::size_t characters) {
    std::size_t at = 0;
    while (at < text.size() && characters > 0) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
        --characters;
    }
    return text.substr(0, at);
}

}  // namespace

Result<CalibrationTokens> calibrationTokens(const Tokenizer& tokenizer, const std::filesystem::path& file,
                                            bool detokenise) {
    if (file.empty()) return builtIn(tokenizer);
    STRATA_TRY(std::string text, readTextFile(file));
    if (detokenise) text = detokeniseWikitext(std::move(text));
    constexpr std::size_t kWanted = CalibrationTokens::kWindows + CalibrationTokens::kHeldOutWindows;
    const std::string_view beginning =
        firstCharacters(text, kWanted * CalibrationTokens::kWindow * kCharactersPerToken);
    std::vector<TokenId> tokens = wholeWindows(tokenizer.encode(beginning, SpecialTokens::Ignore), kWanted);
    const std::size_t windows = tokens.size() / CalibrationTokens::kWindow;
    if (windows < kMinimumWindows)
        return inFile({ErrorCode::InvalidArgument,
                       fmt::format("the calibration text has {} whole windows of {} tokens; {} are needed", windows,
                                   CalibrationTokens::kWindow, kMinimumWindows),
                       {},
                       {}},
                      file.string(), "give a longer text, or leave the option away for the built-in one");
    const std::size_t heldOut = std::min(CalibrationTokens::kHeldOutWindows, std::max<std::size_t>(1, windows / 10));
    const std::size_t cut = std::min(windows - heldOut, CalibrationTokens::kWindows) * CalibrationTokens::kWindow;
    CalibrationTokens result;
    result.calibration.assign(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(cut));
    result.heldOut = wholeWindows({tokens.begin() + static_cast<std::ptrdiff_t>(cut), tokens.end()},
                                  CalibrationTokens::kHeldOutWindows);
    return result;
}

}  // namespace strata
