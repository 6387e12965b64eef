#include "core/io/gguf_set.h"

#include "core/io/quoted_name.h"

#include <cstdio>
#include <optional>

namespace strata {

namespace {

constexpr std::uint64_t kMaximumParts = 99999;  // the names have five digits
constexpr const char* kDownloadParts = "download all parts of the model into one folder";

struct PartName {
    std::string stem;  ///< "model" of "model-00002-of-00003.gguf"
    std::uint64_t count = 0;
};

std::string fiveDigits(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return digits.size() < 5 ? std::string(5 - digits.size(), '0') + digits : digits;
}

std::optional<std::uint64_t> parseFiveDigits(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return number;
}

/// Splits "<stem>-00002-of-00003.gguf"; nullopt for any other name.
std::optional<PartName> parsePartName(const std::string& name) {
    constexpr std::size_t kTail = std::string_view("-00002-of-00003.gguf").size();
    if (name.size() < kTail) return std::nullopt;
    const std::string_view tail = std::string_view(name).substr(name.size() - kTail);
    const bool shaped = tail[0] == '-' && tail.substr(6, 4) == "-of-" && tail.substr(15) == ".gguf";
    const auto count = parseFiveDigits(tail.substr(10, 5));
    if (!shaped || !parseFiveDigits(tail.substr(1, 5)) || !count) return std::nullopt;
    return PartName{name.substr(0, name.size() - kTail), *count};
}

std::filesystem::path partPath(const std::filesystem::path& any, const PartName& name, std::uint64_t part) {
    return any.parent_path() / (name.stem + "-" + fiveDigits(part + 1) + "-of-" + fiveDigits(name.count) + ".gguf");
}

/// The value of an optional split.* key; `otherwise` when it is absent.
Result<std::uint64_t> splitKey(const GgufFile& file, std::string_view key, std::uint64_t otherwise) {
    if (!file.find(key)) return otherwise;
    auto value = file.getUnsigned(key);
    if (!value) return inFile(std::move(value).error(), file.path().string());
    return *value;
}

std::unexpected<Error> mismatch(const GgufFile& file, std::string_view key, std::uint64_t have, std::uint64_t wanted) {
    return inFile({ErrorCode::Corrupt,
                   "metadata key " + quotedName(key) + " is " + std::to_string(have) + " where " +
                       std::to_string(wanted) + " is expected",
                   {},
                   kDownloadParts},
                  file.path().string());
}

Result<void> checkPart(const GgufFile& file, std::uint64_t part, std::uint64_t count) {
    STRATA_TRY(const std::uint64_t number, splitKey(file, "split.no", 0));
    if (number != part) return mismatch(file, "split.no", number, part);
    STRATA_TRY(const std::uint64_t theirCount, splitKey(file, "split.count", 0));
    if (theirCount != count) return mismatch(file, "split.count", theirCount, count);
    return {};
}

/// NotFound, naming every part that is not there.
Result<void> checkPresence(const std::filesystem::path& path, const PartName& name) {
    std::string missing;
    std::uint64_t missingCount = 0;
    for (std::uint64_t part = 0; part < name.count; ++part) {
        const std::filesystem::path sibling = partPath(path, name, part);
        std::error_code ignored;
        if (std::filesystem::exists(sibling, ignored)) continue;
        if (++missingCount <= 5) missing += (missing.empty() ? "" : ", ") + sibling.filename().string();
    }
    if (missingCount == 0) return {};
    if (missingCount > 5) missing += " and " + std::to_string(missingCount - 5) + " more";
    return inFile({ErrorCode::NotFound, "parts of the model are missing: " + missing, {}, kDownloadParts},
                  path.string());
}

}  // namespace

GgufSet GgufSet::of(GgufFile file) {
    GgufSet set;
    set.m_tensors = file.tensors();
    set.m_parts.push_back(std::move(file));
    for (std::size_t tensor = 0; tensor < set.m_tensors.size(); ++tensor)
        set.m_tensorIndex.emplace(set.m_tensors[tensor].name, tensor);
    return set;
}

Result<GgufSet> GgufSet::open(const std::filesystem::path& path, GgufReadOptions options) {
    STRATA_TRY(GgufFile given, GgufFile::open(path, options));
    STRATA_TRY(const std::uint64_t count, splitKey(given, "split.count", 1));
    if (count <= 1) return of(std::move(given));
    if (count > kMaximumParts) return mismatch(given, "split.count", count, kMaximumParts);
    const auto name = parsePartName(path.filename().string());
    if (!name || name->count != count)
        return inFile({ErrorCode::NotFound,
                       "the file is one of " + std::to_string(count) + " parts, but its name does not say which",
                       {},
                       "name the parts NAME-00001-of-" + fiveDigits(count) + ".gguf and so on"},
                      path.string());
    STRATA_CHECK(checkPresence(path, *name));
    GgufSet set;
    set.m_parts.reserve(count);
    for (std::uint64_t part = 0; part < count; ++part) {
        STRATA_TRY(GgufFile file, GgufFile::open(partPath(path, *name, part), options));
        STRATA_CHECK(checkPart(file, part, count));
        set.m_parts.push_back(std::move(file));
    }
    STRATA_CHECK(set.gatherTensors());
    return set;
}

Result<void> GgufSet::gatherTensors() {
    for (std::size_t part = 0; part < m_parts.size(); ++part)
        for (GgufTensor tensor : m_parts[part].tensors()) {
            tensor.part = static_cast<std::uint32_t>(part);
            m_tensors.push_back(std::move(tensor));
        }
    for (std::size_t tensor = 0; tensor < m_tensors.size(); ++tensor)
        if (!m_tensorIndex.emplace(m_tensors[tensor].name, tensor).second)
            return inFile({ErrorCode::Corrupt,
                           "tensor " + quotedName(m_tensors[tensor].name) + " is in two parts",
                           {},
                           kDownloadParts},
                          m_parts[m_tensors[tensor].part].path().string());
    STRATA_TRY(const std::uint64_t announced, splitKey(first(), "split.tensors.count", m_tensors.size()));
    if (announced != m_tensors.size()) return mismatch(first(), "split.tensors.count", announced, m_tensors.size());
    return {};
}

std::uint64_t GgufSet::fileSizeBytes() const noexcept {
    std::uint64_t sum = 0;
    for (const GgufFile& part : m_parts) sum += part.fileSizeBytes();
    return sum;
}

const GgufTensor* GgufSet::findTensor(std::string_view name) const noexcept {
    const auto found = m_tensorIndex.find(name);
    return found == m_tensorIndex.end() ? nullptr : &m_tensors[found->second];
}

Result<std::span<const std::byte>> GgufSet::tensorBytes(const GgufTensor& tensor) const {
    return m_parts.at(tensor.part).tensorBytes(tensor);
}

void GgufSet::releaseTensor(const GgufTensor& tensor) const noexcept {
    if (tensor.part < m_parts.size()) m_parts[tensor.part].releaseTensor(tensor);
}

}  // namespace strata
