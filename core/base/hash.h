// Checksums (XXH3-64, by xxHash) and fingerprints (SHA-256, by OpenSSL).
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace strata {

[[nodiscard]] std::uint64_t xxh3(std::span<const std::byte> bytes) noexcept;

/// Lower-case hexadecimal SHA-256 of a file, read in chunks. Errors: as File, Cancelled.
[[nodiscard]] Result<std::string> sha256OfFile(const std::filesystem::path& path, const JobContext& context = {});
[[nodiscard]] std::string sha256Of(std::span<const std::byte> bytes);

}  // namespace strata
