#include "gpu/vk/command_stream.h"

#include "core/kernels/layout.h"
#include "gpu/vk/descriptor_cache.h"
#include "gpu/vk/pipelines.h"
#include "gpu/vk/stream_timer.h"
#include "gpu/vk/vk_error.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>
#include <vector>

namespace strata::gpu {
namespace {

constexpr std::uint64_t kUploadBytes = std::uint64_t{1} << 20;
// Enough for the logits of a token; what is longer is read in pieces.
constexpr std::uint64_t kReadbackBytes = std::uint64_t{1} << 20;
constexpr std::size_t kFrames = 2;
constexpr std::uint64_t kDummyBytes = 256;

/// What recorded commands have done to a slice since the last barrier.
struct Use {
    BufferSlice slice;
    bool write;
    [[nodiscard]] bool overlaps(const BufferSlice& other) const noexcept {
        return slice.id == other.id && slice.offset < other.offset + other.sizeBytes &&
               other.offset < slice.offset + slice.sizeBytes;
    }
};

struct Frame {
    vk::raii::CommandBuffer commands{nullptr};
    vk::raii::Fence fence{nullptr};
    DeviceBuffer upload;
    std::uint64_t uploaded = 0;
    bool recording = false;
    bool submitted = false;  ///< and not waited for
};

}  // namespace

struct CommandStream::State {
    explicit State(Context& owner) : context(owner), vulkan(owner.state()), pipelines(owner), descriptors(owner) {}

    Context& context;
    ContextState& vulkan;
    Pipelines pipelines;
    DescriptorCache descriptors;
    vk::raii::CommandPool pool{nullptr};
    std::array<Frame, kFrames> frames;
    std::size_t current = 0;
    DeviceBuffer readback;
    DeviceBuffer dummy;
    std::vector<Use> uses;
    TimelinePoint startAfter;  ///< for the next submission
    std::optional<StreamTimer> timer;
    StreamCounts counts;
    std::optional<Error> failure;

