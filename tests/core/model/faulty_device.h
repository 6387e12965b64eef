// A device made of a processor: it keeps copies of its blocks, has a memory that may be too small, and can be lost.
#pragma once

#include "core/cpu/cpu_backend.h"

#include <array>
#include <atomic>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace strata::test {

/// The memory of a device that tells of it: what other programs leave of it may change at any time. Any thread.
struct SharedMemory {
    std::atomic<std::uint64_t> budgetBytes{std::numeric_limits<std::uint64_t>::max() / 2};
    std::atomic<std::uint64_t> besideBytes{0};  ///< of this process, and not the backend's
    std::atomic<std::uint64_t> heldBytes{0};    ///< by the backend
    std::atomic<std::uint64_t> mostBytes{0};    ///< that it ever held
    std::atomic<std::uint64_t> looks{0};
};

/// What a device does wrong, and what it has done.
struct Faults {
    std::uint64_t failingRead = std::numeric_limits<std::uint64_t>::max();  ///< from this one on it is lost
    std::uint64_t memoryLimitBytes = std::numeric_limits<std::uint64_t>::max();
    bool refusesMatrices = false;
    std::shared_ptr<std::atomic<bool>> isLost = std::make_shared<std::atomic<bool>>(false);  ///< by any thread
    std::shared_ptr<SharedMemory> memory = nullptr;                                          ///< null: it tells nothing
    std::uint64_t reads = 0, products = 0, devices = 0;
    std::uint64_t copiedBytes = 0, layersMoved = 0;  ///< of blocks; of the cache, either way
};

/// Blocks are read where the copies stand, never where the schedule says: what is given away too early shows.
class FaultyDevice final : public CpuBackend {
public:
    FaultyDevice(ThreadPool& pool, std::shared_ptr<Faults> faults)
        : CpuBackend(pool, **chooseKernels()), m_faults(std::move(faults)) {
        ++m_faults->devices;
    }
    ~FaultyDevice() override {
        --m_faults->devices;
        if (m_faults->memory) m_faults->memory->heldBytes = 0;
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "faulty"; }
    [[nodiscard]] bool keepsWeights() const noexcept override { return true; }
    [[nodiscard]] DeviceMemory deviceMemory() const noexcept override {
        return {m_copiedBytes, m_copiedBytes + usedBeside()};
    }
    [[nodiscard]] std::shared_ptr<const DeviceGauge> deviceGauge() const override {
        return m_faults->memory ? std::make_shared<Gauge>(m_faults->memory, m_life) : nullptr;
    }
    [[nodiscard]] std::uint64_t deviceBytesFor(const std::vector<bool>& matrices,
                                               std::size_t blocks) const noexcept override {
        std::uint64_t bytes = 0;
        for (std::size_t block = 0; m_stack != nullptr && block < blocks; ++block)
            if (matrices[m_stack->blocks()[block].matrix]) bytes += m_stack->blocks()[block].sizeBytes;
        return bytes;
    }

