// Writes the seeds of corpus/: fuzz_stack_corpus FOLDER. Run it again when the format changes.
#include "core/io/gguf.h"
#include "tests/core/stack/sample_contents.h"

#include <cstdio>
#include <filesystem>
#include <functional>

namespace {

using namespace strata;
using test::SampleStack;

bool write(const std::filesystem::path& folder, const char* name, const SampleStack& sample) {
    const auto status = writeStack(folder / name, true, sample.contents, sample.source());
    if (!status) std::fprintf(stderr, "%s\n", status.error().message().c_str());
    return status.has_value();
}

/// The sample without its larger matrices: short inputs are mutated faster.
SampleStack only(std::uint32_t matrix) {
    SampleStack all = test::makeSampleStack();
    SampleStack result{all.contents, {}};
    result.contents.matrices = {all.contents.matrices[matrix]};
    result.contents.order.clear();
    result.contents.curve.clear();
    for (std::size_t index = 0; index < all.blocks.size(); ++index) {
        if (all.contents.order[index].matrix != matrix) continue;
        result.contents.order.push_back(all.contents.order[index]);
        result.contents.order.back().matrix = 0;
        result.blocks.push_back(all.blocks[index]);
    }
    if (all.contents.matrices[matrix].codec == Codec::Bitstack) {
        result.contents.tables.clear();
        result.contents.rotations.clear();
    }
    return result;
}

bool truncate(const std::filesystem::path& folder, const char* from, const char* to, double share) {
    std::error_code error;
    std::filesystem::copy_file(folder / from, folder / to, std::filesystem::copy_options::overwrite_existing, error);
    const auto size = static_cast<double>(std::filesystem::file_size(folder / from));
    std::filesystem::resize_file(folder / to, static_cast<std::uintmax_t>(share * size), error);
    return !error;
}

}  // namespace

int main(int argumentCount, char** arguments) {
    if (argumentCount != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    const bool written = write(folder, "whole", test::makeSampleStack()) && write(folder, "nested", only(1)) &&
                         write(folder, "bitstack", only(2)) && truncate(folder, "nested", "cut_in_blocks", 0.8) &&
                         truncate(folder, "bitstack", "cut_in_header", 0.1);
    return written ? 0 : 1;
}
