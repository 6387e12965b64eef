"""Small tokenizers in the styles that are not byte-level BPE by name, trained here: SentencePiece models (.model, and
the same as vocabulary-only GGUF files) and tokenizer.json files."""

import base64
import io
import json

import gguf
import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import tokenizer_text as corpus
from tokenizer_named import CL100K, byte_level, split, train_merges

TRAINING_CHUNKS = 6

# name -> SentencePiece training options, and the tokenizer model's name in GGUF (None: no GGUF file)
SENTENCEPIECE = {
    "spm_llama": (
        dict(
            model_type="bpe",
            byte_fallback=True,
            normalization_rule_name="identity",
            split_digits=True,
            remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True,
        ),
        "llama",
    ),
    "spm_gemma": (
        dict(
            model_type="bpe",
            byte_fallback=True,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True,
            user_defined_symbols=["<h1>", "[multimodal]", "\u2581\u2581", "\u2581\u2581\u2581\u2581", "<unused0>"],
        ),
        "llama",
    ),
    "spm_words": (
        dict(model_type="bpe", byte_fallback=False, normalization_rule_name="identity", split_by_whitespace=False),
        None,
    ),
    "spm_t5": (dict(model_type="unigram", byte_fallback=False, rules=True, user_defined_symbols=["<extra_0>"]), "t5"),
    "spm_unigram_bytes": (
        dict(
            model_type="unigram", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False
        ),
        None,
    ),
}

RULES = [
    ("\uff01", "!"),
    ("\ufb01", "fi"),
    ("\u2126", "\u03a9"),
    ("\u00c5", "A\u030a"),
    ("e\u0301", "\u00e9"),
    ("\u00a0", " "),
    ("\u3000", " "),
    ("\u200b", ""),
    ("\t", " "),
    ("\u2460", "1"),
    ("\u33a5", "m3"),
    ("\uff21", "A"),
    ("\uff21\uff22", "AB"),
]


def lines():
    return [line for chunk in corpus.chunks(TRAINING_CHUNKS) for line in chunk.split("\n") if line.strip()]


def train_sentencepiece(name, options):
    options = dict(options)
    if options.pop("rules", False):
        path = corpus.DATA / "rules.tmp"
        path.write_text(
            "".join(f"{' '.join(f'{ord(c):X}' for c in a)}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in RULES)
        )
        options["normalization_rule_tsv"] = str(path)
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines()),
        model_writer=out,
        vocab_size=2400,
        character_coverage=0.98,
        control_symbols=["<pad>", "<|im_end|>"],
        max_sentence_length=100000,
        num_threads=1,
        minloglevel=2,
        hard_vocab_limit=False,
        **options,
    )
    model = model_pb2.ModelProto.FromString(out.getvalue())
    model.trainer_spec.ClearField("user_defined_symbols")
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    model.trainer_spec.ClearField("model_prefix")
    if name == "spm_llama":  # an unused piece is a step to larger ones only
        for piece in model.pieces[700:720]:
            if piece.type == piece.NORMAL:
                piece.type = piece.UNUSED
    (corpus.DATA / f"{name}.model").write_bytes(model.SerializeToString())
    (corpus.DATA / "rules.tmp").unlink(missing_ok=True)


def write_gguf(name, kind):
    model = model_pb2.ModelProto.FromString((corpus.DATA / f"{name}.model").read_bytes())
    writer = gguf.GGUFWriter(corpus.DATA / f"{name}.gguf", "llama")
    writer.add_tokenizer_model(kind)
    writer.add_token_list([piece.piece for piece in model.pieces])
    writer.add_token_scores([piece.score for piece in model.pieces])
    writer.add_token_types([piece.type for piece in model.pieces])
    writer.add_add_space_prefix(model.normalizer_spec.add_dummy_prefix)
    writer.add_remove_extra_whitespaces(model.normalizer_spec.remove_extra_whitespaces)
    if model.normalizer_spec.precompiled_charsmap:
        writer.add_precompiled_charsmap(model.normalizer_spec.precompiled_charsmap)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def trained(model, trainer, pre_tokenizer, normalizer=None):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(lines(), trainer)
    return tokenizer


