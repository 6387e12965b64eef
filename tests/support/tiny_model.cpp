#include "tests/support/tiny_model.h"

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/io/gguf.h"
#include "core/stack/stack_keys.h"
#include "tests/support/tiny_codec.h"

#include <algorithm>
#include <cmath>

namespace strata::test {
namespace {

constexpr std::string_view kChatTemplate =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + "
    "'\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

std::string utf8(unsigned codepoint) {
    if (codepoint < 0x80) return {static_cast<char>(codepoint)};
    return {static_cast<char>(0xC0 | codepoint >> 6), static_cast<char>(0x80 | (codepoint & 0x3F))};
}

/// GPT-2's printable stand-in for each byte.
std::vector<std::string> byteAlphabet() {
    std::vector<std::string> alphabet(256);
    unsigned next = 256;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        alphabet[byte] = utf8(printable ? byte : next++);
    }
    return alphabet;
}

double normAt(const std::vector<float>& weights, std::size_t index) {
    return static_cast<double>(weights[index]);
}

std::vector<double> rmsNorm(const std::vector<double>& x, const std::vector<float>& weights) {
    double square = 0;
    for (const double value : x) square += value * value;
    const double scale = 1 / std::sqrt(square / static_cast<double>(x.size()) + 1e-5);
    std::vector<double> result(x.size());
    for (std::size_t index = 0; index < x.size(); ++index) result[index] = x[index] * scale * normAt(weights, index);
    return result;
}

void rotateHeads(std::vector<double>& x, std::size_t headDim, std::size_t position) {
    for (std::size_t first = 0; first < x.size(); first += headDim) {
        for (std::size_t pair = 0; pair < headDim / 2; ++pair) {
            const double angle = static_cast<double>(position) *
                                 std::pow(10000.0, -2.0 * static_cast<double>(pair) / static_cast<double>(headDim));
            double& a = x[first + 2 * pair];
            double& b = x[first + 2 * pair + 1];
            const double turned = a * std::cos(angle) - b * std::sin(angle);
            b = a * std::sin(angle) + b * std::cos(angle);
            a = turned;
        }
    }
}

}  // namespace

TinyModel::TinyModel(TinyOptions options) : m_options(std::move(options)) {
    m_tokens = byteAlphabet();
    for (const auto& [left, right] :
         {std::pair{"t", "h"}, {"th", "e"}, {"i", "n"}, {"o", "n"}, {"Ġ", "the"}, {"e", "r"}}) {
        m_merges.push_back(std::string(left) + " " + right);
        m_tokens.push_back(std::string(left) + right);
    }
    for (const char* special : {"<|endoftext|>", "<|im_start|>", "<|im_end|>"})
        m_tokens.emplace_back(m_options.endsTurns ? special : "<|" + std::to_string(m_tokens.size()) + "|>");

    const TinyOptions& o = m_options;
    const std::size_t queries = o.heads * o.headDim, keys = o.kvHeads * o.headDim;
    std::vector<std::size_t> sizes{o.embedding, queries, o.feedForward};
    std::ranges::sort(sizes);
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    for (const std::size_t size : sizes) m_rotations.push_back(Rotation::random(size, o.seed + size));
    m_tables[o.vocabularyPlanes] = uniformTables(o.vocabularyPlanes);
    if (o.codec == Codec::Nested) m_tables[o.planes] = uniformTables(o.planes);

    addMatrix("token_embd.weight", m_tokens.size(), o.embedding, static_cast<double>(o.embeddingSpread), true);
    if (!o.tied) addMatrix("output.weight", m_tokens.size(), o.embedding, 1, true);
    addVector("output_norm.weight", o.embedding, 1, 0.1);
    for (std::size_t layer = 0; layer < o.layers; ++layer) {
        const std::string prefix = "blk." + std::to_string(layer) + ".";
        std::vector<std::tuple<std::string, std::size_t, std::size_t>> linears{{"attn_q", queries, o.embedding},
                                                                               {"attn_k", keys, o.embedding},
                                                                               {"attn_v", keys, o.embedding},
                                                                               {"attn_output", o.embedding, queries}};
        for (std::size_t expert = 0; expert < std::max<std::size_t>(o.experts, 1); ++expert) {
            const std::string suffix = o.experts > 0 ? "." + std::to_string(expert) : "";
            linears.emplace_back("ffn_gate" + suffix, o.feedForward, o.embedding);
            linears.emplace_back("ffn_up" + suffix, o.feedForward, o.embedding);
            linears.emplace_back("ffn_down" + suffix, o.embedding, o.feedForward);
        }
        for (const auto& [name, rows, columns] : linears) {
            addMatrix(prefix + name + ".weight", rows, columns, 1.5 / std::sqrt(static_cast<double>(columns)), false);
            if (o.biases) addVector(prefix + name + ".bias", rows, 0, 0.2);
        }
        addVector(prefix + "attn_norm.weight", o.embedding, 1, 0.1);
        addVector(prefix + "ffn_norm.weight", o.embedding, 1, 0.1);
        if (o.experts > 0) addVector(prefix + "ffn_gate_inp.weight", o.experts * o.embedding, 0, 0.5);
    }
}

