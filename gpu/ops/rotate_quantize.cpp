// Rotation and int8 quantization of a product's input: a workgroup per row.
#include "gpu/ops/operators.h"

#include <cmath>

namespace strata::gpu {

void recordRotateQuantize(const Recorder& recorder, const RotationPlace& rotation, const Rows& x, BufferSlice gather,
                          const QuantizedRows& out, std::size_t rows) {
    const struct {
        std::uint32_t columns, blockSize, xStride, wordStride, rotatedStride, gathered;
        float scale;
    } push{rotation.columns,
           rotation.blockSize,
           x.stride,
           out.wordStride,
           rotation.columns,
           gather.buffer == nullptr ? 0U : 1U,
           1.0F / std::sqrt(static_cast<float>(rotation.blockSize))};
    const std::array bound{reads(x.slice),      constant(rotation.signs), reads(gather),
                           writes(out.rotated), writes(out.values),       out.hasFine ? writes(out.fine) : Bound{},
                           writes(out.scales)};
    const ShaderId shader =
        recorder.features.useSubgroups ? ShaderId::RotateQuantizeSubgroup : ShaderId::RotateQuantize;
    recorder.stream.dispatch(shader, {out.hasFine ? 1U : 0U}, bound, push, {rows});
}

}  // namespace strata::gpu
