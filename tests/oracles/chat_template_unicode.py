#!/usr/bin/env python3
"""Writes core/text/jinja/unicode_tables.inc: character classes and case mappings as Python's str methods see them.

Run from the repository root:  python3 tests/oracles/chat_template_unicode.py > core/text/jinja/unicode_tables.inc
The tables follow the Unicode version of the Python that runs this script (3.11: Unicode 14).
"""
import unicodedata

FLAGS = ["isspace", "isalpha", "isdecimal", "isdigit", "isnumeric", "isprintable", "islower", "isupper"]


def flags(character):
    value = sum(1 << bit for bit, name in enumerate(FLAGS) if getattr(character, name)())
    if unicodedata.category(character) == "Lt":
        value |= 256
    if character.isidentifier() or ("a" + character).isidentifier():
        value |= 512
    return value


def encoded(runs, columns, width):
    line = ""
    for run in runs:
        cell = "{" + ",".join(columns(run)) + "},"
        if len(line) + len(cell) > width:
            print("    " + line)
            line = ""
        line += cell
    print("    " + line)


def delta_runs(mapping):
    """(first, last, stride, delta) runs of characters that map to one other character."""
    runs = []
    for code, target in mapping:
        if runs:
            first, last, stride, delta = runs[-1]
            if target - code == delta:
                if first == last and code - last in (1, 2):
                    runs[-1] = (first, code, code - last, delta)
                    continue
                if first != last and code - last == stride:
                    runs[-1] = (first, code, stride, delta)
                    continue
        runs.append((code, code, 1, target - code))
    return runs


def main():
    print("// Made by tests/oracles/chat_template_unicode.py from Unicode", unicodedata.unidata_version)
    print("// clang-format off")
    runs = []
    for code in range(0x110000):
        value = flags(chr(code))
        if not runs or runs[-1][1] != value:
            runs.append((code, value))
    print("constexpr ClassRun kClassRuns[] = {")
    encoded(runs, lambda run: (f"0x{run[0]:x}", str(run[1])), 112)
    print("};")
    special = []
    for name in ("upper", "lower", "title"):
        single = []
        for code in range(0x110000):
            mapped = getattr(chr(code), name)()
            if mapped == chr(code):
                continue
            if len(mapped) == 1:
                single.append((code, ord(mapped)))
            else:
                special.append((code, name, [ord(part) for part in mapped] + [0] * (3 - len(mapped))))
        print(f"constexpr CaseRun k{name.capitalize()}Runs[] = {{")
        encoded(delta_runs(single), lambda run: (f"0x{run[0]:x}", f"0x{run[1]:x}", str(run[2]), str(run[3])), 112)
        print("};")
    for name in ("upper", "lower", "title"):
        print(f"constexpr CaseExpansion k{name.capitalize()}Expansions[] = {{")
        encoded([entry for entry in special if entry[1] == name],
                lambda run: (f"0x{run[0]:x}", "{" + ",".join(f"0x{part:x}" for part in run[2]) + "}"), 112)
        print("};")
    print("// clang-format on")


main()
