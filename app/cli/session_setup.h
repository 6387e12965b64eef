// Opening a session with the memory that --memory asks for.
#pragma once

#include "core/base/size.h"
#include "core/model/chat_prompt.h"
#include "core/model/session.h"

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

namespace strata::cli {

/// Sessions refuse shorter contexts.
inline constexpr std::size_t kSmallestContext = 16;

/// What an absolute SIZE counts. A percentage is of the full weight bytes either way.
enum class SizeMeaning : unsigned char { Weights, WholeSession };

/// `--overflow` of generate and chat: stop, roll or truncate-middle. `into` must outlive the app and holds the default.
void addOverflow(CLI::App& app, OverflowPolicy& into);

/// `--speculative` of generate, chat and bench: auto, on or off. `into` must outlive the app and holds the default.
void addSpeculation(CLI::App& app, Speculation& into);

/// How the model of `file` is spoken to. Errors: NotFound, Template; both name `generate --raw` as the way out.
[[nodiscard]] Result<ChatPrompt> chatPrompt(const GgufFile& file);

/// Opens a session whose memory has settled, unless options.loadInBackground lets it start before. Without `memory`, everything is loaded (or what options.budgetBytes
/// allows). Errors: BudgetTooSmall with the floor in the message, and those of Session::open.
[[nodiscard]] Result<std::unique_ptr<Session>> openSession(std::shared_ptr<const StackFile> stack,
                                                           SessionOptions options,
                                                           const std::optional<SizeSpec>& memory, SizeMeaning meaning,
                                                           const JobContext& context = {});

/// Asks for a change; returns at once. Errors: BudgetTooSmall.
[[nodiscard]] Result<void> changeMemory(Session& session, const SizeSpec& memory, SizeMeaning meaning);

/// Weight bytes of the whole stack, and of the least that works.
[[nodiscard]] std::uint64_t fullWeightBytes(const StackFile& stack) noexcept;
[[nodiscard]] std::uint64_t floorWeightBytes(const StackFile& stack) noexcept;

/// Blocks that a session holds under this limit of resident weights. Needs at least the floor; see weightBudget().
[[nodiscard]] std::size_t blocksWithin(const StackFile& stack, const std::optional<SizeSpec>& memory) noexcept;

/// Errors: BudgetTooSmall when fewer bytes of weights are asked for than the floor has.
[[nodiscard]] Result<std::uint64_t> weightBudget(const StackFile& stack, const SizeSpec& memory);

}  // namespace strata::cli
