"""Tiny random models of each family, as GGUF files, with what `transformers` makes of them.

  pip install numpy gguf torch==2.6.0 transformers==4.53.3
  python tests/oracles/families_golden.py            # or with the names of some families
  python tests/oracles/families_golden.py --check    # evaluates the stored models and compares with what is stored

Writes tests/data/families/FAMILY.gguf (with a tokenizer of single bytes; matrices in float32 or, where the family says
so, in binary16, to which the model's own were rounded first) and FAMILY.json: token ids of a prompt, the logits of its
last positions, and the ids that greedy decoding adds. Weights are larger than a trainer would begin with, so that
logits are far apart. Keys and tensors are what llama.cpp's convert_hf_to_gguf.py writes for the family.
"""
import argparse
import json
import math
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers as hf

OUT = Path(__file__).resolve().parents[1] / "data" / "families"
PROMPT_TOKENS, NEW_TOKENS, POSITIONS = 24, 8, 4
LEAST_LEAD = 0.3  # of each greedy token over the next best: what rounding cannot turn around
SHARED = dict(vocab_size=260, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
              num_key_value_heads=2, max_position_embeddings=256, bos_token_id=256, eos_token_id=257, pad_token_id=258)

BLOCK = {  # ours <- theirs, within model.layers.N
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
HEAD_NORMS = {"attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}
GEMMA_BLOCK = BLOCK | {"post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
                       "post_ffw_norm": "post_feedforward_layernorm"}
PHI3_BLOCK = {"attn_norm": "input_layernorm", "attn_qkv": "self_attn.qkv_proj", "attn_output": "self_attn.o_proj",
              "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.gate_up_proj", "ffn_down": "mlp.down_proj"}
GEMMAS = (hf.Gemma2ForCausalLM, hf.Gemma3ForCausalLM)


def interleave(weight, heads):
    """Rows of a head from halves (i, i + n/2), as transformers rotates them, to neighbouring pairs, as llama files do."""
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def halve(weight, heads):
    """The inverse of interleave()."""
    return weight.reshape(heads, -1, 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


class Family:
    """How one model is written: `keys` adds metadata, `change` turns a weight into what the file holds (and back, given
    -1), `tensors` returns tensors that are no weights, `half` stores matrices in binary16."""

    def __init__(self, architecture, model, block=BLOCK, keys=lambda writer, config: None,
                 change=lambda name, value, config, way: value, tensors=lambda config: {}, half=False):
        self.architecture, self.model, self.block, self.keys = architecture, model, block, keys
        self.change, self.tensors, self.half = change, tensors, half


def llama_rows(name, value, config, way):
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    stem = name.split(".")[2] if name.startswith("blk.") else ""
    return (interleave if way > 0 else halve)(value, heads[stem]) if stem in heads else value


def gemma_norms(name, value, config, way):
    return value + way if "norm" in name else value


def head_keys(writer, config):
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)


def gemma2_keys(writer, config):
    head_keys(writer, config)
    writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
    writer.add_final_logit_softcapping(config.final_logit_softcapping)
    writer.add_sliding_window(config.sliding_window)


def gemma3_keys(writer, config):
    """The base of local layers and the pattern of windows are left to the reader, as in the files of the first year."""
    head_keys(writer, config)
    writer.add_sliding_window(config.sliding_window)
    writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
    writer.add_rope_scaling_factor(config.rope_scaling["factor"])


def gemma3_said_keys(writer, config):
    """Base and pattern in the file; a window in every layer but the third and the fourth."""
    head_keys(writer, config)
    writer.add_sliding_window(config.sliding_window)
    writer.add_sliding_window_pattern([kind == "sliding_attention" for kind in config.layer_types])
    writer.add_rope_freq_base_swa(config.rope_local_base_freq)


def llama3_factors(config):
    """Divisors of the frequencies: a file of this family says nothing else about its scaling."""
    model = hf.LlamaForCausalLM(config)
    plain = config.rope_theta ** -(torch.arange(0, config.head_dim, 2) / config.head_dim)
    return {"rope_freqs.weight": (plain / model.model.rotary_emb.inv_freq).numpy()}


def phi3_keys(writer, config):
    head_dim = config.hidden_size // config.num_attention_heads
    writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
    writer.add_rope_dimension_count(int(config.partial_rotary_factor * head_dim))
    writer.add_sliding_window(config.sliding_window or 0)
    if config.rope_scaling:
        scale = config.max_position_embeddings / config.original_max_position_embeddings
        writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(scale) / math.log(config.original_max_position_embeddings)))


