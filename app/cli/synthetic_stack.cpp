#include "app/cli/synthetic_stack.h"

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/model/model_config.h"
#include "core/stack/stack_writer.h"

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

namespace strata::cli {
namespace {

constexpr std::array kShapes = {
    ModelShape{"smollm2-135m", 30, 576, 9, 3, 64, 1536, 49152, 8192, true},
    ModelShape{"llama-3.2-1b", 16, 2048, 32, 8, 64, 8192, 128256, 131072, true},
    ModelShape{"llama-3.1-8b", 32, 4096, 32, 8, 128, 14336, 128256, 131072, false},
    ModelShape{"tiny", 2, 128, 4, 2, 32, 256, 1024, 8192, true},
};

constexpr std::size_t kVocabularyTileRows = 8192;
constexpr float kRopeBase = 500000;

/// Values from -127 to 127 in even steps: the first p bits of a code index 2^p of them. Random codes then have a
/// deviation of 127 * 256 / sqrt(3) steps, which is made 1.
std::vector<LevelTable> evenTables(unsigned planes) {
    std::vector<LevelTable> tables;
    for (unsigned level = 1; level <= planes; ++level) {
        LevelTable table{.planes = level, .step = std::sqrt(3.0F) / (127 * 256)};
        const int count = 1 << level;
        for (int code = 0; code < count; ++code) {
            const int value = (2 * code + 1 - count) * 127 * 256 / count;
            const int high = static_cast<int>(std::lround(value / 256.0));
            table.high[static_cast<std::size_t>(code)] = static_cast<std::int8_t>(high);
            if (level >= kFineLevel)
                table.low[static_cast<std::size_t>(code)] = static_cast<std::int8_t>(std::min(value - 256 * high, 127));
        }
        tables.push_back(table);
    }
    return tables;
}

/// Random bits, then scales that keep the size of what goes through.
void fillBlock(const MatrixInfo& matrix, std::size_t tile, std::size_t seed, std::vector<std::byte>& into) {
    into.resize(matrix.blockBytes(tile));
    const std::size_t bits = planeBytes(matrix.rowsOfTile(tile), matrix.columns);
    Random random(seed);
    for (std::size_t at = 0; at < bits; at += sizeof(std::uint64_t)) {
        const std::uint64_t word = random.next();
        std::memcpy(into.data() + at, &word, sizeof word);
    }
    const Half scale = toHalf(1 / std::sqrt(static_cast<float>(matrix.columns)));
    const std::vector<Half> scales((into.size() - bits) / sizeof(Half), scale);
    std::memcpy(into.data() + bits, scales.data(), scales.size() * sizeof(Half));
}

class SyntheticContents {
public:
    SyntheticContents(const ModelShape& shape, unsigned planes);
    [[nodiscard]] Result<void> write(const std::filesystem::path& path, const JobContext& context) const;

private:
    void addMatrix(const std::string& name, std::size_t rows, std::size_t columns, unsigned planes);
    void addNorm(const std::string& name, std::size_t width) {
        m_contents.dense.push_back({name, std::vector<float>(width, 1.0F), 1});
    }
    void orderBlocks(unsigned planes);
    StackContents m_contents;
};

void addMetadata(const ModelShape& shape, GgufWriter& writer) {
    writer.add("general.architecture", "llama");
    writer.add("general.name", shape.name);
    const auto number = [&](const char* key, std::size_t value) {
        writer.add(std::string("llama.") + key, static_cast<std::uint32_t>(value));
    };
    number("block_count", shape.layers);
    number("context_length", shape.contextLength);
    number("embedding_length", shape.embedding);
    number("feed_forward_length", shape.feedForward);
    number("attention.head_count", shape.heads);
    number("attention.head_count_kv", shape.kvHeads);
    number("attention.key_length", shape.headDim);
    number("attention.value_length", shape.headDim);
    number("rope.dimension_count", shape.headDim);
    writer.add("llama.rope.freq_base", kRopeBase);
    writer.add("llama.attention.layer_norm_rms_epsilon", 1e-5F);
    std::vector<std::string> tokens{"t", "0"};
    while (tokens.size() < shape.vocabulary) tokens.push_back(fmt::format("t{}", tokens.size() - 2));
    const std::vector<std::int32_t> kinds(shape.vocabulary, static_cast<std::int32_t>(TokenKind::Normal));
    const std::vector<std::string> merges{"t 0"};
    writer.add("tokenizer.ggml.model", "gpt2");
    writer.add("tokenizer.ggml.pre", "gpt-2");
    writer.add("tokenizer.ggml.tokens", std::span<const std::string>(tokens));
    writer.add("tokenizer.ggml.token_type", std::span<const std::int32_t>(kinds));
    writer.add("tokenizer.ggml.merges", std::span<const std::string>(merges));
}

SyntheticContents::SyntheticContents(const ModelShape& shape, unsigned planes) {
    const std::size_t queries = shape.heads * shape.headDim, keys = shape.kvHeads * shape.headDim;
    for (const std::size_t size : std::set{shape.embedding, queries, shape.feedForward})
        m_contents.rotations.push_back(Rotation::random(size, size));
    m_contents.tables[planes] = evenTables(planes);
    m_contents.metadata = [shape](GgufWriter& writer) { addMetadata(shape, writer); };
    addMatrix(std::string(kEmbeddingName), shape.vocabulary, shape.embedding, planes);
    if (!shape.tied) addMatrix(std::string(kOutputName), shape.vocabulary, shape.embedding, planes);
    addNorm(std::string(kOutputNormName), shape.embedding);
    for (std::size_t layer = 0; layer < shape.layers; ++layer) {
        const auto name = [&](const char* part) { return fmt::format("blk.{}.{}.weight", layer, part); };
        addMatrix(name("attn_q"), queries, shape.embedding, planes);
        addMatrix(name("attn_k"), keys, shape.embedding, planes);
        addMatrix(name("attn_v"), keys, shape.embedding, planes);
        addMatrix(name("attn_output"), shape.embedding, queries, planes);
        addMatrix(name("ffn_gate"), shape.feedForward, shape.embedding, planes);
        addMatrix(name("ffn_up"), shape.feedForward, shape.embedding, planes);
        addMatrix(name("ffn_down"), shape.embedding, shape.feedForward, planes);
        addNorm(name("attn_norm"), shape.embedding);
        addNorm(name("ffn_norm"), shape.embedding);
    }
    orderBlocks(planes);
}

void SyntheticContents::addMatrix(const std::string& name, std::size_t rows, std::size_t columns, unsigned planes) {
    const bool vocabulary = name == kEmbeddingName || name == kOutputName;
    m_contents.matrices.push_back({.name = name,
                                   .codec = Codec::Nested,
                                   .rows = rows,
                                   .columns = columns,
                                   .tileRows = vocabulary ? std::min(rows, kVocabularyTileRows) : rows,
                                   .levels = planes,
                                   .rank = 0});
}

void SyntheticContents::orderBlocks(unsigned planes) {
    std::vector<std::byte> bytes;
    for (std::uint32_t level = 0; level < planes; ++level) {
        for (std::uint32_t index = 0; index < m_contents.matrices.size(); ++index) {
            for (std::uint32_t tile = 0; tile < m_contents.matrices[index].tileCount(); ++tile) {
                fillBlock(m_contents.matrices[index], tile, m_contents.order.size(), bytes);
                m_contents.order.push_back({index, tile, level, xxh3(bytes)});
            }
        }
    }
}

Result<void> SyntheticContents::write(const std::filesystem::path& path, const JobContext& context) const {
    const auto source = [this](std::size_t index, std::vector<std::byte>& into) -> Result<void> {
        const StackContents::Block& block = m_contents.order[index];
        fillBlock(m_contents.matrices[block.matrix], block.tile, index, into);
        return {};
    };
    return writeStack(path, true, m_contents, source, context);
}

}  // namespace

std::span<const ModelShape> modelShapes() noexcept {
    return kShapes;
}

Result<std::shared_ptr<const StackFile>> syntheticStack(const ModelShape& shape, unsigned planes,
                                                        const JobContext& context) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
    const std::filesystem::path path = folder / fmt::format("strata-bench-{}.strata", ::getpid());
    auto status = SyntheticContents(shape, planes).write(path, context);
    if (!status) return inFile(std::move(status).error(), path.string(), "set TMPDIR to a folder with more space");
    auto stack = StackFile::open(path);
    std::filesystem::remove(path, ignored);  // the open file stays until it is closed
    return stack;
}

}  // namespace strata::cli
