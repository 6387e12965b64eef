#include "core/codec/search_kernels.h"

#include "core/base/system_info.h"

#include <cstdlib>

namespace strata::search {

namespace portable {
extern const SearchKernels kTable;
}
#ifdef STRATA_CODEC_X86
namespace avx2 {
extern const SearchKernels kTable;
}
namespace avx512 {
extern const SearchKernels kTable;
}
#endif

const SearchKernels* searchKernelsNamed(std::string_view name) noexcept {
#ifdef STRATA_CODEC_X86
    const CpuFeatures& features = CpuFeatures::host();
    if (name == "avx512") return features.avx512 && features.avx2 ? &avx512::kTable : nullptr;
    if (name == "avx2") return features.avx2 ? &avx2::kTable : nullptr;
#endif
    return name == "portable" ? &portable::kTable : nullptr;
}

const SearchKernels& searchKernels() noexcept {
    if (const char* wanted = std::getenv("STRATA_SEARCH"))
        if (const SearchKernels* table = searchKernelsNamed(wanted)) return *table;
    for (const std::string_view name : {"avx512", "avx2"})
        if (const SearchKernels* table = searchKernelsNamed(name)) return *table;
    return portable::kTable;
}

}  // namespace strata::search
