#!/usr/bin/env python3
"""Small GGUF files written by the Python package `gguf`, read by tests/core/io/gguf_*_test.cpp.

Run:  python3 tests/oracles/gguf_files.py             (needs: pip install gguf numpy; gguf 0.17 or newer)

Writes to tests/data/gguf/: every_value.gguf (each metadata type, tensors of several types), writer.gguf (what
GgufWriter must reproduce byte for byte), split-0000N-of-00003.gguf (one model in three files).
"""
import pathlib

import numpy as np
from gguf import GGMLQuantizationType, GGUFValueType, GGUFWriter
from gguf.quants import quantize

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "gguf"


def finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def every_value() -> None:
    writer = GGUFWriter(DATA / "every_value.gguf", "llama")
    writer.add_key_value("t.uint8", 200, GGUFValueType.UINT8)
    writer.add_key_value("t.int8", -100, GGUFValueType.INT8)
    writer.add_key_value("t.uint16", 60000, GGUFValueType.UINT16)
    writer.add_key_value("t.int16", -30000, GGUFValueType.INT16)
    writer.add_key_value("t.uint32", 4000000000, GGUFValueType.UINT32)
    writer.add_key_value("t.int32", -2000000000, GGUFValueType.INT32)
    writer.add_key_value("t.float32", 0.1, GGUFValueType.FLOAT32)
    writer.add_key_value("t.bool", True, GGUFValueType.BOOL)
    writer.add_key_value("t.string", "snö ❄", GGUFValueType.STRING)
    writer.add_key_value("t.uint64", 2**63 + 5, GGUFValueType.UINT64)
    writer.add_key_value("t.int64", -(2**62), GGUFValueType.INT64)
    writer.add_key_value("t.float64", 0.1, GGUFValueType.FLOAT64)
    writer.add_array("t.strings", ["a", "", "Ġthe", "long enough to leave the small string buffer"])
    writer.add_array("t.integers", [1, -2, 3])
    writer.add_array("t.floats", [0.5, -1.25, 3e38])
    writer.add_array("t.bools", [True, False, True])
    writer.add_array("t.nested", [[1, 2], [3]])
    rng = np.random.default_rng(5)
    writer.add_tensor("plain", np.arange(12, dtype=np.float32).reshape(3, 4))
    writer.add_tensor("half", np.linspace(-1, 1, 8, dtype=np.float16).reshape(2, 2, 2))
    for kind in (GGMLQuantizationType.Q4_1, GGMLQuantizationType.Q8_0):
        data = quantize(rng.standard_normal((2, 64)).astype(np.float32), kind)
        writer.add_tensor(kind.name.lower(), data, raw_dtype=kind)
    finish(writer)


def writer_golden() -> None:
    writer = GGUFWriter(DATA / "writer.gguf", "llama")
    architecture = writer.kv_data[0].pop("general.architecture")
    writer.add_custom_alignment(64)
    writer.kv_data[0]["general.architecture"] = architecture
    writer.add_uint32("a.u32", 7)
    writer.add_uint64("a.u64", 2**40)
    writer.add_int32("a.i32", -7)
    writer.add_float32("a.f32", 1.5)
    writer.add_bool("a.bool", True)
    writer.add_string("a.text", "text")
    writer.add_array("a.strings", ["x", "", "yz"])
    writer.add_array("a.integers", [-1, 2])
    writer.add_array("a.floats", [0.25, -2.0])
    writer.add_tensor("first", np.arange(6, dtype=np.float32).reshape(2, 3))
    writer.add_tensor("second", np.arange(-50, 50, dtype=np.int8))
    finish(writer)


def split() -> None:
    writer = GGUFWriter(DATA / "split.gguf", "llama", split_max_tensors=2)
    writer.add_uint32("llama.block_count", 5)
    for number in range(5):
        writer.add_tensor(f"blk.{number}.weight", np.full((2, 4), number, dtype=np.float32))
    finish(writer)


if __name__ == "__main__":
    DATA.mkdir(parents=True, exist_ok=True)
    every_value()
    writer_golden()
    split()
