#include "core/compress/work_folder.h"

#include "core/base/size.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

using nlohmann::json;

constexpr std::string_view kFingerprintName = "job";
constexpr std::string_view kPublishedName = "published";

/// Tells a file from any other that could bear its name; survives a rename.
json identity(const std::filesystem::path& file) {
    return {{"size_bytes", std::filesystem::file_size(file)},
            {"write_time", std::filesystem::last_write_time(file).time_since_epoch().count()}};
}

json describe(const EncodedMatrix& matrix) {
    return {{"name", matrix.info.name},          {"codec", static_cast<int>(matrix.info.codec)},
            {"rows", matrix.info.rows},          {"columns", matrix.info.columns},
            {"tile_rows", matrix.info.tileRows}, {"levels", matrix.info.levels},
            {"rank", matrix.info.rank},          {"relative_error", matrix.relativeError},
            {"checksums", matrix.checksums},     {"channel_scales", matrix.channelScales},
            {"file_offset", matrix.fileOffset},  {"routed_tokens", matrix.routedTokens}};
}

EncodedMatrix restore(const json& value, std::string file) {
    EncodedMatrix matrix;
    matrix.info = {value.at("name"),      static_cast<Codec>(value.at("codec").get<int>()),
                   value.at("rows"),      value.at("columns"),
                   value.at("tile_rows"), value.at("levels"),
                   value.at("rank")};
    matrix.relativeError = value.at("relative_error").get<std::vector<std::vector<double>>>();
    matrix.checksums = value.at("checksums").get<std::vector<std::uint64_t>>();
    matrix.channelScales = value.at("channel_scales").get<std::vector<float>>();
    matrix.fileOffset = value.at("file_offset");
    matrix.routedTokens = value.at("routed_tokens");
    matrix.file = std::move(file);
    return matrix;
}

/// Whether sizes agree with each other, so that what follows may index without a second look.
bool makesSense(const EncodedMatrix& matrix) {
    const MatrixInfo& info = matrix.info;
    if (info.rows == 0 || info.columns == 0 || info.tileRows == 0 || info.levels == 0) return false;
    if (info.codec != Codec::Nested && info.codec != Codec::Bitstack) return false;
    if (matrix.relativeError.size() != info.tileCount()) return false;
    return matrix.checksums.size() == info.tileCount() * info.levels &&
           std::ranges::all_of(matrix.relativeError,
                               [&](const auto& levels) { return levels.size() == info.levels + std::size_t{1}; });
}

/// 0 where it cannot be told.
std::uint64_t bytesBelow(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) bytes += entry->file_size(ignored);
        if (ignored) return 0;
    }
    return bytes;
}

}  // namespace

Result<void> WorkFolder::checkSpace(const std::filesystem::path& output, std::uint64_t neededBytes,
                                    std::uint64_t freeBytes) {
    const std::uint64_t missing = neededBytes - std::min(neededBytes, bytesBelow(WorkFolder(output).m_path));
    if (missing <= freeBytes) return {};
    return inFile({ErrorCode::DiskFull,
                   fmt::format("compressing needs {} of free disk, and {} are free", formatBytes(missing),
                               formatBytes(freeBytes)),
                   {},
                   {}},
                  output.string(), "free some disk space, or choose an output on another disk");
}

Result<WorkFolder> WorkFolder::open(const std::filesystem::path& output, const std::string& fingerprint, bool resume,
                                    bool overwrite) {
    WorkFolder folder(output);
    std::error_code error;
    if (std::filesystem::exists(folder.m_path, error)) {
        const auto loaded = folder.loadJson(kFingerprintName);
        if (!loaded && !overwrite) return std::unexpected(loaded.error());
        const std::optional<json> found = loaded ? *loaded : std::nullopt;
        const bool matches = found && found->is_string() && found->get<std::string>() == fingerprint;
        if (resume && matches) {
            folder.m_resumed = true;
            return folder;
        }
        if (resume && found && !overwrite)
            return inFile({ErrorCode::InvalidArgument,
                           "holds an interrupted compression of another source or with other options",
                           {},
                           {}},
                          folder.m_path.string(), "repeat the same options, or pass --force to start afresh");
        if (!resume && found && !overwrite)
            return inFile({ErrorCode::AlreadyExists, "holds an interrupted compression", {}, {}},
                          folder.m_path.string(), "pass --resume to go on with it, or --force to start afresh");
        folder.discard();
    }
    std::filesystem::create_directory(folder.m_path, error);
    if (error)
        return inFile({error == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::PermissionDenied,
                       fmt::format("the folder cannot be made ({})", error.message()),
                       {},
                       {}},
                      folder.m_path.string(), "choose an output in a folder that you may write to");
    STRATA_CHECK(folder.saveJson(kFingerprintName, fingerprint));
    return folder;
}

