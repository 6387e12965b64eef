// Pre-tokenizers by the names that GGUF files give them (`tokenizer.ggml.pre`).
//
// Sources: the `pre_tokenizer` entries of the tokenizer.json files published with each model family, and for the names
// and what they imply src/llama-vocab.cpp of the ggml project. GPT-2's pattern: openai/gpt-2, src/encoder.py. cl100k
// and o200k: openai/tiktoken.
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer_data.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace strata {
namespace {

using Behavior = PreTokenizer::Behavior;

constexpr std::string_view kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kDigit = R"(\p{N})";

// cl100k of tiktoken as Llama 3 uses it: numbers in groups of up to three.
constexpr std::string_view kLlama3 = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})"
                                     R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
// The same with one digit at a time.
constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen35 = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N})"
                                     R"(| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// o200k of tiktoken: words also break between lower and upper case.
constexpr std::string_view kTekken = R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
                                     R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
                                     R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kGpt4o =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// Bicameral letters, spelled out as in DeepSeek LLM's file.
constexpr std::string_view kDeepseekLetters =
    R"(\s?[A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF})"
    R"(\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1})"
    R"(\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5})"
    R"(\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A})"
    R"(\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B})"
    R"(\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC})"
    R"(\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107})"
    R"(\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134})"
    R"(\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4})"
    R"(\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787})"
    R"(\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A})"
    R"(\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2})"
    R"(\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}]+)";
constexpr std::string_view kDeepseekPunctuation =
    R"(\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+)";
