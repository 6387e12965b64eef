#include "core/source/gguf_source.h"

namespace strata {

Result<std::unique_ptr<ModelFiles>> GgufSource::open(const std::filesystem::path& path) {
    auto source = std::make_unique<GgufSource>();
    STRATA_TRY(source->m_files, GgufSet::open(path));
    return source;
}

Result<void> GgufSource::rows(const GgufTensor& tensor, std::size_t first, std::size_t count,
                              std::span<float> into) const {
    STRATA_TRY(const std::span<const std::byte> bytes, m_files.tensorBytes(tensor));
    const std::size_t totalRows = tensor.elementCount() / tensor.shape[0];
    const std::size_t rowBytes = bytes.size() / totalRows;
    STRATA_CHECK(dequantize(tensor.type, bytes.subspan(first * rowBytes, count * rowBytes), into));
    m_files.releaseTensor(tensor);
    return {};
}

Result<std::string> GgufSource::sha256(const JobContext& context) const {
    std::vector<std::filesystem::path> files;
    for (const GgufFile& part : m_files.parts()) files.push_back(part.path());
    return sha256OfFiles(files, context);
}

}  // namespace strata