void TinyModel::addVector(const std::string& name, std::size_t length, double mean, double spread) {
    Random random(m_options.seed * 1000003 + m_vectors.size());
    std::vector<float> values(length);
    for (float& value : values) value = static_cast<float>(mean + spread * random.normal());
    m_vectors[name] = std::move(values);
}

void TinyModel::addMatrix(const std::string& name, std::size_t rows, std::size_t columns, double spread,
                          bool vocabulary) {
    const TinyOptions& o = m_options;
    TinyMatrix matrix;
    const bool nested = vocabulary || o.codec == Codec::Nested;
    matrix.info = {.name = name,
                   .codec = nested ? Codec::Nested : Codec::Bitstack,
                   .rows = rows,
                   .columns = columns,
                   .tileRows = vocabulary ? o.tileRows : rows,
                   .levels = vocabulary ? o.vocabularyPlanes : o.planes,
                   .rank = nested ? 0 : o.rank};
    Random random(o.seed * 7919 + m_matrices.size());
    matrix.dense.resize(rows * columns);
    for (float& value : matrix.dense) value = static_cast<float>(spread * random.normal());
    if (nested) {
        const auto rotation = std::ranges::find(m_rotations, columns, &Rotation::size);
        encodeNestedPlainly(matrix, *rotation, m_tables.at(matrix.info.levels));
    } else {
        std::vector<float> scales(columns);
        for (std::size_t column = 0; column < columns; ++column)
            scales[column] = 0.5F + static_cast<float>(column % 7) / 6;
        encodeBitstackPlainly(matrix, scales);
        m_vectors[keys::channelScales(name)] = std::move(scales);
    }
    m_matrices.push_back(std::move(matrix));
}

const TinyMatrix& TinyModel::matrix(const std::string& name) const {
    return *std::ranges::find_if(m_matrices, [&](const TinyMatrix& entry) { return entry.info.name == name; });
}

std::vector<double> TinyModel::multiply(const std::string& name, const std::vector<double>& x, unsigned level) const {
    const TinyMatrix& entry = matrix(name + ".weight");
    const bool vocabulary = !name.starts_with("blk");
    std::vector<double> dense(entry.dense.begin(), entry.dense.end());
    const std::vector<double>& w = level == 0 ? dense : vocabulary ? entry.decoded.back() : entry.decoded[level - 1];
    std::vector<double> y(entry.info.rows);
    for (std::size_t row = 0; row < y.size(); ++row)
        for (std::size_t column = 0; column < x.size(); ++column) y[row] += w[row * x.size() + column] * x[column];
    if (const auto bias = m_vectors.find(name + ".bias"); bias != m_vectors.end())
        for (std::size_t row = 0; row < y.size(); ++row) y[row] += static_cast<double>(bias->second[row]);
    return y;
}

std::vector<double> TinyModel::feedForward(const std::string& prefix, const std::string& suffix,
                                           const std::vector<double>& x, unsigned level) const {
    auto gate = multiply(prefix + "ffn_gate" + suffix, x, level);
    const auto up = multiply(prefix + "ffn_up" + suffix, x, level);
    for (std::size_t dim = 0; dim < gate.size(); ++dim) gate[dim] = gate[dim] / (1 + std::exp(-gate[dim])) * up[dim];
    return multiply(prefix + "ffn_down" + suffix, gate, level);
}

