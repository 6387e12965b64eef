#!/usr/bin/env python3
"""Seeds of tests/fuzz/corpus/tokenizer: small tokenizer files of every format, each behind its format's number and a text.

pip install gguf tokenizers sentencepiece protobuf
In the repository root:  python3 tests/oracles/tokenizer_fuzz_corpus.py
"""

import json
import pathlib
import tempfile

import gguf
from sentencepiece import sentencepiece_model_pb2 as model_pb2

import tokenizer_text as corpus

OUT = pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "corpus" / "tokenizer"
TEXT = " ab <s>12\n\n  \u00e9\u65e5\U0001f642 it's<|im_end|>\u2581x".encode() + b"\xff\xe6\x97"
ALPHABET = ["a", "b", "s", "t", "i", "1", "2", "'", "\u0120", "\u010a", "<", ">", "|", "\u00c3", "\u00a9"]


def write(name, kind, file):
    (OUT / name).write_bytes(bytes([kind, len(TEXT)]) + TEXT + file)


def gguf_file(model, pre, tokens, kinds, scores=None, merges=None, charsmap=None):
    with tempfile.NamedTemporaryFile() as file:
        writer = gguf.GGUFWriter(file.name, "llama")
        writer.add_tokenizer_model(model)
        if pre:
            writer.add_tokenizer_pre(pre)
        writer.add_token_list(tokens)
        writer.add_token_types(kinds)
        if scores:
            writer.add_token_scores(scores)
        if merges:
            writer.add_token_merges(merges)
        if charsmap:
            writer.add_precompiled_charsmap(charsmap)
        writer.add_bos_token_id(0)
        writer.add_eos_token_id(1)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
        return pathlib.Path(file.name).read_bytes()


def byte_level():
    tokens = ["<s>", "<|im_end|>", "<tool>"] + ALPHABET + ["ab", "it", "\u0120ab", "12"]
    kinds = [3, 3, 4] + [1] * (len(tokens) - 3)
    for pre in ("smollm", "llama-bpe", "falcon", "deepseek-llm", "qwen2", "gpt-4o"):
        write(f"gguf_{pre}", 0, gguf_file("gpt2", pre, tokens, kinds, merges=["a b", "i t", "\u0120 ab", "1 2"]))


def pieces():
    special = [("<unk>", 2), ("<s>", 3), ("</s>", 3), ("<h1>", 4), ("<0x0A>", 6), ("<0xFF>", 6), ("\u2581un", 5)]
    normal = [(t, 1) for t in ("\u2581", "a", "b", "ab", "\u2581ab", "x", "\u00e9", "it", "i", "t")]
    return [(t, -float(i), kind) for i, (t, kind) in enumerate(special + normal)]


def sentence_pieces():
    charsmap = model_pb2.ModelProto.FromString(
        (corpus.DATA / "spm_t5.model").read_bytes()
    ).normalizer_spec.precompiled_charsmap
    for name, kind, model_type in (("llama", 0, 2), ("t5", 0, 1)):
        tokens, scores, kinds = zip(*pieces())
        write(
            f"gguf_{name}",
            0,
            gguf_file(name, None, list(tokens), list(kinds), list(scores), charsmap=charsmap if name == "t5" else None),
        )
        model = model_pb2.ModelProto()
        for text, score, type_ in pieces():
            model.pieces.add(piece=text, score=score, type=type_)
        model.trainer_spec.model_type = model_type
        model.normalizer_spec.precompiled_charsmap = charsmap if name == "t5" else b""
        write(f"model_{name}", 2, model.SerializeToString())


def documents():
    for path in sorted(corpus.DATA.glob("json_*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        model = document["model"]
        if model.get("type") == "Unigram":
            model["vocab"] = model["vocab"][:12]
        else:
            keep = [t for t in model["vocab"] if len(t) == 1][:12]
            model["vocab"] = {t: i for i, t in enumerate(keep + ["<unk>", "<s>", "</s>", "<pad>"])}
            model["merges"] = []
        for token in document["added_tokens"]:
            token["id"] = 20 + document["added_tokens"].index(token)
        write(path.stem, 1, json.dumps(document, separators=(",", ":")).encode())


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    byte_level()
    sentence_pieces()
    documents()
