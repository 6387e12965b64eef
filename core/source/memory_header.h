// A GGUF header made in memory: what describes a model whose files are not GGUF.
#pragma once

#include "core/io/gguf.h"

#include <string>
#include <vector>

namespace strata {

/// Small tensors whose values a description needs (factors of rotary frequencies) come first and have their values in
/// the header itself; those of all others are read from where the model has them.
class MemoryHeader {
public:
    struct Values {
        std::string name;
        std::vector<float> values;
    };
    /// Adds the tensors of `inside`; `writer` must have no tensors yet.
    static void announce(GgufWriter& writer, const std::vector<Values>& inside);
    /// `writer` with all of its tensors. Errors: those of GgufFile::parse.
    [[nodiscard]] Result<void> make(const GgufWriter& writer, std::vector<Values> inside);

    [[nodiscard]] const GgufFile& file() const noexcept { return m_file; }
    /// nullptr when `name` is none of the tensors whose values are here.
    [[nodiscard]] const std::vector<float>* find(std::string_view name) const noexcept;

private:
    std::vector<std::byte> m_bytes;  ///< what m_file's values are views of
    std::vector<Values> m_inside;
    GgufFile m_file;
};

}  // namespace strata
