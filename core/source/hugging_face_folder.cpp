#include "core/source/hugging_face_folder.h"

#include "core/base/file.h"
#include "core/io/json_text.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <vector>

namespace strata {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaximumTextBytes = 512'000'000;
constexpr int kMaximumJsonDepth = 64;
constexpr const char* kDownload = "download all files of the model into one folder";

bool has(const std::filesystem::path& folder, std::string_view name) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / name, ignored);
}

/// Empty when the file is not there.
Result<std::string> text(const std::filesystem::path& folder, std::string_view name) {
    if (!has(folder, name)) return std::string{};
    return readTextFile(folder / name, kMaximumTextBytes);
}

/// Null when the file is not there.
Result<json> object(const std::filesystem::path& folder, std::string_view name) {
    STRATA_TRY(const std::string content, text(folder, name));
    if (content.empty() && !has(folder, name)) return json();
    auto parsed = parseJsonObject(content, "the file", kMaximumJsonDepth);
    if (!parsed) return inFile(std::move(parsed).error(), (folder / name).string());
    return parsed;
}

bool hasSuffix(const std::filesystem::path& folder, std::string_view suffix) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.path().filename().string().ends_with(suffix)) return true;
    return false;
}

Result<void> checkPresence(const std::filesystem::path& folder) {
    std::vector<std::string> missing;
    if (!has(folder, "config.json")) missing.emplace_back("config.json (what kind of model it is)");
    if (!has(folder, "tokenizer.json") && !has(folder, "tokenizer.model"))
        missing.emplace_back("tokenizer.json or tokenizer.model (how text becomes tokens)");
    const bool weights = hasSuffix(folder, ".safetensors") || has(folder, "model.safetensors.index.json");
    if (!weights) missing.emplace_back("*.safetensors (the weights)");
    if (missing.empty()) return {};
    std::string detail = missing.size() == 3 ? "is no model folder; it lacks " : "the folder lacks ";
    for (std::size_t index = 0; index < missing.size(); ++index)
        detail += (index == 0 ? "" : index + 1 == missing.size() ? " and " : ", ") + missing[index];
    const bool pickle = !weights && hasSuffix(folder, ".bin");
    return inFile({ErrorCode::NotFound, std::move(detail), {}, {}}, folder.string(),
                  pickle ? "its *.bin files can run programs and are not read; download the *.safetensors of the model"
                         : kDownload);
}

/// The newest way to store a template, then the older ones: text, or a list of named ones with a default.
std::string templateIn(const json& tokenizerConfig) {
    const auto found = tokenizerConfig.is_object() ? tokenizerConfig.find("chat_template") : tokenizerConfig.end();
    if (!tokenizerConfig.is_object() || found == tokenizerConfig.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (!found->is_array()) return {};
    for (const json& named : *found) {
        if (!named.is_object() || named.value("name", json()) != json("default")) continue;
        if (const auto body = named.find("template"); body != named.end() && body->is_string())
            return body->get<std::string>();
    }
    return {};
}

/// `license: apache-2.0` between the two lines of dashes that a model card begins with.
std::optional<std::string> licenceIn(std::string_view card) {
    if (!card.starts_with("---")) return std::nullopt;
    const std::string_view front = card.substr(0, card.find("\n---", 3));
    constexpr std::string_view kKey = "\nlicense:";
    const std::size_t key = front.find(kKey);
    if (key == std::string_view::npos) return std::nullopt;
    std::string_view value = front.substr(key + kKey.size());
    value = value.substr(0, value.find('\n'));
    const auto isPlain = [](char letter) { return letter != ' ' && letter != '"' && letter != '\'' && letter != '\r'; };
    std::string licence;
    std::ranges::copy_if(value, std::back_inserter(licence), isPlain);
    if (licence.empty()) return std::nullopt;
    return licence;
}

/// A hub cache keeps a model in models--MAKER--NAME/snapshots/REVISION.
std::string nameOf(const std::filesystem::path& folder) {
    std::error_code ignored;
    const std::filesystem::path whole = std::filesystem::absolute(folder, ignored).lexically_normal();
    const std::filesystem::path clean = whole.has_filename() ? whole : whole.parent_path();
    if (clean.parent_path().filename() != "snapshots") return clean.filename().string();
    const std::string repository = clean.parent_path().parent_path().filename().string();
    const std::size_t separator = repository.rfind("--");
    return separator == std::string::npos ? repository : repository.substr(separator + 2);
}

}  // namespace

Result<HuggingFaceFolder> HuggingFaceFolder::read(const std::filesystem::path& folder) {
    STRATA_CHECK(checkPresence(folder));
    HuggingFaceFolder files;
    files.path = folder;
    STRATA_TRY(files.config, object(folder, "config.json"));
    STRATA_TRY(files.generation, object(folder, "generation_config.json"));
    STRATA_TRY(files.tokenizerConfig, object(folder, "tokenizer_config.json"));
    STRATA_TRY(files.tokenizerJson, text(folder, "tokenizer.json"));
    if (files.tokenizerJson.empty()) {
        STRATA_TRY(files.sentencePiece, text(folder, "tokenizer.model"));
    }
    STRATA_TRY(files.chatTemplate, text(folder, "chat_template.jinja"));
    if (files.chatTemplate.empty()) files.chatTemplate = templateIn(files.tokenizerConfig);
    STRATA_TRY(files.compressionConfig, text(folder, "compression_config.json"));
    STRATA_TRY(const std::string card, text(folder, "README.md"));
    files.licence = licenceIn(card);
    files.name = nameOf(folder);
    return files;
}

}  // namespace strata
