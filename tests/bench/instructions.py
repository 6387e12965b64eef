#!/usr/bin/env python3
"""Counts the instructions of three fixed workloads and compares them with instructions.json beside this file.

    instructions.py --program build/release/bin/strata_instruction_bench --key "GNU 12 Release" [--update]

Times vary with the machine and what else it does; instructions do not, so a change that makes the program work more is
seen in the commit that makes it. Counted by callgrind on the AVX2 kernels (valgrind knows no AVX-512), on one thread,
without start-up. Figures belong to a compiler, its major version and a build type; where there are none for this one,
or no valgrind, it says SKIPPED. Fails when a count exceeds its figure by more than 3 %.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FIGURES = pathlib.Path(__file__).with_name("instructions.json")
WORKLOADS = ("decode", "prefill", "encode")
TOLERANCE = 0.03
# valgrind's processor has AVX2; the BLAS library is told so, that it may not choose by the real one.
ENVIRONMENT = dict(os.environ, STRATA_KERNELS="avx2", STRATA_SEARCH="avx2", OPENBLAS_CORETYPE="Haswell",
                   OPENBLAS_NUM_THREADS="1")


def count(program, workload):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind.out")
        command = ["valgrind", "--tool=callgrind", "--toggle-collect=strataMeasured", "--callgrind-out-file=" + out,
                   program, workload]
        finished = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if finished.returncode != 0:
            sys.exit("%s failed:\n%s" % (" ".join(command), finished.stdout))
        found = re.search(r"^(?:totals|summary): (\d+)", pathlib.Path(out).read_text(), re.MULTILINE)
    if not found or int(found.group(1)) == 0:
        sys.exit("callgrind counted nothing within strataMeasured")
    return int(found.group(1))


def update(figures, key, counts):
    figures[key] = counts
    FIGURES.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    print("%s: figures of '%s' written; commit them with the change that explains them" % (FIGURES, key))


def compare(expected, counts):
    grown = []
    for workload in WORKLOADS:
        change = counts[workload] / expected[workload] - 1
        print("%-8s %15s instructions, figure %15s: %+.2f %%" % (
            workload, format(counts[workload], ","), format(expected[workload], ","), 100 * change))
        if change > TOLERANCE:
            grown.append(workload)
        elif change < -TOLERANCE:
            print("         fewer than the figure says: please update it, so that the gain is kept")
    return grown


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--key", required=True, help="compiler, its major version and build type")
    parser.add_argument("--update", action="store_true", help="write the counts as the new figures")
    options = parser.parse_args()
    again = "%s --program %s --key '%s' --update" % (__file__, options.program, options.key)
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    if not shutil.which("valgrind"):
        print("SKIPPED: valgrind is missing (package valgrind)")
        return
    if options.key not in figures and not options.update:
        print("SKIPPED: %s has no figures for '%s'; they are written by\n  %s" % (FIGURES, options.key, again))
        return
    counts = {workload: count(options.program, workload) for workload in WORKLOADS}
    if options.update:
        return update(figures, options.key, counts)
    grown = compare(figures[options.key], counts)
    if grown:
        sys.exit("%s: more than %.0f %% more instructions than %s says.\nIf that is meant, change the figures in the "
                 "same commit:\n  %s" % (", ".join(grown), 100 * TOLERANCE, FIGURES, again))


if __name__ == "__main__":
    main()
