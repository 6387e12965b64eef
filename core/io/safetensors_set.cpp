#include "core/io/quoted_name.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_index.h"

#include <algorithm>
#include <set>

namespace strata {

namespace {

constexpr const char* kDownloadParts = "download all files of the model into one folder";
constexpr std::uint64_t kMaximumIndexBytes = 100'000'000;

std::unexpected<Error> corruptIndex(const std::filesystem::path& index, std::string detail) {
    return inFile({ErrorCode::Corrupt, std::move(detail), {}, kDownloadParts}, index.string());
}

Result<SafetensorsIndex> readIndex(const std::filesystem::path& index) {
    STRATA_TRY(const std::string text, readTextFile(index, kMaximumIndexBytes));
    auto parsed = parseSafetensorsIndex(text);
    if (!parsed) return inFile(std::move(parsed).error(), index.string());
    return parsed;
}

Result<void> checkPresence(const std::filesystem::path& index, const std::set<std::string>& shards) {
    std::string missing;
    std::size_t missingCount = 0;
    for (const std::string& shard : shards) {
        std::error_code ignored;
        if (std::filesystem::exists(index.parent_path() / shard, ignored)) continue;
        if (++missingCount <= 5) missing += (missing.empty() ? "" : ", ") + quotedName(shard);
    }
    if (missingCount == 0) return {};
    if (missingCount > 5) missing += " and " + std::to_string(missingCount - 5) + " more";
    return inFile({ErrorCode::NotFound, "files with the model's weights are missing: " + missing, {}, kDownloadParts},
                  index.string());
}

}  // namespace

Result<SafetensorsSet> SafetensorsSet::open(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored))
        return path.extension() == ".json" ? openIndexed(path) : openSingle(path);
    const auto index = path / "model.safetensors.index.json";
    if (std::filesystem::exists(index, ignored)) return openIndexed(index);
    const auto single = path / "model.safetensors";
    if (std::filesystem::exists(single, ignored)) return openSingle(single);
    return inFile({ErrorCode::NotFound,
                   "the folder holds neither model.safetensors nor model.safetensors.index.json",
                   {},
                   kDownloadParts},
                  path.string());
}

Result<SafetensorsSet> SafetensorsSet::parse(std::span<const std::byte> bytes) {
    STRATA_TRY(SafetensorsFile file, SafetensorsFile::parse(bytes));
    return ofSingle(std::move(file));
}

Result<SafetensorsSet> SafetensorsSet::openSingle(const std::filesystem::path& path) {
    STRATA_TRY(SafetensorsFile file, SafetensorsFile::open(path));
    return ofSingle(std::move(file));
}

Result<SafetensorsSet> SafetensorsSet::ofSingle(SafetensorsFile file) {
    SafetensorsSet set;
    set.m_parts.push_back(std::move(file));
    STRATA_CHECK(set.gather({}));
    return set;
}

Result<SafetensorsSet> SafetensorsSet::openIndexed(const std::filesystem::path& index) {
    STRATA_TRY(const SafetensorsIndex shardOf, readIndex(index));
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : shardOf) shards.insert(shard);
    STRATA_CHECK(checkPresence(index, shards));
    SafetensorsSet set;
    for (const std::string& shard : shards) {
        STRATA_TRY(SafetensorsFile file, SafetensorsFile::open(index.parent_path() / shard));
        set.m_parts.push_back(std::move(file));
    }
    STRATA_CHECK(set.gather(shardOf));
    for (const auto& [tensor, shard] : shardOf)
        if (!set.findTensor(tensor))
            return corruptIndex(index, "tensor " + quotedName(tensor) + " is not in " + quotedName(shard));
    return set;
}

Result<void> SafetensorsSet::gather(const SafetensorsIndex& shardOf) {
    for (std::size_t part = 0; part < m_parts.size(); ++part) {
        const std::string name = m_parts[part].path().filename().string();
        for (SafetensorsTensor tensor : m_parts[part].tensors()) {
            const auto mapped = shardOf.find(tensor.name);
            if (mapped != shardOf.end() && mapped->second != name) continue;
            tensor.part = static_cast<std::uint32_t>(part);
            m_tensors.push_back(std::move(tensor));
        }
    }
    for (std::size_t tensor = 0; tensor < m_tensors.size(); ++tensor)
        if (!m_tensorIndex.emplace(m_tensors[tensor].name, tensor).second)
            return inFile({ErrorCode::Corrupt,
                           "tensor " + quotedName(m_tensors[tensor].name) + " is in two files",
                           {},
                           kDownloadParts},
                          m_parts[m_tensors[tensor].part].path().string());
    return {};
}

std::uint64_t SafetensorsSet::fileSizeBytes() const noexcept {
    std::uint64_t sum = 0;
    for (const SafetensorsFile& part : m_parts) sum += part.fileSizeBytes();
    return sum;
}

const SafetensorsTensor* SafetensorsSet::findTensor(std::string_view name) const noexcept {
    const auto found = m_tensorIndex.find(name);
    return found == m_tensorIndex.end() ? nullptr : &m_tensors[found->second];
}

std::span<const std::byte> SafetensorsSet::tensorBytes(const SafetensorsTensor& tensor) const noexcept {
    return m_parts[tensor.part].tensorBytes(tensor);
}

void SafetensorsSet::releaseTensor(const SafetensorsTensor& tensor) const noexcept {
    m_parts[tensor.part].releaseTensor(tensor);
}

}  // namespace strata
