// The folder in which a compression keeps what it has finished, so that an interruption loses little.
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/compress/encoded_matrix.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace strata {

/// One folder `OUT.strata.partial`. A piece is a data file and, written after it, a small description: a piece without
/// a description does not exist. Thread contract: one caller, but for readBlock().
class WorkFolder {
public:
    /// Opens or makes the folder of `output`. `fingerprint` states source and options: a folder with another one is
    /// refused (InvalidArgument), or discarded when `resume` is false and `overwrite` true. Errors: AlreadyExists (a
    /// folder is there and neither was asked for); PermissionDenied; DiskFull.
    [[nodiscard]] static Result<WorkFolder> open(const std::filesystem::path& output, const std::string& fingerprint,
                                                 bool resume, bool overwrite);

    /// Whether a run that needs so much disk in all finds it: what the folder of `output` holds already is either gone
    /// on with or discarded, and counts as free. Errors: DiskFull.
    [[nodiscard]] static Result<void> checkSpace(const std::filesystem::path& output, std::uint64_t neededBytes,
                                                 std::uint64_t freeBytes);

    [[nodiscard]] std::filesystem::path file(std::string_view name) const { return m_path / name; }
    /// Whether the folder held finished pieces when it was opened.
    [[nodiscard]] bool resumed() const noexcept { return m_resumed; }

    [[nodiscard]] bool hasPiece(std::string_view name) const;
    /// Saves blocks and descriptions of matrices; `blocks` may be dropped by the caller afterwards.
    [[nodiscard]] Result<void> savePiece(std::string_view name, std::span<const EncodedMatrix> matrices);
    /// Descriptions without blocks.
    [[nodiscard]] Result<std::vector<EncodedMatrix>> loadPiece(std::string_view name) const;
    /// Bytes of block `index` of a loaded piece's matrix.
    [[nodiscard]] Result<void> readBlock(const EncodedMatrix& matrix, std::size_t index,
                                         std::vector<std::byte>& into) const;

    [[nodiscard]] Result<void> saveJson(std::string_view name, const nlohmann::json& value);
    /// nullopt when it is not there.
    [[nodiscard]] Result<std::optional<nlohmann::json>> loadJson(std::string_view name) const;
    /// The error of a description that parses and makes no sense: names the file and the remedy.
    [[nodiscard]] std::unexpected<Error> damaged(std::string_view name) const;
    void remove(std::string_view name) const noexcept;

    /// The finished file `name` becomes the output; noted first, so that a run that is killed between the two and the
    /// end knows the output for its own. Errors: those of renameFile().
    [[nodiscard]] Result<void> publish(std::string_view name, const std::filesystem::path& output, bool overwrite);
    /// Whether `output` is there and is what the compression in its folder, killed just before its end, published.
    [[nodiscard]] static bool hasPublished(const std::filesystem::path& output) noexcept;
    /// Removes the whole folder.
    void discard() const noexcept;

private:
    explicit WorkFolder(const std::filesystem::path& output) : m_path(output.string() + ".partial") {}

    std::filesystem::path m_path;
    bool m_resumed = false;
};

}  // namespace strata
