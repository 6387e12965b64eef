// Up to eight blocks of one tile, each at a word offset of its slab. Needs: `push.block[8]`, the word offsets.
#ifndef PLANES_GLSL
#define PLANES_GLSL

layout(set = 0, binding = 0) readonly buffer Block0 { uint block0[]; };
layout(set = 0, binding = 1) readonly buffer Block1 { uint block1[]; };
layout(set = 0, binding = 2) readonly buffer Block2 { uint block2[]; };
layout(set = 0, binding = 3) readonly buffer Block3 { uint block3[]; };
layout(set = 0, binding = 4) readonly buffer Block4 { uint block4[]; };
layout(set = 0, binding = 5) readonly buffer Block5 { uint block5[]; };
layout(set = 0, binding = 6) readonly buffer Block6 { uint block6[]; };
layout(set = 0, binding = 7) readonly buffer Block7 { uint block7[]; };

/// Word `at` of block `index`. With a constant index this is one load.
uint blockWord(uint index, uint at) {
    switch (index) {
        case 0: return block0[push.block[0] + at];
        case 1: return block1[push.block[1] + at];
        case 2: return block2[push.block[2] + at];
        case 3: return block3[push.block[3] + at];
        case 4: return block4[push.block[4] + at];
        case 5: return block5[push.block[5] + at];
        case 6: return block6[push.block[6] + at];
        default: return block7[push.block[7] + at];
    }
}

/// Half `at` of a block's part that begins `firstWord` words in.
uint blockHalf(uint index, uint firstWord, uint at) {
    uint word = blockWord(index, firstWord + at / 2u);
    return (at & 1u) != 0u ? word >> 16 : word & 0xffffu;
}

#endif
