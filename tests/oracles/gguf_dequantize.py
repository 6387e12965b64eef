#!/usr/bin/env python3
"""Goldens of tests/core/io/dequantize_test.cpp: what the Python package `gguf` makes of each tensor type's blocks.

Run:  python3 tests/oracles/gguf_dequantize.py        (needs: pip install gguf numpy; gguf 0.17 or newer)

Writes tests/data/gguf/<type>.bin: [u32 block count][the blocks][their float32 values], extreme blocks first, then
random ones; and tests/data/gguf/random_blocks.txt: per type the SHA-256 of the values of 2,048 blocks of random
bytes (splitmix64, seeded with the type's number). Every NaN is written as 0x7FC00000.
"""
import hashlib
import pathlib

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "gguf"
PLAIN = {"F32": np.float32, "F16": np.float16, "F64": np.float64}
BLOCKS = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS",
          "TQ1_0", "TQ2_0"]
# Where each type keeps its binary16 scales: byte offsets within a block.
HALVES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64]}
# One, largest finite, smallest subnormal, largest subnormal, minus zero, infinity, minus infinity, NaN.
EXTREME_HALVES = [0x3C00, 0x7BFF, 0x0001, 0x83FF, 0x8000, 0x7C00, 0xFC00, 0x7E00]


def splitmix64(seed: int, count: int) -> np.ndarray:
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def random_bytes(seed: int, count: int) -> np.ndarray:
    return splitmix64(seed, (count + 7) // 8).view(np.uint8)[:count].copy()


def values_of(name: str, raw: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        if name in PLAIN:
            values = raw.view(PLAIN[name]).astype(np.float32).ravel()
        else:
            values = dequantize(raw.reshape(1, -1), GGMLQuantizationType[name]).astype(np.float32).ravel()
    values[np.isnan(values)] = np.array([0x7FC00000], dtype=np.uint32).view(np.float32)[0]
    return values


def extreme_blocks(name: str, size: int) -> np.ndarray:
    """Every extreme scale over all-ones, all-zeros and random codes in turn, then two wholly random blocks."""
    rng = np.random.default_rng(20240607)
    blocks = []
    for number, half in enumerate(EXTREME_HALVES):
        codes = [np.full(size, 0xFF, np.uint8), np.zeros(size, np.uint8), rng.integers(0, 256, size, np.uint8)]
        block = codes[number % 3]
        for position, offset in enumerate(HALVES[name]):
            value = half if position == number % len(HALVES[name]) else 0x3555
            block[offset:offset + 2] = [value & 0xFF, value >> 8]
        blocks.append(block)
    return np.concatenate(blocks + [rng.integers(0, 256, 2 * size, np.uint8)])


def extreme_numbers(name: str) -> np.ndarray:
    if name == "F64":
        numbers = [0.0, -0.0, 1.5, -3.25e38, 3.5e38, -1e300, 1e-46, 7.0064923216240854e-46, 1e-310, np.inf, -np.inf,
                   np.nan, 0.1, 1.00000005960464477539, 1.00000017881393432617]
        return np.array(numbers, np.float64).view(np.uint8)
    if name == "F32":
        bits = [0, 0x80000000, 1, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00001, 0x3F9D70A4]
        return np.array(bits, np.uint32).view(np.uint8)
    common = [0, 0x8000, 1, 0x03FF, 0x0400, 0x83FF, 0x3C00, 0x7BFF, 0x7C00, 0xFC00, 0x7E01, 0xFBFF, 0x3555, 0x7F7F,
              0x7F80, 0xFF80]
    return np.array(common, np.uint16).view(np.uint8)


def main() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    digests = []
    for name in ["F32", "F16", "BF16", "F64"] + BLOCKS:
        kind = GGMLQuantizationType[name]
        size = GGML_QUANT_SIZES[kind][1]
        raw = extreme_blocks(name, size) if name in BLOCKS else extreme_numbers(name)
        count = raw.size // size
        values = values_of(name, raw)
        (DATA / f"{name.lower()}.bin").write_bytes(np.uint32(count).tobytes() + raw.tobytes() + values.tobytes())
        many = values_of(name, random_bytes(int(kind), 2048 * size))
        digests.append(f"{name} {hashlib.sha256(many.tobytes()).hexdigest()}\n")
    (DATA / "random_blocks.txt").write_text("".join(digests))


if __name__ == "__main__":
    main()
