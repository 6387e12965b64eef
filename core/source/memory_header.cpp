#include "core/source/memory_header.h"

#include <algorithm>
#include <cstring>

namespace strata {

void MemoryHeader::announce(GgufWriter& writer, const std::vector<Values>& inside) {
    for (const Values& tensor : inside)
        writer.addTensor(tensor.name, GgmlType::F32, {tensor.values.size()}, tensor.values.size() * sizeof(float));
}

Result<void> MemoryHeader::make(const GgufWriter& writer, std::vector<Values> inside) {
    m_inside = std::move(inside);
    m_bytes = writer.header();
    for (std::size_t index = 0; index < m_inside.size(); ++index) {
        const auto bytes = std::as_bytes(std::span(m_inside[index].values));
        const std::uint64_t offset = writer.tensorOffset(index);
        m_bytes.resize(std::max<std::size_t>(m_bytes.size(), offset + bytes.size()));
        std::ranges::copy(bytes, m_bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    STRATA_TRY(m_file, GgufFile::parse(m_bytes, {.allowPartialData = true}));
    return {};
}

const std::vector<float>* MemoryHeader::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(m_inside, name, &Values::name);
    return found == m_inside.end() ? nullptr : &found->values;
}

}  // namespace strata
