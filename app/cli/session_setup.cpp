#include "app/cli/session_setup.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace strata::cli {
namespace {

bool countsWeights(const SizeSpec& memory, SizeMeaning meaning) {
    return memory.isFraction() || meaning == SizeMeaning::Weights;
}

struct PolicyName {
    const char* name;
    OverflowPolicy policy;
};

constexpr std::array kPolicies = {PolicyName{"stop", OverflowPolicy::Stop}, PolicyName{"roll", OverflowPolicy::Roll},
                                  PolicyName{"truncate-middle", OverflowPolicy::TruncateMiddle}};

const char* nameOf(OverflowPolicy policy) {
    return std::find_if(kPolicies.begin(), kPolicies.end(), [&](const PolicyName& row) { return row.policy == policy; })
        ->name;
}

}  // namespace

void addOverflow(CLI::App& app, OverflowPolicy& into) {
    std::vector<std::string> names;
    for (const PolicyName& row : kPolicies) names.emplace_back(row.name);
    const auto take = [&into](const std::string& text) {
        for (const PolicyName& row : kPolicies)
            if (text == row.name) into = row.policy;
    };
    const std::string help = fmt::format("When the context is full: {} [{}]", fmt::join(names, ", "), nameOf(into));
    app.add_option_function<std::string>("--overflow", take, help)->check(CLI::IsMember(names))->type_name("POLICY");
}

void addSpeculation(CLI::App& app, Speculation& into) {
    static const std::map<std::string, Speculation> kModes = {
        {"auto", Speculation::Auto}, {"on", Speculation::On}, {"off", Speculation::Off}};
    const std::string initial = std::ranges::find(kModes, into, [](const auto& mode) { return mode.second; })->first;
    const auto take = [&into](const std::string& text) { into = kModes.at(text); };
    app.add_option_function<std::string>(
           "--speculative", take,
           fmt::format("Guess tokens with the first planes and verify them in one batch: the same answer; auto: "
                       "where that is faster [{}]",
                       initial))
        ->check(CLI::IsMember({"auto", "on", "off"}))
        ->type_name("MODE");
}

Result<ChatPrompt> chatPrompt(const GgufFile& file) {
    auto prompt = ChatPrompt::fromGguf(file);
    if (!prompt) return inFile(std::move(prompt).error(), file.path().string(), "continue texts with generate --raw");
    return prompt;
}

Result<std::unique_ptr<Session>> openSession(std::shared_ptr<const StackFile> stack, SessionOptions options,
                                             const std::optional<SizeSpec>& memory, SizeMeaning meaning,
                                             const JobContext& context) {
    if (!memory) return Session::open(std::move(stack), options, context);
    if (!countsWeights(*memory, meaning)) {
        options.budgetBytes = memory->bytes;
        return Session::open(std::move(stack), options, context);
    }
    STRATA_TRY(const std::uint64_t weights, weightBudget(*stack, *memory));
    // The limit is known in bytes of weights only once the session is there: it loads no further than the limit if it
    // learns of it while it still streams.
    const bool startsEarly = std::exchange(options.loadInBackground, true);
    STRATA_TRY(std::unique_ptr<Session> session, Session::open(std::move(stack), options, context));
    STRATA_CHECK(session->setWeightBudget(weights));
    if (!startsEarly) STRATA_CHECK(session->waitUntilSettled());
    return session;
}

Result<void> changeMemory(Session& session, const SizeSpec& memory, SizeMeaning meaning) {
    if (!countsWeights(memory, meaning)) return session.setBudget(memory.bytes);
    STRATA_TRY(const std::uint64_t weights, weightBudget(*session.stack(), memory));
    return session.setWeightBudget(weights);
}

std::uint64_t fullWeightBytes(const StackFile& stack) noexcept {
    return stack.weightBytes(stack.blocks().size());
}

std::uint64_t floorWeightBytes(const StackFile& stack) noexcept {
    return stack.weightBytes(stack.floorBlocks());
}

std::size_t blocksWithin(const StackFile& stack, const std::optional<SizeSpec>& memory) noexcept {
    if (!memory) return stack.blocks().size();
    return stack.fit(memory->resolve(fullWeightBytes(stack)));
}

Result<std::uint64_t> weightBudget(const StackFile& stack, const SizeSpec& memory) {
    const std::uint64_t full = fullWeightBytes(stack);
    const std::uint64_t floor = floorWeightBytes(stack);
    const std::uint64_t bytes = memory.resolve(full);
    if (bytes >= floor) return bytes;
    return fail(ErrorCode::BudgetTooSmall,
                fmt::format("{} of weights lie below this model's floor of {} ({:.1f}%)", formatBytes(bytes),
                            formatBytes(floor), 100.0 * static_cast<double>(floor) / static_cast<double>(full)),
                fmt::format("give it at least {}", formatBytes(floor)));
}

}  // namespace strata::cli
