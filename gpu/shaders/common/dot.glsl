// Sum of four products of signed bytes.
#ifndef DOT_GLSL
#define DOT_GLSL

#ifdef INTEGER_DOT
#extension GL_EXT_spirv_intrinsics : require
// OpSDot; glslc knows no GLSL for it yet. Capabilities: DotProductInput4x8BitPacked, DotProduct.
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int packedDot(uint a, uint b, spirv_literal int format);
int dotFour(uint a, uint b) {
    return packedDot(a, b, 0);
}
#else
int dotFour(uint a, uint b) {
    return bitfieldExtract(int(a), 0, 8) * bitfieldExtract(int(b), 0, 8) +
           bitfieldExtract(int(a), 8, 8) * bitfieldExtract(int(b), 8, 8) +
           bitfieldExtract(int(a), 16, 8) * bitfieldExtract(int(b), 16, 8) + (int(a) >> 24) * (int(b) >> 24);
}
#endif

#endif
