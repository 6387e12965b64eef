// The largest values of a row: maxima of groups, a bound that enough of them reach, and what reaches it.
#include "gpu/ops/operators.h"

#include <algorithm>

namespace strata::gpu {
namespace {

constexpr std::size_t kThreads = 64;
// Of the groups that reach the bound all values are looked at again: few of many groups.
constexpr std::size_t kGroupsPerWanted = 16;

std::size_t groupCount(std::size_t width, std::size_t count) {
    return std::min({width, kRankGroups, std::max(groupsOf(width, kThreads), kGroupsPerWanted * count)});
}

}  // namespace

void recordRanking(const Recorder& recorder, const Rows& x, std::size_t row, std::size_t width, std::size_t count,
                   const RankingRoom& room) {
    const std::size_t groups = groupCount(width, count);
    const struct {
        std::uint32_t first, width, groups;
    } maximaPush{word(row * x.stride), word(width), word(groups)};
    const std::array maximaBound{reads(x.slice), writes(room.maxima)};
    recorder.stream.dispatch(ShaderId::RankMaxima, {}, maximaBound, maximaPush, {groupsOf(groups, kThreads)});
    const struct {
        std::uint32_t groups, count;
    } boundPush{word(groups), word(std::min(count, groups))};
    const std::array boundBound{reads(room.maxima), writes(room.bound), writes(room.list)};
    recorder.stream.dispatch(ShaderId::RankBound, {}, boundBound, boundPush, {1});
    const struct {
        std::uint32_t first, width, groups, room;
    } listPush{word(row * x.stride), word(width), word(groups), word(kRankEntries)};
    const std::array listBound{reads(x.slice), reads(room.maxima), reads(room.bound), writes(room.list)};
    recorder.stream.dispatch(ShaderId::RankList, {}, listBound, listPush, {groupsOf(groups, kThreads)});
}

}  // namespace strata::gpu
