// model.safetensors.index.json: every shard it names is a plain file name.
#include "core/io/safetensors_index.h"
#include "tests/fuzz/fuzz_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using strata::fuzz::require;
    const auto index = strata::parseSafetensorsIndex({reinterpret_cast<const char*>(data), size});
    if (!index) {
        require(!index.error().detail.empty() && !index.error().remedy.empty());
        return 0;
    }
    for (const auto& [tensor, shard] : *index)
        require(!shard.empty() && shard.find_first_of("/\\") == std::string::npos && shard != "..");
    return 0;
}
