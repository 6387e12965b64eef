#!/usr/bin/env python3
"""Goldens of tests/core/text: what the Python packages `tokenizers` and `sentencepiece` make of our texts.

pip install tokenizers sentencepiece protobuf gguf
In the repository root:
  python3 tests/oracles/tokenizer_golden.py train [NAME...]   small tokenizers of every style (or of those named) into
                                                       tests/data/tokenizer; training breaks ties at random, so `golden`
                                                       has to follow
  python3 tests/oracles/tokenizer_golden.py golden [MODEL.gguf WIKITEXT...]   checksums of ids into golden.json

golden.json: {group: {tokenizer: {"chunks": [checksum of the ids of each chunk of tokenizer_text.chunks()],
"bytes": [the same of tokenizer_text.byte_chunks()], "cases": [[text, ids]], "parsed": [[text, ids where special tokens
are recognised]]}}}.
With the sample model and WikiText files also {"sample": ..., "wikitext": {file name: [checksums]}}.
"""

import json
import pathlib
import sys

import tokenizer_text as corpus
from tokenizer_named import NAMED, byte_level_sample, named_tokenizer
from tokenizer_styles import STYLES, train_styles

CASES = [
    "",
    " ",
    "a",
    "Hello, world!",
    " Hello  world\n\n\n  again",
    "it's we'll I'M 'S",
    "12345 6 78",
    "naïve café e\u0301",
    "日本語のテキスト、漢字。",
    "🙂👍🏽 x",
    "\r\n\t \r",
    "foo(bar)[0] = 1e-5; // x",
    "word\u3000word\u00a0word",
    "▁a▁▁b <unk> <0x41>",
    "   leading and trailing   ",
]

AROUND_SPECIALS = ["@", "a@b", " @ x", "x \n@ \t\u3000y@", "@@", "_@", "word @1", "\u00e9@\u00e9", "<@>"]


def entry(encode, parse=None, specials=(), takes_bytes=False):
    """`parse`: as `encode`, but special tokens are recognised."""
    noise = corpus.byte_chunks() if takes_bytes else map(corpus.as_text, corpus.byte_chunks(), range(corpus.BYTE_CHUNKS))
    out = {
        "chunks": [f"{corpus.checksum(encode(text)):08x}" for text in corpus.chunks()],
        "bytes": [f"{corpus.checksum(encode(text)):08x}" for text in noise],
        "cases": [[text, list(encode(text))] for text in CASES],
    }
    texts = [shape.replace("@", token) for token in specials for shape in AROUND_SPECIALS]
    return out | {"parsed": [[text, list(parse(text))] for text in texts]} if specials else out


def golden(arguments):
    out = {
        "named": {
            name: entry(lambda text, t=named_tokenizer(name): t.encode(text, add_special_tokens=False).ids)
            for name in NAMED
        }
    }
    out["styles"] = {name: entry(*how) for name, *how in STYLES()}
    path = corpus.DATA / "golden.json"
    if arguments:
        sample = byte_level_sample(arguments[0])
        encode = lambda text: sample.encode(text, add_special_tokens=False).ids
        out["sample"] = entry(encode)
        out["wikitext"] = {
            pathlib.Path(file).name: [
                f"{corpus.checksum(encode(t)):08x}" for t in corpus.file_chunks(pathlib.Path(file))
            ]
            for file in arguments[1:]
        }
    path.write_text(json.dumps(out, ensure_ascii=True, indent=None, separators=(",", ":")).replace('},"', '},\n"'))


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train_styles(sys.argv[2:])
    else:
        golden(sys.argv[2:])
