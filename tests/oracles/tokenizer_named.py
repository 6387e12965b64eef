"""Byte-level tokenizers by `tokenizer.ggml.pre`, built from parts of the `tokenizers` package as the families publish
them."""

from gguf import GGUFReader
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

import tokenizer_text as corpus

MERGES = corpus.DATA / "merges.txt"


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def byte_level(use_regex):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


def digits(individual):
    return pre_tokenizers.Digits(individual_digits=individual)


CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+ENDING|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*ENDING|\p{{N}}DIGITS"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
DEEPSEEK_LETTERS = (
    r"\s?[A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF}"
    r"\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1}"
    r"\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}"
    r"\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}"
    r"\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}"
    r"\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}"
    r"\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}"
    r"\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}"
    r"\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}"
    r"\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}"
    r"\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}"
    r"\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}"
    r"\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}]+"
)
CHINESE = r"[一-龥ࠀ-一가-퟿]+"
DEEPSEEK3 = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def cl100k(count=""):
    return [split(CL100K.replace("DIGITS", count)), byte_level(False)]


def o200k(ending, count):
    return [split(O200K.replace("ENDING", ending).replace("DIGITS", count)), byte_level(False)]


def gpt2():
    return [byte_level(True)]


def digits_gpt2():
    return [digits(True), byte_level(True)]


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
QWEN35 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
BLOOM = r" ?[^(\s|.,!?…。，、।۔،)]+"


# name -> (pre-tokenizer's parts, normalized by NFC, ignore_merges)
NAMED = {
    "gpt-2": (gpt2, False, False),
    "olmo": (gpt2, True, False),
    "smollm": (digits_gpt2, False, False),
    "command-r": (digits_gpt2, True, False),
    "llama-bpe": (lambda: cl100k("{1,3}"), False, True),
    "dbrx": (lambda: cl100k("{1,3}"), False, False),
    "qwen2": (cl100k, True, False),
    "tekken": (lambda: o200k("", ""), False, True),
    "gpt-4o": (lambda: o200k("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "{1,3}"), False, False),
    "deepseek-llm": (
        lambda: [
            split(r"[\r\n]"),
            split(DEEPSEEK_LETTERS),
            split(r"\s?[!-/:-~！-／：-～‘-‟　-。]+"),
            split(r"\s+$"),
            split(CHINESE),
            digits(True),
            byte_level(False),
        ],
        False,
        False,
    ),
    "deepseek-coder": (
        lambda: [
            split(r"[\r\n]"),
            split(r"\s?\p{L}+"),
            split(r"\s?\p{P}+"),
            split(CHINESE),
            digits(True),
            byte_level(False),
        ],
        False,
        False,
    ),
    "deepseek-v3": (
        lambda: [split(r"\p{N}{1,3}"), split(r"[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK3), byte_level(False)],
        False,
        False,
    ),
    "falcon": (
        lambda: [pre_tokenizers.Punctuation("contiguous"), byte_level(True), digits(False), split("[0-9][0-9][0-9]")],
        False,
        False,
    ),
    "bloom": (lambda: [split(BLOOM), byte_level(False)], False, False),
    "viking": (lambda: [split(BLOOM), digits(True), byte_level(False)], False, False),
    "qwen35": (lambda: [split(QWEN35), byte_level(False)], True, False),
    "default": (
        lambda: [
            split(r"[\p{P}\$\+<=>\^~\|]+"),
            split(GPT2),
            split(r"\p{N}+"),
            split("[0-9][0-9][0-9]"),
            byte_level(False),
        ],
        False,
        False,
    ),
}


def train_merges():
    """Merges that cross every border a pre-tokenizer could set, so that a wrong border shows in the ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split(r"\n"), byte_level(False)])
    trainer = trainers.BpeTrainer(
        vocab_size=4256,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
        max_token_length=12,
    )
    tokenizer.train_from_iterator(corpus.chunks(8), trainer)
    import json

    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    MERGES.write_text("".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")


def vocabulary():
    """(tokens, merges): the alphabet in byte order, then what the merges make."""
    merges = [tuple(line.split(" ")) for line in MERGES.read_text(encoding="utf-8").split("\n")[:-1]]
    alphabet = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    extra = iter(range(0x100, 0x200))
    spelled = {byte: chr(byte) for byte in alphabet}
    tokens = [spelled.get(byte) or chr(next(extra)) for byte in range(256)]
    tokens += [a + b for a, b in merges]
    return tokens, merges


def named_tokenizer(name):
    parts, nfc, ignore_merges = NAMED[name]
    tokens, merges = vocabulary()
    tokenizer = Tokenizer(
        models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges, ignore_merges=ignore_merges)
    )
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts())
    return tokenizer


def byte_level_sample(path):
    """The sample model's own tokenizer, from its metadata."""
    fields = GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
    assert fields["tokenizer.ggml.pre"].contents() == "smollm"
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(digits_gpt2())
    return tokenizer
