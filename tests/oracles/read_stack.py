#!/usr/bin/env python3
"""Reads matrices of a stack (.strata) as docs/file-format.md describes them, without any code of the project.

Run:  python3 tests/oracles/read_stack.py STACK                         lists matrices, tiles and the prefix of each curve point
      python3 tests/oracles/read_stack.py STACK MATRIX LEVEL [SOURCE]   decodes one matrix at a level; with the GGUF file
                                                                        it was made from: its relative squared error
Needs: pip install gguf numpy; with xxhash installed the checksums of what is read are verified.

  python3 tests/oracles/read_stack.py models/SmolLM2-135M-Instruct.strata blk.0.attn_q.weight 6 \\
      models/SmolLM2-135M-Instruct.Q4_1.gguf
"""
import math
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

try:
    import xxhash
except ImportError:
    xxhash = None


def padded(count):
    return -(-count // 32) * 32


def unpack_plane(data, rows, columns):
    """One R32C32 plane: bits [rows, columns]."""
    words = np.frombuffer(data, "<u4", padded(rows) * padded(columns) // 32)
    words = words.reshape(padded(rows) // 32, padded(columns) // 32, 32)  # [row block, column block, row]
    column = np.arange(32, dtype=np.uint32)
    bits = words[..., None] >> (column % 4 * 8 + column // 4) & 1  # [row block, column block, row, column]
    return bits.transpose(0, 2, 1, 3).reshape(padded(rows), padded(columns))[:rows, :columns]


def butterflies(x, size):
    """Every run of `size` columns times the Sylvester-Hadamard matrix."""
    distance = 1
    while distance < size:
        pairs = x.reshape(x.shape[0], -1, 2, distance)
        a, b = pairs[:, :, 0], pairs[:, :, 1]
        x = np.stack((a + b, a - b), axis=2).reshape(x.shape)
        distance *= 2
    return x


class Stack:
    def __init__(self, path):
        reader = GGUFReader(path)
        self.key = lambda name: reader.fields[name].contents()
        if self.key("strata.version") != 1:
            raise ValueError("stack version %s is not known" % self.key("strata.version"))
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}
        parts = ("name", "codec", "rows", "columns", "tile_rows", "levels", "rank")
        self.matrices = [dict(zip(parts, values)) for values in zip(*(self.key("strata.matrix." + part) for part in parts))]
        order = zip(self.key("strata.order.matrix"), self.key("strata.order.tile"), self.key("strata.order.level"))
        self.order = list(order)  # the blocks in file order
        names = ["%s.t%d.p%d" % (self.matrices[matrix]["name"], tile, level) for matrix, tile, level in self.order]
        dense = [tensor.name for tensor in reader.tensors[:len(reader.tensors) - len(names)]]
        self.checksums = dict(zip(dense + names, self.key("strata.checksum.dense") + self.key("strata.checksum")))

    def bytes_of(self, name):
        data = self.tensors[name].data.tobytes()
        if xxhash and xxhash.xxh3_64_intdigest(data) != self.checksums[name]:
            raise ValueError("tensor '%s' does not match its checksum" % name)
        return data

    def matrix(self, name):
        return next(matrix for matrix in self.matrices if matrix["name"] == name)

    def table(self, planes, level):
        """Values of the 2^level codes, in units of a row's scale."""
        first, count = 2**level - 2, 2**level
        part = lambda name: np.array(self.key("strata.tables.%d.%s" % (planes, name)))
        units = 256 * part("high")[first:first + count] + part("low")[first:first + count]
        return np.float32(part("step")[level - 1]) * units.astype(np.float32)

    def nested_tile(self, matrix, tile, rows, level):
        columns = matrix["columns"]
        codes = np.zeros((rows, columns), np.uint32)
        for plane in range(level):
            block = self.bytes_of("%s.t%d.p%d" % (matrix["name"], tile, plane))
            codes = codes * 2 + unpack_plane(block, rows, columns)
        scales = np.frombuffer(block, "<f2", rows, padded(rows) * padded(columns) // 8)  # of the last plane: this level's
        values = self.table(matrix["levels"], level)[codes] * scales[:, None].astype(np.float32)
        signs = np.frombuffer(self.bytes_of("strata.rotation.%d" % columns), np.int8)
        size = columns & -columns  # the largest power of two that divides columns
        return butterflies(values, size) / np.float32(math.sqrt(size)) * signs

    def bitstack_tile(self, matrix, tile, rows, level):
        columns, rank = matrix["columns"], matrix["rank"]
        total = np.zeros((rows, columns), np.float32)
        for number in range(level):
            block = self.bytes_of("%s.t%d.p%d" % (matrix["name"], tile, number))
            factors = np.frombuffer(block, "<f2", offset=padded(rows) * padded(columns) // 8).astype(np.float32)
            u = factors[:rank * padded(rows)].reshape(rank, padded(rows))[:, :rows]
            v = factors[rank * padded(rows):].reshape(rank, padded(columns))[:, :columns]
            total += (2.0 * unpack_plane(block, rows, columns) - 1) * (u.T @ v)
        scales = matrix["name"] + ".channel_scales"
        return total / np.frombuffer(self.bytes_of(scales), "<f4") if scales in self.tensors else total

    def decode(self, name, level):
        """W~ [rows, columns] of a matrix with `level` planes or blocks of every tile."""
        matrix = self.matrix(name)
        if not 1 <= level <= matrix["levels"]:
            raise ValueError("'%s' has levels 1 to %d" % (name, matrix["levels"]))
        decode_tile = self.nested_tile if matrix["codec"] == "nested" else self.bitstack_tile
        heights = [min(matrix["tile_rows"], matrix["rows"] - first) for first in range(0, matrix["rows"], matrix["tile_rows"])]
        return np.concatenate([decode_tile(matrix, tile, rows, level) for tile, rows in enumerate(heights)])


def describe(stack):
    for matrix in stack.matrices:
        tiles = -(-matrix["rows"] // matrix["tile_rows"])
        print("%-28s %-8s %6d x %-6d %d tiles, %d levels, rank %d" % (
            matrix["name"], matrix["codec"], matrix["rows"], matrix["columns"], tiles, matrix["levels"], matrix["rank"]))
    for size, blocks, perplexity in zip(*(stack.key("strata.curve." + part) for part in ("weight_bytes", "blocks", "perplexity"))):
        print("%12d bytes  %6d blocks  perplexity %.2f" % (size, blocks, perplexity))


def main():
    if len(sys.argv) not in (2, 4, 5):
        sys.exit(__doc__)
    stack = Stack(sys.argv[1])
    if len(sys.argv) == 2:
        return describe(stack)
    name, level = sys.argv[2], int(sys.argv[3])
    decoded = stack.decode(name, level)
    print("%s at level %d: %d x %d, mean square %.6g" % (name, level, *decoded.shape, np.mean(decoded**2)))
    if len(sys.argv) == 5:
        tensor = next(tensor for tensor in GGUFReader(sys.argv[4]).tensors if tensor.name == name)
        source = dequantize(tensor.data, tensor.tensor_type)
        print("relative squared error %.3e" % (np.sum((decoded - source) ** 2) / np.sum(source**2)))


if __name__ == "__main__":
    main()
