"""Goldens of the codecs: runs the numeric reference (residual_codecs.py) on small matrices that the C++ tests make again
from their seeds, and stores its errors.

Run it where torch, numpy and scipy are installed, with the folder that holds residual_codecs.py:
  python tests/oracles/codec_golden.py REFERENCE_FOLDER > tests/data/codec/golden.json
"""
import importlib, json, sys, types
import numpy as np

sys.path.insert(0, sys.argv[1])
for name in ("gguf", "gguf.quants", "tokenizers"):  # only needed to read models
    try:
        importlib.import_module(name)
    except ImportError:
        stub = types.ModuleType(name)
        stub.__getattr__ = lambda _: None
        sys.modules[name] = stub
import torch
import residual_codecs as reference

CASES = [  # rows, columns, tokens, seed
    (256, 24, 96, 1), (256, 40, 160, 2), (256, 64, 256, 3), (192, 192, 640, 4), (96, 576, 1200, 5),
]


def normals(seed, count):
    """The `count` first N(0,1) of splitmix64 and Box-Muller (cosine only), as tests/core/codec/sample_matrix.h."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, 2 * count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    uniform = (z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53
    first, second = uniform[0::2], uniform[1::2]
    return np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)


def sample(rows, columns, tokens, seed):
    """Weights with rows of different sizes; activations that are correlated and have outlier channels."""
    weights = normals(seed, rows * columns).reshape(rows, columns) * np.exp(0.5 * normals(seed + 100, rows))[:, None]
    channel = np.exp(0.5 * normals(seed + 200, columns))
    channel[::17] *= 5
    shared = normals(seed + 300, tokens * 4).reshape(tokens, 4) @ normals(seed + 400, 4 * columns).reshape(4, columns)
    own = normals(seed + 500, tokens * columns).reshape(tokens, columns)
    x = (shared + own) * channel
    return (torch.tensor(0.02 * weights, dtype=torch.float32), torch.tensor(x.T @ x / tokens, dtype=torch.float32))


def relative(prefixes, W, H):
    energy = ((W @ H) * W).sum().item()
    return [(((P - W) @ H * (P - W)).sum() / energy).item() for P in prefixes]


def main():
    cases = []
    for rows, columns, tokens, seed in CASES:
        W, H = sample(rows, columns, tokens, seed)
        torch.manual_seed(seed)
        # The Hadamard matrix's first row is all ones, so a column's sign is that of the first row of its block.
        Q, block = reference.rotation(columns), columns & -columns
        signs = "".join("+" if Q[c - c % block, c] > 0 else "-" for c in range(columns))
        nested = {f"planes {p}, passes {n}": relative(reference.nested(W, H, p, n)[0], W, H)
                  for p in range(1, 9) for n in (0, 2) if columns < 500 or p in (4, 6, 8)}
        bitstack = {f"rank {k}": relative(reference.bitstack(W, H, 6, k)[0], W, H) for k in (1, 4, 16) if 8 * k <= columns}
        cases.append(dict(rows=rows, columns=columns, tokens=tokens, seed=seed, signs=signs, nested=nested,
                          bitstack=bitstack, weight_sum=W.double().abs().sum().item(), trace=H.double().trace().item()))
    digits = lambda value: round(value, 7) if abs(value) > 1e-3 else float(f"{value:.5g}")
    levels = [[round(v, 7) for v in level.tolist()] for level in reference.gaussian_tree(8)]
    shrink = lambda v: ({k: shrink(x) for k, x in v.items()} if isinstance(v, dict) else
                        [shrink(x) for x in v] if isinstance(v, list) else digits(v) if isinstance(v, float) else v)
    print(json.dumps(dict(levels=levels, cases=shrink(cases)), indent=None, separators=(",", ":")))


if __name__ == "__main__":
    main()
