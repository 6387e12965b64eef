#define STRATA_SEARCH_ISA avx512
#include "core/codec/search_kernels.inl"
