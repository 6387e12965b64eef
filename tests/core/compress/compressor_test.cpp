#include "core/compress/compressor.h"

#include "core/compress/work_folder.h"
#include "core/model/session.h"
#include "tests/core/compress/compress_support.h"

#include <cmath>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace strata::test {
namespace {

using testing::HasSubstr;

class Compressor : public CompressFixture {
protected:
    /// Asks to stop at the `reports`-th report of progress; true when the run was stopped by it.
    [[nodiscard]] static bool stopsAt(const CompressOptions& options, std::size_t reports) {
        std::stop_source stop;
        std::size_t seen = 0;
        const JobContext context{[&](const Progress&) {
                                     if (++seen == reports) stop.request_stop();
                                 },
                                 stop.get_token()};
        const auto report = compress(options, context);
        if (report) return false;
        EXPECT_EQ(report.error().code, ErrorCode::Cancelled) << report.error().message();
        return true;
    }
    /// The same at the first report of a stage.
    [[nodiscard]] static bool stopsIn(const CompressOptions& options, std::string_view stage) {
        std::stop_source stop;
        const JobContext context{[&](const Progress& progress) {
                                     if (progress.stage == stage) stop.request_stop();
                                 },
                                 stop.get_token()};
        const auto report = compress(options, context);
        return !report && report.error().code == ErrorCode::Cancelled;
    }
    [[nodiscard]] static std::size_t reportsOf(const CompressOptions& options) {
        std::size_t reports = 0;
        EXPECT_TRUE(compress(options, {[&](const Progress&) { ++reports; }, {}}));
        return reports;
    }
    [[nodiscard]] static ErrorCode codeOf(const CompressOptions& options) {
        const auto report = compress(options);
        EXPECT_FALSE(report);
        EXPECT_FALSE(report.error().detail.empty());
        return report ? ErrorCode::InvalidArgument : report.error().code;
    }
    /// Nothing but the source and its text: neither a stack nor a folder nor a temporary file.
    [[nodiscard]] std::set<std::string> names() const {
        std::set<std::string> result;
        for (const auto& entry : std::filesystem::directory_iterator(m_folder.path()))
            result.insert(entry.path().filename().string());
        return result;
    }
};

TEST_F(Compressor, WritesAStackThatOpensAndAnswers) {
    const auto report = compress(options());
    ASSERT_TRUE(report) << report.error().message();
    const auto stack = StackFile::open(options().output);
    ASSERT_TRUE(stack) << stack.error().message();
    EXPECT_EQ((*stack)->availableBlocks(), (*stack)->blocks().size());
    EXPECT_EQ(report->stackBytes, std::filesystem::file_size(options().output));
    EXPECT_EQ(report->sourceBytes, std::filesystem::file_size(source()));
    EXPECT_GT(report->bitsPerWeight, 3);
    EXPECT_FALSE(report->resumed);
    auto session = Session::open(*stack, {.threads = 1});
    ASSERT_TRUE(session) << session.error().message();
    const auto logits = (*session)->logits(m_model.randomIds(20, 3));
    ASSERT_TRUE(logits);
    for (const float logit : *logits) ASSERT_TRUE(std::isfinite(logit));
    EXPECT_EQ(names(), (std::set<std::string>{"out.strata", "text.txt", "tiny.gguf"}));
}

TEST_F(Compressor, TheCurveGoesFromTheFloorToTheWholeStack) {
    const auto report = compress(options());
    ASSERT_TRUE(report) << report.error().message();
    const auto stack = *StackFile::open(options().output);
    const auto curve = stack->curve();
    ASSERT_EQ(curve.size(), report->curve.size());
    const std::size_t prefixes = stack->blocks().size() - stack->floorBlocks() + 1;
    ASSERT_GE(curve.size(), std::min<std::size_t>(8, prefixes));
    EXPECT_EQ(curve.front().blocks, stack->floorBlocks());
    EXPECT_EQ(curve.back().blocks, stack->blocks().size());
    for (std::size_t point = 0; point < curve.size(); ++point) {
        EXPECT_EQ(curve[point].weightBytes, stack->weightBytes(curve[point].blocks));
        EXPECT_GE(curve[point].divergence, 0);
        EXPECT_GE(curve[point].agreement, 0);
        EXPECT_LE(curve[point].agreement, 1);
        EXPECT_GT(curve[point].perplexity, 1);
        if (point > 0) {
            EXPECT_GT(curve[point].blocks, curve[point - 1].blocks);
        }
    }
    EXPECT_LT(curve.back().divergence, curve.front().divergence);
    EXPECT_GT(curve.back().agreement, curve.front().agreement);
}

TEST_F(Compressor, KeepsTheSourcesMetadata) {
    ASSERT_TRUE(compress(options()));
    const auto stack = *StackFile::open(options().output);
    const GgufFile& gguf = stack->gguf();
    EXPECT_EQ(gguf.getString("general.architecture").value(), "llama");
    EXPECT_EQ(gguf.getString("strata.source.file").value(), "tiny.gguf");
    EXPECT_EQ(gguf.getString("strata.source.sha256").value().size(), 64U);
    EXPECT_EQ(gguf.getUnsigned("strata.source.size_bytes").value(), std::filesystem::file_size(source()));
    const auto original = GgufFile::open(source());
    for (const auto& [key, value] : original->metadata()) {
        if (!key.starts_with("tokenizer.") && !key.starts_with("llama.")) continue;
        ASSERT_NE(gguf.find(key), nullptr) << key;
        EXPECT_TRUE(std::ranges::equal(gguf.find(key)->bytes, value.bytes)) << key;
    }
}

TEST_F(Compressor, ThreadsDoNotChangeAByte) {
    CompressOptions two = options("two.strata");
    two.threads = 2;
    EXPECT_EQ(compressed(options()), compressed(two));
}

TEST_F(Compressor, TheSeedDecides) {
    CompressOptions other = options("other.strata");
    other.seed = 2;
    EXPECT_NE(compressed(options()), compressed(other));
    EXPECT_EQ(compressed(options("again.strata")), bytesOf(options().output));
}

TEST_F(Compressor, ARunStoppedAnywhereGoesOnToTheSameBytes) {
    const std::string whole = compressed(options("whole.strata"));
    const std::size_t reports = reportsOf(options("counted.strata"));
    ASSERT_GT(reports, 10U);
    std::size_t stopped = 0;
    for (std::size_t at = 1; at <= reports; at += 1 + reports / 24) {
        CompressOptions resumed = options("stopped.strata");
        if (stopsAt(resumed, at)) {
            ++stopped;
            EXPECT_FALSE(std::filesystem::exists(resumed.output));
        }
        resumed.resume = true;
        resumed.overwrite = true;
        ASSERT_EQ(compressed(resumed), whole) << "stopped at report " << at << " of " << reports;
        std::filesystem::remove(resumed.output);
    }
    EXPECT_GE(stopped, 12U) << "of " << reports << " reports";
}

TEST_F(Compressor, ARunStoppedManyTimesGoesOnToTheSameBytes) {
    const std::string whole = compressed(options("whole.strata"));
    CompressOptions resumed = options("stopped.strata");
    resumed.resume = true;
    std::size_t stops = 0;
    for (std::size_t at = 2; stopsAt(resumed, at); at += 2) ASSERT_LT(++stops, 200U);
    EXPECT_GE(stops, 3U);
    EXPECT_EQ(bytesOf(resumed.output), whole);
}

TEST_F(Compressor, AResumedRunSaysSo) {
    CompressOptions resumed = options();
    ASSERT_TRUE(stopsAt(resumed, 5));
    EXPECT_EQ(codeOf(resumed), ErrorCode::AlreadyExists) << "an interrupted run is not thrown away";
    resumed.resume = true;
    const auto report = compress(resumed);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_TRUE(report->resumed);
}

TEST_F(Compressor, AnInterruptedRunIsNotContinuedWithOtherOptions) {
    ASSERT_TRUE(stopsAt(options(), 5));
    std::vector<CompressOptions> others(6, options());
    others[0].planes = 4;
    others[1].vocabularyPlanes = 5;
    others[2].seed = 7;
    others[3].codec = Codec::Bitstack;
    others[4].descentPasses = 1;
    others[5].calibration.clear();
    for (std::size_t index = 0; index < others.size(); ++index) {
        others[index].resume = true;
        const auto report = compress(others[index]);
        ASSERT_FALSE(report) << index;
        EXPECT_EQ(report.error().code, ErrorCode::InvalidArgument) << index;
    }
    TinyModel other({.seed = 9});
    ASSERT_TRUE(other.writeGguf(source()));
    CompressOptions changed = options();
    changed.resume = true;
    EXPECT_EQ(codeOf(changed), ErrorCode::InvalidArgument) << "another source of the same name";
}

TEST_F(Compressor, DamagedNotesInTheWorkFolderAreErrorsNotCrashes) {
    CompressOptions resumed = options();
    resumed.resume = true;
    const std::pair<const char*, const char*> cases[] = {{"Compressing layers", "job.json"},
                                                         {"Compressing vocabulary", "layer-0000.json"},
                                                         {"Measuring sensitivities", "vocabulary.json"},
                                                         {"Measuring quality", "sensitivity.json"},
                                                         {"Writing the stack", "curve.json"}};
    for (const auto& [stage, name] : cases) {
        ASSERT_TRUE(stopsIn(resumed, stage)) << stage;
        const std::filesystem::path note = partial(resumed) / name;
        const std::string kept = bytesOf(note);
        ASSERT_FALSE(kept.empty()) << name << " is not there while " << stage;
        for (const char* bad :
             {"", "{\"x\": 1}", "[[1, 2]]", "[null]", "3", "[]", "{\"matrix\": [], \"head_tile\": []}"}) {
            ASSERT_TRUE(writeFileAtomically(note, bad));
            const auto report = compress(resumed);
            ASSERT_FALSE(report) << name << " " << bad;
            EXPECT_THAT(report.error().message(), HasSubstr(".partial")) << name << " " << bad;
        }
        ASSERT_TRUE(writeFileAtomically(note, kept));
    }
    EXPECT_EQ(compressed(resumed), compressed(options("undisturbed.strata")));
}

TEST_F(Compressor, KilledAfterTheLastRenameIsFinishedByResume) {
    CompressOptions resumed = options();
    resumed.resume = true;
    const std::string expected = compressed(options("undisturbed.strata"));
    for (const bool partlyRemoved : {false, true}) {
        ASSERT_TRUE(stopsIn(resumed, "Writing the stack"));
        const std::string job = nlohmann::json::parse(bytesOf(partial(resumed) / "job.json"));
        auto folder = WorkFolder::open(resumed.output, job, true, false);
        ASSERT_TRUE(folder);
        std::filesystem::copy_file(m_folder / "undisturbed.strata", folder->file("finished.strata"));
        ASSERT_TRUE(folder->publish("finished.strata", resumed.output, false));
        for (const auto& entry : std::filesystem::directory_iterator(partial(resumed)))
            if (partlyRemoved && entry.path().filename() != "published.json") std::filesystem::remove(entry.path());
        const auto report = compress(resumed);
        ASSERT_TRUE(report) << report.error().message();
        EXPECT_EQ(report->stackBytes, expected.size());
        EXPECT_GE(report->curve.size(), 8U);
        EXPECT_GT(report->bitsPerWeight, 0);
        EXPECT_EQ(bytesOf(resumed.output), expected);
        EXPECT_FALSE(std::filesystem::exists(partial(resumed)));
        EXPECT_EQ(codeOf(resumed), ErrorCode::AlreadyExists) << "nothing is left to resume";
        std::filesystem::remove(resumed.output);
    }
}

TEST_F(Compressor, EveryNumberOfPlanesWorks) {
    std::uint64_t smaller = 0;
    for (unsigned planes = 1; planes <= kMaximumPlanes; ++planes) {
        CompressOptions some = options("planes.strata");
        some.planes = planes;
        some.vocabularyPlanes = 9 - planes;
        some.overwrite = true;
        const auto report = compress(some);
        ASSERT_TRUE(report) << planes << ": " << report.error().message();
        const auto stack = StackFile::open(some.output);
        ASSERT_TRUE(stack) << stack.error().message();
        for (const MatrixInfo& matrix : (*stack)->matrices())
            EXPECT_EQ(matrix.levels, matrix.name == "token_embd.weight" ? 9 - planes : planes) << matrix.name;
        EXPECT_NE(report->stackBytes, smaller);
        smaller = report->stackBytes;
        std::vector<std::byte> all((*stack)->weightBytes((*stack)->blocks().size()) - (*stack)->denseBytes());
        EXPECT_TRUE((*stack)->readBlocks(0, (*stack)->blocks().size(), all));
    }
}

TEST_F(Compressor, MorePlanesComeCloserToTheSource) {
    float before = std::numeric_limits<float>::infinity();
    for (const unsigned planes : {2U, 4U, 6U}) {
        CompressOptions some = options("planes.strata");
        some.planes = planes;
        some.vocabularyPlanes = 8;
        some.overwrite = true;
        const auto report = compress(some);
        ASSERT_TRUE(report) << report.error().message();
        EXPECT_LT(report->curve.back().divergence, 0.5F * before) << planes;
        before = report->curve.back().divergence;
    }
}

TEST_F(Compressor, TheBitstackCodecWorksAndResumes) {
    CompressOptions bitstack = options("whole.strata");
    bitstack.codec = Codec::Bitstack;
    bitstack.rank = 4;
    bitstack.blocks = 5;
    const std::string whole = compressed(bitstack);
    const auto stack = StackFile::open(bitstack.output);
    ASSERT_TRUE(stack) << stack.error().message();
    for (const MatrixInfo& matrix : (*stack)->matrices()) {
        const bool vocabulary = matrix.name == "token_embd.weight";
        EXPECT_EQ(matrix.codec, vocabulary ? Codec::Nested : Codec::Bitstack);
        EXPECT_EQ(matrix.levels, vocabulary ? 4U : 5U);
    }
    EXPECT_GE((*stack)->curve().size(), 8U);
    const std::size_t reports = reportsOf([&] {
        CompressOptions counted = bitstack;
        counted.output = m_folder / "counted.strata";
        return counted;
    }());
    for (std::size_t at = 4; at < reports; at += reports / 6) {
        CompressOptions resumed = bitstack;
        resumed.output = m_folder / "stopped.strata";
        resumed.threads = 2;
        static_cast<void>(stopsAt(resumed, at));
        resumed.resume = resumed.overwrite = true;
        ASSERT_EQ(compressed(resumed), whole) << at;
        std::filesystem::remove(resumed.output);
    }
}

TEST_F(Compressor, AnOutputThatIsThereStaysAsItIs) {
    ASSERT_TRUE(writeFileAtomically(options().output, "mine"));
    EXPECT_EQ(codeOf(options()), ErrorCode::AlreadyExists);
    EXPECT_EQ(bytesOf(options().output), "mine");
    CompressOptions forced = options();
    forced.overwrite = true;
    ASSERT_TRUE(compress(forced));
    EXPECT_TRUE(StackFile::open(forced.output));
}

TEST_F(Compressor, AForcedRunThatIsStoppedKeepsTheOldOutput) {
    ASSERT_TRUE(writeFileAtomically(options().output, "mine"));
    CompressOptions forced = options();
    forced.overwrite = true;
    ASSERT_TRUE(stopsAt(forced, 6));
    EXPECT_EQ(bytesOf(options().output), "mine");
}

TEST_F(Compressor, AFolderThatIsAFileIsNamed) {
    CompressOptions bad = options();
    bad.output = source() / "out.strata";
    const auto report = compress(bad);
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message(), HasSubstr("out.strata"));
    bad.output = m_folder / "no such folder" / "out.strata";
    const auto missing = compress(bad);
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message(), HasSubstr("no such folder"));
    EXPECT_EQ(names(), (std::set<std::string>{"text.txt", "tiny.gguf"}));
}

