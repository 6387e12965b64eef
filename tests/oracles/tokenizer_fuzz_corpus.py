#!/usr/bin/env python3
"""Seeds of the fuzz targets tokenizer_gguf, tokenizer_json and tokenizer_model: small files of every kind, and recipes
(tests/fuzz/tokenizer_recipe.h), one per branch of the readers.

pip install gguf tokenizers sentencepiece protobuf
In the repository root:  python3 tests/oracles/tokenizer_fuzz_corpus.py
"""

import json
import pathlib
import tempfile

import gguf
from sentencepiece import sentencepiece_model_pb2 as model_pb2

import tokenizer_text as corpus

FUZZ = pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "corpus"
TEXT = " ab <s>12\n\n  \u00e9\u65e5\U0001f642 it's<|im_end|>\u2581x".encode() + b"\xff\xe6\x97"
ALPHABET = ["a", "b", "s", "t", "i", "1", "2", "'", "\u0120", "\u010a", "<", ">", "|", "\u00c3", "\u00a9"]
PRE = ["smollm", "llama-bpe", "falcon", "deepseek-llm", "qwen2", "gpt-4o", "tekken", "bloom"]


def charsmap():
    model = model_pb2.ModelProto.FromString((corpus.DATA / "spm_t5.model").read_bytes())
    return model.normalizer_spec.precompiled_charsmap


