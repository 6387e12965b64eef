#!/usr/bin/env python3
"""The figures of docs/benchmarks.md beside llama.cpp's, measured in one run, as Markdown.

Run by `./dev bench` (tests/bench/run figures), which installs llama-cpp-python, built for this processor, and once more
for processors with AVX2 alone, beside which our AVX2 kernels stand. Every run is a process of its own and the programs take turns, so that what else the machine does meets both; medians are given with
the lowest and the highest run. llama.cpp is used by its C interface, fed given tokens, and samples nothing; ours
samples. Parts: decode, prefill (shapes of Llama-3.2-1B and 3.1-8B on random weights), first (time to the first token),
resize, context, speculative.
"""
import argparse
import ctypes
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import against_llama
import plot
import synthetic_gguf

PLANES = (2, 3, 4, 5, 6)
PREFILL_TOKENS = 512
SLOW_BYTES_PER_SECOND = 20_000_000
WORDS = "The sea was calm, and nobody on the pier expected that the old ferry would ever leave the harbour again. "


def spread(values, digits=1):
    values = list(values)
    return "%.*f (%.*f to %.*f)" % (digits, statistics.median(values), digits, min(values), digits, max(values))


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def note(text):
    print(text, file=sys.stderr, flush=True)


class Runs:
    """Results of runs that take turns: {name: [result, ...]}."""

    def __init__(self, rounds):
        self.rounds = rounds

    def interleave(self, tasks):
        results = {name: [] for name in tasks}
        for number in range(self.rounds):
            for name, task in tasks.items():
                note("round %d of %d: %s" % (number + 1, self.rounds, name if isinstance(name, str) else " ".join(
                    str(part) for part in name)))
                results[name].append(task())
        return results


def environment(kernels):
    return dict(os.environ, STRATA_KERNELS=kernels) if kernels else None


def bench(options, arguments, threads, kernels=None):
    return against_llama.last_json([options.cli, "bench", *arguments, "--threads", str(threads), "--repeat", "1",
                                    "--json", "--quiet"], environment(kernels))


def builds(options):
    """{program: its Python} of the builds of llama.cpp."""
    found = {"llama.cpp": sys.executable}
    if options.avx2_python:
        found["llama.cpp (avx2)"] = options.avx2_python
    return found


def is_theirs(program):
    return program.startswith("llama.cpp")


def comparable(ours, theirs):
    """What runs anywhere may be compared with what was built for this processor, but not the other way round."""
    return ours == "strata (avx2)" or theirs == "llama.cpp"


def llama(options, python, gguf, threads, prompt_tokens, tokens):
    return against_llama.last_json([python, against_llama.__file__, "--llama-run", str(threads), "--gguf", gguf,
                                    "--prompt-tokens", str(prompt_tokens), "--tokens", str(tokens)])


def gguf_of(options, shape, form):
    path = os.path.join(options.folder, "%s.%s.gguf" % (shape, form))
    if not os.path.exists(path):
        note("writing " + path)
        synthetic_gguf.write(path + ".part", shape, form)
        os.rename(path + ".part", path)
    return path


def write_all(options, shape, forms):
    """Before anything is measured, and written out: a disk that is still busy would be measured too."""
    for form in forms:
        gguf_of(options, shape, form)
    os.sync()


def part_decode(options, runs):
    for shape in options.shapes:
        write_all(options, shape, synthetic_gguf.FORMATS)
        for threads in options.threads:
            tasks = {}
            for kernels in ("", "avx2"):
                for planes in PLANES:
                    tasks["strata" + (" (" + kernels + ")" if kernels else ""), planes] = (
                        lambda planes=planes, kernels=kernels: bench(
                            options, ["--shape", shape, "--level", str(planes), "--prompt-tokens", "8", "--tokens",
                                      str(options.tokens)], threads, kernels))
            for program, python in builds(options).items():
                for form in synthetic_gguf.FORMATS:
                    tasks[program, form] = lambda python=python, form=form: llama(
                        options, python, gguf_of(options, shape, form), threads, 8, options.tokens)
            results = runs.interleave(tasks)
            decode_tables(shape, threads, results)


