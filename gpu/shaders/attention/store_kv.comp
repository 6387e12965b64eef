// Keys and values of some tokens, as binary16, into one chunk of the cache: [kvHeads][chunkTokens][headDim] each.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint headDim, kvHeads, chunkTokens;
    uint firstWord;      // of the layer's keys in the chunk
    uint firstPosition;  // within the chunk, of token firstToken
    uint firstToken;
    uint kStride, vStride;
} push;
layout(set = 0, binding = 0) readonly buffer K { float keys[]; };
layout(set = 0, binding = 1) readonly buffer V { float values[]; };
layout(set = 0, binding = 2) writeonly buffer Chunk { uint chunk[]; };

#include "../common/exact.glsl"

void main() {
    uint headWords = push.headDim / 2u;
    uint word = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
    if (word >= push.kvHeads * headWords) return;
    uint head = word / headWords;
    uint at = push.firstWord + (head * push.chunkTokens + push.firstPosition + token) * headWords + word % headWords;
    uint k = (push.firstToken + token) * push.kStride + 2u * word;
    uint v = (push.firstToken + token) * push.vStride + 2u * word;
    chunk[at] = floatToHalf(keys[k]) | (floatToHalf(keys[k + 1u]) << 16);
    uint valueAt = at + push.kvHeads * push.chunkTokens * headWords;
    chunk[valueAt] = floatToHalf(values[v]) | (floatToHalf(values[v + 1u]) << 16);
}