def write(target, name, data):
    (FUZZ / target / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def gguf_file():
    with tempfile.NamedTemporaryFile() as file:
        writer = gguf.GGUFWriter(file.name, "llama")
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("smollm")
        tokens = ["<s>", "<|im_end|>", "<tool>"] + ALPHABET + ["ab", "it"]
        writer.add_token_list(tokens)
        writer.add_token_types([3, 3, 4] + [1] * (len(tokens) - 3))
        writer.add_token_merges(["a b", "i t"])
        writer.add_bos_token_id(0)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
        return pathlib.Path(file.name).read_bytes()


def recipe(first, tokens, *lines):
    return "\n".join([first, *(f"{kind}{text}" for text, kind in tokens), *lines, ""]).encode()


def byte_level_recipes():
    tokens = [("<s>", 3), ("<|im_end|>", 3), ("<tool>", 4)]
    tokens += [(t, 1) for t in ALPHABET + ["ab", "it", "\u0120ab", "12"]]
    lines = ["=a b", "=i t", "=\u0120 ab", "=1 2", "!bos_token_id 0", "!eos_token_id 1"]
    for pre in PRE:
        write("tokenizer_gguf", f"recipe_{pre}", recipe(f"@gpt2 {pre}", tokens, *lines))
    for name, line in {
        "no_pair": "=ab",
        "merge_of_none": "=a z",
        "unknown_pre": "@gpt2 other",
        "unknown_model": "@other",
        "no_id": "!eot_token_id -1",
        "id_outside": "!eom_token_id 99",
        "twice": "1a",
        "bad_kind": "9x",
        "bad_byte": "6x",
        "default_pre": "@gpt2",
        "empty_text": ">",
    }.items():
        write("tokenizer_gguf", f"recipe_{name}", recipe("@gpt2 smollm", tokens, *lines, line))


def pieces():
    special = [("<unk>", 2), ("<s>", 3), ("</s>", 3), ("<h1>", 4), ("<|user|>", 4)]
    special += [("<0x0A>", 6), ("<0xFF>", 6), ("\u2581un", 5), ("ba", 5)]
    normal = ("\u2581", "a", "b", "ab", "\u2581ab", "x", "\u00e9", "it", "i", "t", "bab", "a\u2581", "\u2581\u2581")
    return special + [(t, 1) for t in normal]


def sentence_piece_recipes():
    text = ">bab  ab<h1>a<|user|> \u00e9\u65e5\ufb01 un"
    for name, model, kind in (("llama", "@llama", 2), ("t5", "@t5", 1)):
        flags = ["!unknown_token_id 0", "!add_space_prefix 1", "!remove_extra_whitespaces 1", text]
        write("tokenizer_gguf", f"recipe_{name}", recipe(model, pieces(), *flags))
        write("tokenizer_model", f"recipe_{name}", recipe("@", pieces(), f"!t3 {kind}", text))
        every_byte = pieces() + [(f"<0x{b:02X}>", 6) for b in range(256) if b not in (0x0A, 0xFF)]
        write("tokenizer_model", f"recipe_{name}_bytes", recipe("@", every_byte, f"!t3 {kind}", "!n4 0", text))
        mapped = recipe("@", pieces(), f"!t3 {kind}", text) + b"%" + charsmap()
        write("tokenizer_model", f"recipe_{name}_map", mapped)
    write("tokenizer_gguf", "recipe_t5_map", recipe("@t5", pieces(), text) + b"%" + charsmap())
    write("tokenizer_gguf", "recipe_bad_map", recipe("@t5", pieces(), text) + b"%abc")
    flags = {
        "words": "!t3 3",
        "suffix": "!t24 1",
        "ids": "!t40 0\n!t41 -1\n!t42 2\n!t43 99",
        "plain_spaces": "!t3 2\n!n3 0\n!n4 1\n!n5 0",
        "bad_kind": "9x",
        "no_unknown": "!t40 -1\n!t3 1",
        "unknown_is_control": "!t40 1\n!t3 1",
        "unknown_is_control_bpe": "!t40 1\n!t3 2",
    }
    for name, line in flags.items():
        write("tokenizer_model", f"recipe_{name}", recipe("@", pieces(), line))
    byte_is_control = ["3<0x41>", ">A\n"]
    for model, kind in (("@llama", 2), ("@t5", 1)):
        write("tokenizer_gguf", f"recipe_byte_is_control_{kind}", recipe(model, pieces(), *byte_is_control))
        write("tokenizer_model", f"recipe_byte_is_control_{kind}", recipe("@", pieces(), *byte_is_control, f"!t3 {kind}"))


def models():
    model = model_pb2.ModelProto()
    for index, (text, kind) in enumerate(pieces()):
        model.pieces.add(piece=text, score=-float(index), type=kind)
    model.trainer_spec.model_type = 2
    model.trainer_spec.train_extremely_large_corpus = True
    model.denormalizer_spec.name = "x"
    data = model.SerializeToString()
    write("tokenizer_model", "file", data)
    write("tokenizer_model", "file_cut", data[:-1])
    write("tokenizer_model", "file_long_number", data + b"\x80" * 10 + b"\x01")
    write("tokenizer_model", "file_wide_number", data + b"\x31" + bytes(8))
    write("tokenizer_model", "file_group", data + b"\x33")
    write("tokenizer_model", "empty", b"\n")


def small(document):
    model = document["model"]
    if model.get("type") == "Unigram":
        model["vocab"] = model["vocab"][:12]
    else:
        keep = [t for t in model["vocab"] if len(t) == 1][:14]
        model["vocab"] = {t: i for i, t in enumerate(keep + ["<unk>", "<s>", "</s>", "<pad>", "<0x41>", keep[0] + keep[1]])}
        model["merges"] = [[keep[0], keep[1]]]
    for token in document["added_tokens"]:
        token["id"] = 20 + document["added_tokens"].index(token)
    return document


def with_member(document, path, value):
    copy = json.loads(json.dumps(document))
    entry = copy
    for key in path[:-1]:
        entry = entry[key]
    entry[path[-1]] = value
    return copy


def documents():
    config = b'\0{"bos_token":"<s>","eos_token":{"content":"</s>"},"pad_token":"<pad>","add_bos_token":true}\0'
    for path in sorted(corpus.DATA.glob("json_*.json")):
        document = small(json.loads(path.read_text(encoding="utf-8")))
        tokens = [token["content"] for token in document["added_tokens"]]
        text = TEXT + "".join(f" {t} \n{t}_{t}\u3000{t}s x{t}" for t in tokens).encode()
        write("tokenizer_json", path.stem, json.dumps(document, separators=(",", ":")).encode() + config + text)
    plain = {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}, "added_tokens": []}
    split = {"type": "Split", "pattern": {"Regex": "\\s+"}, "behavior": "Removed", "invert": False}
    changes = {
        "no_model": (["model"], None),
        "no_vocabulary": (["model"], {"type": "BPE"}),
        "word_piece": (["model", "type"], "WordPiece"),
        "id_outside": (["model", "vocab", "c"], 1 << 40),
        "no_pair": (["model", "merges"], [["a"]]),
        "three_parts": (["model", "merges"], ["a b c"]),
        "suffix": (["model", "end_of_word_suffix"], "</w>"),
        "dropout": (["model", "dropout"], 0.5),
        "unigram": (["model"], {"type": "Unigram", "vocab": [["a", -1.5e-7], ["b", -2]], "unk_id": 1}),
        "no_score": (["model"], {"type": "Unigram", "vocab": [["a"]]}),
        "no_content": (["added_tokens"], [{"id": 3}]),
        "post": (["post_processor"], {"type": "Sequence", "processors": [
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "a"}}, {"Sequence": {"id": "A"}},
                                                      {"SpecialToken": {"id": "b"}}]}]}),
        "decoder": (["decoder"], {"type": "Sequence", "decoders": [{"type": "Fuse"},
                                                                   {"type": "Strip", "content": " ", "start": 1}]}),
        "metaspace": (["pre_tokenizer"], {"type": "Metaspace", "prepend_scheme": "first", "split": False}),
        "no_pattern": (["pre_tokenizer"], {"type": "Split"}),
        "bad_pattern": (["pre_tokenizer"], split | {"pattern": {"Regex": "("}}),
        "class_in_class": (["pre_tokenizer"], split | {"pattern": {"Regex": "[a[b]]"}}),
        "posix_class": (["pre_tokenizer"], split | {"pattern": {"Regex": "[[:alpha:]\\s]\\W\\S\\w\\h"}}),
        "slow_pattern": (["pre_tokenizer"], split | {"pattern": {"Regex": "(a+)+$"}}),
        "bad_behavior": (["pre_tokenizer"], split | {"behavior": "Other"}),
        "unknown_step": (["pre_tokenizer"], {"type": "Other"}),
        "many_steps": (["pre_tokenizer"], {"type": "Sequence", "pretokenizers": [
            split | {"behavior": b} for b in ("MergedWithPrevious", "MergedWithNext", "Contiguous", "Isolated")] + [
            {"type": t} for t in ("Whitespace", "BertPreTokenizer", "Punctuation", "WhitespaceSplit")] + [
            {"type": "CharDelimiterSplit", "delimiter": "x"}, {"type": "Digits"}, {"type": "ByteLevel"}]}),
        "many_normalizers": (["normalizer"], {"type": "Sequence", "normalizers": [
            {"type": t} for t in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip")] + [
            {"type": "Prepend", "prepend": "_"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}),
        "unknown_normalizer": (["normalizer"], {"type": "Nmt"}),
        "bad_map": (["normalizer"], {"type": "Precompiled", "precompiled_charsmap": "A*"}),
        "added": (["added_tokens"], [
            {"id": 3, "content": "<x>", "special": True, "lstrip": True, "rstrip": True, "normalized": False},
            {"id": 4, "content": "Tool", "single_word": True, "normalized": True},
            {"id": 5, "content": "\u00e9b", "lstrip": True}]),
        "fallback": (["model"], {"type": "BPE", "vocab": {"<unk>": 0, "a": 1, "\u00e9": 2, "b": 3, "ab": 4, "\u2581": 5,
                                 **{f"<0x{b:02X}>": 6 + b for b in range(256)}}, "merges": ["a b"], "unk_token": "<unk>",
                                 "byte_fallback": True, "fuse_unk": True, "ignore_merges": True}),
        "no_map": (["normalizer"], {"type": "Precompiled", "precompiled_charsmap": ""}),
    }
    for name, (path, value) in changes.items():
        write("tokenizer_json", name, json.dumps(with_member(plain, path, value), separators=(",", ":")))
    write("tokenizer_json", "no_json", "{")
    write("tokenizer_json", "bad_config", json.dumps(plain, separators=(",", ":")) + "\0[")


if __name__ == "__main__":
    for target in ("tokenizer_gguf", "tokenizer_json", "tokenizer_model"):
        (FUZZ / target).mkdir(parents=True, exist_ok=True)
    write("tokenizer_gguf", "file", gguf_file())
    byte_level_recipes()
    sentence_piece_recipes()
    models()
    documents()
