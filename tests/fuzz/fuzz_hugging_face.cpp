// config.json of a Hugging Face folder: translated into metadata, which must make a sound GGUF header, and read back as
// a description of a model. Names of tensors are translated on the way.
#include "core/io/json_text.h"
#include "core/model/model_config.h"
#include "core/source/hugging_face_families.h"
#include "tests/fuzz/fuzz_entry.h"

#include <string>

namespace {

using namespace strata;
using fuzz::require;

void checkNames(const HuggingFaceFamily& family, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const auto place = placeOf(family, text.substr(0, end), "weight");
        require(!place || (place->name.ends_with(".weight") && !place->stem.empty()));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Result<void> check(std::string_view json, std::string_view names) {
    STRATA_TRY(const nlohmann::json whole, parseJsonObject(json, "the file", 64));
    const nlohmann::json& config = languageModel(whole);
    STRATA_TRY(const HuggingFaceFamily* family, findHuggingFaceFamily(config));
    checkNames(*family, names);
    GgufWriter writer;
    STRATA_CHECK(describeConfig(*family, config, writer));
    STRATA_TRY(std::vector<MemoryHeader::Values> factors, rotaryFactors(config));
    MemoryHeader::announce(writer, factors);
    writer.addTensor(std::string(kEmbeddingName), GgmlType::F32, {8, 8}, 256);
    MemoryHeader header;
    require(header.make(writer, std::move(factors)).has_value());
    STRATA_CHECK(ModelConfig::fromGguf(header.file()));
    return {};
}

}  // namespace

/// Input: the file; behind a NUL byte, names of tensors, one a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t nul = std::min(input.find('\0'), input.size());
    const auto status = check(input.substr(0, nul), input.substr(std::min(nul + 1, input.size())));
    if (!status) require(!status.error().detail.empty());
    return 0;
}
