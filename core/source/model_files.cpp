#include "core/source/model_files.h"

#include "core/base/hash.h"
#include "core/source/gguf_source.h"
#include "core/source/hugging_face_source.h"
#include "core/source/stack_source.h"
#include "core/stack/stack_keys.h"

#include <system_error>

namespace strata {

std::string_view sourceFormatName(SourceFormat format) noexcept {
    switch (format) {
        case SourceFormat::Gguf:
            return "gguf";
        case SourceFormat::HuggingFace:
            return "hugging-face";
        case SourceFormat::Bitstack:
            return "bitstack";
        case SourceFormat::Stack:
            return "strata";
    }
    return "";
}

Result<std::unique_ptr<ModelFiles>> ModelFiles::open(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return HuggingFaceSource::open(path);
    if (path.filename() == "config.json" || path.extension() == ".safetensors")
        return HuggingFaceSource::open(path.has_parent_path() ? path.parent_path() : ".");
    STRATA_TRY(std::unique_ptr<ModelFiles> gguf, GgufSource::open(path));
    if (gguf->header().find(keys::kVersion) == nullptr) return gguf;
    return StackSource::open(path);
}

Result<std::string> sha256OfFiles(std::span<const std::filesystem::path> files, const JobContext& context) {
    if (files.size() == 1) return sha256OfFile(files[0], {{}, context.stop});
    std::string lines;
    for (const std::filesystem::path& file : files) {
        STRATA_TRY(const std::string digest, sha256OfFile(file, {{}, context.stop}));
        lines += digest + "  " + file.filename().string() + "\n";
    }
    return sha256Of(std::as_bytes(std::span(lines)));
}

}  // namespace strata
