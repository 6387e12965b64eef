// Rotation and int8 quantization of a product's input: a workgroup per row.
#include "gpu/ops/operators.h"

#include <cmath>

namespace strata::gpu {
namespace {

// By lanes: columns that a subgroup takes at once, and the longest run that its registers hold.
constexpr std::uint32_t kColumnsOfLanes = 32;
constexpr std::uint32_t kLongestLaneRun = 512;

}  // namespace

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
    const std::uint32_t fine = out.hasFine ? 1U : 0U;
    if (recorder.features.useLanes && rotation.blockSize >= kColumnsOfLanes && rotation.blockSize <= kLongestLaneRun) {
        std::array viewed = bound;
        viewed[0].view = viewed[1].view = View::Quads;
        recorder.stream.dispatch(ShaderId::RotateQuantizeLanes, {fine, rotation.blockSize / kColumnsOfLanes}, viewed,
                                 push, {rows});
        return;
    }
    const ShaderId shader =
        recorder.features.useSubgroups ? ShaderId::RotateQuantizeSubgroup : ShaderId::RotateQuantize;
    recorder.stream.dispatch(shader, {fine}, bound, push, {rows});
}

}  // namespace strata::gpu
