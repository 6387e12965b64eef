#!/usr/bin/env python3
"""Speed of the sample model here and in llama.cpp, on its own Q4_1 file: prefill and decode, medians of interleaved runs.

Run by tests/bench/run, which installs llama-cpp-python. Each run is a process of its own, so that neither program's
threads are awake while the other is measured. llama.cpp is used by its C interface, is fed given tokens and samples
nothing; `strata-cli bench` includes its sampler.
"""
import argparse
import ctypes
import json
import pathlib
import statistics
import subprocess
import sys
import time

SEED = 1


def open_llama(llama, gguf, threads, context_tokens, batch=512, mapped=True):
    """A context and its model, on the CPU."""
    llama.llama_backend_init()
    model_parameters = llama.llama_model_default_params()
    model_parameters.n_gpu_layers = 0
    if not mapped:
        model_parameters.load_mode = llama.LLAMA_LOAD_MODE_NONE
    model = llama.llama_model_load_from_file(gguf.encode(), model_parameters)
    parameters = llama.llama_context_default_params()
    parameters.n_ctx = context_tokens
    parameters.n_batch = parameters.n_ubatch = batch
    parameters.n_threads = parameters.n_threads_batch = threads
    context = llama.llama_init_from_model(model, parameters) if model else None
    if not context:
        sys.exit("llama.cpp cannot load %s" % gguf)
    return context, model


def measure_llama(gguf, threads, prompt_tokens, tokens):
    """Prints one JSON object; runs in a process of its own."""
    import random

    import llama_cpp as llama

    silent = llama.llama_log_callback(lambda level, text, data: None)
    llama.llama_log_set(silent, ctypes.c_void_p(0))
    batch = min(prompt_tokens, 512)
    context, model = open_llama(llama, gguf, threads, prompt_tokens + tokens + 64, batch)
    vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    generator = random.Random(SEED)
    ids = [generator.randrange(vocabulary // 2, vocabulary) for _ in range(prompt_tokens + tokens)]

    def evaluate(some):
        array = (llama.llama_token * len(some))(*some)
        if llama.llama_decode(context, llama.llama_batch_get_one(array, len(some))) != 0:
            sys.exit("llama.cpp cannot evaluate")

    evaluate(ids[:8])  # touches every weight once, as loading does in ours
    llama.llama_memory_clear(llama.llama_get_memory(context), True)
    start = time.perf_counter()
    for first in range(0, prompt_tokens, batch):
        evaluate(ids[first:min(first + batch, prompt_tokens)])
    llama.llama_synchronize(context)
    middle = time.perf_counter()
    for token in ids[prompt_tokens:]:
        evaluate([token])
    llama.llama_synchronize(context)
    end = time.perf_counter()
    print(json.dumps({
        "prefill_tokens_per_second": prompt_tokens / (middle - start),
        "decode_tokens_per_second": tokens / (end - middle),
        "model_bytes": llama.llama_model_size(model),
        "version": llama.__version__,
        "features": llama.llama_print_system_info().decode().strip(),
    }))


def last_json(command, environment=None):
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    if finished.returncode != 0:
        sys.exit("failed with exit code %d: %s" % (finished.returncode, " ".join(command)))
    return json.loads(finished.stdout.strip().splitlines()[-1])


def ours(options, threads):
    return last_json([options.cli, "bench", options.stack, "--threads", str(threads), "--memory", options.memory,
                      "--prompt-tokens", str(options.prompt_tokens), "--tokens", str(options.tokens), "--repeat", "1",
                      "--json", "--quiet"])


def theirs(options, threads):
    return last_json([sys.executable, __file__, "--llama-run", str(threads), "--gguf", options.gguf,
                      "--prompt-tokens", str(options.prompt_tokens), "--tokens", str(options.tokens)])


def our_build(cli):
    """How the program was built, from the CMake cache beside it."""
    cache = pathlib.Path(cli).resolve().parent.parent / "CMakeCache.txt"
    wanted = ("CMAKE_BUILD_TYPE", "CMAKE_CXX_COMPILER", "CMAKE_CXX_FLAGS", "CMAKE_CXX_FLAGS_RELEASE")
    lines = cache.read_text().splitlines() if cache.exists() else []
    values = {line.split(":")[0]: line.split("=", 1)[1] for line in lines if line.split(":")[0] in wanted}
    return ", ".join("%s=%s" % item for item in values.items() if item[1]) or "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cli", help="strata-cli")
    parser.add_argument("--stack")
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--memory", default="100%", help="weights that ours may use")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--prompt-tokens", type=int, default=512)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--llama-run", type=int, metavar="THREADS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.llama_run:
        return measure_llama(options.gguf, options.llama_run, options.prompt_tokens, options.tokens)

    runs = {}
    for round_number in range(options.rounds):
        for threads in map(int, options.threads.split(",")):
            for name, run in (("strata", ours), ("llama.cpp", theirs)):
                runs.setdefault((threads, name), []).append(run(options, threads))
                print("round %d of %d: %s, %d threads" % (round_number + 1, options.rounds, name, threads),
                      file=sys.stderr)

    some = {name: result[0] for (_, name), result in runs.items()}
    print("processor:  %s" % some["strata"]["processor"])
    print("strata-cli: %s" % our_build(options.cli))
    print("llama.cpp:  llama-cpp-python %s, %s" % (some["llama.cpp"]["version"], some["llama.cpp"]["features"]))
    print("weights:    strata %d bytes resident, %d read per token; llama.cpp %d bytes" % (
        some["strata"]["weight_bytes"], some["strata"]["weight_bytes_per_token"], some["llama.cpp"]["model_bytes"]))
    print()
    print("| threads | program | prefill, tokens/s | decode, tokens/s | decode, lowest and highest run |")
    print("| --- | --- | --- | --- | --- |")
    for (threads, name), results in runs.items():
        decode = [result["decode_tokens_per_second"] for result in results]
        prefill = statistics.median(result["prefill_tokens_per_second"] for result in results)
        print("| %d | %s | %.1f | %.1f | %.1f, %.1f |" % (
            threads, name, prefill, statistics.median(decode), min(decode), max(decode)))


if __name__ == "__main__":
    main()
