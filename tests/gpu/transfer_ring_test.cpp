// The ring that copies weights onto a device beside what it computes.
#include "gpu/vk/transfer_ring.h"

#include "core/base/random.h"
#include "gpu/vk/command_stream.h"
#include "tests/gpu/device_fixture.h"

#include <algorithm>
#include <vector>

namespace strata::test {
namespace {

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;

class TransferRing : public DeviceTest {
protected:
    void SetUp() override {
        DeviceTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        m_context = openContext({.paths = {.anyTransferRing = true}});
        if (!m_context->features().useTransferRing) GTEST_SKIP() << "the device has no timeline semaphores";
        m_stream = *gpu::CommandStream::create(*m_context);
        m_ring = *gpu::TransferRing::create(*m_context);
    }
    [[nodiscard]] gpu::DeviceBuffer buffer(std::uint64_t sizeBytes) {
        auto buffer = gpu::DeviceBuffer::allocate(*m_context, sizeBytes, gpu::MemoryKind::Device);
        EXPECT_TRUE(buffer);
        return *std::move(buffer);
    }
    [[nodiscard]] static std::vector<std::byte> randomBytes(std::uint64_t count, std::uint64_t seed) {
        Random random(seed);
        std::vector<std::byte> bytes(count);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
        return bytes;
    }
    [[nodiscard]] std::vector<std::byte> contents(const gpu::DeviceBuffer& buffer) {
        std::vector<std::byte> bytes(buffer.sizeBytes());
        EXPECT_TRUE(m_stream->read(buffer.slice(), bytes));
        return bytes;
    }

    std::shared_ptr<gpu::Context> m_context;
    std::unique_ptr<gpu::CommandStream> m_stream;
    std::unique_ptr<gpu::TransferRing> m_ring;
};

TEST_F(TransferRing, WhatWasWrittenIsThereAfterItsPoint) {
    // Many times round the ring, in pieces that end anywhere.
    const std::vector<std::byte> bytes = randomBytes(11 * kMegabyte + 12, 1);
    const gpu::DeviceBuffer target = buffer(bytes.size());
    std::uint64_t before = 0;
    for (std::uint64_t done = 0; done < bytes.size();) {
        const std::uint64_t piece = std::min<std::uint64_t>(bytes.size() - done, 4 + done / 7 * 4);
        ASSERT_TRUE(m_ring->write(target.slice(done, piece), std::span(bytes).subspan(done, piece)));
        done += piece;
        const auto point = m_ring->point();
        ASSERT_TRUE(point);
        EXPECT_GT(point->value, before) << "points come one after the other";
        before = point->value;
        m_stream->startAfter(*point);
    }
    EXPECT_TRUE(contents(target) == bytes);
}

TEST_F(TransferRing, AStreamThatRecordsAlreadyWaitsToo) {
    const std::vector<std::byte> bytes = randomBytes(3 * kMegabyte, 2);
    const gpu::DeviceBuffer target = buffer(bytes.size()), copy = buffer(bytes.size());
    m_stream->copy(target.slice(), copy.slice());
    ASSERT_TRUE(m_stream->isRecording());
    ASSERT_TRUE(m_ring->write(target.slice(), bytes));
    const auto point = m_ring->point();
    ASSERT_TRUE(point);
    m_stream->startAfter(*point);
    EXPECT_TRUE(contents(copy) == bytes);
}

TEST_F(TransferRing, NothingToCopyIsNoSubmission) {
    const auto first = m_ring->point(), second = m_ring->point();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->value, second->value);
    m_stream->startAfter(*second);
    const gpu::DeviceBuffer target = buffer(64);
    const std::vector<std::byte> bytes = randomBytes(64, 3);
    m_stream->write(target.slice(), bytes);
    EXPECT_TRUE(contents(target) == bytes);
}

TEST_F(TransferRing, IdleMeansThatBuffersMayGo) {
    const std::uint64_t before = m_context->allocatedBytes();
    for (std::uint64_t round = 0; round < 8; ++round) {
        const gpu::DeviceBuffer target = buffer(2 * kMegabyte);
        ASSERT_TRUE(m_ring->write(target.slice(), randomBytes(2 * kMegabyte, round)));
        m_ring->waitIdle();
    }
    EXPECT_EQ(m_context->allocatedBytes(), before);
}

}  // namespace
}  // namespace strata::test
