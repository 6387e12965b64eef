#include "core/compress/layer_encoder.h"

#include "core/base/hash.h"
#include "core/source/bitstack_checkpoint.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <optional>

#include <fmt/format.h>

namespace strata {
namespace {

/// First error of a parallel region; later tasks see it and do nothing.
class FirstError {
public:
    void note(Error error) {
        const std::lock_guard lock(m_mutex);
        if (!m_error) m_error = std::move(error);
        m_failed = true;
    }
    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    [[nodiscard]] Result<void> result() {
        if (m_error) return std::unexpected(*std::move(m_error));
        return {};
    }

private:
    std::mutex m_mutex;
    std::optional<Error> m_error;
    std::atomic<bool> m_failed{false};
};

/// How much each prefix counts. With equal weights the shallow prefixes pay for the deep ones: the sample model's
/// perplexity at 2 planes is 275 then, and 126 with these, which cost nothing at 3 and more. Chosen on text that is
/// neither calibrated on nor tested with. Whoever asks for eight planes wants the source's own answers: they come
/// first, and 3 planes pay for them.
std::vector<float> balancedPrefixWeights(unsigned planes) {
    std::vector<float> weights{0.3F, 2, 2, 1.5F, 1, 1, 1, 10};
    weights.resize(planes);
    return weights;
}

/// One row chunk of one matrix.
struct ChunkTask {
    std::size_t linear, firstRow, rows;
};

/// The linears of a decoder block that are encoded together, by their indices.
using Group = std::vector<std::size_t>;

/// Those that read one input: of the block, or of one of its experts.
Group readersOf(std::span<const ModelConfig::Linear> linears, unsigned input, std::optional<std::size_t> expert) {
    Group group;
    for (std::size_t index = 0; index < linears.size(); ++index)
        if (linears[index].input == input && linears[index].expert == expert) group.push_back(index);
    return group;
}

/// Encodes one decoder block, group by group.
class BlockEncoder {
public:
    BlockEncoder(const SourceModel& source, std::size_t layer, const Rotations& rotations,
                 const LayerEncoderOptions& options, ThreadPool& pool, const JobContext& context)
        : m_source(source),
          m_linears(source.config().linears(layer)),
          m_rotations(rotations),
          m_options(options),
          m_pool(pool),
          m_context(context),
          m_results(m_linears.size()) {
        for (std::size_t index = 0; index < m_linears.size(); ++index)
            m_results[index].info = describeEncoded(source, m_linears[index], options);
    }

    /// Matrices whose inputs have these statistics, by input; of one expert, or those of no expert.
    [[nodiscard]] Result<void> encode(BlockHessians hessians, std::optional<std::size_t> expert);
    [[nodiscard]] std::vector<EncodedMatrix> take() { return std::move(m_results); }
    /// Of all matrices of an expert.
    void countTokens(std::size_t expert, std::uint64_t tokens) {
        for (std::size_t index = 0; index < m_linears.size(); ++index)
            if (m_linears[index].expert == expert) m_results[index].routedTokens = tokens;
    }

private:
    [[nodiscard]] Result<void> encodeNestedGroup(const Group& group, std::vector<float> hessian);
    [[nodiscard]] Result<void> encodeBitstackGroup(Group group, const BlockHessians& hessians);
    [[nodiscard]] std::vector<ChunkTask> chunksOf(const Group& group) const;