constexpr std::string_view kDeepseekHan = R"([\x{4E00}-\x{9FA5}\x{800}-\x{4E00}\x{AC00}-\x{D7FF}]+)";
constexpr std::string_view kHanAndKana = R"([\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)";
constexpr std::string_view kDeepseek3 =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+)"
    R"(| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr std::string_view kPunctuation = R"([!-/:-@\[-`{-~\p{P}])";
// llama.cpp's own choice for files that name none.
constexpr std::string_view kDefaultPunctuation = R"([\p{P}\$\+<=>\^~\|]+)";
constexpr std::string_view kBloom = R"( ?[^(\s|.,!?…。，、।۔،)]+)";

struct Step {
    std::string_view pattern;
    Behavior behavior = Behavior::Isolated;
};
// Falcon cuts digits after it has spelled the bytes, so its last steps see the alphabet.
constexpr Step kBytes{};

struct Entry {
    std::string_view name;
    std::array<Step, 6> steps;
    bool nfc = false;
    bool ignoreMerges = false;
    bool addBos = false;
};

constexpr std::array<Step, 6> kGpt2Steps{{{kGpt2}}};
constexpr std::array<Step, 6> kDigitSteps{{{kDigit}, {kGpt2}}};
constexpr std::array<Step, 6> kLlama3Steps{{{kLlama3}}};
constexpr std::array<Step, 6> kQwen2Steps{{{kQwen2}}};
constexpr std::array<Step, 6> kGpt4oSteps{{{kGpt4o}}};
constexpr std::array<Step, 6> kDeepseek3Steps{{{R"(\p{N}{1,3})"}, {kHanAndKana}, {kDeepseek3}}};

constexpr std::array kEntries{
    Entry{"default", {{{kDefaultPunctuation}, {kGpt2}, {R"(\p{N}+)"}, {"[0-9][0-9][0-9]"}}}},
    Entry{"gpt-2", kGpt2Steps},
    Entry{"phi-2", kGpt2Steps},
    Entry{"mpt", kGpt2Steps, true},
    Entry{"olmo", kGpt2Steps, true},
    Entry{"jais", kGpt2Steps},
    Entry{"exaone4", kGpt2Steps},
    Entry{"granite-docling", kGpt2Steps},
    Entry{"smollm", kDigitSteps},
    Entry{"starcoder", kDigitSteps},
    Entry{"refact", kDigitSteps},
    Entry{"codeshell", kDigitSteps},
    Entry{"exaone", kDigitSteps},
    Entry{"minerva-7b", kDigitSteps},
    Entry{"command-r", kDigitSteps, true},
    Entry{"llama3", kLlama3Steps, false, true, true},
    Entry{"llama-v3", kLlama3Steps, false, true, true},
    Entry{"llama-bpe", kLlama3Steps, false, true, true},
    Entry{"falcon3", kLlama3Steps, false, true, true},
    Entry{"falcon-h1", kLlama3Steps, false, true, true},
    Entry{"midm-2.0", kLlama3Steps, false, true, true},
    Entry{"pixtral", kLlama3Steps, false, true, true},
    Entry{"lfm2", kLlama3Steps, false, true, true},
    Entry{"dbrx", kLlama3Steps},
    Entry{"smaug-bpe", kLlama3Steps},
    Entry{"glm4", kLlama3Steps},
    Entry{"chatglm-bpe", kLlama3Steps},
    Entry{"qwen2", kQwen2Steps, true},
    Entry{"deepseek-r1-qwen", kQwen2Steps, true},
    Entry{"megrez", kQwen2Steps, true},
    Entry{"stablelm2", kQwen2Steps, true},
    Entry{"hunyuan", kQwen2Steps},
    Entry{"grok-2", kQwen2Steps},
    Entry{"qwen35", {{{kQwen35}}}, true},
    Entry{"tekken", {{{kTekken}}}, false, true, true},
    Entry{"gpt-4o", kGpt4oSteps},
    Entry{"llama4", kGpt4oSteps},
    Entry{"kanana2", kGpt4oSteps},
    Entry{"deepseek-llm",
          {{{R"([\r\n])"}, {kDeepseekLetters}, {kDeepseekPunctuation}, {R"(\s+$)"}, {kDeepseekHan}, {kDigit}}}},
    Entry{"deepseek-coder", {{{R"([\r\n])"}, {R"(\s?\p{L}+)"}, {R"(\s?\p{P}+)"}, {kDeepseekHan}, {kDigit}}}},
    Entry{"deepseek-v3", kDeepseek3Steps},
    Entry{"hunyuan-dense", kDeepseek3Steps},
    Entry{
        "falcon",
        {{{kPunctuation, Behavior::Contiguous}, {kGpt2}, kBytes, {kDigit, Behavior::Contiguous}, {"[0-9][0-9][0-9]"}}}},
    Entry{"bloom", {{{kBloom}}}},
    Entry{"poro-chat", {{{kBloom}}}},
    Entry{"gpt3-finnish", {{{kBloom}}}},
    Entry{"viking", {{{kBloom}, {kDigit}}}},
};

Result<PreTokenizer> build(const Entry& entry) {
    PreTokenizer out;
    const auto used =
        std::find_if(entry.steps.rbegin(), entry.steps.rend(), [](const Step& step) { return !step.pattern.empty(); });
    for (const Step& step : std::span(entry.steps.begin(), used.base())) {
        if (step.pattern.empty()) {
            out.add(PreTokenizer::ByteAlphabet{});
        } else {
            STRATA_CHECK(out.addSplit(step.pattern, step.behavior));
        }
    }
    return out;
}

}  // namespace

Result<NamedPreTokenizer> namedPreTokenizer(std::string_view name) {
    const auto* entry = std::find_if(kEntries.begin(), kEntries.end(), [&](const Entry& e) { return e.name == name; });
    if (entry == kEntries.end())
        return fail(ErrorCode::Unsupported, "the pre-tokenizer " + inQuotes(name) + " is not known",
                    "compress the model from its Hugging Face folder, where the tokenizer describes itself");
    STRATA_TRY(PreTokenizer steps, build(*entry));
    return NamedPreTokenizer{std::move(steps), entry->nfc, entry->ignoreMerges, entry->addBos};
}

}  // namespace strata
