#include "gpu/vk/transfer_ring.h"

#include "gpu/vk/context_state.h"
#include "gpu/vk/vk_error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace strata::gpu {
namespace {

// Small enough that a ring of them is not worth counting beside weights, large enough that a submission is not either.
constexpr std::uint64_t kSegmentBytes = std::uint64_t{1} << 20;
constexpr std::size_t kSegments = 4;

struct Segment {
    vk::raii::CommandBuffer commands{nullptr};
    DeviceBuffer staging;
    std::uint64_t filled = 0;
    std::uint64_t value = 0;  ///< that the semaphore reaches when the device is done with it
    bool recording = false;
};

}  // namespace

struct TransferRing::State {
    explicit State(Context& owner) : vulkan(owner.state()) {}

    ContextState& vulkan;
    vk::raii::Semaphore semaphore{nullptr};
    vk::raii::CommandPool pool{nullptr};
    std::array<Segment, kSegments> segments;
    std::size_t current = 0;
    std::uint64_t submitted = 0;  ///< value of the last submission

    void create();
    void wait(std::uint64_t value);
    [[nodiscard]] Segment& recording();
    void submit();
    [[nodiscard]] std::uint64_t stage(BufferSlice to, std::span<const std::byte> bytes);
};

void TransferRing::State::create() {
    const vk::SemaphoreTypeCreateInfo timeline(vk::SemaphoreType::eTimeline, 0);
    semaphore = vk::raii::Semaphore(vulkan.device, vk::SemaphoreCreateInfo({}, &timeline));
    pool = vk::raii::CommandPool(
        vulkan.device,
        vk::CommandPoolCreateInfo(vk::CommandPoolCreateFlagBits::eResetCommandBuffer, vulkan.transferFamily));
    vk::raii::CommandBuffers buffers(vulkan.device,
                                     vk::CommandBufferAllocateInfo(*pool, vk::CommandBufferLevel::ePrimary, kSegments));
    for (std::size_t index = 0; index < kSegments; ++index) segments[index].commands = std::move(buffers[index]);
}

void TransferRing::State::wait(std::uint64_t value) {
    const vk::Semaphore one = *semaphore;
    if (vulkan.device.waitSemaphores(vk::SemaphoreWaitInfo({}, one, value), kForever) != vk::Result::eSuccess)
        throw vk::DeviceLostError("waiting for copies");
}

Segment& TransferRing::State::recording() {
    Segment& segment = segments[current];
    if (segment.recording) return segment;
    wait(segment.value);
    segment.commands.reset();
    segment.commands.begin(vk::CommandBufferBeginInfo(vk::CommandBufferUsageFlagBits::eOneTimeSubmit));
    segment.recording = true;
    segment.filled = 0;
    return segment;
}

void TransferRing::State::submit() {
    Segment& segment = segments[current];
    if (!segment.recording) return;
    segment.recording = false;
    segment.commands.end();
    const std::uint64_t value = submitted + 1;
    const vk::TimelineSemaphoreSubmitInfo values({}, value);
    const vk::CommandBuffer commands = *segment.commands;
    const vk::Semaphore signalled = *semaphore;
    vulkan.transferQueue.submit(vk::SubmitInfo({}, {}, commands, signalled, &values));
    submitted = segment.value = value;
    current = (current + 1) % kSegments;
}

/// As much as the segment in hand has room for.
std::uint64_t TransferRing::State::stage(BufferSlice to, std::span<const std::byte> bytes) {
    Segment& segment = recording();
    const std::uint64_t size = std::min<std::uint64_t>(bytes.size(), kSegmentBytes - segment.filled);
    std::memcpy(segment.staging.mapped() + segment.filled, bytes.data(), size);
    const vk::BufferCopy region(segment.filled, to.offset, size);
    segment.commands.copyBuffer(vk::Buffer(segment.staging.slice().buffer), vk::Buffer(to.buffer), region);
    segment.filled += size;
    if (segment.filled == kSegmentBytes) submit();
    return size;
}

TransferRing::TransferRing(std::unique_ptr<State> state) : m_state(std::move(state)) {}

TransferRing::~TransferRing() {
    waitIdle();
}

Result<std::unique_ptr<TransferRing>> TransferRing::create(Context& context) {
    return guarded("preparing copies", [&]() -> Result<std::unique_ptr<TransferRing>> {
        auto state = std::make_unique<State>(context);
        state->create();
        for (Segment& segment : state->segments) {
            STRATA_TRY(segment.staging, DeviceBuffer::allocate(context, kSegmentBytes, MemoryKind::Upload));
        }
        return std::unique_ptr<TransferRing>(new TransferRing(std::move(state)));
    });
}

Result<void> TransferRing::write(BufferSlice to, std::span<const std::byte> bytes) {
    return guarded("copying weights", [&] {
        for (std::uint64_t done = 0; done < bytes.size();)
            done += m_state->stage(to.part(done, bytes.size() - done), bytes.subspan(done));
    });
}

Result<TimelinePoint> TransferRing::point() {
    return guarded("copying weights", [&]() -> Result<TimelinePoint> {
        m_state->submit();
        return TimelinePoint{static_cast<VkSemaphore>(*m_state->semaphore), m_state->submitted};
    });
}

void TransferRing::waitIdle() {
    const auto idle = guarded("copying weights", [&] {
        m_state->submit();
        m_state->wait(m_state->submitted);
    });
    // A lost device copies nothing any more.
    if (!idle) static_cast<void>(guarded("stopping", [&] { m_state->vulkan.device.waitIdle(); }));
}

std::uint64_t TransferRing::sizeBytes() const noexcept {
    return kSegments * kSegmentBytes;
}

}  // namespace strata::gpu