std::vector<double> TinyModel::mixExperts(const std::string& prefix, const std::vector<double>& x,
                                          unsigned level) const {
    const std::vector<float>& router = m_vectors.at(prefix + "ffn_gate_inp.weight");
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t expert = 0; expert < m_options.experts; ++expert) {
        double logit = 0;
        for (std::size_t column = 0; column < x.size(); ++column)
            logit += normAt(router, expert * x.size() + column) * x[column];
        ranked.emplace_back(std::exp(logit), expert);
    }
    std::ranges::sort(ranked, std::greater());
    ranked.resize(m_options.expertsUsed);
    double sum = 0;
    for (const auto& [weight, expert] : ranked) sum += weight;
    std::vector<double> result(x.size());
    for (const auto& [weight, expert] : ranked) {
        const auto answer = feedForward(prefix, "." + std::to_string(expert), x, level);
        for (std::size_t dim = 0; dim < result.size(); ++dim) result[dim] += weight / sum * answer[dim];
    }
    return result;
}

std::size_t TinyModel::rowsOf(const std::string& dense) const {
    return dense.ends_with("ffn_gate_inp.weight") ? m_options.experts : 1;
}

std::vector<double> TinyModel::logits(std::span<const TokenId> ids, unsigned level) const {
    const TinyOptions& o = m_options;
    const TinyMatrix& table = matrix("token_embd.weight");
    std::vector<std::vector<double>> hidden;
    for (const TokenId id : ids) {
        std::vector<double> x(o.embedding);
        for (std::size_t column = 0; column < o.embedding; ++column) {
            const std::size_t at = static_cast<std::size_t>(id) * o.embedding + column;
            x[column] = level == 0 ? static_cast<double>(table.dense[at]) : table.decoded.back()[at];
        }
        hidden.push_back(std::move(x));
    }
    for (std::size_t layer = 0; layer < o.layers; ++layer) {
        const std::string prefix = "blk." + std::to_string(layer) + ".";
        std::vector<std::vector<double>> keysOf, valuesOf;
        for (std::size_t position = 0; position < ids.size(); ++position) {
            const auto normed = rmsNorm(hidden[position], m_vectors.at(prefix + "attn_norm.weight"));
            auto q = multiply(prefix + "attn_q", normed, level);
            keysOf.push_back(multiply(prefix + "attn_k", normed, level));
            valuesOf.push_back(multiply(prefix + "attn_v", normed, level));
            rotateHeads(q, o.headDim, position);
            rotateHeads(keysOf.back(), o.headDim, position);
            const std::size_t first =
                o.slidingWindow > 0 && position + 1 > o.slidingWindow ? position + 1 - o.slidingWindow : 0;
            std::vector<double> attended(q.size());
            for (std::size_t head = 0; head < o.heads; ++head) {
                const std::size_t kvAt = head / (o.heads / o.kvHeads) * o.headDim;
                std::vector<double> weights;
                double sum = 0;
                for (std::size_t key = first; key <= position; ++key) {
                    double dot = 0;
                    for (std::size_t dim = 0; dim < o.headDim; ++dim)
                        dot += q[head * o.headDim + dim] * keysOf[key][kvAt + dim];
                    weights.push_back(std::exp(dot / std::sqrt(static_cast<double>(o.headDim))));
                    sum += weights.back();
                }
                for (std::size_t key = first; key <= position; ++key)
                    for (std::size_t dim = 0; dim < o.headDim; ++dim)
                        attended[head * o.headDim + dim] += weights[key - first] / sum * valuesOf[key][kvAt + dim];
            }
            const auto projected = multiply(prefix + "attn_output", attended, level);
            for (std::size_t dim = 0; dim < o.embedding; ++dim) hidden[position][dim] += projected[dim];
        }
        for (std::vector<double>& x : hidden) {
            const auto normed = rmsNorm(x, m_vectors.at(prefix + "ffn_norm.weight"));
            const auto down =
                o.experts > 0 ? mixExperts(prefix, normed, level) : feedForward(prefix, "", normed, level);
            for (std::size_t dim = 0; dim < o.embedding; ++dim) x[dim] += down[dim];
        }
    }
    return multiply(o.tied ? "token_embd" : "output", rmsNorm(hidden.back(), m_vectors.at("output_norm.weight")),
                    level);
}

std::vector<TokenId> TinyModel::randomIds(std::size_t count, std::uint64_t seed) const {
    Random random(seed);
    std::vector<TokenId> ids(count);
    for (TokenId& id : ids) id = static_cast<TokenId>(random.next() % 262);
    return ids;
}

