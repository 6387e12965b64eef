#include "core/base/hash.h"

#include "core/base/file.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <openssl/evp.h>
#include <xxhash.h>

namespace strata {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{4} << 20;
using Digest = std::array<unsigned char, 32>;

std::string hexadecimal(const Digest& digest) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

/// OpenSSL's SHA-256 fails for want of memory only; the first failure is kept and told at the end.
class Sha256 {
public:
    Sha256()
        : m_context(EVP_MD_CTX_new(), EVP_MD_CTX_free),
          m_good(m_context && EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) == 1) {}
    void add(std::span<const std::byte> bytes) noexcept {
        m_good = m_good && EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()) == 1;
    }
    [[nodiscard]] Result<std::string> finish() {
        Digest digest{};
        m_good = m_good && EVP_DigestFinal_ex(m_context.get(), digest.data(), nullptr) == 1;
        if (!m_good) return fail(ErrorCode::OutOfMemory, "the system's SHA-256 failed");
        return hexadecimal(digest);
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> m_context;
    bool m_good;
};

}  // namespace

std::uint64_t xxh3(std::span<const std::byte> bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

Result<std::string> sha256OfFile(const std::filesystem::path& path, const JobContext& context) {
    STRATA_TRY(const File file, File::open(path, File::Mode::Read));
    STRATA_TRY(const std::uint64_t sizeBytes, file.sizeBytes());
    Sha256 sha;
    std::vector<std::byte> buffer(std::min<std::uint64_t>(kChunkBytes, sizeBytes));
    for (std::uint64_t offset = 0; offset < sizeBytes;) {
        if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "cancelled");
        const std::span chunk(buffer.data(), std::min<std::uint64_t>(kChunkBytes, sizeBytes - offset));
        STRATA_CHECK(file.readExact(offset, chunk));
        sha.add(chunk);
        offset += chunk.size();
        context.report("Hashing", static_cast<double>(offset) / static_cast<double>(sizeBytes));
    }
    return sha.finish();
}

std::string sha256Of(std::span<const std::byte> bytes) {
    Sha256 sha;
    sha.add(bytes);
    return sha.finish().value_or(std::string{});
}

}  // namespace strata