def phi3_factors(config):
    if not config.rope_scaling:
        return {}
    return {f"rope_factors_{length}.weight": np.array(config.rope_scaling[f"{length}_factor"]) for length in ("long", "short")}


def phi3(max_position, original_position, factors=0, **options):
    """`factors`: how many longrope factors of each kind; 0 = plain rotary embeddings."""
    short, long = [1 + 0.4 * pair for pair in range(factors)], [1.5 + 1.7 * pair for pair in range(factors)]
    config = hf.Phi3Config(**SHARED | dict(max_position_embeddings=max_position) | options,
                           original_max_position_embeddings=original_position, attn_implementation="eager",
                           rope_scaling=dict(type="longrope", short_factor=short, long_factor=long) if factors else None)
    return Family("phi3", hf.Phi3ForCausalLM(config), PHI3_BLOCK, phi3_keys, tensors=phi3_factors, half=True)


def qwen3(**options):
    config = hf.Qwen3Config(**SHARED, **options, head_dim=24, rope_theta=1e6)
    return Family("qwen3", hf.Qwen3ForCausalLM(config), BLOCK | HEAD_NORMS, head_keys, half=True)


def gemma3(keys, **options):
    config = hf.Gemma3TextConfig(**SHARED | dict(intermediate_size=64) | options, head_dim=16, query_pre_attn_scalar=16,
                                 sliding_window=8, rope_theta=1e6, rope_local_base_freq=1e4, attn_implementation="eager")
    return Family("gemma3", hf.Gemma3ForCausalLM(config), GEMMA_BLOCK | HEAD_NORMS, keys, gemma_norms, half=True)


FAMILIES = {
    "llama": lambda: Family("llama", hf.LlamaForCausalLM(hf.LlamaConfig(**SHARED, rope_theta=10000.0)), change=llama_rows),
    "llama3": lambda: Family(
        "llama", hf.LlamaForCausalLM(hf.LlamaConfig(**SHARED, tie_word_embeddings=True, rope_theta=500000.0, rope_scaling=dict(
            rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32))),
        change=llama_rows, tensors=llama3_factors, half=True),
    "mistral": lambda: Family(
        "llama", hf.MistralForCausalLM(hf.MistralConfig(**SHARED, sliding_window=8, attn_implementation="eager")),
        keys=lambda writer, config: writer.add_sliding_window(config.sliding_window), change=llama_rows),
    "qwen2": lambda: Family("qwen2", hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED, rope_theta=1e6, tie_word_embeddings=True))),
    "qwen2_untied": lambda: Family("qwen2", hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED, rope_theta=1e6)), half=True),
    "qwen3": lambda: qwen3(tie_word_embeddings=True),
    "qwen3_untied": lambda: qwen3(tie_word_embeddings=False),
    "gemma2": lambda: Family(
        "gemma2", hf.Gemma2ForCausalLM(hf.Gemma2Config(
            **SHARED, head_dim=32, query_pre_attn_scalar=32, sliding_window=8, attn_logit_softcapping=5.0,
            final_logit_softcapping=12.0, attn_implementation="eager")),
        GEMMA_BLOCK, gemma2_keys, gemma_norms),
    "gemma3": lambda: gemma3(gemma3_keys, num_hidden_layers=7, rope_scaling=dict(rope_type="linear", factor=4.0)),
    "gemma3_pattern": lambda: gemma3(gemma3_said_keys, num_hidden_layers=4,
                                     layer_types=["sliding_attention"] * 2 + ["full_attention"] * 2),
    "phi3": lambda: phi3(256, 256, sliding_window=8),
    "phi3_short": lambda: phi3(2048, 1024, factors=8),
    "phi3_long": lambda: phi3(256, 16, factors=8),
    "phi4_mini": lambda: phi3(2048, 1024, factors=6, partial_rotary_factor=0.75, tie_word_embeddings=True),
}


def randomize(model, seed, half):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        spread = 0.3 if "norm" in name or name.endswith("bias") else 1.2 / parameter.shape[-1] ** 0.5
        parameter.data = torch.randn(parameter.shape, generator=generator) * spread + (
            1.0 if "norm" in name and not isinstance(model, GEMMAS) else 0.0)
        if half and parameter.dim() == 2:
            parameter.data = parameter.data.half().float()


