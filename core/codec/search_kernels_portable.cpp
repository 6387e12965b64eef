#define STRATA_SEARCH_ISA portable
#include "core/codec/search_kernels.inl"
