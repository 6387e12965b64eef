// A compression killed at any moment goes on to the bytes of an undisturbed one.
#include "core/base/random.h"
#include "tests/app/subprocess.h"
#include "tests/core/compress/compress_support.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <thread>

#include <sys/wait.h>

namespace strata::test {
namespace {

using Clock = std::chrono::steady_clock;
using FileTime = std::filesystem::file_time_type;

constexpr std::size_t kKills = 20;

class KillResume : public CompressFixture {
protected:
    KillResume()
        : CompressFixture(
              {.layers = 8, .embedding = 192, .heads = 6, .kvHeads = 3, .headDim = 32, .feedForward = 384}) {}

    [[nodiscard]] std::vector<std::string> arguments(const std::string& output, bool resume) const {
        std::vector<std::string> words{"compress",
                                       source().string(),
                                       "-o",
                                       (m_folder / output).string(),
                                       "--threads",
                                       "2",
                                       "--quiet",
                                       "--calibration",
                                       (m_folder / "text.txt").string()};
        if (resume) words.emplace_back("--resume");
        return words;
    }
    /// Times at which layer pieces were finished, by name.
    [[nodiscard]] std::map<std::string, FileTime> finishedLayers(const std::string& output) const {
        std::map<std::string, FileTime> times;
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(m_folder / (output + ".partial"), error)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("layer-") && name.ends_with(".json")) times[name] = entry.last_write_time();
        }
        return times;
    }
    /// The bytes of a run that nothing interrupts.
    [[nodiscard]] std::string undisturbed() const {
        const Finished finished = runCli(arguments("whole.strata", false));
        EXPECT_EQ(finished.exitCode, 0) << finished.err;
        return bytesOf(m_folder / "whole.strata");
    }
    /// Whether a killed run left something to go on with.
    [[nodiscard]] bool isUnfinished(const std::string& output) const {
        return std::filesystem::exists(m_folder / (output + ".partial")) || !std::filesystem::exists(m_folder / output);
    }
    [[nodiscard]] bool foldersAreClean(const std::string& output) const {
        for (const auto& entry : std::filesystem::directory_iterator(m_folder.path()))
            if (entry.path().filename().string().starts_with(output + ".")) return false;
        return true;
    }
};

/// Starts a run, kills it after `delay`; false when it had ended before.
bool killAfter(const std::vector<std::string>& arguments, std::chrono::duration<double> delay) {
    Program program(arguments);
    std::this_thread::sleep_for(delay);
    program.signal(SIGKILL);
    const Finished finished = program.finish();
    EXPECT_TRUE(finished.exitCode == 0 || finished.exitCode == 128 + SIGKILL) << finished.err;
    return finished.exitCode != 0;
}

TEST_F(KillResume, AtTwentyMomentsOfARun) {
    const auto begin = Clock::now();
    const std::string expected = undisturbed();
    const std::chrono::duration<double> whole = Clock::now() - begin;
    Random random(17);
    std::size_t killed = 0;
    for (std::size_t kill = 0; kill < kKills; ++kill) {
        const std::string output = "killed-" + std::to_string(kill) + ".strata";
        const auto delay = whole * (static_cast<double>(kill) + random.uniform()) / static_cast<double>(kKills);
        killed += killAfter(arguments(output, false), delay);
        const auto before = finishedLayers(output);
        if (isUnfinished(output)) {
            Program resumed(arguments(output, true));
            // Layers that were finished are not touched while the run goes on.
            const auto patience = Clock::now() + std::chrono::minutes(5);
            for (auto now = before; !now.empty() && Clock::now() < patience; now = finishedLayers(output)) {
                for (const auto& [name, time] : before)
                    if (now.contains(name)) {
                        ASSERT_EQ(now.at(name), time) << name << " was made twice";
                    }
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                if (std::filesystem::exists(m_folder / output)) break;
            }
            const Finished finished = resumed.finish();
            ASSERT_EQ(finished.exitCode, 0) << finished.err;
        }
        EXPECT_TRUE(foldersAreClean(output));
        ASSERT_TRUE(bytesOf(m_folder / output) == expected) << "killed after " << delay.count() << " s, kill " << kill;
        std::filesystem::remove(m_folder / output);
    }
    EXPECT_GE(killed, kKills / 2);
}

TEST_F(KillResume, AsSoonAsEachStageHasBegun) {
    const std::string expected = undisturbed();
    std::size_t killed = 0;
    const std::vector<std::string> beginnings = {"job.json",        "layer-0000.json",  "layer-0006.json",
                                                 "vocabulary.json", "sensitivity.json", "curve.json",
                                                 "finished.strata", "published.json"};
    for (const std::string& beginning : beginnings) {
        const std::string output = beginning + ".strata";
        const std::filesystem::path note = m_folder / (output + ".partial") / beginning;
        Program program(arguments(output, false));
        while (!std::filesystem::exists(note) && !std::filesystem::exists(m_folder / output))
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        program.signal(SIGKILL);
        killed += program.finish().exitCode == 128 + SIGKILL;
        if (isUnfinished(output)) {
            const Finished finished = runCli(arguments(output, true));
            ASSERT_EQ(finished.exitCode, 0) << beginning << ": " << finished.err;
        }
        EXPECT_TRUE(foldersAreClean(output));
        ASSERT_TRUE(bytesOf(m_folder / output) == expected) << beginning;
    }
    EXPECT_GE(killed, beginnings.size() - 2) << "the last two moments are short";
}

TEST_F(KillResume, AgainAndAgainInOneRun) {
    const auto begin = Clock::now();
    const std::string expected = undisturbed();
    const std::chrono::duration<double> whole = Clock::now() - begin;
    Random random(23);
    std::map<std::string, FileTime> finished;
    std::size_t kills = 0;
    // Each attempt may last long enough to finish a piece or two; the last one is not killed.
    for (; kills < kKills; ++kills) {
        if (!killAfter(arguments("killed.strata", true), whole * (0.1 + 0.2 * random.uniform()))) break;
        for (const auto& [name, time] : finishedLayers("killed.strata"))
            ASSERT_EQ(finished.try_emplace(name, time).first->second, time) << name << " was made twice";
    }
    EXPECT_GE(kills, 3U);
    if (isUnfinished("killed.strata")) {
        const Finished last = runCli(arguments("killed.strata", true));
        ASSERT_EQ(last.exitCode, 0) << last.err;
    }
    EXPECT_TRUE(bytesOf(m_folder / "killed.strata") == expected);
}

}  // namespace
}  // namespace strata::test