def add_tokenizer(writer):
    """One token per byte, spelled as byte-level BPE does, three control tokens, and one merge."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spelled, extra = {}, 256
    for byte in range(256):
        spelled[byte] = chr(byte) if byte in plain else chr(extra)
        extra += byte not in plain
    tokens = [spelled[byte] for byte in range(256)] + ["<begin>", "<end>", "<pad>", "er"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([1] * 256 + [3] * 3 + [1])
    writer.add_token_merges(["e r"])
    writer.add_bos_token_id(256)
    writer.add_eos_token_id(257)


def names(family):
    """All weights, as (name in the file, name in the model)."""
    yield "token_embd.weight", "model.embed_tokens.weight"
    for layer in range(family.model.config.num_hidden_layers):
        for ours, theirs in family.block.items():
            for part in ("weight", "bias"):
                yield f"blk.{layer}.{ours}.{part}", f"model.layers.{layer}.{theirs}.{part}"
    yield "output_norm.weight", "model.norm.weight"
    if not family.model.config.tie_word_embeddings:
        yield "output.weight", "lm_head.weight"


def write_gguf(path, family):
    config = family.model.config
    writer = gguf.GGUFWriter(path, family.architecture)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    family.keys(writer, config)
    add_tokenizer(writer)
    state = {name: value.numpy() for name, value in family.model.state_dict().items()}

    def add(name, value):
        kind = np.float16 if family.half and value.ndim == 2 else np.float32
        writer.add_tensor(name, np.ascontiguousarray(family.change(name, value, config, 1), kind))

    for name, value in family.tensors(config).items():
        writer.add_tensor(name, np.ascontiguousarray(value, np.float32))
    for ours, theirs in names(family):
        if theirs in state:
            add(ours, state[theirs])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def evaluate(model, prompt):
    """Logits of the prompt's last positions and the ids that greedy decoding adds; None where one of them hardly leads."""
    ids, first, least = list(prompt), None, math.inf
    for _ in range(NEW_TOKENS):
        logits = model(torch.tensor([ids]), use_cache=False).logits[0]
        first = logits[-POSITIONS:] if first is None else first
        least = min(least, logits[-1].topk(2).values.diff().abs().item())
        if least < LEAST_LEAD:
            return None
        ids.append(logits[-1].argmax().item())
    return first, ids[len(prompt):], least


def make_golden(name):
    """The first random model of the family whose greedy tokens lead clearly, and its golden."""
    family = FAMILIES[name]()
    for seed in range(1000):
        randomize(family.model.eval(), seed, family.half)
        prompt = np.random.default_rng(seed).integers(33, 127, PROMPT_TOKENS).tolist()
        if found := evaluate(family.model, prompt):
            break
    logits, greedy, lead = found
    print(f"{name}: seed {seed}, logits of deviation {logits.std().item():.2f}, least lead {lead:.2f}", flush=True)
    return family, {"prompt": prompt, "greedy": greedy, "logits": [[round(value, 4) for value in row] for row in logits.tolist()]}


def load_gguf(name):
    """The stored model, in a model of its family."""
    family = FAMILIES[name]()
    stored = {tensor.name: np.array(tensor.data, np.float32) for tensor in gguf.GGUFReader(OUT / f"{name}.gguf").tensors}
    state = {theirs: torch.tensor(family.change(ours, stored[ours], family.model.config, -1))
             for ours, theirs in names(family) if ours in stored}
    absent, unknown = family.model.load_state_dict(state, strict=False)
    assert not unknown and absent in ([], ["lm_head.weight"]), f"{name}: {absent} {unknown}"
    family.model.tie_weights()
    return family.model.eval()


def check_golden(name):
    stored = json.loads((OUT / f"{name}.json").read_text())
    logits, greedy, lead = evaluate(load_gguf(name), stored["prompt"])
    worst = np.abs(np.array(stored["logits"]) - logits.numpy()).max()
    print(f"{name}: largest difference of a logit {worst:.5f}, least lead {lead:.2f}", flush=True)
    assert greedy == stored["greedy"] and worst <= 0.001, f"{name}: not as stored"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("families", nargs="*", default=list(FAMILIES))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)  # such small products only wait for other threads
    OUT.mkdir(exist_ok=True)
    for name in arguments.families:
        if arguments.check:
            check_golden(name)
            continue
        family, golden = make_golden(name)
        write_gguf(OUT / f"{name}.gguf", family)
        (OUT / f"{name}.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
