// route, combineRoutes, scaleByGate.
#include "gpu/ops/operators.h"

namespace strata::gpu {
namespace {

constexpr std::size_t kThreads = 64;
constexpr std::size_t kExpertsPerGroup = 16;

}  // namespace

void recordRouterLogits(const Recorder& recorder, BufferSlice weights, std::size_t experts, std::size_t columns,
                        const Rows& x, BufferSlice logits, std::size_t tokens) {
    const struct {
        std::uint32_t experts, columns, xStride;
    } push{word(experts), word(columns), x.stride};
    const std::array bound{reads(x.slice), constant(weights), writes(logits)};
    recorder.stream.dispatch(ShaderId::RouterLogits, {}, bound, push, {groupsOf(experts, kExpertsPerGroup), tokens});
}

void recordCombineRoutes(const Recorder& recorder, const Rows& x, BufferSlice routes, std::size_t used, const Rows& out,
                         std::size_t tokens) {
    const struct {
        std::uint32_t width, xStride, outStride, used;
    } push{out.width, x.stride, out.stride, word(used)};
    const std::array bound{reads(x.slice), reads(routes), writes(out.slice)};
    recorder.stream.dispatch(ShaderId::CombineRoutes, {}, bound, push, {groupsOf(out.width, kThreads), tokens});
}

void recordScaleByGate(const Recorder& recorder, const Rows& x, BufferSlice gate, std::size_t columns, const Rows& by,
                       std::size_t tokens) {
    const struct {
        std::uint32_t width, xStride, columns, byStride;
    } push{x.width, x.stride, word(columns), by.stride};
    const std::array bound{writes(x.slice), constant(gate), reads(by.slice)};
    recorder.stream.dispatch(ShaderId::ScaleByGate, {}, bound, push, {tokens});
}

}  // namespace strata::gpu
