// From a dense model file to a stack, in bounded memory, resumable after any interruption.
//
// Stages: calibrate and encode, decoder block by decoder block; the vocabulary matrices; sensitivities; the universal
// order; the measured quality curve; the final file. A work folder `OUT.strata.partial` beside the output holds
// finished pieces; a crash loses the piece in hand at most, and a resumed run writes the same bytes as an uninterrupted
// one.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/codec/nested_codec.h"
#include "core/stack/stack_file.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace strata {

struct CompressOptions {
    std::filesystem::path source;
    std::filesystem::path output;
    /// Of the linear layers; vocabulary matrices are always nested. nullopt: bitstack for a published BitStack
    /// checkpoint, whose blocks are then taken over, else nested.
    std::optional<Codec> codec;
    unsigned planes = 6;  ///< nested: 1..8
    unsigned vocabularyPlanes = 8;
    unsigned rank = 16;    ///< bitstack
    unsigned blocks = 16;  ///< bitstack
    unsigned descentPasses = kBestDescentPasses;
    std::filesystem::path calibration;  ///< empty: the built-in text
    bool detokeniseWikitext = false;
    bool resume = false;  ///< go on from the work folder if it fits these options and this source
    bool overwrite = false;
    std::size_t threads = 0;
    std::uint64_t seed = 1;
};

class ModelFiles;
/// The codec of a run over `source`.
[[nodiscard]] Codec codecFor(const CompressOptions& options, const ModelFiles& source) noexcept;

struct CompressReport {
    std::uint64_t sourceBytes = 0;
    std::uint64_t stackBytes = 0;
    double bitsPerWeight = 0;  ///< of the whole stack at its highest
    double calibrateSeconds = 0, encodeSeconds = 0, vocabularySeconds = 0, sensitivitySeconds = 0, curveSeconds = 0;
    double totalSeconds = 0;  ///< of this run (a resumed one counts from the resumption)
    std::uint64_t peakResidentBytes = 0;
    bool resumed = false;
    std::vector<CurvePoint> curve;
};

/// What a run will cost, from the source's header alone.
struct CompressEstimate {
    std::uint64_t stackBytes = 0;
    std::uint64_t workBytes = 0;  ///< disk beside the stack while it runs
    std::uint64_t peakMemoryBytes = 0;
};
[[nodiscard]] Result<CompressEstimate> estimateCompression(const CompressOptions& options);

/// Errors: of the source (NotFound, Corrupt, Unsupported...), AlreadyExists (output, or a work folder without
/// `resume`), DiskFull (checked before it starts), PermissionDenied, Cancelled (the work folder stays; resume goes on).
[[nodiscard]] Result<CompressReport> compress(const CompressOptions& options, const JobContext& context = {});

}  // namespace strata