    /// body() unless something has failed; its failure is kept.
    template <class F>
    void attempt(std::string_view doing, F&& body) {
        if (failure) return;
        if (auto status = guarded(doing, std::forward<F>(body)); !status) failure = std::move(status).error();
    }
    void create();
    void wait(Frame& frame);
    [[nodiscard]] Frame& recording();
    void submit();
    void barrier(Frame& frame);
    void order(Frame& frame, std::span<const Bound> buffers);
    void copyForHost(BufferSlice from);
};

void CommandStream::State::create() {
    pool = vk::raii::CommandPool(
        vulkan.device,
        vk::CommandPoolCreateInfo(vk::CommandPoolCreateFlagBits::eResetCommandBuffer, vulkan.queueFamily));
    vk::raii::CommandBuffers buffers(vulkan.device,
                                     vk::CommandBufferAllocateInfo(*pool, vk::CommandBufferLevel::ePrimary, kFrames));
    for (std::size_t index = 0; index < kFrames; ++index) {
        frames[index].commands = std::move(buffers[index]);
        frames[index].fence = vk::raii::Fence(vulkan.device, vk::FenceCreateInfo());
    }
    DispatchTimes* times = vulkan.options.times.get();
    if (times == nullptr) return;
    times->isSupported = vulkan.info.features.hasTimestamps;
    if (times->isSupported) timer.emplace(vulkan, kFrames, *times);
}

void CommandStream::State::wait(Frame& frame) {
    if (!frame.submitted) return;
    ++counts.waits;
    frame.submitted = false;
    if (vulkan.device.waitForFences(*frame.fence, VK_TRUE, kForever) != vk::Result::eSuccess)
        throw vk::DeviceLostError("waiting");
    vulkan.device.resetFences(*frame.fence);
    if (timer) timer->collect(static_cast<std::size_t>(&frame - frames.data()));
}

Frame& CommandStream::State::recording() {
    Frame& frame = frames[current];
    if (frame.recording) return frame;
    wait(frame);
    frame.commands.reset();
    frame.commands.begin(vk::CommandBufferBeginInfo(vk::CommandBufferUsageFlagBits::eOneTimeSubmit));
    frame.recording = true;
    frame.uploaded = 0;
    uses.clear();
    if (timer) timer->begin(current, frame.commands);
    barrier(frame);  // against what was submitted before
    return frame;
}

void CommandStream::State::submit() {
    Frame& frame = frames[current];
    if (!frame.recording) return;
    frame.recording = false;
    frame.commands.end();
    if (counts.submissions >= vulkan.options.lostAtSubmission) throw vk::DeviceLostError("a test's wish");
    const vk::CommandBuffer commands = *frame.commands;
    vk::SubmitInfo info({}, {}, commands);
    const vk::Semaphore semaphore(startAfter.semaphore);
    const vk::PipelineStageFlags stages =
        vk::PipelineStageFlagBits::eComputeShader | vk::PipelineStageFlagBits::eTransfer;
    vk::TimelineSemaphoreSubmitInfo values;
    values.setWaitSemaphoreValues(startAfter.value);
    if (startAfter.semaphore != nullptr)
        info.setWaitSemaphores(semaphore).setWaitDstStageMask(stages).setPNext(&values);
    vulkan.queue.submit(info, *frame.fence);
    startAfter = {};
    frame.submitted = true;
    ++counts.submissions;
    current = (current + 1) % kFrames;
}

void CommandStream::State::barrier(Frame& frame) {
    using Stage = vk::PipelineStageFlagBits;
    using Kind = vk::AccessFlagBits;
    const vk::MemoryBarrier memory(Kind::eShaderWrite | Kind::eTransferWrite,
                                   Kind::eShaderRead | Kind::eShaderWrite | Kind::eTransferRead | Kind::eTransferWrite);
    const auto stages = Stage::eComputeShader | Stage::eTransfer;
    frame.commands.pipelineBarrier(stages, stages, {}, memory, {}, {});
    uses.clear();
    ++counts.barriers;
}

/// A barrier if these accesses depend on earlier ones.
void CommandStream::State::order(Frame& frame, std::span<const Bound> buffers) {
    const auto conflicts = [&](const Bound& bound) {
        return std::ranges::any_of(uses, [&](const Use& use) {
            return (use.write || bound.access == Access::Write) && use.overlaps(bound.slice);
        });
    };
    if (std::ranges::any_of(buffers, conflicts)) barrier(frame);
    for (const Bound& bound : buffers)
        if (bound.access != Access::Constant) uses.push_back({bound.slice, bound.access == Access::Write});
}

void CommandStream::State::copyForHost(BufferSlice from) {
    Frame& frame = recording();
    const std::array bound{reads(from), writes(readback.slice())};
    order(frame, bound);
    const vk::BufferCopy region(from.offset, 0, from.sizeBytes);
    frame.commands.copyBuffer(vk::Buffer(from.buffer), vk::Buffer(readback.slice().buffer), region);
    const vk::MemoryBarrier memory(vk::AccessFlagBits::eTransferWrite, vk::AccessFlagBits::eHostRead);
    frame.commands.pipelineBarrier(vk::PipelineStageFlagBits::eTransfer, vk::PipelineStageFlagBits::eHost, {}, memory,
                                   {}, {});
}

CommandStream::CommandStream(std::unique_ptr<State> state) : m_state(std::move(state)) {}

CommandStream::~CommandStream() {
    waitIdle();
}

Result<std::unique_ptr<CommandStream>> CommandStream::create(Context& context) {
    return guarded("preparing the device", [&]() -> Result<std::unique_ptr<CommandStream>> {
        auto state = std::make_unique<State>(context);
        state->create();
        for (Frame& frame : state->frames) {
            STRATA_TRY(frame.upload, DeviceBuffer::allocate(context, kUploadBytes, MemoryKind::Upload));
        }
        STRATA_TRY(state->readback, DeviceBuffer::allocate(context, kReadbackBytes, MemoryKind::Readback));
        STRATA_TRY(state->dummy, DeviceBuffer::allocate(context, kDummyBytes, MemoryKind::Device));
        return std::unique_ptr<CommandStream>(new CommandStream(std::move(state)));
    });
}

void CommandStream::dispatchBytes(ShaderId shader, std::span<const std::uint32_t> constants,
                                  std::span<const Bound> buffers, std::span<const std::byte> push, Groups groups,
                                  const Work& work) {
    if (groups.x == 0 || groups.y == 0 || groups.z == 0) return;
    m_state->attempt(shaderCode(shader).name, [&] {
        State& state = *m_state;
        std::vector<BufferSlice> slices;
        std::vector<View> views;
        for (const Bound& bound : buffers) {
            slices.push_back(bound.slice.buffer == nullptr ? state.dummy.slice() : bound.slice);
            views.push_back(bound.view);
        }
        const Pipeline& pipeline = state.pipelines.get(shader, constants, views, push.size());
        if (state.timer && state.frames[state.current].recording && state.timer->isFull(state.current)) state.submit();
        Frame& frame = state.recording();
        const vk::DescriptorSet set = state.descriptors.get(pipeline.sets, slices, views);
        state.order(frame, buffers);
        const vk::raii::CommandBuffer& commands = frame.commands;
        commands.bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline.pipeline);
        commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, pipeline.layout, 0, set, {});
        commands.pushConstants<std::uint8_t>(
            pipeline.layout, vk::ShaderStageFlagBits::eCompute, 0,
            vk::ArrayProxy<const std::uint8_t>(static_cast<std::uint32_t>(push.size()),
                                               reinterpret_cast<const std::uint8_t*>(push.data())));
        commands.dispatch(static_cast<std::uint32_t>(groups.x), static_cast<std::uint32_t>(groups.y),
                          static_cast<std::uint32_t>(groups.z));
        ++state.counts.dispatches;
        if (state.timer) state.timer->stamp(state.current, commands, shader, work);
    });
}