def decode_tables(shape, threads, results):
    rate = {name: statistics.median(run["decode_tokens_per_second"] for run in found)
            for name, found in results.items()}
    size = {name: found[0]["model_bytes" if is_theirs(name[0]) else "weight_bytes"]
            for name, found in results.items()}
    print("### Decode, %s, %d thread%s\n" % (shape, threads, "s" if threads > 1 else ""))
    rows = []
    for name, found in results.items():
        share = "%.0f %%" % (100 * statistics.median(run["bandwidth_share"] for run in found)) \
            if not is_theirs(name[0]) else ""
        label = name[1] if is_theirs(name[0]) else "%d planes" % name[1]
        rows.append((name[0], label, "%.0f" % (size[name] / 2**20),
                     spread(run["decode_tokens_per_second"] for run in found), "%.1f" % (rate[name] * size[name] / 1e9),
                     share))
    table(("program", "weights", "MiB", "tokens/s", "GB/s", "of the read bandwidth"), rows)
    bandwidth = [run["read_bandwidth"] / 1e9 for name, found in results.items() if not is_theirs(name[0])
                 for run in found]
    print("Read bandwidth, the best of several kernels, measured in each of our runs: %s GB/s.\n" % spread(bandwidth))
    rows = []
    for program in dict.fromkeys(name[0] for name in results if not is_theirs(name[0])):
        for name in (name for name in results if is_theirs(name[0]) and comparable(program, name[0])):
            ours = min((other for other in results if other[0] == program), key=lambda other: abs(
                size[other] - size[name]))
            per_byte = rate[ours] * size[ours] / (rate[name] * size[name])
            rows.append((program, ", ".join(name), "%d planes" % ours[1], "%.2f" % (size[ours] / size[name]),
                         "%.2f" % (rate[ours] / rate[name]), "%.2f" % per_byte))
    table(("program", "against", "nearest in size", "bytes, ratio", "tokens/s, ratio", "per byte, ratio"), rows)


def part_prefill(options, runs):
    for shape in options.shapes:
        write_all(options, shape, ["Q4_K_M"])
        print("### Prefill of %d tokens, %s\n" % (PREFILL_TOKENS, shape))
        tasks = {}
        for threads in options.threads:
            arguments = ["--shape", shape, "--level", "4", "--prompt-tokens", str(PREFILL_TOKENS), "--tokens", "1"]
            for kernels in ("", "avx2"):
                tasks[threads, "strata" + (" (" + kernels + ")" if kernels else "")] = (
                    lambda threads=threads, kernels=kernels: bench(options, arguments, threads, kernels))
            for program, python in builds(options).items():
                tasks[threads, program + ", Q4_K_M"] = lambda threads=threads, python=python: llama(
                    options, python, gguf_of(options, shape, "Q4_K_M"), threads, PREFILL_TOKENS, 1)
        results = runs.interleave(tasks)
        median = {name: statistics.median(run["prefill_tokens_per_second"] for run in found)
                  for name, found in results.items()}
        theirs = list(builds(options))
        table(("threads", "program", "tokens/s", *("against " + program for program in theirs)), [
            (threads, name, spread(run["prefill_tokens_per_second"] for run in found),
             *("%.2f" % (median[threads, name] / median[threads, program + ", Q4_K_M"])
               if comparable(name, program) or is_theirs(name) else "" for program in theirs))
            for (threads, name), found in results.items()])


