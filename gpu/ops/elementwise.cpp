// add, addBias, copyRows, softcap, gate: a thread per value.
#include "gpu/ops/operators.h"

#include <algorithm>

namespace strata::gpu {
namespace {

constexpr std::size_t kThreads = 64;

void recordAddRows(const Recorder& recorder, const Rows& into, const Bound& x, std::size_t xStride, std::size_t width,
                   std::size_t tokens) {
    const struct {
        std::uint32_t width, intoStride, xStride;
    } push{word(width), into.stride, word(xStride)};
    const std::array bound{writes(into.slice), x};
    recorder.stream.dispatch(ShaderId::Add, {}, bound, push, {groupsOf(width, kThreads), tokens});
}

}  // namespace

void recordAdd(const Recorder& recorder, const Rows& into, const Rows& x, std::size_t tokens) {
    recordAddRows(recorder, into, reads(x.slice), x.stride, std::min(into.width, x.width), tokens);
}

void recordAddBias(const Recorder& recorder, const Rows& into, BufferSlice bias, std::size_t width,
                   std::size_t tokens) {
    recordAddRows(recorder, into, constant(bias), 0, width, tokens);
}

void recordCopyRows(const Recorder& recorder, const Rows& from, std::size_t first, const Rows& to, std::size_t tokens) {
    const struct {
        std::uint32_t width, fromStride, toStride, first;
    } push{std::min(from.width, to.width), from.stride, to.stride, word(first)};
    const std::array bound{reads(from.slice), writes(to.slice)};
    recorder.stream.dispatch(ShaderId::CopyRows, {}, bound, push, {groupsOf(push.width, kThreads), tokens});
}

void recordSoftcap(const Recorder& recorder, const Rows& x, float cap, std::size_t tokens) {
    const struct {
        std::uint32_t width, stride;
        float cap;
    } push{x.width, x.stride, cap};
    const std::array bound{writes(x.slice)};
    recorder.stream.dispatch(ShaderId::Softcap, {}, bound, push, {groupsOf(x.width, kThreads), tokens});
}

void recordGate(const Recorder& recorder, Activation activation, const Rows& gate, const Rows& up, const Rows& out,
                std::size_t rows) {
    const struct {
        std::uint32_t width, gateStride, upStride, outStride;
    } push{out.width, gate.stride, up.stride, out.stride};
    const std::array bound{reads(gate.slice), reads(up.slice), writes(out.slice)};
    recorder.stream.dispatch(ShaderId::Gate, {activation == Activation::Silu ? 0U : 1U}, bound, push,
                             {groupsOf(out.width, kThreads), rows});
}

}  // namespace strata::gpu