BufferSlice CommandStream::upload(std::span<const std::byte> bytes) {
    assert(bytes.size() <= kUploadBytes);
    BufferSlice slice;
    if (bytes.empty()) return slice;
    m_state->attempt("uploading", [&] {
        State& state = *m_state;
        const std::uint64_t size = padTo(bytes.size(), 16);
        if (state.recording().uploaded + size > kUploadBytes) state.submit();
        Frame& frame = state.recording();
        std::memcpy(frame.upload.mapped() + frame.uploaded, bytes.data(), bytes.size());
        slice = frame.upload.slice(frame.uploaded, size);
        frame.uploaded =
            padTo(frame.uploaded + size, std::max<std::uint64_t>(state.vulkan.info.features.offsetAlignment, 16));
    });
    return slice;
}

void CommandStream::copy(BufferSlice from, BufferSlice to) {
    m_state->attempt("copying", [&] {
        State& state = *m_state;
        Frame& frame = state.recording();
        const std::array bound{reads(from), writes(to)};
        state.order(frame, bound);
        const vk::BufferCopy region(from.offset, to.offset, to.sizeBytes);
        frame.commands.copyBuffer(vk::Buffer(from.buffer), vk::Buffer(to.buffer), region);
    });
}

void CommandStream::write(BufferSlice to, std::span<const std::byte> bytes) {
    for (std::uint64_t done = 0; done < bytes.size() && !hasFailed();) {
        const std::uint64_t piece = std::min<std::uint64_t>(bytes.size() - done, kUploadBytes);
        const BufferSlice from = upload(bytes.subspan(done, piece));
        copy(from, to.part(done, piece));
        done += piece;
    }
}

void CommandStream::startAfter(TimelinePoint point) {
    m_state->startAfter = point;
}

void CommandStream::flush() {
    m_state->attempt("submitting", [&] { m_state->submit(); });
}

Result<void> CommandStream::read(BufferSlice from, std::span<std::byte> into) {
    assert(into.size() <= from.sizeBytes);
    for (std::uint64_t done = 0; done < into.size();) {
        const std::uint64_t piece = std::min<std::uint64_t>(into.size() - done, kReadbackBytes);
        m_state->attempt("reading", [&] { m_state->copyForHost(from.part(done, piece)); });
        waitIdle();
        if (auto failure = takeFailure()) return std::unexpected(*std::move(failure));
        std::memcpy(into.data() + done, m_state->readback.mapped(), piece);
        m_state->counts.readBytes += piece;
        done += piece;
    }
    return {};
}

void CommandStream::waitIdle() {
    m_state->attempt("computing", [&] {
        m_state->submit();
        for (Frame& frame : m_state->frames) m_state->wait(frame);
    });
    if (!m_state->failure) return;
    // Nothing that has failed may leave the device at work on buffers that are about to go.
    static_cast<void>(guarded("stopping", [&] { m_state->vulkan.device.waitIdle(); }));
    for (Frame& frame : m_state->frames) {
        frame.recording = false;
        if (std::exchange(frame.submitted, false))
            static_cast<void>(guarded("stopping", [&] { m_state->vulkan.device.resetFences(*frame.fence); }));
    }
}

void CommandStream::releaseBuffers() {
    waitIdle();
    m_state->descriptors.clear();
}

std::size_t CommandStream::inFlight() const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(m_state->frames, &Frame::submitted));
}

bool CommandStream::isRecording() const noexcept {
    return m_state->frames[m_state->current].recording;
}

void CommandStream::noteFailure(Error error) {
    if (!m_state->failure) m_state->failure = std::move(error);
}

std::optional<Error> CommandStream::takeFailure() {
    return std::exchange(m_state->failure, std::nullopt);
}

bool CommandStream::hasFailed() const noexcept {
    return m_state->failure.has_value();
}

const StreamCounts& CommandStream::counts() const noexcept {
    return m_state->counts;
}

bool CommandStream::tookPipelineCache() const noexcept {
    return m_state->pipelines.tookCache();
}

std::uint64_t CommandStream::sizeBytes() const noexcept {
    return kFrames * kUploadBytes + kReadbackBytes;
}

}  // namespace strata::gpu
