#!/usr/bin/env python3
"""Draws docs/images/curve.svg: perplexity of one stack against the memory its weights may take, beside llama.cpp's files.

  python tests/bench/draw_curve.py --cli build/release/bin/strata-cli --stack sample.strata --text wikitext2_test.txt \\
      > docs/images/curve.svg
"""
import argparse
import json
import math
import subprocess

SIZES_MB = [46, 50, 54, 58, 62, 66, 70, 75, 80, 85, 90, 95, 100, 105, 110]
DENSE = 26.29
# Whole files of the same model and their perplexity on the same text, as docs/benchmarks.md states them.
LLAMA_CPP = [("Q2_K", 88.2, 34.1), ("Q4_0", 91.7, 31.3), ("Q4_K_M", 105.5, 27.5)]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 44, 24, 40, 48
X_RANGE, Y_RANGE = (40, 112), (25, 50)


def x_of(megabytes):
    return LEFT + (megabytes - X_RANGE[0]) / (X_RANGE[1] - X_RANGE[0]) * (WIDTH - LEFT - RIGHT)


def y_of(perplexity):
    low, high = map(math.log, Y_RANGE)
    return HEIGHT - BOTTOM - (math.log(perplexity) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def measure(options, megabytes):
    output = subprocess.run(
        [options.cli, "eval", options.stack, "--text", options.text, "--detokenise-wikitext", "--windows", "6",
         "--memory", "%dMB" % megabytes, "--json", "--quiet"], check=True, capture_output=True, text=True).stdout
    result = json.loads(output.splitlines()[-1])
    return result["weight_bytes"] / 1e6, result["perplexity"]


def draw(points):
    grey, accent, other = "#808890", "#2f7de1", "#d9822b"
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" '
             'fill="%s">' % (WIDTH, HEIGHT, grey)]
    for megabytes in range(40, 112, 10):
        lines.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x_of(megabytes), HEIGHT - 26, megabytes))
    for perplexity in (30, 35, 40, 50):
        y = y_of(perplexity)
        lines.append('<path d="M%d %.1f H%d" stroke="%s" stroke-opacity=".25"/>' % (LEFT, y, WIDTH - RIGHT, grey))
        lines.append('<text x="%d" y="%.1f" text-anchor="end">%d</text>' % (LEFT - 8, y + 4, perplexity))
    lines.append('<path d="M%d %.1f H%d" stroke="%s" stroke-dasharray="4 4"/>' % (LEFT, y_of(DENSE), WIDTH - RIGHT, grey))
    lines.append('<text x="%d" y="%.1f">the source model</text>' % (LEFT + 6, y_of(DENSE) + 16))
    lines.append('<text x="%d" y="%.1f" text-anchor="end">%.1f</text>' % (LEFT - 8, y_of(DENSE) + 4, DENSE))
    path = " ".join("%s%.1f %.1f" % ("L" if i else "M", x_of(m), y_of(p)) for i, (m, p) in enumerate(points))
    lines.append('<path d="%s" fill="none" stroke="%s" stroke-width="2.5"/>' % (path, accent))
    for megabytes, perplexity in points:
        lines.append('<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x_of(megabytes), y_of(perplexity), accent))
    lines.append('<text x="%.1f" y="%.1f" fill="%s">one Strata file, any size</text>' % (x_of(57), y_of(34), accent))
    for name, megabytes, perplexity in LLAMA_CPP:
        x, y = x_of(megabytes), y_of(perplexity)
        lines.append('<rect x="%.1f" y="%.1f" width="8" height="8" fill="%s"/>' % (x - 4, y - 4, other))
        lines.append('<text x="%.1f" y="%.1f" fill="%s">%s</text>' % (x + 8, y + 4, other, name))
    lines.append('<text x="%.1f" y="%d" text-anchor="middle">resident weights, MB</text>' % ((LEFT + WIDTH) / 2, HEIGHT - 6))
    lines.append('<text x="%d" y="18">perplexity (lower is better)</text>' % (LEFT - 32))
    lines.append('<text x="%.1f" y="%.1f" fill="%s">llama.cpp, one file each:</text>' % (x_of(87), y_of(36.6), other))
    return "\n".join(lines + ["</svg>"])


def main():
    parser = argparse.ArgumentParser()
    for name in ("cli", "stack", "text"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    print(draw([measure(options, megabytes) for megabytes in SIZES_MB]))


if __name__ == "__main__":
    main()
