// A random model of the llama family, small enough for unit tests: written as a GGUF source and as a stack, and
// evaluated by plain loops in double precision to compare with.
#pragma once

#include "core/stack/stack_writer.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace strata::test {

struct TinyOptions {
    std::size_t layers = 2;
    std::size_t embedding = 64;
    std::size_t heads = 4;
    std::size_t kvHeads = 2;
    std::size_t headDim = 16;
    std::size_t feedForward = 96;
    std::size_t contextLength = 512;
    std::size_t slidingWindow = 0;
    std::size_t experts = 0;  ///< as in Mixtral: instead of the feed-forward, each as long
    std::size_t expertsUsed = 2;
    bool tied = true;
    bool biases = false;
    Codec codec = Codec::Nested;  ///< of the linear layers; embedding and head are nested
    unsigned planes = 6;          ///< or bitstack blocks
    unsigned rank = 4;
    unsigned vocabularyPlanes = 8;
    std::size_t tileRows = 128;  ///< of embedding and head
    std::uint64_t seed = 1;
    float embeddingSpread = 1;  ///< deviation of the embedding's values: large ones give decided next tokens
    bool endsTurns = true;      ///< false: no token ends an answer
    std::map<std::string, std::string> ropeScaling =
        {};  ///< "type" -> "llama3", "factor" -> "8": `llama.rope.scaling.*`
};

/// One matrix [rows, columns], dense and as the codec's codes.
struct TinyMatrix {
    MatrixInfo info;
    std::vector<float> dense;
    std::vector<std::vector<std::byte>> blocks;  ///< [tile * levels + level], as in the file
    std::vector<std::vector<double>> decoded;    ///< [level]: the matrix at level + 1, in the basis of `dense`
};

class TinyModel {
public:
    explicit TinyModel(TinyOptions options = {});

    [[nodiscard]] const TinyOptions& options() const noexcept { return m_options; }
    [[nodiscard]] std::size_t vocabularySize() const noexcept { return m_tokens.size(); }
    [[nodiscard]] const std::vector<TinyMatrix>& matrices() const noexcept { return m_matrices; }

    /// F32 tensors, `general.*`, `llama.*` and a byte-level tokenizer with <|im_start|>, <|im_end|> and a chat
    /// template.
    [[nodiscard]] Result<void> writeGguf(const std::filesystem::path& path) const;
    /// Blocks level by level. `change` may alter the contents before they are written (bad input).
    [[nodiscard]] Result<void> writeStack(const std::filesystem::path& path,
                                          const std::function<void(StackContents&)>& change = {}) const;

    /// Logits of the last position: plain double arithmetic over the weights at `level` (embedding and head at all
    /// their planes), or over the dense weights for level 0.
    [[nodiscard]] std::vector<double> logits(std::span<const TokenId> ids, unsigned level) const;

    /// `count` ids of ordinary tokens.
    [[nodiscard]] std::vector<TokenId> randomIds(std::size_t count, std::uint64_t seed) const;

private:
    void addMatrix(const std::string& name, std::size_t rows, std::size_t columns, double spread, bool vocabulary);
    void addVector(const std::string& name, std::size_t length, double mean, double spread);
    [[nodiscard]] const TinyMatrix& matrix(const std::string& name) const;
    [[nodiscard]] std::vector<double> multiply(const std::string& name, const std::vector<double>& x,
                                               unsigned level) const;
    /// Rows of a dense tensor: those of a router, else 1.
    [[nodiscard]] std::size_t rowsOf(const std::string& dense) const;
    /// The answer of the feed-forward of a layer.
    [[nodiscard]] std::vector<double> feedForward(const std::string& prefix, const std::string& suffix,
                                                  const std::vector<double>& x, unsigned level) const;
    [[nodiscard]] std::vector<double> mixExperts(const std::string& prefix, const std::vector<double>& x,
                                                 unsigned level) const;
    void addMetadata(GgufWriter& writer) const;

    TinyOptions m_options;
    std::vector<std::string> m_tokens;
    std::vector<std::string> m_merges;
    std::vector<TinyMatrix> m_matrices;
    std::map<std::string, std::vector<float>> m_vectors;
    std::vector<Rotation> m_rotations;
    std::map<unsigned, std::vector<LevelTable>> m_tables;
};

}  // namespace strata::test
