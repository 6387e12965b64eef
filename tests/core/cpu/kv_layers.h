// What Backend::setKvShape() promises of layers that come and go, for every backend.
#pragma once

#include "core/backend.h"
#include "core/base/random.h"

#include <vector>

#include <gtest/gtest.h>

namespace strata::test {

class KvLayers {
public:
    /// The backend's cache is this object's alone.
    KvLayers(Backend& backend, KvShape shape) : m_backend(backend), m_shape(std::move(shape)) {}

    /// Layers leave and come back, in some order, while the others keep `tokens` positions; then the cache grows.
    void comeAndGoAlone(std::size_t tokens) {
        m_tokens = tokens;
        ASSERT_TRUE(m_backend.setKvShape(m_shape));
        ASSERT_TRUE(m_backend.reserveKv(tokens));
        for (std::size_t layer = 0; layer < m_shape.layers.size(); ++layer) write(layer);
        const std::uint64_t all = m_backend.kvBytes();
        EXPECT_EQ(all, m_backend.kvBytesFor(tokens));
        for (const std::size_t layer : {1, 3, 0}) setHeld(layer, false);
        for (const std::size_t layer : {3, 0}) setHeld(layer, true);
        ASSERT_TRUE(m_backend.reserveKv(3 * tokens));
        expectContents();
        m_backend.truncateKv(tokens);
        setHeld(1, true);
        EXPECT_EQ(m_backend.kvBytes(), all);
        for (std::size_t layer = 0; layer < m_shape.layers.size(); ++layer) setHeld(layer, false);
        EXPECT_EQ(m_backend.kvBytes(), 0U);
        m_backend.truncateKv(0);
        ASSERT_TRUE(m_backend.reserveKv(tokens));
        setHeld(2, true);
        EXPECT_EQ(m_backend.kvBytes(), m_backend.kvBytesFor(tokens)) << "room for as many positions";
        m_backend.truncateKv(0);
        EXPECT_EQ(m_backend.kvBytes(), 0U);
    }

private:
    [[nodiscard]] std::vector<Half> contents(std::size_t layer) const {
        Random random(layer + 1);
        const KvShape::Layer& shape = m_shape.layers[layer];
        std::vector<Half> values(2 * m_tokens * shape.kvHeads * shape.headDim);
        for (Half& value : values) value = static_cast<Half>(random.next() % 0x7000);
        return values;
    }
    void write(std::size_t layer) { ASSERT_TRUE(m_backend.writeKv(layer, m_tokens, contents(layer))); }
    void setHeld(std::size_t layer, bool isHeld) {
        SCOPED_TRACE(testing::Message() << "layer " << layer << (isHeld ? " comes" : " goes"));
        const std::uint64_t before = m_backend.kvBytes();
        m_shape.layers[layer].isHeld = isHeld;
        ASSERT_TRUE(m_backend.setKvShape(m_shape));
        if (isHeld) {
            EXPECT_GT(m_backend.kvBytes(), before);
            write(layer);
        } else {
            EXPECT_LT(m_backend.kvBytes(), before);
        }
        expectContents();
    }
    void expectContents() {
        for (std::size_t layer = 0; layer < m_shape.layers.size(); ++layer) {
            if (!m_shape.layers[layer].isHeld) continue;
            std::vector<Half> values(contents(layer).size());
            ASSERT_TRUE(m_backend.readKv(layer, m_tokens, values));
            EXPECT_TRUE(values == contents(layer)) << "of layer " << layer;
        }
    }

    Backend& m_backend;
    KvShape m_shape;
    std::size_t m_tokens = 0;
};

}  // namespace strata::test
