"""The text that tokenizers are compared on; tests/core/text/stress_text.cpp makes the same bytes.

Chunks of about 64 kB, drawn by a linear congruential generator from the lines of tests/data/tokenizer/stress.txt (our
own writing) and the characters of tests/data/tokenizer/alphabet.txt.
"""

import functools
import pathlib
import re
import struct
import unicodedata
import zlib

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "tokenizer"
CHUNK_BYTES = 65536
CHUNKS = 80  # 5 MB
BYTE_CHUNKS = 16  # 1 MB
BREAKS = [
    "\n",
    "\n\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    " \n ",
    "\n    ",
    "",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\x0b",
    "\x0c",
    "\x85",
]
ASCII = "".join(chr(c) for c in range(32, 127))


class Generator:
    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


def write_alphabet(count=6000):
    """Assigned characters of every block, evenly spread: Unicode 3.2 whole, later versions thinly."""
    old = unicodedata.ucd_3_2_0
    known = [c for c in map(chr, range(0xA0, 0x30000)) if old.category(c) not in ("Cn", "Cs", "Co")]
    common = [c for c in known if ord(c) < 0x3100 or 0xFB00 <= ord(c) < 0x10000]
    rest = [c for c in known if c not in set(common)]
    chosen = common[:: max(1, len(common) // (count // 2))] + rest[:: max(1, len(rest) // (count // 2))]
    (DATA / "alphabet.txt").write_text("".join(sorted(chosen)), encoding="utf-8")


@functools.cache
def chunks(count=CHUNKS, seed=20240229):
    return tuple(draw_chunks(count, seed))


def draw_chunks(count, seed):
    lines = (DATA / "stress.txt").read_bytes().decode("utf-8").split("\n")[:-1]
    alphabet = (DATA / "alphabet.txt").read_bytes().decode("utf-8")
    random = Generator(seed)
    for _ in range(count):
        text, size = [], 0
        while size < CHUNK_BYTES:
            kind = random.below(16)
            if kind < 10:
                part = lines[random.below(len(lines))]
            elif kind < 12:
                part = "".join(alphabet[random.below(len(alphabet))] for _ in range(1 + random.below(24)))
            elif kind < 14:
                part = "".join(ASCII[random.below(len(ASCII))] for _ in range(1 + random.below(24)))
            elif kind == 14:
                part = str(random.below(10 ** (1 + random.below(9))))
            else:
                part = " " * (1 + random.below(20))
            part += BREAKS[random.below(len(BREAKS))]
            text.append(part)
            size += len(part.encode("utf-8"))
        yield "".join(text)


@functools.cache
def byte_chunks(count=BYTE_CHUNKS, seed=19990523):
    return tuple(draw_byte_chunks(count, seed))


def draw_byte_chunks(count, seed):
    """Random bytes between lines of text: most of it is no UTF-8."""
    lines = (DATA / "stress.txt").read_bytes().split(b"\n")[:-1]
    random = Generator(seed)
    for _ in range(count):
        text = b""
        while len(text) < CHUNK_BYTES:
            if random.below(4) == 0:
                text += lines[random.below(len(lines))]
            text += bytes(random.below(256) for _ in range(1 + random.below(40)))
        yield text


def as_text(chunk, index):
    """For packages that take characters only: every byte as one, or what is no UTF-8 replaced, in turn."""
    return chunk.decode("latin-1") if index % 2 == 0 else chunk.decode("utf-8", "replace")


def file_chunks(path):
    """A file in parts of whole lines, each the shortest of at least CHUNK_BYTES."""
    part = bytearray()
    for line in re.findall(rb"[^\n]*\n|[^\n]+$", path.read_bytes()):
        part += line
        if len(part) >= CHUNK_BYTES:
            yield part.decode("utf-8")
            part = bytearray()
    if part:
        yield part.decode("utf-8")


def checksum(ids):
    """CRC-32 over the little-endian bytes of the ids."""
    return zlib.crc32(struct.pack(f"<{len(ids)}i", *ids))


if __name__ == "__main__":
    write_alphabet()
