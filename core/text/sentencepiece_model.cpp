// SentencePiece's model file: the few fields of sentencepiece_model.proto that decide on ids.
#include "core/text/tokenizer_files.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace strata {
namespace {

/// A field of a protocol buffer message: a number (varint, fixed) or bytes.
struct Field {
    std::uint32_t number = 0;
    std::uint32_t wireType = 0;
    std::uint64_t value = 0;
    std::span<const std::byte> bytes;

    [[nodiscard]] std::string text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
    [[nodiscard]] bool isVarint() const { return wireType == 0; }
    [[nodiscard]] bool isBytes() const { return wireType == 2; }
    [[nodiscard]] bool isFloat() const { return wireType == 5; }
};

class Message {
public:
    explicit Message(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    [[nodiscard]] bool atEnd() const { return m_bytes.empty(); }

    [[nodiscard]] Result<Field> next() {
        STRATA_TRY(const std::uint64_t tag, varint());
        Field field;
        field.number = static_cast<std::uint32_t>(tag >> 3);
        field.wireType = static_cast<std::uint32_t>(tag & 7);
        switch (field.wireType) {
            case 0: {
                STRATA_TRY(field.value, varint());
                return field;
            }
            case 1:
                return fixed(field, 8);
            case 5:
                return fixed(field, 4);
            case 2: {
                STRATA_TRY(const std::uint64_t size, varint());
                STRATA_TRY(field.bytes, take(size));
                return field;
            }
            default:
                return fail(ErrorCode::Corrupt,
                            "the SentencePiece model has wire type " + std::to_string(field.wireType));
        }
    }

private:
    Result<std::span<const std::byte>> take(std::uint64_t size) {
        if (size > m_bytes.size()) return fail(ErrorCode::Truncated, "the SentencePiece model ends within a field");
        const auto taken = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return taken;
    }

    Result<Field> fixed(Field field, std::size_t size) {
        STRATA_TRY(const auto bytes, take(size));
        std::memcpy(&field.value, bytes.data(), size);
        return field;
    }

    Result<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            STRATA_TRY(const auto byte, take(1));
            const auto bits = std::to_integer<std::uint64_t>(byte[0]);
            value |= (bits & 0x7F) << shift;
            if ((bits & 0x80) == 0) return value;
        }
        return fail(ErrorCode::Corrupt, "the SentencePiece model has a number of more than 64 bits");
    }

    std::span<const std::byte> m_bytes;
};

struct Trainer {
    std::uint64_t modelType = 1;
    bool spaceAsSuffix = false;
    std::int64_t unknown = 0, bos = 1, eos = 2, padding = -1;
};

constexpr std::uint64_t kUnigram = 1, kBpe = 2;

Result<void> readPiece(std::span<const std::byte> bytes, TokenizerData& data) {
    std::string text;
    double score = 0;
    std::uint64_t kind = 1;
    for (Message message(bytes); !message.atEnd();) {
        STRATA_TRY(const Field field, message.next());
        if (field.number == 1 && field.isBytes()) text = field.text();
        if (field.number == 2 && field.isFloat()) score = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
        if (field.number == 3 && field.isVarint()) kind = field.value;
    }
    if (kind < 1 || kind > 6)
        return fail(ErrorCode::Corrupt,
                    "piece " + std::to_string(data.tokens.size()) + " has the unknown type " + std::to_string(kind));
    data.tokens.push_back(std::move(text));
    data.scores.push_back(score);
    data.kinds.push_back(static_cast<TokenKind>(kind));
    return {};
}

Result<Trainer> readTrainer(std::span<const std::byte> bytes) {
    Trainer trainer;
    for (Message message(bytes); !message.atEnd();) {
        STRATA_TRY(const Field field, message.next());
        if (!field.isVarint()) continue;
        const auto number = static_cast<std::int64_t>(static_cast<std::int32_t>(field.value));
        switch (field.number) {
            case 3:
                trainer.modelType = field.value;
                break;
            case 24:
                trainer.spaceAsSuffix = field.value != 0;
                break;
            case 40:
                trainer.unknown = number;
                break;
            case 41:
                trainer.bos = number;
                break;
            case 42:
                trainer.eos = number;
                break;
            case 43:
                trainer.padding = number;
                break;
            default:
                break;
        }
    }
    return trainer;
}

Result<Normalizer::SentencePiece> readNormalizer(std::span<const std::byte> bytes) {
    Normalizer::SentencePiece normalizer;
    normalizer.removeExtraSpaces = true;
    for (Message message(bytes); !message.atEnd();) {
        STRATA_TRY(const Field field, message.next());
        if (field.number == 2 && field.isBytes() && !field.bytes.empty()) {
            STRATA_TRY(normalizer.map, CharsMap::parse(field.bytes));
        }
        if (!field.isVarint()) continue;
        if (field.number == 3) normalizer.addPrefix = field.value != 0;
        if (field.number == 4) normalizer.removeExtraSpaces = field.value != 0;
        if (field.number == 5) normalizer.markSpaces = field.value != 0;
    }
    return normalizer;
}

TokenId idOrNone(std::int64_t id, std::size_t count) {
    return id >= 0 && id < static_cast<std::int64_t>(count) ? static_cast<TokenId>(id) : -1;
}

Result<void> applyTrainer(const Trainer& trainer, TokenizerData& data) {
    if (trainer.modelType != kUnigram && trainer.modelType != kBpe)
        return fail(ErrorCode::Unsupported, "SentencePiece models by words or characters are not read");
    if (trainer.spaceAsSuffix)
        return fail(ErrorCode::Unsupported, "SentencePiece models with spaces as suffixes are not read");
    data.model = trainer.modelType == kBpe ? SubwordModel::SentencePieceBpe : SubwordModel::Unigram;
    data.specials.unknown = idOrNone(trainer.unknown, data.tokens.size());
    data.specials.bos = idOrNone(trainer.bos, data.tokens.size());
    data.specials.eos = idOrNone(trainer.eos, data.tokens.size());
    data.specials.padding = idOrNone(trainer.padding, data.tokens.size());
    data.specials.addBos = data.model == SubwordModel::SentencePieceBpe && data.specials.bos >= 0;
    data.specials.addEos = data.model == SubwordModel::Unigram && data.specials.eos >= 0;
    return {};
}

}  // namespace

Result<TokenizerData> tokenizerDataFromSentencePiece(std::span<const std::byte> model, std::string_view config) {
    TokenizerData data;
    Trainer trainer;
    Normalizer::SentencePiece normalizer;
    normalizer.removeExtraSpaces = true;
    for (Message message(model); !message.atEnd();) {
        STRATA_TRY(const Field field, message.next());
        if (!field.isBytes()) continue;
        if (field.number == 1) STRATA_CHECK(readPiece(field.bytes, data));
        if (field.number == 2) {
            STRATA_TRY(trainer, readTrainer(field.bytes));
        }
        if (field.number == 3) {
            STRATA_TRY(normalizer, readNormalizer(field.bytes));
        }
    }
    if (data.tokens.empty()) return fail(ErrorCode::Corrupt, "the SentencePiece model has no pieces");
    STRATA_CHECK(applyTrainer(trainer, data));
    finishSentencePiece(data, std::move(normalizer));
    STRATA_CHECK(applyTokenizerConfig(config, true, data));
    return data;
}

}  // namespace strata