    const SourceModel& m_source;
    std::vector<ModelConfig::Linear> m_linears;
    const Rotations& m_rotations;
    const LayerEncoderOptions& m_options;
    ThreadPool& m_pool;
    const JobContext& m_context;
    std::vector<EncodedMatrix> m_results;
};

std::vector<ChunkTask> BlockEncoder::chunksOf(const Group& group) const {
    std::vector<ChunkTask> tasks;
    for (const std::size_t index : group)
        for (std::size_t row = 0; row < m_linears[index].rows; row += kEncodeRows)
            tasks.push_back({index, row, std::min(kEncodeRows, m_linears[index].rows - row)});
    return tasks;
}

Result<void> BlockEncoder::encode(BlockHessians hessians, std::optional<std::size_t> expert) {
    if (m_options.codec == Codec::Bitstack) {
        Group all;
        for (unsigned input = 0; input < hessians.size(); ++input)
            std::ranges::copy(readersOf(m_linears, input, expert), std::back_inserter(all));
        return encodeBitstackGroup(std::move(all), hessians);
    }
    for (unsigned input = 0; input < hessians.size(); ++input)
        STRATA_CHECK(encodeNestedGroup(readersOf(m_linears, input, expert), std::move(hessians[input])));
    return {};
}

Result<void> BlockEncoder::encodeNestedGroup(const Group& group, std::vector<float> hessian) {
    const std::vector<ChunkTask> tasks = chunksOf(group);
    if (tasks.empty()) return {};
    const std::size_t columns = m_linears[tasks[0].linear].columns;
    const Rotation& rotation = m_rotations.at(columns);
    STRATA_TRY(const InputStatistics statistics, prepareStatistics(std::move(hessian), rotation));
    std::vector<NestedMatrix> parts(tasks.size());
    FirstError error;
    m_pool.forEach(tasks.size(), [&](std::size_t index) {
        if (error.failed() || m_context.stop.stop_requested()) return;
        const ChunkTask& task = tasks[index];
        std::vector<float> rows(task.rows * columns);
        auto read = m_source.rows(m_linears[task.linear].name, task.firstRow, task.rows, rows);
        if (!read) return error.note(std::move(read).error());
        auto encoded = encodeNested(rows, columns, rotation, statistics,
                                    {.planes = m_options.planes,
                                     .descentPasses = m_options.descentPasses,
                                     .prefixWeights = balancedPrefixWeights(m_options.planes)});
        if (!encoded) return error.note(std::move(encoded).error());
        parts[index] = *std::move(encoded);
    });
    STRATA_CHECK(error.result());
    if (m_context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "compression was stopped");
    for (std::size_t first = 0; first < tasks.size();) {
        std::size_t end = first;
        while (end < tasks.size() && tasks[end].linear == tasks[first].linear) ++end;
        appendNestedTile(m_results[tasks[first].linear], std::span(parts).subspan(first, end - first));
        first = end;
    }
    return {};
}

/// Takes over a linear's blocks as the checkpoint has them, and measures what each is worth.
Result<void> importBitstack(const BitstackCheckpoint& checkpoint, const BitstackLinear& linear,
                            std::span<const float> hessian, EncodedMatrix& result) {
    STRATA_TRY(result.channelScales, checkpoint.scales(linear));
    const std::size_t levels = linear.blocks.size();
    std::vector<float> residual(linear.rows * linear.columns, 0.0F);
    std::vector<double> errors(levels + 1, 0.0);
    result.blocks.resize(levels);
    result.checksums.resize(levels);
    for (std::size_t level = levels; level-- > 0;) {
        STRATA_TRY(const BitstackBlock block, checkpoint.block(linear, level, 0, linear.rows));
        result.blocks[level] = packBitstackBlock(result.info, block);
        result.checksums[level] = xxh3(result.blocks[level]);
        addBitstackBlock(block, linear.rows, linear.columns, residual);
        errors[level] = bitstackError(residual, linear.rows, linear.columns, result.channelScales, hessian);
    }
    result.relativeError.push_back(relativeErrors(errors));
    return {};
}

Result<void> encodeBitstackLinear(const SourceModel& source, const ModelConfig::Linear& linear,
                                  std::span<const float> hessian, const LayerEncoderOptions& options,
                                  EncodedMatrix& result) {
    const BitstackCheckpoint* checkpoint = source.files().bitstack();
    if (const auto* published = checkpoint == nullptr ? nullptr : checkpoint->find(linear.name))
        return importBitstack(*checkpoint, *published, hessian, result);
    STRATA_TRY(const std::vector<float> weights, source.tensor(linear.name));
    STRATA_TRY(const BitstackMatrix encoded,
               encodeBitstack(weights, linear.rows, linear.columns, hessian,
                              {.rank = options.rank, .blocks = options.blocks, .seed = options.seed}));
    appendBitstackBlocks(result, encoded);
    return {};
}

Result<void> BlockEncoder::encodeBitstackGroup(Group group, const BlockHessians& hessians) {
    std::ranges::sort(group);
    std::ranges::stable_sort(group, std::greater(),
                             [&](std::size_t index) { return m_linears[index].rows * m_linears[index].columns; });
    FirstError error;
    m_pool.forEach(group.size(), [&](std::size_t task) {
        if (error.failed() || m_context.stop.stop_requested()) return;
        const ModelConfig::Linear& linear = m_linears[group[task]];
        auto status = encodeBitstackLinear(m_source, linear, hessians[linear.input], m_options, m_results[group[task]]);
        if (!status) error.note(std::move(status).error());
    });
    STRATA_CHECK(error.result());
    if (m_context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "compression was stopped");
    return {};
}

}  // namespace

MatrixInfo describeEncoded(const SourceModel& source, const ModelConfig::Linear& linear,
                           const LayerEncoderOptions& options) {
    MatrixInfo info{
        linear.name, options.codec, linear.rows, linear.columns, paddedRows(linear.rows), options.planes, 0};
    if (options.codec == Codec::Nested) return info;
    info.levels = options.blocks;
    info.rank = options.rank;
    const BitstackCheckpoint* checkpoint = source.files().bitstack();
    const BitstackLinear* published = checkpoint == nullptr ? nullptr : checkpoint->find(linear.name);
    if (published == nullptr) return info;
    info.levels = static_cast<unsigned>(published->blocks.size());
    info.rank = published->rank;
    return info;
}

Result<std::vector<EncodedMatrix>> encodeLayer(const SourceModel& source, std::size_t layer, BlockStatistics statistics,
                                               const Rotations& rotations, const LayerEncoderOptions& options,
                                               ThreadPool& pool, const JobContext& context) {
    BlockEncoder encoder(source, layer, rotations, options, pool, context);
    STRATA_CHECK(encoder.encode(std::move(statistics.hessians), std::nullopt));
    const ExpertTokens& experts = statistics.experts;
    for (std::size_t expert = 0; expert < experts.tokens.size(); ++expert) {
        STRATA_TRY(ExpertHessians hessians, expertHessians(source, layer, expert, experts, pool));
        STRATA_CHECK(encoder.encode({{{}, {}, std::move(hessians.in), std::move(hessians.out)}}, expert));
        encoder.countTokens(expert, experts.tokens[expert].size());
    }
    return encoder.take();
}

}  // namespace strata
