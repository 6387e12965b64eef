// rmsNorm: a workgroup per run.
#include "gpu/ops/operators.h"

namespace strata::gpu {

void recordRmsNorm(const Recorder& recorder, const Rows& x, BufferSlice weight, std::size_t runWidth, float epsilon,
                   const Rows& out, std::size_t tokens) {
    const struct {
        std::uint32_t width, runs, xStride, outStride;
        float epsilon;
    } push{word(runWidth), word(x.width / runWidth), x.stride, out.stride, epsilon};
    const std::array bound{reads(x.slice), constant(weight), writes(out.slice)};
    const ShaderId shader = recorder.features.useSubgroups ? ShaderId::RmsNormSubgroup : ShaderId::RmsNorm;
    recorder.stream.dispatch(shader, {}, bound, push, {push.runs, tokens});
}

}  // namespace strata::gpu
