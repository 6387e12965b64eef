"""Random weights in the shape of a known model as a GGUF file in one of llama.cpp's formats, for measuring its speed.

Blocks are random but for their scales, which keep values small and finite. Which tensor gets which type follows
llama.cpp's own mixes (llama_tensor_get_type) for models whose heads share keys and values fourfold or more.
"""
import random
import struct

# layers, embedding, heads, kv heads, head dim, feed-forward, vocabulary, context, tied
SHAPES = {
    "llama-3.2-1b": (16, 2048, 32, 8, 64, 8192, 128256, 131072, True),
    "llama-3.1-8b": (32, 4096, 32, 8, 128, 14336, 128256, 131072, False),
}
FORMATS = ("TQ2_0", "Q2_K", "Q3_K_S", "Q4_K_M")

F32 = 0
# ggml's number of a type, bytes of a block of 256 weights, offsets of its binary16 scales
TYPES = {
    "Q2_K": (10, 84, (80, 82)),
    "Q3_K": (11, 110, (108,)),
    "Q4_K": (12, 144, (0, 2)),
    "Q6_K": (14, 210, (208,)),
    "TQ2_0": (35, 66, (64,)),
}
BLOCK = 256
ALIGNMENT = 32
RANDOM_BLOCKS = 1024  # different ones per type; they repeat


def more_bits(layer, layers):
    """llama.cpp's use_more_bits: the first and last eighth of the layers, and every third between."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


def type_of(name, form, layer, layers, tied):
    if name == "output.weight" or (name == "token_embd.weight" and tied):
        return "Q6_K"
    if name == "token_embd.weight":
        return {"TQ2_0": "Q4_K", "Q2_K": "Q2_K", "Q3_K_S": "Q3_K", "Q4_K_M": "Q4_K"}[form]
    if form == "TQ2_0":
        return "TQ2_0"
    if form == "Q3_K_S":
        return "Q3_K"
    if form == "Q4_K_M":
        return "Q6_K" if name.endswith(("attn_v.weight", "ffn_down.weight")) and more_bits(layer, layers) else "Q4_K"
    if name.endswith("attn_v.weight"):
        return "Q4_K"
    return "Q3_K" if name.endswith(("ffn_down.weight", "attn_output.weight")) else "Q2_K"


def tensors(shape, form):
    """(name, type or None for F32, [columns, rows])"""
    layers, width, heads, kv_heads, head, inner, vocabulary, _, tied = SHAPES[shape]
    yield "token_embd.weight", type_of("token_embd.weight", form, 0, layers, tied), [width, vocabulary]
    if not tied:
        yield "output.weight", "Q6_K", [width, vocabulary]
    yield "output_norm.weight", None, [width]
    for layer in range(layers):
        for part, columns, rows in (("attn_q", width, heads * head), ("attn_k", width, kv_heads * head),
                                    ("attn_v", width, kv_heads * head), ("attn_output", heads * head, width),
                                    ("ffn_gate", width, inner), ("ffn_up", width, inner), ("ffn_down", inner, width)):
            name = "blk.%d.%s.weight" % (layer, part)
            yield name, type_of(name, form, layer, layers, tied), [columns, rows]
        for part in ("attn_norm", "ffn_norm"):
            yield "blk.%d.%s.weight" % (layer, part), None, [width]


def text(value):
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def metadata(shape):
    layers, width, heads, kv_heads, head, inner, vocabulary, context, _ = SHAPES[shape]
    number, real, string = 4, 6, 8
    pairs = [("general.architecture", string, "llama"), ("general.name", string, shape),
             ("general.quantization_version", number, 2), ("tokenizer.ggml.model", string, "no_vocab"),
             ("llama.vocab_size", number, vocabulary), ("llama.block_count", number, layers),
             ("llama.context_length", number, context), ("llama.embedding_length", number, width),
             ("llama.feed_forward_length", number, inner), ("llama.attention.head_count", number, heads),
             ("llama.attention.head_count_kv", number, kv_heads), ("llama.attention.key_length", number, head),
             ("llama.attention.value_length", number, head), ("llama.rope.dimension_count", number, head),
             ("llama.rope.freq_base", real, 500000.0), ("llama.attention.layer_norm_rms_epsilon", real, 1e-5)]
    encoded = b""
    for key, kind, value in pairs:
        encoded += text(key) + struct.pack("<I", kind)
        encoded += text(value) if kind == string else struct.pack("<f" if kind == real else "<I", value)
    return len(pairs), encoded


def size_of(kind, dimensions):
    if kind is None:
        return 4 * dimensions[0]
    return dimensions[0] // BLOCK * TYPES[kind][1] * dimensions[1]


def padded(size):
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


def random_blocks(kind):
    _, size, scales = TYPES[kind]
    generator = random.Random(kind)
    blocks = bytearray(generator.randbytes(size * RANDOM_BLOCKS))
    for block in range(RANDOM_BLOCKS):
        for place in scales:
            struct.pack_into("<e", blocks, block * size + place, 0.001 * (1 + generator.random()))
    return bytes(blocks)


def write(path, shape, form):
    listed = list(tensors(shape, form))
    pairs, encoded = metadata(shape)
    infos, offset = b"", 0
    for name, kind, dimensions in listed:
        number = F32 if kind is None else TYPES[kind][0]
        infos += text(name) + struct.pack("<I%dQIQ" % len(dimensions), len(dimensions), *dimensions, number, offset)
        offset += padded(size_of(kind, dimensions))
    header = b"GGUF" + struct.pack("<IQQ", 3, len(listed), pairs) + encoded + infos
    blocks = {kind: random_blocks(kind) for kind in {entry[1] for entry in listed} if kind}
    with open(path, "wb") as out:
        out.write(header + b"\0" * (padded(len(header)) - len(header)))
        for _, kind, dimensions in listed:
            size = size_of(kind, dimensions)
            source = struct.pack("<f", 1.0) * dimensions[0] if kind is None else blocks[kind]
            for first in range(0, size, len(source)):
                out.write(source[:size - first])
            out.write(b"\0" * (padded(size) - size))
