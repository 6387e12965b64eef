"""Prints rotary frequencies for tests/core/model/model_config_test.cpp, by the definitions published with the models:
Llama 3.1 (piecewise over wavelengths) and YaRN (arXiv 2309.00071, section 3.2 and 3.4).

Run: python3 tests/oracles/rope_scaling.py
"""
import math


def frequencies(base, dims):
    return [base ** (-(2 * i) / dims) for i in range(dims // 2)]


def llama3(base, dims, factor, low, high, old_context):
    result = []
    for f in frequencies(base, dims):
        wavelength = 2 * math.pi / f
        if wavelength < old_context / high:
            result.append(f)
        elif wavelength > old_context / low:
            result.append(f / factor)
        else:
            smooth = (old_context / wavelength - low) / (high - low)
            result.append((1 - smooth) * f / factor + smooth * f)
    return result


def yarn(base, dims, factor, old_context, beta_fast=32, beta_slow=1):
    def dimension(turns):
        return dims * math.log(old_context / (turns * 2 * math.pi)) / (2 * math.log(base))

    low = max(math.floor(dimension(beta_fast)), 0)
    high = min(math.ceil(dimension(beta_slow)), dims - 1)
    result = []
    for i, f in enumerate(frequencies(base, dims)):
        interpolated = min(max((i - low) / (high - low), 0), 1)
        result.append(f * (1 - interpolated) + f / factor * interpolated)
    return result, 0.1 * math.log(factor) + 1


if __name__ == "__main__":
    show = lambda values: ", ".join(f"{v:.9e}" for v in values)
    print("llama3(10000, 16, 8, 1, 4, 512):", show(llama3(10000.0, 16, 8, 1, 4, 512)))
    print("llama3 defaults of 3.1 (500000, 128, 8, 1, 4, 8192), every eighth:", show(llama3(500000.0, 128, 8, 1, 4, 8192)[::8]))
    values, magnitude = yarn(10000.0, 16, 4, 256)
    print("yarn(10000, 16, 4, 256):", show(values), "magnitude", magnitude)
