#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/text/regex.h"

#include <array>

#include <pcre2.h>

namespace strata {
namespace {

constexpr std::uint32_t kMatchLimit = 10'000'000;
constexpr std::size_t kJitStackStart = 32 * 1024;
constexpr std::size_t kJitStackLimit = 4 * 1024 * 1024;
constexpr std::size_t kLongestPattern = 65'536;

// White_Space: PCRE2's own \s has U+180E besides, as Perl's had.
constexpr std::string_view kSpaceMembers = R"(\t-\r\x{85}\p{Z})";
constexpr std::string_view kWordMembers = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";

struct CodeDeleter {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};

std::string_view membersOf(char letter) {
    if (letter == 's' || letter == 'S') return kSpaceMembers;
    if (letter == 'w' || letter == 'W') return kWordMembers;
    return {};
}

Result<void> appendEscape(std::string& out, char letter, bool inClass) {
    const std::string_view members = membersOf(letter);
    const bool negated = letter == 'S' || letter == 'W';
    if (letter == 'h' || letter == 'H' || (inClass && negated && letter == 'W'))
        return fail(ErrorCode::Unsupported, std::string("the escape \\") + letter);
    if (members.empty() || (inClass && negated)) {
        out += {'\\', letter};
    } else if (inClass) {
        out += members;
    } else {
        out.append(negated ? "[^" : "[").append(members).append("]");
    }
    return {};
}

}  // namespace

Result<std::string> toPcre2Dialect(std::string_view pattern) {
    std::string out;
    bool inClass = false;
    for (std::size_t position = 0; position < pattern.size(); ++position) {
        const std::string_view rest = pattern.substr(position);
        if (rest[0] == '\\' && rest.size() > 1) {
            STRATA_CHECK(appendEscape(out, rest[1], inClass));
            ++position;
            continue;
        }
        if (inClass && ((rest[0] == '[' && !rest.starts_with("[:")) || rest.starts_with("&&")))
            return fail(ErrorCode::Unsupported, "a character class within a character class");
        if (inClass && rest.starts_with("[:")) {
            const std::size_t end = rest.find(":]");
            if (end == std::string_view::npos) return fail(ErrorCode::Unsupported, "an open POSIX character class");
            out += rest.substr(0, end + 2);
            position += end + 1;
            continue;
        }
        out += rest[0];
        const bool opens = rest[0] == '[' && !inClass;
        if (rest[0] == ']') inClass = false;
        if (!opens) continue;
        inClass = true;
        // A bracket that closes nothing stands for itself at the start of a class.
        for (const char first : {'^', ']'}) {
            if (position + 1 < pattern.size() && pattern[position + 1] == first) out += pattern[++position];
        }
    }
    return out;
}

struct Regex::Code {
    std::unique_ptr<pcre2_code, CodeDeleter> code;
    bool jit = false;
};

Result<Regex> Regex::compile(std::string_view pattern) {
    if (pattern.size() > kLongestPattern) return fail(ErrorCode::Unsupported, "a regular expression is too long");
    STRATA_TRY(const std::string translated, toPcre2Dialect(pattern));
    int error = 0;
    std::size_t offset = 0;
    pcre2_code* code =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                      PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr);
    if (code == nullptr) {
        std::array<unsigned char, 256> reason{};
        pcre2_get_error_message(error, reason.data(), reason.size());
        return fail(ErrorCode::Unsupported, "regular expression '" + std::string(pattern.substr(0, 200)) +
                                                "': " + reinterpret_cast<const char*>(reason.data()) + " at offset " +
                                                std::to_string(offset));
    }
    auto compiled = std::make_shared<Code>();
    compiled->code.reset(code);
    compiled->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
    return Regex(std::move(compiled));
}

Result<Regex> Regex::literal(std::string_view text) {
    std::string pattern;
    for (const char character : text) {
        if (static_cast<unsigned char>(character) < 0x80 && std::string_view("\\^$.[]|()?*+{}-#").contains(character))
            pattern += '\\';
        pattern += character;
    }
    return compile(pattern);
}

struct Regex::Matcher::State {
    std::shared_ptr<const Code> code;
    std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data{nullptr, &pcre2_match_data_free};
    std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context{nullptr,
                                                                                      &pcre2_match_context_free};
    std::unique_ptr<pcre2_jit_stack, decltype(&pcre2_jit_stack_free)> stack{nullptr, &pcre2_jit_stack_free};

    int match(std::string_view text, std::size_t from) {
        const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
        if (code->jit)
            return pcre2_jit_match(code->code.get(), subject, text.size(), from, 0, data.get(), context.get());
        return pcre2_match(code->code.get(), subject, text.size(), from, PCRE2_NO_UTF_CHECK, data.get(), context.get());
    }
};

Regex::Matcher::Matcher(const Regex& regex) : m_state(std::make_unique<State>()) {
    m_state->code = regex.m_code;
    m_state->data.reset(pcre2_match_data_create(1, nullptr));
    m_state->context.reset(pcre2_match_context_create(nullptr));
    if (m_state->context) pcre2_set_match_limit(m_state->context.get(), kMatchLimit);
}

Regex::Matcher::~Matcher() = default;
Regex::Matcher::Matcher(Matcher&&) noexcept = default;

bool Regex::Matcher::find(std::string_view text, std::size_t from, Match& match) {
    State& state = *m_state;
    if (!state.data || !state.context || text.empty()) return false;
    int count = state.match(text, from);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT && !state.stack) {
        state.stack.reset(pcre2_jit_stack_create(kJitStackStart, kJitStackLimit, nullptr));
        pcre2_jit_stack_assign(state.context.get(), nullptr, state.stack.get());
        count = state.match(text, from);
    }
    if (count < 0) return false;
    const std::size_t* bounds = pcre2_get_ovector_pointer(state.data.get());
    match = {bounds[0], bounds[1]};
    // \K in a look-ahead can put the start behind the end.
    return match.begin <= match.end && match.begin >= from;
}

}  // namespace strata
