// A matrix of a stack as the device's shaders see it under the present schedule.
#pragma once

#include "gpu/constant_store.h"
#include "gpu/weight_slabs.h"

#include <array>
#include <map>
#include <span>
#include <vector>

namespace strata::gpu {

/// What matrices of one stack share on the device, made when it is first needed.
class SharedTables {
public:
    /// Both must outlive the tables.
    SharedTables(ConstantStore& store, const StackFile& stack) : m_store(store), m_stack(stack) {}
    /// Errors: Corrupt when the stack has none; those of ConstantStore.
    [[nodiscard]] Result<RotationPlace> rotation(std::size_t columns);
    /// All level tables for matrices of so many planes, as NestedPlace has them.
    struct Levels {
        BufferSlice tables;
        std::array<std::uint32_t, kMaximumPlanes> laneWord{};  ///< by level - 1
    };
    [[nodiscard]] Result<Levels> levels(unsigned planes);

private:
    ConstantStore& m_store;
    const StackFile& m_stack;
    std::map<std::size_t, RotationPlace> m_rotations;
    std::map<unsigned, Levels> m_levels;
};

/// Places of a schedule's blocks, tile by tile. Valid until the slabs change.
class DeviceMatrix {
public:
    /// `stack` must outlive the matrix. Errors: as SharedTables.
    [[nodiscard]] static Result<DeviceMatrix> create(const StackFile& stack, std::size_t index, SharedTables& shared,
                                                     ConstantStore& store);
    void use(const BlockSchedule& schedule, const WeightSlabs& slabs);

    [[nodiscard]] const MatrixInfo& info() const noexcept { return *m_info; }
    [[nodiscard]] const RotationPlace& rotation() const noexcept { return m_rotation; }
    /// One of the two is empty, by codec.
    [[nodiscard]] std::span<const NestedPlace> nested() const noexcept { return m_nested; }
    [[nodiscard]] std::span<const BitstackPlace> bitstack() const noexcept { return m_bitstack; }
    /// Whether a tile's products read finer activations.
    [[nodiscard]] bool isFine() const noexcept;

private:
    const MatrixInfo* m_info = nullptr;
    const StackFile* m_stack = nullptr;
    std::size_t m_index = 0;
    RotationPlace m_rotation;
    SharedTables::Levels m_levels;
    std::vector<NestedPlace> m_nested;
    std::vector<BitstackPlace> m_bitstack;
    std::vector<BlockPlace> m_blocks;  ///< [tile][levels], bitstack
};

}  // namespace strata::gpu
