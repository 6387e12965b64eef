#define STRATA_SEARCH_ISA avx2
#include "core/codec/search_kernels.inl"
