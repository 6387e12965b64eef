// Centroids of four codes at once. Up to six planes a tree of bitwise choices over the words of four weights picks
// them: (1 << PLANES) - 1 choices for four weights, no memory. Above, a table in shared memory.
// Needs: PLANES, `tables` (words of four centroids; first the high bytes, then 64 words on the low ones), push.table.
#ifndef LEVELS_GLSL
#define LEVELS_GLSL

const bool kFine = PLANES >= 7u;

uint leaves[64];  // a centroid in each of four bytes
uint masks[6];    // of the codes at hand: all ones where bit [index], counted from the last plane, is set
shared uint sTable[kFine ? 256 : 1];

uint tableByte(uint index) {
    return (tables[push.table + index / 4u] >> (8u * (index & 3u))) & 255u;
}

// Every index is a constant, so that arrays become registers.
#define STRATA_LEAVES(WORD)                                                                      \
    if (4u * WORD < (1u << PLANES)) {                                                            \
        uint four = tables[push.table + WORD];                                                   \
        leaves[4 * WORD] = (four & 255u) * 0x01010101u;                                          \
        leaves[4 * WORD + 1] = ((four >> 8) & 255u) * 0x01010101u;                               \
        leaves[4 * WORD + 2] = ((four >> 16) & 255u) * 0x01010101u;                              \
        leaves[4 * WORD + 3] = (four >> 24) * 0x01010101u;                                       \
    }

void loadLevels(uint thread, uint threads) {
    if (kFine) {
        for (uint code = thread; code < (1u << PLANES); code += threads)
            sTable[code] = tableByte(code) | (tableByte(256u + code) << 8);
        barrier();
        return;
    }
    STRATA_LEAVES(0)
    STRATA_LEAVES(1)
    STRATA_LEAVES(2)
    STRATA_LEAVES(3)
    STRATA_LEAVES(4)
    STRATA_LEAVES(5)
    STRATA_LEAVES(6)
    STRATA_LEAVES(7)
    STRATA_LEAVES(8)
    STRATA_LEAVES(9)
    STRATA_LEAVES(10)
    STRATA_LEAVES(11)
    STRATA_LEAVES(12)
    STRATA_LEAVES(13)
    STRATA_LEAVES(14)
    STRATA_LEAVES(15)
}

uint choose(uint mask, uint zero, uint one) {
    return zero ^ ((zero ^ one) & mask);
}

#define STRATA_TREE1(AT) choose(masks[0], leaves[AT], leaves[AT + 1])
#define STRATA_TREE2(AT) choose(masks[1], STRATA_TREE1(AT), STRATA_TREE1(AT + 2))
#define STRATA_TREE3(AT) choose(masks[2], STRATA_TREE2(AT), STRATA_TREE2(AT + 4))
#define STRATA_TREE4(AT) choose(masks[3], STRATA_TREE3(AT), STRATA_TREE3(AT + 8))
#define STRATA_TREE5(AT) choose(masks[4], STRATA_TREE4(AT), STRATA_TREE4(AT + 16))
#define STRATA_TREE6(AT) choose(masks[5], STRATA_TREE5(AT), STRATA_TREE5(AT + 32))

uint maskOf(uint word, uint k) {
    return ((word >> k) & 0x01010101u) * 255u;
}

/// High bytes of the centroids of columns 4k..4k+3; words[p] is plane p's word of 32 columns.
uint treeLevels(uint words[8], uint k) {
    masks[0] = maskOf(words[(PLANES + 7u) & 7u], k);
    if (PLANES == 1u) return STRATA_TREE1(0);
    masks[1] = maskOf(words[(PLANES + 6u) & 7u], k);
    if (PLANES == 2u) return STRATA_TREE2(0);
    masks[2] = maskOf(words[(PLANES + 5u) & 7u], k);
    if (PLANES == 3u) return STRATA_TREE3(0);
    masks[3] = maskOf(words[(PLANES + 4u) & 7u], k);
    if (PLANES == 4u) return STRATA_TREE4(0);
    masks[4] = maskOf(words[(PLANES + 3u) & 7u], k);
    if (PLANES == 5u) return STRATA_TREE5(0);
    masks[5] = maskOf(words[(PLANES + 2u) & 7u], k);
    return STRATA_TREE6(0);
}

/// Both bytes, from the table.
void tableLevels(uint words[8], uint k, out uint high, out uint low) {
    uint codes = 0u;
    for (uint plane = 0u; plane < PLANES; ++plane)
        codes |= ((words[plane] >> k) & 0x01010101u) << (PLANES - 1u - plane);
    uint a = sTable[codes & 255u], b = sTable[(codes >> 8) & 255u];
    uint c = sTable[(codes >> 16) & 255u], d = sTable[codes >> 24];
    high = (a & 255u) | ((b & 255u) << 8) | ((c & 255u) << 16) | (d << 24);
    low = (a >> 8) | ((b >> 8) << 8) | ((c >> 8) << 16) | ((d >> 8) << 24);
}

#endif
