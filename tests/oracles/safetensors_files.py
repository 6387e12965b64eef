#!/usr/bin/env python3
"""Small safetensors files written by the Python package, read by tests/core/io/safetensors_test.cpp.

Run:  python3 tests/oracles/safetensors_files.py      (needs: pip install safetensors torch numpy)

Writes to tests/data/safetensors/: single.safetensors; sharded/ with two shards and their index.
"""
import json
import pathlib

import torch
from safetensors.torch import save_file

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "safetensors"


def single() -> None:
    values = torch.tensor([[0.0, -1.5, 3.25], [1e-3, 1000.0, -2.0]])
    save_file({
        "f32": values,
        "f16": values.to(torch.float16),
        "bf16": values.to(torch.bfloat16),
        "f64": values.to(torch.float64),
        "u8": torch.arange(5, dtype=torch.uint8),
        "i64": torch.tensor([-1, 2], dtype=torch.int64),
        "flag": torch.tensor([True, False]),
        "scalar": torch.tensor(4.5),
        "none": torch.zeros(0, 3),
    }, DATA / "single.safetensors", metadata={"format": "pt"})


def sharded() -> None:
    folder = DATA / "sharded"
    folder.mkdir(parents=True, exist_ok=True)
    weights = {}
    for shard in (1, 2):
        name = f"model-0000{shard}-of-00002.safetensors"
        tensors = {f"layers.{shard}.weight": torch.full((2, 2), float(shard)),
                   f"layers.{shard}.bias": torch.ones(2) * shard}
        save_file(tensors, folder / name, metadata={"format": "pt"})
        weights.update({tensor: name for tensor in tensors})
    index = {"metadata": {"total_size": 48}, "weight_map": weights}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


if __name__ == "__main__":
    DATA.mkdir(parents=True, exist_ok=True)
    single()
    sharded()
    for file in DATA.rglob("*.safetensors"):
        file.chmod(0o644)