def forget(path):
    """Puts a file out of the page cache."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def timed(command, environment):
    """Milliseconds until the program has answered one token and ended."""
    start = time.perf_counter()
    finished = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    if finished.returncode != 0:
        sys.exit("failed: %s\n%s" % (" ".join(command), finished.stderr))
    return 1e3 * (time.perf_counter() - start)


def prepared(options, path, disk):
    """The environment of a program that is to find the file like that."""
    if disk == "warm":
        return None
    forget(path)
    if disk == "cold":
        return None
    return dict(os.environ, LD_PRELOAD=options.throttle, THROTTLED_FILE=path,
                THROTTLED_BYTES_PER_SECOND=str(SLOW_BYTES_PER_SECOND))


def part_first(options, runs):
    print("### Time to the first token, sample model, prompt of about 100 tokens, from the start of the program\n")
    threads = str(max(options.threads))
    prompt = WORDS * 5

    def ours(disk):
        return timed([options.cli, "generate", options.stack, "--raw", "--prompt", prompt, "--max-tokens", "1",
                      "--temperature", "0", "--start-early", "--threads", threads, "--quiet"], prepared(options, options.stack, disk))

    def theirs(disk):
        return against_llama.last_json([sys.executable, __file__, "--llama-first", prompt, "--gguf", options.gguf,
                                        "--threads", threads], prepared(options, options.gguf, disk))["first_ms"]

    tasks = {}
    disks = {"warm": "page cache warm", "cold": "page cache cold"}
    if options.throttle:
        disks["slow"] = "disk of %d MB/s" % (SLOW_BYTES_PER_SECOND // 1_000_000)
    for disk in disks:
        tasks["strata", disk] = lambda disk=disk: ours(disk)
        tasks["llama.cpp", disk] = lambda disk=disk: theirs(disk)
    table(("program", "file", "ms"), [(name, disks[disk], spread(found, 0))
                                      for (name, disk), found in runs.interleave(tasks).items()])
    print("Ours: the whole life of the process. llama.cpp: after Python has started and loaded its library, until the "
          "logits are there. Both files are read whole at that rate in %.1f and %.1f s.\n" % (
              os.path.getsize(options.stack) / SLOW_BYTES_PER_SECOND,
              os.path.getsize(options.gguf) / SLOW_BYTES_PER_SECOND))


def llama_first(options):
    import llama_cpp as lib

    start = time.perf_counter()
    silent = lib.llama_log_callback(lambda level, text, data: None)
    lib.llama_log_set(silent, ctypes.c_void_p(0))
    context, model = against_llama.open_llama(lib, options.gguf, max(options.threads), 256,
                                              mapped="THROTTLED_FILE" not in os.environ)
    vocabulary = lib.llama_model_get_vocab(model)
    encoded = options.llama_first.encode()
    ids = (lib.llama_token * 256)()
    count = lib.llama_tokenize(vocabulary, encoded, len(encoded), ids, 256, True, True)
    lib.llama_decode(context, lib.llama_batch_get_one(ids, count))
    logits = lib.llama_get_logits_ith(context, -1)
    finite = logits[0] == logits[0]
    print(json.dumps({"first_ms": 1e3 * (time.perf_counter() - start), "tokens": count, "finite": finite}))


def llama_reload(options):
    """Unloads, loads and reads a conversation of 2,000 tokens again, as a change of quantization takes."""
    import llama_cpp as lib

    silent = lib.llama_log_callback(lambda level, text, data: None)
    lib.llama_log_set(silent, ctypes.c_void_p(0))
    context, model = against_llama.open_llama(lib, options.gguf, max(options.threads), 2112)
    lib.llama_decode(context, lib.llama_batch_get_one((lib.llama_token * 8)(*range(100, 108)), 8))
    start = time.perf_counter()
    lib.llama_free(context)
    lib.llama_model_free(model)
    context, model = against_llama.open_llama(lib, options.gguf, max(options.threads), 2112)
    loaded = time.perf_counter()
    for first in range(0, 2000, 500):
        ids = (lib.llama_token * 500)(*range(100 + first, 600 + first))
        lib.llama_decode(context, lib.llama_batch_get_one(ids, 500))
    lib.llama_synchronize(context)
    print(json.dumps({"load_ms": 1e3 * (loaded - start), "read_ms": 1e3 * (time.perf_counter() - loaded)}))


def read_rate(path):
    """Bytes per second at which the disk gives the file, in order."""
    forget(path)
    start = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 21):
            pass
    return os.path.getsize(path) / (time.perf_counter() - start)


def part_resize(options, runs):
    print("### Changing the memory of a conversation while it answers, sample model\n")
    threads = str(max(options.threads))

    def ours():
        forget(options.stack)
        answer = against_llama.last_json(
            [options.cli, "generate", options.stack, "--prompt", "Tell a long story.", "--seed", "1", "--max-tokens",
             "400", "--memory-at", "100=50%", "--memory-at", "200=100%", "--threads", threads, "--json", "--quiet"])
        shrink, grow = answer["resizes"][:2]
        disk = read_rate(options.stack)
        grown = grow["resident_bytes"] - shrink["resident_bytes"]
        return {"shrink": shrink["applied_ms"], "shrink gap": shrink["longest_gap_ms"], "grow": grow["applied_ms"],
                "grow gap": grow["longest_gap_ms"], "rate": 1e5 * grown / grow["applied_ms"] / disk,
                "median": answer["decode_median_ms"]}

    def theirs():
        return against_llama.last_json([sys.executable, __file__, "--llama-reload", "--gguf", options.gguf, "--threads",
                                        threads])

    results = runs.interleave({"strata": ours, "llama.cpp": theirs})
    of = lambda program, key: spread((run[key] for run in results[program]), 1)
    table(("what", "median (lowest to highest)"), (
        ("strata: token, ms", of("strata", "median")),
        ("strata: to half the weights, request until the last page is returned, ms", of("strata", "shrink")),
        ("strata: longest pause between tokens meanwhile, ms", of("strata", "shrink gap")),
        ("strata: back to all, ms", of("strata", "grow")),
        ("strata: longest pause between tokens meanwhile, ms", of("strata", "grow gap")),
        ("strata: growth, % of the disk's sequential read rate", of("strata", "rate")),
        ("llama.cpp: unload and load another file (page cache warm), ms", of("llama.cpp", "load_ms")),
        ("llama.cpp: read 2,000 tokens of conversation again, ms", of("llama.cpp", "read_ms"))))


def draw(options, name, picture):
    if options.pictures:
        pathlib.Path(options.pictures).mkdir(parents=True, exist_ok=True)
        pathlib.Path(options.pictures, name).write_text(picture)
        print("![%s](%s)\n" % (name, name))


def part_context(options, runs):
    for shape in options.shapes:
        results = runs.interleave({"strata": lambda: bench(
            options, ["--shape", shape, "--level", "4", "--prompt-tokens", "8", "--tokens", "8", "--context",
                      str(options.context)], max(options.threads))})["strata"]
        for title, key, length in (("Decode behind a context", "decode_over_context", "context"),
                                   ("Prefill of a prompt", "prefill_over_length", "prompt_tokens")):
            print("### %s, %s at 4 planes, %d threads\n" % (title, shape, max(options.threads)))
            table(("tokens", "tokens/s"), [
                (format(point[length], ","), spread(run[key][index]["tokens_per_second"] for run in results))
                for index, point in enumerate(results[0][key])])
            drawn = [(point[length], statistics.median(run[key][index]["tokens_per_second"] for run in results))
                     for index, point in enumerate(results[0][key])]
            # A logarithmic axis has no place for an empty context.
            draw(options, "%s-%s.svg" % (key.replace("_", "-"), shape), plot.lines(
                title + ", tokens/s", "tokens", {shape + " at 4 planes": [(x, y) for x, y in drawn if x > 0]}))


def part_speculative(options, runs):
    subjects = [("sample model, all of it", [options.stack])]
    subjects += [("%s, 8 planes of random weights" % shape, ["--shape", shape, "--level", "8"])
                 for shape in options.shapes]
    for title, arguments in subjects:
        print("### Speculative decoding, %s, %d threads\n" % (title, max(options.threads)))
        results = runs.interleave({mode: lambda mode=mode: bench(
            options, [*arguments, "--prompt-tokens", "64", "--tokens", str(4 * options.tokens), "--speculative", mode],
            max(options.threads)) for mode in ("off", "auto", "on")})
        off = statistics.median(run["decode_tokens_per_second"] for run in results["off"])
        rows = []
        for mode, found in results.items():
            drafted = sum(run["speculation"]["drafted"] for run in found)
            accepted = sum(run["speculation"]["accepted"] for run in found)
            rate = statistics.median(run["decode_tokens_per_second"] for run in found)
            rows.append((mode, spread(run["decode_tokens_per_second"] for run in found), "%.2f" % (rate / off), drafted,
                         "%.0f %%" % (100 * accepted / drafted) if drafted else ""))
        table(("mode", "tokens/s", "against off", "guessed", "right"), rows)


PARTS = {"decode": part_decode, "prefill": part_prefill, "first": part_first, "resize": part_resize,
         "context": part_context, "speculative": part_speculative}


def describe(options):
    processor = bench(options, ["--shape", "tiny", "--prompt-tokens", "8", "--tokens", "2"], 1)["processor"]
    print("Processor: %s, threads %s; load at the start %.1f.  " % (processor, ", ".join(map(str, options.threads)),
                                                                   os.getloadavg()[0]))
    print("strata-cli: %s.  " % against_llama.our_build(options.cli))
    for program, python in builds(options).items():
        info = against_llama.last_json([python, "-c", "import json, llama_cpp as l; print(json.dumps("
                                        "[l.__version__, l.llama_print_system_info().decode().strip()]))"])
        print("%s: llama-cpp-python %s, built here from source; %s.  " % (program, *info))
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cli", help="strata-cli")
    parser.add_argument("--stack", help="the sample model")
    parser.add_argument("--gguf", help="the same for llama.cpp")
    parser.add_argument("--avx2-python", help="one whose llama.cpp was built for AVX2 [none]")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--shapes", default=",".join(synthetic_gguf.SHAPES))
    parser.add_argument("--threads", default="1,%d" % len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=32, help="decoded in a run")
    parser.add_argument("--context", type=int, default=32768, help="the longest")
    parser.add_argument("--pictures", help="folder for plots [none]")
    parser.add_argument("--throttle", help="the library strata_throttled_reads, for a slow disk")
    parser.add_argument("--folder", help="for llama.cpp's random weights, which stay there [deleted]")
    parser.add_argument("--llama-first", help=argparse.SUPPRESS)
    parser.add_argument("--llama-reload", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.threads = sorted({int(count) for count in options.threads.split(",")})
    options.shapes = options.shapes.split(",")
    if options.llama_first:
        return llama_first(options)
    if options.llama_reload:
        return llama_reload(options)
    unknown = set(options.parts.split(",")) - set(PARTS)
    if unknown:
        parser.error("no such part: %s; there are %s" % (", ".join(unknown), ", ".join(PARTS)))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        options.folder = options.folder or folder
        pathlib.Path(options.folder).mkdir(parents=True, exist_ok=True)
        describe(options)
        for part in options.parts.split(","):
            PARTS[part](options, Runs(options.rounds))


if __name__ == "__main__":
    main()