void TinyModel::addMetadata(GgufWriter& writer) const {
    const TinyOptions& o = m_options;
    const auto number = [&](const char* key, std::size_t value) {
        writer.add(std::string("llama.") + key, static_cast<std::uint32_t>(value));
    };
    writer.add("general.architecture", "llama");
    writer.add("general.name", "Tiny");
    number("block_count", o.layers);
    number("context_length", o.contextLength);
    number("embedding_length", o.embedding);
    number("feed_forward_length", o.feedForward);
    number("attention.head_count", o.heads);
    number("attention.head_count_kv", o.kvHeads);
    number("attention.key_length", o.headDim);
    number("attention.value_length", o.headDim);
    number("rope.dimension_count", o.headDim);
    if (o.slidingWindow > 0) number("attention.sliding_window", o.slidingWindow);
    if (o.experts > 0) number("expert_count", o.experts);
    if (o.experts > 0) number("expert_used_count", o.expertsUsed);
    writer.add("llama.attention.layer_norm_rms_epsilon", 1e-5F);
    for (const auto& [key, value] : o.ropeScaling) {
        if (key == "type") {
            writer.add("llama.rope.scaling.type", std::string_view(value));
        } else {
            writer.add("llama.rope.scaling." + key, std::stof(value));
        }
    }
    std::vector<std::int32_t> kinds(m_tokens.size(), static_cast<std::int32_t>(TokenKind::Normal));
    std::fill(kinds.end() - 3, kinds.end(), static_cast<std::int32_t>(TokenKind::Control));
    writer.add("tokenizer.ggml.model", "gpt2");
    writer.add("tokenizer.ggml.pre", "gpt-2");
    writer.add("tokenizer.ggml.tokens", std::span<const std::string>(m_tokens));
    writer.add("tokenizer.ggml.token_type", std::span<const std::int32_t>(kinds));
    writer.add("tokenizer.ggml.merges", std::span<const std::string>(m_merges));
    if (o.endsTurns) writer.add("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(m_tokens.size() - 1));
    writer.add("tokenizer.ggml.bos_token_id", static_cast<std::uint32_t>(m_tokens.size() - 2));
    writer.add("tokenizer.chat_template", kChatTemplate);
}

Result<void> TinyModel::writeGguf(const std::filesystem::path& path) const {
    GgufWriter writer(32);
    addMetadata(writer);
    std::vector<std::span<const float>> data;
    for (const TinyMatrix& entry : m_matrices) {
        writer.addTensor(entry.info.name, GgmlType::F32, {entry.info.columns, entry.info.rows},
                         entry.dense.size() * sizeof(float));
        data.emplace_back(entry.dense);
    }
    for (const auto& [name, values] : m_vectors) {
        if (name.ends_with(".channel_scales")) continue;
        std::vector<std::uint64_t> shape{values.size() / rowsOf(name)};
        if (rowsOf(name) > 1) shape.push_back(rowsOf(name));
        writer.addTensor(name, GgmlType::F32, std::move(shape), values.size() * sizeof(float));
        data.emplace_back(values);
    }
    STRATA_TRY(AtomicFile file, AtomicFile::create(path, true));
    STRATA_CHECK(file.write(writer.header()));
    for (std::size_t index = 0; index < data.size(); ++index) {
        const std::vector<std::byte> padding(writer.tensorOffset(index) - file.position());
        STRATA_CHECK(file.write(padding));
        STRATA_CHECK(file.write(std::as_bytes(data[index])));
    }
    return file.commit();
}

Result<void> TinyModel::writeStack(const std::filesystem::path& path,
                                   const std::function<void(StackContents&)>& change) const {
    StackContents contents;
    contents.rotations = m_rotations;
    contents.tables = m_tables;
    contents.metadata = [this](GgufWriter& writer) { addMetadata(writer); };
    for (const auto& [name, values] : m_vectors) contents.dense.push_back({name, values, rowsOf(name)});
    std::vector<const std::vector<std::byte>*> blocks;
    for (const TinyMatrix& entry : m_matrices) contents.matrices.push_back(entry.info);
    for (std::uint32_t level = 0; level < kMaximumPlanes * 2; ++level) {
        for (std::uint32_t index = 0; index < m_matrices.size(); ++index) {
            const MatrixInfo& info = m_matrices[index].info;
            for (std::uint32_t tile = 0; level < info.levels && tile < info.tileCount(); ++tile) {
                blocks.push_back(&m_matrices[index].blocks[tile * info.levels + level]);
                contents.order.push_back({index, tile, level, xxh3(*blocks.back())});
            }
        }
    }
    if (change) change(contents);
    return strata::writeStack(path, true, contents,
                              [&](std::size_t index, std::vector<std::byte>& into) -> Result<void> {
                                  into = *blocks[index];
                                  return {};
                              });
}

}  // namespace strata::test