TEST_F(Compressor, ATruncatedSourceIsRefusedAndLeavesNothing) {
    const auto size = std::filesystem::file_size(source());
    for (const auto kept : {std::uintmax_t{0}, std::uintmax_t{20}, size / 2, size - 1}) {
        ASSERT_TRUE(m_model.writeGguf(source()));
        std::filesystem::resize_file(source(), kept);
        const auto report = compress(options());
        ASSERT_FALSE(report) << kept;
        EXPECT_THAT(report.error().message(), HasSubstr("tiny.gguf")) << kept;
        EXPECT_EQ(names(), (std::set<std::string>{"text.txt", "tiny.gguf"})) << kept;
    }
}

TEST_F(Compressor, AMissingSourceIsNamed) {
    CompressOptions missing = options();
    missing.source = m_folder / "nowhere.gguf";
    EXPECT_EQ(codeOf(missing), ErrorCode::NotFound);
}

TEST_F(Compressor, AStackIsASource) {
    ASSERT_TRUE(compress(options()));
    CompressOptions again = options("again.strata");
    again.source = options().output;
    again.planes = 2;
    const auto report = compress(again);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_LT(report->stackBytes, std::filesystem::file_size(again.source));
}

TEST_F(Compressor, NotANumberInATensorIsNamed) {
    const auto gguf = GgufFile::open(source());
    ASSERT_TRUE(gguf);
    for (const char* name :
         {"blk.1.ffn_up.weight", "blk.0.attn_norm.weight", "token_embd.weight", "output_norm.weight"}) {
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            ASSERT_TRUE(m_model.writeGguf(source()));
            const std::uint64_t offset = gguf->findTensor(name)->offset + 8 * sizeof(float);
            auto file = File::open(source(), File::Mode::CreateOrOpen);
            ASSERT_TRUE(file);
            ASSERT_TRUE(file->writeExact(offset, std::as_bytes(std::span(&bad, 1))));
            CompressOptions damaged = options();
            damaged.overwrite = true;
            const auto report = compress(damaged);
            ASSERT_FALSE(report) << name;
            EXPECT_EQ(report.error().code, ErrorCode::Corrupt) << report.error().message();
            EXPECT_THAT(report.error().message(), HasSubstr(name));
            EXPECT_THAT(report.error().message(), HasSubstr("tiny.gguf"));
            EXPECT_FALSE(std::filesystem::exists(damaged.output));
        }
    }
}

