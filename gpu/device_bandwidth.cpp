#include "gpu/device_bandwidth.h"

#include "gpu/vk/command_stream.h"

#include <algorithm>
#include <chrono>

namespace strata::gpu {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kTexelBytes = 16;
constexpr std::size_t kPasses = 6;  // the first warms up
// Enough to fill a large device; a software device has a few threads, which take more each.
constexpr std::size_t kThreads = 256 * 1024, kLaneThreads = 8 * 64;

std::uint64_t bufferBytes(const Context& context) {
    std::uint64_t bytes = std::min(kMostBytes, context.features().maximumBufferRange);
    for (const MemoryHeap& heap : context.heaps())
        if (heap.deviceLocal) bytes = std::min(bytes, heap.budgetBytes / 4);
    return bytes / kTexelBytes * kTexelBytes;
}

}  // namespace

Result<double> measureDeviceBandwidth(std::size_t index, const PathOptions& paths) {
    const auto times = std::make_shared<DispatchTimes>();
    STRATA_TRY(const std::shared_ptr<Context> context, Context::open(index, {.paths = paths, .times = times}));
    STRATA_TRY(const std::unique_ptr<CommandStream> stream, CommandStream::create(*context));
    const bool lanes = context->features().useLanes;
    const std::size_t threads = lanes ? kLaneThreads : kThreads;
    const std::uint64_t bytes = bufferBytes(*context);
    STRATA_TRY(const DeviceBuffer source, DeviceBuffer::allocate(*context, bytes, MemoryKind::Device));
    STRATA_TRY(const DeviceBuffer result, DeviceBuffer::allocate(*context, threads * 4, MemoryKind::Device));
    // Pages that nothing was written to may all be one.
    const std::vector<std::byte> piece(std::uint64_t{1} << 20, std::byte{0x5a});
    for (std::uint64_t done = 0; done < bytes; done += piece.size())
        stream->write(source.slice(done, std::min<std::uint64_t>(piece.size(), bytes - done)),
                      std::span(piece).first(std::min<std::uint64_t>(piece.size(), bytes - done)));
    const struct {
        std::uint32_t texels, threads;
    } push{static_cast<std::uint32_t>(bytes / kTexelBytes), static_cast<std::uint32_t>(threads)};
    const std::array bound{viewedAs(lanes ? View::Quads : View::Storage, constant(source.slice())),
                           writes(result.slice())};
    times->isActive = true;
    double best = 1e30;
    for (std::size_t pass = 0; pass < kPasses; ++pass) {
        stream->waitIdle();
        const auto start = std::chrono::steady_clock::now();
        stream->dispatch(lanes ? ShaderId::ReadAllLanes : ShaderId::ReadAll, {}, bound, push,
                         {threads / (lanes ? 8 : 256)});
        stream->waitIdle();
        const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const std::vector<DispatchTime> measured = times->take();
        if (pass > 0) best = std::min(best, measured.empty() ? wall : measured.front().seconds);
    }
    stream->releaseBuffers();
    if (auto failure = stream->takeFailure()) return std::unexpected(*std::move(failure));
    return static_cast<double>(bytes) / std::max(best, 1e-9);
}

}  // namespace strata::gpu
