// Records what the device is to do and submits it: barriers where a dispatch needs what another wrote, small inputs by
// a ring of upload buffers, a wait only where the processor needs a result.
#pragma once

#include "core/base/result.h"
#include "gpu/vk/device_buffer.h"
#include "gpu/vk/dispatch_time.h"
#include "gpu/vk/shader_code.h"
#include "gpu/vk/transfer_ring.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>

namespace strata::gpu {

enum class Access : std::uint8_t {
    Constant,  ///< read; never written again once it has been
    Read,
    Write,
};

struct Bound {
    BufferSlice slice;
    Access access = Access::Constant;
    View view = View::Storage;
};

[[nodiscard]] inline Bound constant(BufferSlice slice) noexcept {
    return {slice, Access::Constant};
}
[[nodiscard]] inline Bound reads(BufferSlice slice) noexcept {
    return {slice, Access::Read};
}
[[nodiscard]] inline Bound writes(BufferSlice slice) noexcept {
    return {slice, Access::Write};
}

[[nodiscard]] inline Bound viewedAs(View view, Bound bound) noexcept {
    bound.view = view;
    return bound;
}

struct Groups {
    std::size_t x = 1, y = 1, z = 1;
};

/// What has happened so far.
struct StreamCounts {
    std::uint64_t dispatches = 0, barriers = 0, submissions = 0, waits = 0;
    std::uint64_t readBytes = 0;  ///< by the processor
};

/// Nothing throws: the first failure is kept, what follows is skipped until takeFailure(). Not synchronised.
class CommandStream {
public:
    [[nodiscard]] static Result<std::unique_ptr<CommandStream>> create(Context& context);
    ~CommandStream();
    CommandStream(const CommandStream&) = delete;
    CommandStream& operator=(const CommandStream&) = delete;

    /// Push: a plain struct of 4-byte members, as the shader declares it. An empty slice stands for "not read".
    template <class Push>
    void dispatch(ShaderId shader, std::initializer_list<std::uint32_t> constants, std::span<const Bound> buffers,
                  const Push& push, Groups groups, const Work& work = {}) {
        static_assert(sizeof(Push) <= 128 && sizeof(Push) % 4 == 0);
        dispatchBytes(shader, {constants.begin(), constants.size()}, buffers, std::as_bytes(std::span(&push, 1)),
                      groups, work);
    }
    /// Values that shaders recorded from now on may read; until the next submission has finished.
    [[nodiscard]] BufferSlice upload(std::span<const std::byte> bytes);
    void copy(BufferSlice from, BufferSlice to);
    /// Writes through the ring of upload buffers.
    void write(BufferSlice to, std::span<const std::byte> bytes);
    /// What is submitted from now on begins after this point of another queue.
    void startAfter(TimelinePoint point);
    /// Submits what was recorded, without waiting for it.
    void flush();
    /// Submits and waits, for every megabyte once; into = the slice's bytes. Errors: the first failure since the last
    /// one taken.
    [[nodiscard]] Result<void> read(BufferSlice from, std::span<std::byte> into);
    /// Waits until the device does nothing.
    void waitIdle();
    /// Waits, and forgets all buffers: before some are freed.
    void releaseBuffers();
    /// Submissions whose end nobody has waited for.
    [[nodiscard]] std::size_t inFlight() const noexcept;
    /// Whether something is recorded and not submitted.
    [[nodiscard]] bool isRecording() const noexcept;

    void noteFailure(Error error);
    [[nodiscard]] std::optional<Error> takeFailure();
    [[nodiscard]] bool hasFailed() const noexcept;
    [[nodiscard]] const StreamCounts& counts() const noexcept;
    [[nodiscard]] bool tookPipelineCache() const noexcept;
    /// Bytes of upload and readback buffers.
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept;

private:
    struct State;
    explicit CommandStream(std::unique_ptr<State> state);
    void dispatchBytes(ShaderId shader, std::span<const std::uint32_t> constants, std::span<const Bound> buffers,
                       std::span<const std::byte> push, Groups groups, const Work& work);
    std::unique_ptr<State> m_state;
};

}  // namespace strata::gpu