TEST_F(Compressor, OptionsOutOfRangeAreRefused) {
    std::vector<CompressOptions> bad(8, options());
    bad[0].planes = 0;
    bad[1].planes = 9;
    bad[2].vocabularyPlanes = 0;
    bad[3].vocabularyPlanes = 9;
    bad[4].rank = 0;
    bad[5].blocks = 0;
    bad[6].blocks = 65;
    bad[7].rank = 100'000;
    for (const CompressOptions& each : bad) EXPECT_EQ(codeOf(each), ErrorCode::InvalidArgument);
}

TEST_F(Compressor, ProgressNeverFalls) {
    double last = 0;
    std::set<std::string> stages;
    const JobContext context{[&](const Progress& progress) {
                                 EXPECT_GE(progress.fraction, last) << progress.stage;
                                 EXPECT_LE(progress.fraction, 1);
                                 last = std::max(last, progress.fraction);
                                 stages.emplace(progress.stage);
                             },
                             {}};
    ASSERT_TRUE(compress(options(), context));
    EXPECT_GT(last, 0.97);
    EXPECT_GE(stages.size(), 5U);
}

TEST_F(Compressor, TheEstimateCoversTheStack) {
    const auto estimate = estimateCompression(options());
    ASSERT_TRUE(estimate);
    const auto report = compress(options());
    ASSERT_TRUE(report);
    EXPECT_GT(estimate->workBytes, estimate->stackBytes);
    EXPECT_GT(estimate->peakMemoryBytes, 0U);
    // Header, dense vectors and padding of so small a model weigh more than its blocks: only the order is checked.
    EXPECT_GT(4 * estimate->stackBytes, report->stackBytes);
}

class UntiedCompressor : public CompressFixture {
protected:
    UntiedCompressor() : CompressFixture({.tied = false, .biases = true}) {}
};

TEST_F(UntiedCompressor, AHeadOfItsOwnAndBiasesAreKept) {
    ASSERT_TRUE(compress(options()));
    const auto stack = StackFile::open(options().output);
    ASSERT_TRUE(stack) << stack.error().message();
    EXPECT_GE((*stack)->findMatrix("output.weight"), 0);
    EXPECT_NE((*stack)->dense("blk.1.attn_q.bias"), nullptr);
    EXPECT_GE((*stack)->curve().size(), 8U);
}

}  // namespace
}  // namespace strata::test