bool WorkFolder::hasPiece(std::string_view name) const {
    std::error_code ignored;
    return std::filesystem::exists(file(fmt::format("{}.json", name)), ignored);
}

Result<void> WorkFolder::savePiece(std::string_view name, std::span<const EncodedMatrix> matrices) {
    const std::string data = fmt::format("{}.blocks", name);
    STRATA_TRY(AtomicFile out, AtomicFile::create(file(data), true));
    json description = json::array();
    for (const EncodedMatrix& matrix : matrices) {
        description.push_back(describe(matrix));
        description.back()["file_offset"] = out.position();
        for (const auto& block : matrix.blocks) STRATA_CHECK(out.write(block));
    }
    STRATA_CHECK(out.commit());
    return saveJson(name, description);
}

Result<std::vector<EncodedMatrix>> WorkFolder::loadPiece(std::string_view name) const {
    STRATA_TRY(const std::optional<json> description, loadJson(name));
    if (!description) return damaged(name);
    std::vector<EncodedMatrix> matrices;
    try {
        for (const json& value : *description) matrices.push_back(restore(value, fmt::format("{}.blocks", name)));
    } catch (const json::exception&) {
        return damaged(name);
    }
    if (matrices.empty() || !std::ranges::all_of(matrices, makesSense)) return damaged(name);
    return matrices;
}

Result<void> WorkFolder::readBlock(const EncodedMatrix& matrix, std::size_t index, std::vector<std::byte>& into) const {
    std::uint64_t offset = matrix.fileOffset;
    const std::size_t tile = index / matrix.info.levels;
    for (std::size_t before = 0; before < tile; ++before) offset += matrix.info.blockBytes(before) * matrix.info.levels;
    offset += index % matrix.info.levels * matrix.info.blockBytes(tile);
    STRATA_TRY(const File data, File::open(file(matrix.file), File::Mode::Read));
    into.resize(matrix.info.blockBytes(tile));
    return data.readExact(offset, into);
}

Result<void> WorkFolder::saveJson(std::string_view name, const json& value) {
    return writeFileAtomically(file(fmt::format("{}.json", name)), value.dump());
}

Result<std::optional<json>> WorkFolder::loadJson(std::string_view name) const {
    const auto path = file(fmt::format("{}.json", name));
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return std::nullopt;
    STRATA_TRY(const std::string text, readTextFile(path));
    json value = json::parse(text, nullptr, false);
    if (value.is_discarded()) return damaged(name);
    return std::optional(std::move(value));
}

std::unexpected<Error> WorkFolder::damaged(std::string_view name) const {
    return inFile({ErrorCode::Corrupt, "is damaged", {}, {}}, file(fmt::format("{}.json", name)).string(),
                  "remove the folder and compress again, or pass --force without --resume");
}

void WorkFolder::remove(std::string_view name) const noexcept {
    std::error_code ignored;
    std::filesystem::remove(file(name), ignored);
}

Result<void> WorkFolder::publish(std::string_view name, const std::filesystem::path& output, bool overwrite) {
    STRATA_CHECK(saveJson(kPublishedName, identity(file(name))));
    return renameFile(file(name), output, overwrite);
}

bool WorkFolder::hasPublished(const std::filesystem::path& output) noexcept {
    try {
        const auto published = WorkFolder(output).loadJson(kPublishedName);
        return published && *published && **published == identity(output);
    } catch (const std::exception&) {
        return false;  // one of the files cannot be looked at
    }
}

void WorkFolder::discard() const noexcept {
    std::error_code ignored;
    // The note of the published output goes last: what is left of a folder without it would only be in the way.
    const std::filesystem::path published = file(fmt::format("{}.json", kPublishedName));
    for (std::filesystem::directory_iterator entry(m_path, ignored), end; !ignored && entry != end;
         entry.increment(ignored))
        if (entry->path() != published) std::filesystem::remove_all(entry->path(), ignored);
    std::filesystem::remove_all(m_path, ignored);
}

}  // namespace strata
