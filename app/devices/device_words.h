// What can be said of a device, in words for people. The desktop application translates them (context "Devices").
#pragma once

#include <span>
#include <string_view>

namespace strata::devices {

struct Words {
    std::string_view key;  ///< as JSON has it
    const char* label = nullptr;
    const char* yes = nullptr;  ///< paths: when it is taken; limits: the unit, with %1 for the number, null for bytes
    const char* no = nullptr;   ///< paths: when it is not
};

/// What a device has or lacks.
[[nodiscard]] std::span<const Words> featureWords() noexcept;
/// Which of two ways is taken.
[[nodiscard]] std::span<const Words> pathWords() noexcept;
[[nodiscard]] std::span<const Words> limitWords() noexcept;
/// Null where there is none of this key.
[[nodiscard]] const Words* findWords(std::span<const Words> words, std::string_view key) noexcept;

inline constexpr std::string_view kHostImportPath = "host_import";
inline constexpr std::string_view kMappedWritesPath = "mapped_writes";
inline constexpr std::string_view kTransferRingPath = "transfer_ring";
inline constexpr std::string_view kMemoryBudgetPath = "memory_budget";
/// Whether a path says anything beside the others: weights that are not copied are not written either, and take no
/// memory that could be followed; what is written directly goes through no staging.
[[nodiscard]] bool isTelling(std::string_view path, bool isImported, bool isMapped) noexcept;

}  // namespace strata::devices