    [[nodiscard]] Result<MatrixId> addMatrix(const StackFile& stack, std::size_t index) override {
        m_stack = &stack;
        if (m_faults->refusesMatrices) return fail(ErrorCode::OutOfMemory, "the device refuses memory for a matrix");
        return CpuBackend::addMatrix(stack, index);
    }
    [[nodiscard]] Result<void> use(std::shared_ptr<const BlockSchedule> schedule) override {
        const auto blocks = m_stack->blocks();
        if (m_copies.empty()) m_copies.resize(blocks.size());
        for (std::size_t block = 0; block < blocks.size(); ++block) {
            const BlockInfo& info = blocks[block];
            if (block < schedule->residentBlocks(info.matrix)) continue;
            m_copiedBytes -= m_copies[block].size();
            m_copies[block] = {};
        }
        for (std::size_t block = 0; block < schedule->residentBlocks(); ++block) {
            const BlockInfo& info = blocks[block];
            if (block >= schedule->residentBlocks(info.matrix) || !m_copies[block].empty()) continue;
            STRATA_CHECK(limited(info.sizeBytes));
            if (info.level >= schedule->level(info.matrix, info.tile)) continue;  // of a shallower view
            const std::byte* from = schedule->block(info.matrix, info.tile, info.level);
            m_copies[block].assign(from, from + info.sizeBytes);
            m_copiedBytes += info.sizeBytes;
            m_faults->copiedBytes += info.sizeBytes;
        }
        tell();
        return useCopies(*schedule);
    }
    [[nodiscard]] Result<void> setKvShape(const KvShape& shape) override {
        STRATA_CHECK(CpuBackend::setKvShape(shape));
        tell();
        return {};
    }
    void truncateKv(std::size_t tokens) override {
        CpuBackend::truncateKv(tokens);
        tell();
    }
    [[nodiscard]] Result<void> reserveKv(std::size_t tokens) override {
        STRATA_CHECK(limited(kvBytesFor(tokens) - std::min(kvBytes(), kvBytesFor(tokens))));
        STRATA_CHECK(CpuBackend::reserveKv(tokens));
        tell();
        return {};
    }
    [[nodiscard]] Result<void> reserveTokens(std::size_t tokens, std::size_t outputs) override {
        const std::uint64_t wanted = scratchBytesFor(tokens, outputs);
        STRATA_CHECK(limited(wanted - std::min(scratchBytes(), wanted)));
        STRATA_CHECK(CpuBackend::reserveTokens(tokens, outputs));
        tell();
        return {};
    }
    [[nodiscard]] Result<void> readKv(std::size_t layer, std::size_t tokens, std::span<Half> values) override {
        ++m_faults->layersMoved;
        return CpuBackend::readKv(layer, tokens, values);
    }
    [[nodiscard]] Result<void> writeKv(std::size_t layer, std::size_t tokens, std::span<const Half> values) override {
        ++m_faults->layersMoved;
        return CpuBackend::writeKv(layer, tokens, values);
    }
    void products(std::span<const ProductJob> jobs, BufferId x, std::size_t tokens) override {
        ++m_faults->products;
        CpuBackend::products(jobs, x, tokens);
    }
    [[nodiscard]] Result<void> read(BufferId from, std::size_t firstToken, std::span<float> values) override {
        if (m_faults->reads++ >= m_faults->failingRead || *m_faults->isLost)
            return fail(ErrorCode::Io, "the device was lost while computing", "try again");
        return CpuBackend::read(from, firstToken, values);
    }

private:
    class Gauge final : public DeviceGauge {
    public:
        Gauge(std::shared_ptr<SharedMemory> memory, std::weak_ptr<const bool> life)
            : m_memory(std::move(memory)), m_life(std::move(life)) {}
        [[nodiscard]] std::optional<DeviceRoom> room() const override {
            ++m_memory->looks;
            if (m_life.expired()) return std::nullopt;
            const std::uint64_t held = m_memory->heldBytes;
            return DeviceRoom{m_memory->budgetBytes, held + m_memory->besideBytes, held};
        }

    private:
        std::shared_ptr<SharedMemory> m_memory;
        std::weak_ptr<const bool> m_life;
    };
    void tell() noexcept {
        if (!m_faults->memory) return;
        const std::uint64_t held = deviceMemory().totalBytes;
        m_faults->memory->heldBytes = held;
        m_faults->memory->mostBytes = std::max(held, m_faults->memory->mostBytes.load());
    }
    [[nodiscard]] std::uint64_t usedBeside() const noexcept { return kvBytes() + scratchBytes(); }
    [[nodiscard]] Result<void> limited(std::uint64_t moreBytes) const {
        if (m_copiedBytes + usedBeside() + moreBytes <= m_faults->memoryLimitBytes) return {};
        return fail(ErrorCode::OutOfMemory, "the device refuses memory for a test", "use less");
    }
    /// The copies stand in one piece, as a schedule's blocks do.
    [[nodiscard]] Result<void> useCopies(const BlockSchedule& schedule) {
        const auto blocks = m_stack->blocks();
        const std::uint64_t first = blocks.front().offset;
        auto room = std::make_shared<std::vector<Line>>((blocks.back().offset + blocks.back().sizeBytes - first) / 64);
        auto* const image = reinterpret_cast<std::byte*>(room->data());
        std::vector<std::uint8_t> levels(m_stack->tileCount());
        for (std::size_t block = 0; block < blocks.size(); ++block)
            if (!m_copies[block].empty())
                std::memcpy(image + (blocks[block].offset - first), m_copies[block].data(), m_copies[block].size());
        for (std::size_t matrix = 0; matrix < m_stack->matrices().size(); ++matrix)
            for (std::size_t tile = 0; tile < m_stack->matrices()[matrix].tileCount(); ++tile)
                levels[m_stack->tileIndex(matrix, tile)] = static_cast<std::uint8_t>(schedule.level(matrix, tile));
        m_image = std::make_shared<BlockSchedule>(
            std::shared_ptr<const StackFile>(std::shared_ptr<const StackFile>(), m_stack), std::move(levels), image,
            first, schedule.residentBlocks(), [room] {});
        return CpuBackend::use(m_image);
    }

    struct alignas(64) Line {
        std::array<std::byte, 64> bytes{};
    };

    std::shared_ptr<Faults> m_faults;
    std::shared_ptr<const bool> m_life = std::make_shared<const bool>(true);
    const StackFile* m_stack = nullptr;
    std::vector<std::vector<std::byte>> m_copies;  ///< [block]
    std::uint64_t m_copiedBytes = 0;
    std::shared_ptr<const BlockSchedule> m_image;
};

}  // namespace strata::test
