// Arithmetic that gives the CPU's bits on every device: Vulkan allows division 2.5 units in the last place, and leaves
// open how integers and halves are rounded.
#ifndef EXACT_GLSL
#define EXACT_GLSL

/// a / b, rounded to nearest even. Both positive and normal, as is the quotient.
float exactDivide(float a, float b) {
    uint rest = (floatBitsToUint(a) & 0x7fffffu) | 0x800000u;
    uint divisor = (floatBitsToUint(b) & 0x7fffffu) | 0x800000u;
    int exponent = int(floatBitsToUint(a) >> 23) - int(floatBitsToUint(b) >> 23);
    if (rest < divisor) {
        rest <<= 1;
        --exponent;
    }
    uint quotient = 0u;
    for (int digit = 0; digit < 24; ++digit) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1u;
        }
        rest <<= 1;
    }
    if (rest > divisor || (rest == divisor && (quotient & 1u) != 0u)) ++quotient;
    // The quotient's leading one counts as one in the exponent.
    return uintBitsToFloat((uint(exponent + 126) << 23) + quotient);
}

/// float(256 * high + low), rounded to nearest even; |high| below 2^31, the sum below 2^40.
float roundedSum(int high, int low) {
    uint carry;
    uint lower = uaddCarry(uint(high) << 8, uint(low), carry);
    int upper = (high >> 24) + (low >> 31) + int(carry);
    uint sign = upper < 0 ? 0x80000000u : 0u;
    if (upper < 0) {
        lower = ~lower + 1u;
        upper = ~upper + (lower == 0u ? 1 : 0);
    }
    if (upper == 0 && lower == 0u) return 0.0;
    int top = upper != 0 ? 32 + findMSB(uint(upper)) : findMSB(lower);
    uint mantissa;
    if (top <= 23) {
        mantissa = lower << (23 - top);
    } else {
        uint shift = uint(top - 23);
        mantissa = (lower >> shift) | (uint(upper) << (32u - shift));
        uint rest = lower & ((1u << shift) - 1u);
        uint middle = 1u << (shift - 1u);
        if (rest > middle || (rest == middle && (mantissa & 1u) != 0u)) ++mantissa;
    }
    return uintBitsToFloat(sign | ((uint(top + 126) << 23) + mantissa));
}

/// Of IEEE binary16 in the low 16 bits; subnormal values too.
float halfToFloat(uint bits) {
    uint sign = (bits & 0x8000u) << 16;
    uint magnitude = bits & 0x7fffu;
    if (magnitude >= 0x7c00u) return uintBitsToFloat(sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13));
    if (magnitude < 0x400u) {
        float small = float(magnitude) * 5.9604644775390625e-8;
        return sign != 0u ? -small : small;
    }
    return uintBitsToFloat(sign | ((magnitude << 13) + 0x38000000u));
}

/// To IEEE binary16, nearest even; overflow becomes infinity.
uint floatToHalf(float value) {
    uint bits = floatBitsToUint(value);
    uint sign = (bits >> 16) & 0x8000u;
    uint magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return sign | 0x7e00u;
    if (magnitude >= 0x477ff000u) return sign | 0x7c00u;
    if (magnitude >= 0x38800000u) {
        uint rebased = magnitude - 0x38000000u;
        return sign | ((rebased + 0xfffu + ((rebased >> 13) & 1u)) >> 13);
    }
    if (magnitude <= 0x33000000u) return sign;
    uint shift = 126u - (magnitude >> 23);
    uint mantissa = (magnitude & 0x7fffffu) | 0x800000u;
    uint result = mantissa >> shift;
    uint rest = mantissa & ((1u << shift) - 1u);
    uint middle = 1u << (shift - 1u);
    if (rest > middle || (rest == middle && (result & 1u) != 0u)) ++result;
    return sign | result;
}

/// Byte `index` of four signed ones.
int signedByte(uint word, uint index) {
    return bitfieldExtract(int(word), int(8u * index), 8);
}

#endif
