#!/usr/bin/env python3
"""What compressing a model of Llama-3.1-8B's shape costs, from one of its decoder blocks.

    tests/bench/one_layer.py --cli build/release/bin/strata-cli --tokenizer-of SAMPLE.gguf [--threads 1 2] [--effort best fast]

Writes a GGUF file of one decoder block of that shape (random weights, F16; tokenizer and vocabulary of SAMPLE), compresses
it, and extrapolates calibration and encoding to 32 blocks, the vocabulary to two matrices of 128,256 rows. Sensitivities and
curve are passes over tokens: their share is stated for the one block alone. On a machine that does other work too the
compressor gets a part of its processors, which is stated: the whole model is extrapolated for all of them. Needs the
packages gguf and numpy, 2 GB of disk and 4 GB of memory.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import tempfile
import time

import gguf
import numpy

WIDTH, FEED_FORWARD, HEADS, KV_HEADS, LAYERS, VOCABULARY = 4096, 14336, 32, 8, 32, 128256


def random_half(generator, rows, columns):
    return (generator.standard_normal((rows, columns), dtype=numpy.float32) / columns**0.5).astype(numpy.float16)


def copy_tokenizer(sample, writer):
    for name, field in gguf.GGUFReader(sample).fields.items():
        if not name.startswith("tokenizer."):
            continue
        value, kind = field.contents(), field.types[0]
        if kind == gguf.GGUFValueType.ARRAY:
            writer.add_array(name, value)
        else:
            writer.add_key_value(name, value, kind)
    return len(gguf.GGUFReader(sample).get_field("tokenizer.ggml.tokens").data)


def write_model(path, sample):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(8192)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(500000.0)
    tokens = copy_tokenizer(sample, writer)
    generator = numpy.random.default_rng(1)
    kv = WIDTH * KV_HEADS // HEADS
    shapes = {"attn_q": (WIDTH, WIDTH), "attn_k": (kv, WIDTH), "attn_v": (kv, WIDTH), "attn_output": (WIDTH, WIDTH),
              "ffn_gate": (FEED_FORWARD, WIDTH), "ffn_up": (FEED_FORWARD, WIDTH), "ffn_down": (WIDTH, FEED_FORWARD)}
    writer.add_tensor("token_embd.weight", random_half(generator, tokens, WIDTH))
    for name, shape in shapes.items():
        writer.add_tensor(f"blk.0.{name}.weight", random_half(generator, *shape))
    for name in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
        writer.add_tensor(f"{name}.weight", numpy.ones(WIDTH, dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tokens


def compress(cli, model, threads, effort):
    """The compressor's own figures, and the share that it got of the processors' time."""
    output = model.with_suffix(".strata")
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([cli, "compress", model, "-o", output, "--threads", str(threads), "--effort", effort, "--force",
                           "--quiet", "--json"], check=True, capture_output=True, text=True)
    after, elapsed = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout.splitlines()[-1]), min(used / elapsed / threads, 1)


def report(figures, share, tokens, threads, effort):
    blocks = LAYERS * (figures["calibrate_seconds"] + figures["encode_seconds"])
    vocabulary = figures["vocabulary_seconds"] * 2 * VOCABULARY / tokens
    rest = figures["sensitivity_seconds"] + figures["curve_seconds"]
    print(f"| {effort} | {threads} | {figures['calibrate_seconds']:.0f} s | {figures['encode_seconds']:.0f} s | "
          f"{figures['vocabulary_seconds']:.0f} s | {rest:.0f} s | {figures['peak_resident_bytes'] / 1e6:,.0f} MB | "
          f"{100 * share:.0f} % | {share * (blocks + vocabulary) / 60:.0f} min |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True, type=pathlib.Path)
    parser.add_argument("--tokenizer-of", required=True, type=pathlib.Path)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--effort", nargs="+", default=["best", "fast"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        model = pathlib.Path(folder) / "one-layer.gguf"
        tokens = write_model(model, arguments.tokenizer_of)
        print("| effort | threads | calibration | encoding | vocabulary | sensitivities, curve | peak memory | processors got "
              "| whole model, all of them |\n|---|---|---|---|---|---|---|---|---|")
        for effort in arguments.effort:
            for threads in arguments.threads:
                report(*compress(arguments.cli, model, threads, effort), tokens, threads, effort)


if __name__ == "__main__":
    main()
