// What a template may use before it is stopped, and the account of it.
#pragma once

#include "core/text/jinja/failure.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace strata::jinja {

/// Templates come with downloaded models: they are bounded like any other input. The defaults are far above what a
/// published template needs for a long conversation (some hundred steps per message), and end a hostile one within
/// seconds.
struct Limits {
    std::uint64_t steps = 5'000'000;                  ///< evaluated nodes; 64 bytes moved or searched count as one
    std::size_t depth = 800;                          ///< nested evaluations: recursion, nested expressions
    std::size_t stringBytes = std::size_t{32} << 20;  ///< any one string
    std::size_t outputBytes = std::size_t{32} << 20;
    std::size_t liveBytes = std::size_t{256} << 20;  ///< strings, lists and dicts alive at one moment
    std::size_t nesting = 200;                       ///< lists within lists
};

/// Counts steps and living bytes; raises Failure when a limit is passed. One per rendering, one thread.
class Account {
public:
    explicit Account(const Limits& limits) : m_limits(limits) {}
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

    [[nodiscard]] const Limits& limits() const noexcept { return m_limits; }
    void steps(std::uint64_t count) {
        m_steps += count;
        if (m_steps > m_limits.steps) raise("the template runs too long (endless loop?)");
    }
    void bytes(std::uint64_t count) { steps(count / 64 + 1); }
    /// Reading `haystack` bytes for `needle` bytes; the plain search is quadratic at worst.
    void search(std::uint64_t haystack, std::uint64_t needle) { bytes(haystack * (needle / 16 + 1)); }
    void acquire(std::size_t count) {
        m_live += count;
        if (m_live > m_limits.liveBytes) {
            m_live -= count;
            raise("the template uses too much memory");
        }
    }
    void release(std::size_t count) noexcept { m_live -= count; }

private:
    Limits m_limits;
    std::uint64_t m_steps = 0;
    std::size_t m_live = 0;
};

/// Bytes held from an Account while this lives.
class Charge {
public:
    Charge() = default;
    Charge(Account& account, std::size_t count) : m_account(&account), m_count(count) { account.acquire(count); }
    Charge(Charge&& other) noexcept
        : m_account(std::exchange(other.m_account, nullptr)), m_count(std::exchange(other.m_count, 0)) {}
    Charge& operator=(Charge&& other) noexcept {
        std::swap(m_account, other.m_account);
        std::swap(m_count, other.m_count);
        return *this;
    }
    ~Charge() {
        if (m_account) m_account->release(m_count);
    }

private:
    Account* m_account = nullptr;
    std::size_t m_count = 0;
};

/// Counts nested evaluations while this lives.
class DepthGuard {
public:
    DepthGuard(std::size_t& depth, std::size_t limit) : m_depth(depth) {
        if (depth >= limit) raise("the template recurses too deeply");
        ++m_depth;
    }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;
    ~DepthGuard() { --m_depth; }

private:
    std::size_t& m_depth;
};

}  // namespace strata::jinja
