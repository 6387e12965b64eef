#!/usr/bin/env python3
"""Seed corpora of the fuzz targets gguf, safetensors and safetensors_index: small files, good and bad, one per branch of the readers.

Run:  python3 tests/oracles/io_fuzz_corpus.py         (needs: pip install gguf numpy; after the scripts gguf_files.py
                                                       and safetensors_files.py, whose files it copies)

Writes tests/fuzz/corpus/gguf/, .../safetensors/ and .../safetensors_index/.
"""
import json
import pathlib
import shutil
import struct

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

TESTS = pathlib.Path(__file__).resolve().parent.parent
GGUF = TESTS / "fuzz" / "corpus" / "gguf"
SAFETENSORS = TESTS / "fuzz" / "corpus" / "safetensors"
INDEX = TESTS / "fuzz" / "corpus" / "safetensors_index"
U32, STRING, ARRAY, BOOL = 4, 8, 9, 7


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def header(tensors: int, pairs: int, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, pairs)


def info(name: str, shape: list[int], kind: int, offset: int) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def padded(data: bytes, alignment: int = 32) -> bytes:
    return data + bytes(-len(data) % alignment)


def every_type() -> bytes:
    rng = np.random.default_rng(3)
    infos, data = b"", b""
    for kind, (elements, size) in GGML_QUANT_SIZES.items():
        infos += info(kind.name.lower(), [elements], int(kind), len(data))
        data += padded(rng.integers(0, 256, size, np.uint8).tobytes())
    return padded(header(len(GGML_QUANT_SIZES), 0) + infos) + data


def gguf_seeds() -> dict[str, bytes]:
    key = text("general.alignment")
    tensor = padded(header(1, 0) + info("w", [4], 0, 0)) + bytes(16)
    nested = struct.pack("<IQ", ARRAY, 2) + 2 * (struct.pack("<IQ", U32, 1) + struct.pack("<I", 7))
    flat = struct.pack("<IQ", STRING, 2) + text("a") + text("bc")
    return {
        "every_type": every_type(),
        "empty": header(0, 0),
        "version_2": tensor.replace(b"GGUF\x03", b"GGUF\x02"),
        "version_1": header(0, 0, 1),
        "big_endian": header(0, 0, 0x03000000),
        "alignment_8": padded(header(1, 1) + key + struct.pack("<II", U32, 8) + info("w", [2, 2, 1, 1], 0, 0), 8)
                       + bytes(16),
        "alignment_48": header(0, 1) + key + struct.pack("<II", U32, 48),
        "arrays": header(0, 2) + text("n") + struct.pack("<I", ARRAY) + nested
                  + text("s") + struct.pack("<I", ARRAY) + flat,
        "bools": header(0, 1) + text("b") + struct.pack("<IIQ", ARRAY, BOOL, 2) + b"\x01\x00",
        "bad_bool": header(0, 1) + text("b") + struct.pack("<I", BOOL) + b"\x02",
        "huge_array": header(0, 1) + text("n") + struct.pack("<IIQ", ARRAY, U32, 1 << 62),
        "huge_count": header(1 << 60, 1 << 60),
        "overflow": padded(header(1, 0) + info("w", [1 << 32, 1 << 32, 2], 0, 0)),
        "overlap": padded(header(2, 0) + info("a", [9], 0, 0) + info("b", [4], 0, 32)) + bytes(64),
        "partial": tensor[:-8],
        "unknown_type": padded(header(1, 0) + info("w", [4], 77, 0)) + bytes(16),
        "one_tensor": tensor,
        "twice": padded(header(2, 0) + info("a", [4], 0, 0) + info("a", [4], 0, 32)) + bytes(64),
    }


def container(value: object, data: bytes = b"") -> bytes:
    encoded = value if isinstance(value, bytes) else json.dumps(value).encode()
    return struct.pack("<Q", len(encoded)) + encoded + data


def safetensors_seeds() -> dict[str, bytes]:
    kinds = ["BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "U16", "I16", "F16", "BF16", "U32", "I32", "F32", "U64", "I64",
             "F64"]
    widths = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 8, 8, 8]
    every, position = {}, 0
    for kind, width in zip(kinds, widths):
        every[kind] = {"dtype": kind, "shape": [1, 2], "data_offsets": [position, position + 2 * width]}
        position += 2 * width
    one = {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}
    return {
        "every_type": container(every, bytes(range(position))),
        "empty": container({}),
        "metadata": container({"__metadata__": {"format": "pt"}, "a": one}, b"ab"),
        "gap": container({"a": one, "b": one | {"data_offsets": [3, 5]}}, bytes(5)),
        "overlap": container({"a": one, "b": one | {"data_offsets": [1, 3]}}, bytes(3)),
        "overflow": container({"a": one | {"shape": [1 << 32, 1 << 32]}}, bytes(2)),
        "twice": container(b'{"a":1,"a":2}'),
        "nested": container(b"{" + b'"a":[' * 9),
        "unknown_type": container({"a": one | {"dtype": "F4"}}, bytes(2)),
        "escapes": container(b'{"\\u00e9\\n\\"":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}   ', b"x"),
        "long_header": struct.pack("<Q", 1 << 50) + b"{}",
    }


def index_seeds() -> dict[str, bytes]:
    shards = {"a": "a.safetensors", "b": "b.safetensors"}
    indices = {
        "shards": {"metadata": {"total_size": 8}, "weight_map": shards},
        "outside": {"weight_map": {"a": "../a.safetensors"}},
        "parent": {"weight_map": {"a": ".."}},
        "number": {"weight_map": {"a": 1}},
        "no_tensor": {"weight_map": {}},
        "no_map": {"metadata": {}},
        "deep": {"metadata": [[[[[[]]]]]]},
    }
    seeds = {name: json.dumps(value, separators=(",", ":")).encode() for name, value in indices.items()}
    return seeds | {"twice": b'{"weight_map":{"a":"x","a":"y"}}', "no_json": b"{", "no_object": b"[]"}


def write(folder: pathlib.Path, seeds: dict[str, bytes], good: list[pathlib.Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, seed in seeds.items():
        (folder / name).write_bytes(seed)
    for path in good:
        shutil.copyfile(path, folder / path.stem)


if __name__ == "__main__":
    data = TESTS / "data"
    write(GGUF, gguf_seeds(), sorted((data / "gguf").glob("*.gguf")))
    write(SAFETENSORS, safetensors_seeds(), sorted((data / "safetensors").rglob("*.safetensors")))
    write(INDEX, index_seeds(), [])
