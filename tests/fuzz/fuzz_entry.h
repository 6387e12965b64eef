// What every fuzz target states and uses. A target feeds one input to a reader and touches everything the reader
// accepted; a broken promise is a trap, which the fuzzer and the sanitizers report as a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// The entry that libFuzzer (and replay_main.cpp, over the seed corpus) calls. Always returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace strata::fuzz {

inline void require(bool promise) {
    if (!promise) __builtin_trap();
}

/// Reads every byte, so that the sanitizers see whether all of them may be read.
inline void touch(std::span<const std::byte> bytes) {
    unsigned sum = 0;
    for (const std::byte byte : bytes) sum += static_cast<unsigned>(byte);
    volatile unsigned sink = sum;
    static_cast<void>(sink);
}

}  // namespace strata::fuzz
