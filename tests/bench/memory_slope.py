#!/usr/bin/env python3
"""Memory of a running chat, read from outside, at several budgets: what the program says and what the system says.

Run:  python3 tests/bench/memory_slope.py --cli build/release/bin/strata-cli --stack models/SmolLM2-135M-Instruct.strata

Prints resident bytes as counted by the program beside RssAnon and VmRSS, and the slopes of their least-squares lines.
"""
import argparse
import pathlib
import subprocess


def fields(line):
    return dict(part.split("=", 1) for part in line.split() if "=" in part)


class Chat:
    def __init__(self, cli, stack):
        self.process = subprocess.Popen([cli, "chat", stack, "--max-tokens", "16", "--seed", "1", "--quiet"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def send(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def ask(self, command, mark="floor_bytes="):
        """The line with `mark` that a command prints."""
        self.send(command)
        for line in self.process.stdout:
            if mark in line:
                return line
        raise SystemExit("the chat ended")

    def status(self, name):
        for line in pathlib.Path("/proc/%d/status" % self.process.pid).read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise SystemExit("/proc has no " + name)


def slope(xs, ys):
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / sum((x - mean_x) ** 2 for x in xs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cli", required=True)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--budgets", default="100%,80%,60%,50%,40%,70%,95%")
    options = parser.parse_args()
    chat = Chat(options.cli, options.stack)
    rows = []
    print("| budget | resident, by the program | RssAnon | VmRSS |")
    print("| --- | --- | --- | --- |")
    for budget in options.budgets.split(","):
        chat.ask("/memory " + budget)
        chat.send("Go on.")
        chat.ask("/help", "wait for their turn")  # which waits for the end of the answer, as /stats would not
        resident = int(fields(chat.ask("/stats"))["resident_bytes"])
        rows.append((resident, chat.status("RssAnon"), chat.status("VmRSS")))
        print("| %s | %d | %d | %d |" % ((budget,) + rows[-1]), flush=True)
    chat.send("/quit")
    chat.process.wait()
    resident, anonymous, whole = zip(*rows)
    print("slope against resident bytes: RssAnon %.3f, VmRSS %.3f" % (slope(resident, anonymous), slope(resident, whole)))


if __name__ == "__main__":
    main()
