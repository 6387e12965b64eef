#include "core/io/safetensors_index.h"

#include "core/io/json_text.h"
#include "core/io/quoted_name.h"

namespace strata {

namespace {

constexpr const char* kDownloadParts = "download all files of the model into one folder";
constexpr int kMaximumDepth = 4;  // index, metadata, and what tools add there

/// So that no index reaches outside its folder.
bool isPlainName(const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find_first_of("/\\") == std::string::npos &&
           name.find('\0') == std::string::npos;
}

}  // namespace

Result<SafetensorsIndex> parseSafetensorsIndex(std::string_view text) {
    STRATA_TRY(const nlohmann::json json, parseJsonObject(text, "the index", kMaximumDepth));
    const auto map = json.find("weight_map");
    if (map == json.end() || !map->is_object() || map->empty())
        return fail(ErrorCode::Corrupt, "'weight_map' is missing or names no tensor", kDownloadParts);
    SafetensorsIndex shardOf;
    for (const auto& [tensor, shard] : map->items()) {
        if (!shard.is_string() || !isPlainName(shard.get_ref<const std::string&>()))
            return fail(ErrorCode::Corrupt, "'weight_map' gives no plain file name for tensor " + quotedName(tensor),
                        kDownloadParts);
        shardOf.emplace(tensor, shard.get<std::string>());
    }
    return shardOf;
}

}  // namespace strata
