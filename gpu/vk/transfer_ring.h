// Copies into device memory beside what computes: a ring of staging buffers on a queue of its own, in an order that a
// timeline semaphore keeps.
#pragma once

#include "core/base/result.h"
#include "gpu/vk/device_buffer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct VkSemaphore_T;

namespace strata::gpu {

/// What has happened on a queue when `semaphore` has reached `value`; valid while its ring lives.
struct TimelinePoint {
    VkSemaphore_T* semaphore = nullptr;  ///< null: nothing to wait for
    std::uint64_t value = 0;
};

/// The queue is the device's transfer queue, or where it has none the one that computes. Not synchronised.
class TransferRing {
public:
    /// For contexts with useTransferRing. Errors: OutOfMemory; Io for a lost device.
    [[nodiscard]] static Result<std::unique_ptr<TransferRing>> create(Context& context);
    /// Waits for its copies.
    ~TransferRing();
    TransferRing(const TransferRing&) = delete;
    TransferRing& operator=(const TransferRing&) = delete;

    /// Copies `bytes` into staging and lets the device copy them on; waits only while all staging is on its way.
    /// Nothing else may use that part of the buffer before point(). Errors: Io for a lost device.
    [[nodiscard]] Result<void> write(BufferSlice to, std::span<const std::byte> bytes);
    /// Submits what is staged: after this point all that was written is there, for whoever waits for it.
    [[nodiscard]] Result<TimelinePoint> point();
    /// Waits until nothing is on its way: before buffers that were written to are freed.
    void waitIdle();
    /// Bytes of staging.
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept;

private:
    struct State;
    explicit TransferRing(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace strata::gpu