def bpe_parts(pre_tokenizer, size=1100, normalizer=None):
    tokenizer = trained(
        models.BPE(),
        trainers.BpeTrainer(vocab_size=size, show_progress=False, limit_alphabet=500, max_token_length=14),
        pre_tokenizer,
        normalizer,
    )
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(m) for m in model["merges"]]


def with_bytes(vocab, *first):
    tokens = list(first) + [f"<0x{b:02X}>" for b in range(256)]
    tokens += [t for t in sorted(vocab, key=vocab.get) if t not in set(tokens)]
    return {t: i for i, t in enumerate(tokens)}


def json_llama():
    vocab, merges = bpe_parts(pre_tokenizers.Metaspace())
    tokenizer = Tokenizer(
        models.BPE(
            vocab=with_bytes(vocab, "<unk>", "<s>", "</s>"),
            merges=merges,
            unk_token="<unk>",
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def json_metaspace():
    """json_llama's model as newer files have it: no normalizer, a mark for a space before the first word only."""
    document = json.loads((corpus.DATA / "json_llama.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_str(json.dumps(document | {"normalizer": None}))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, rstrip=True) for t in ("<|user|>", "<|end|>")]  # as Phi-3 has them
        + [AddedToken("[INST]", normalized=False), AddedToken("<|left|>", normalized=False, lstrip=True)]
    )
    return tokenizer


def json_no_merges():
    """Words of the vocabulary that no merge makes; bytes that the alphabet lacks vanish."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())[10:]
    words = ["keeper", "\u0120the", "the", "th", "ab", "12"]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(alphabet + words)}, merges=[("t", "h")]))
    tokenizer.pre_tokenizer = byte_level(True)
    return tokenizer


def json_gemma():
    vocab, merges = bpe_parts(split(" ", "merged_with_previous"), normalizer=normalizers.Replace(" ", "\u2581"))
    tokenizer = Tokenizer(
        models.BPE(
            vocab=with_bytes(vocab, "<pad>", "<eos>", "<bos>", "<unk>"),
            merges=merges,
            unk_token="<unk>",
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in ("<pad>", "<eos>", "<bos>", "<unk>")])
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t in ("\n\n", "<h1>", "the lamp")])
    return tokenizer


def json_byte_level():
    vocab, merges = bpe_parts(pre_tokenizers.Sequence([split(CL100K.replace("DIGITS", "{1,3}")), byte_level(False)]))
    for byte_token in pre_tokenizers.ByteLevel.alphabet():
        vocab.setdefault(byte_token, len(vocab))
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split(CL100K.replace("DIGITS", "{1,3}")), byte_level(False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken("<|begin|>", normalized=False),
            AddedToken("<|end|>", normalized=False, rstrip=True),
            AddedToken("<|left|>", normalized=False, lstrip=True),
        ]
    )
    tokenizer.add_tokens(
        [
            AddedToken("keeper", single_word=True, normalized=False),
            AddedToken("<tool>", normalized=False),
            AddedToken("<tool>s", normalized=False),
            AddedToken("lamp", rstrip=True, lstrip=True, normalized=False),
        ]
    )
    return tokenizer


def json_gpt2_prefix():
    vocab, merges = bpe_parts(pre_tokenizers.ByteLevel(add_prefix_space=True), 800)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    return tokenizer


def unigram():
    """The pieces of spm_t5 with scores that a float cannot hold. The unknown token's name occurs in no text: the
    package would find it there, which we never do."""
    pieces = model_pb2.ModelProto.FromString((corpus.DATA / "spm_t5.model").read_bytes()).pieces
    normal = [(p.piece, p.score * (1 + 1e-9 * i)) for i, p in enumerate(pieces) if p.type == p.NORMAL]
    return models.Unigram([("<\u2404>", 0.0)] + normal, 0, False)


def json_unigram():
    tokenizer = Tokenizer(unigram())
    charsmap = model_pb2.ModelProto.FromString(
        (corpus.DATA / "spm_t5.model").read_bytes()
    ).normalizer_spec.precompiled_charsmap
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(charsmap),
            normalizers.Strip(left=False, right=True),
            normalizers.Replace(Regex(" {2,}"), "\u2581"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def json_unigram_whole():
    """No pre-tokenizer that cuts: the whole text is one word, marked at its start only."""
    tokenizer = Tokenizer(unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    return tokenizer


def json_steps():
    steps = [
        pre_tokenizers.Whitespace(),
        pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Punctuation("merged_with_previous"),
        split("[aeiou]", "merged_with_next"),
        split("[xyz]+", "removed"),
        split("ing|ed", "contiguous"),
        split(r"\p{Lu}+\p{Ll}*|\P{Lu}+", "removed", True),
        pre_tokenizers.CharDelimiterSplit("q"),
    ]
    normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.NFKC(), normalizers.Strip()]
    )
    vocab, merges = bpe_parts(pre_tokenizers.Sequence(steps), 900, normalizer)
    vocab["<unk>"] = len(vocab)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    return tokenizer


def json_lower():
    """No unknown token: characters outside the vocabulary vanish and their neighbours merge."""
    steps = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.BertPreTokenizer()]
    normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.NFKD(), normalizers.Replace(Regex(r"(\d)\W"), "0")]
    )
    vocab, merges = bpe_parts(pre_tokenizers.Sequence(steps), 700, normalizer)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.add_tokens([AddedToken("The Keeper", normalized=True)])
    return tokenizer


JSON = {
    "json_llama": json_llama,
    "json_metaspace": json_metaspace,
    "json_no_merges": json_no_merges,
    "json_gemma": json_gemma,
    "json_byte_level": json_byte_level,
    "json_gpt2_prefix": json_gpt2_prefix,
    "json_unigram": json_unigram,
    "json_unigram_whole": json_unigram_whole,
    "json_steps": json_steps,
    "json_lower": json_lower,
}


def train_json(name):
    document = json.loads(JSON[name]().to_str())
    (corpus.DATA / f"{name}.json").write_text(
        json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )


def train_styles(names):
    if not names:
        train_merges()
    for name, (options, kind) in SENTENCEPIECE.items():
        if names and name not in names:
            continue
        train_sentencepiece(name, options)
        if kind:
            write_gguf(name, kind)
    for name in JSON:
        if not names or name in names:
            train_json(name)


# Sums of floats over 64 kB leave ties to rounding; a line at a time, as SentencePiece is meant to be used, they do not.
BY_LINE = ("spm_t5", "spm_unigram_bytes")


def by_line(processor):
    def encode(text):
        lines = text.split(b"\n" if isinstance(text, bytes) else "\n")
        return [token for line in lines for token in processor.encode(line)]

    return encode


def encoder(tokenizer):
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


def STYLES():
    """(name, encode, encode with special tokens, their spellings, whether encode takes bytes)"""
    for name in SENTENCEPIECE:
        processor = sentencepiece.SentencePieceProcessor(model_file=str(corpus.DATA / f"{name}.model"))
        yield name, by_line(processor) if name in BY_LINE else processor.encode, None, (), True
    for name in JSON:
        path = str(corpus.DATA / f"{name}.json")
        parsing, ignoring = Tokenizer.from_file(path), Tokenizer.from_file(path)
        ignoring.encode_special_tokens = True
        added = [token.content for token in parsing.get_added_tokens_decoder().values()]
        yield name, encoder(ignoring), encoder(parsing), added, False
