#!/usr/bin/env python3
"""Which lines of each reader the seeds in tests/fuzz/corpus reach; fails where it is less than 80 %.

Run in the repository root:  python3 tests/fuzz/coverage.py [BUILD_FOLDER [TARGET...]]
Builds the fuzz targets with line counts first, by the preset fuzz-coverage, unless BUILD_FOLDER names a folder where
that was done. Needs clang-19 and llvm-19. With --missed, the lines that no seed reaches are listed too.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEAST_PERCENT = 80


def readers():
    """{target: the sources of its reader}, from the READS of CMakeLists.txt."""
    text = (ROOT / "tests/fuzz/CMakeLists.txt").read_text()
    found = re.findall(r"^strata_fuzz_target\((\w+)\s+READS\s+(.*?)\s+(?:SOURCES|LINKS)", text, re.M | re.S)
    return {name: sorted(str(f) for pattern in reads.split() for f in ROOT.glob(pattern)) for name, reads in found}


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def build(targets):
    folder = ROOT / "build/fuzz-coverage"
    run("cmake", "--preset", "fuzz-coverage", cwd=ROOT, stdout=subprocess.DEVNULL)
    run("ninja", "-C", folder, *(f"fuzz_{name}" for name in targets))
    return folder


def measure(folder, name, sources):
    """{source: (lines, lines reached, [(begin, end) of what was missed])}"""
    program, raw, merged = folder / f"bin/fuzz_{name}", folder / f"{name}.profraw", folder / f"{name}.profdata"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    run(program, "-runs=0", ROOT / "tests/fuzz/corpus" / name, env={"LLVM_PROFILE_FILE": str(raw)}, **quiet)
    run("llvm-profdata-19", "merge", "-sparse", raw, "-o", merged)
    exported = run("llvm-cov-19", "export", program, f"-instr-profile={merged}", *sources, capture_output=True).stdout
    result = {}
    for file in json.loads(exported)["data"][0]["files"]:
        lines = file["summary"]["lines"]
        result[file["filename"]] = (lines["count"], lines["covered"], missed(file["segments"]))
    return result


def missed(segments):
    """Ranges of lines whose regions ran zero times. A segment is [line, column, count, counted, ...]."""
    out = []
    for (line, _, count, counted, *_), (end, *_) in zip(segments, segments[1:]):
        if counted and count == 0:
            out.append((line, end))
    return out


def main(arguments):
    show = "--missed" in arguments
    arguments = [argument for argument in arguments if argument != "--missed"]
    chosen = {name: reads for name, reads in readers().items() if name in arguments[1:] or not arguments[1:]}
    folder = pathlib.Path(arguments[0]) if arguments else build(chosen)
    short = 0
    print(f"{'target':18} {'seeds':>5} {'kB':>4}  {'lines':>6} {'reached':>7}")
    for name, sources in chosen.items():
        files = measure(folder, name, sources)
        lines, reached = (sum(file[i] for file in files.values()) for i in (0, 1))
        seeds = list((ROOT / "tests/fuzz/corpus" / name).iterdir())
        percent = 100 * reached / lines
        short += percent < LEAST_PERCENT
        print(f"{name:18} {len(seeds):5} {sum(s.stat().st_size for s in seeds) / 1000:4.0f}  {lines:6} {percent:6.1f} %")
        for file, (total, covered, ranges) in files.items() if show else ():
            where = " ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
            print(f"    {pathlib.Path(file).relative_to(ROOT)} {100 * covered / max(total, 1):.0f} %: {where}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
