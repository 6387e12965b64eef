"""Tiny random models of each family, as GGUF files, with what `transformers` makes of them.

  pip install numpy torch transformers gguf
  python tests/oracles/families_golden.py

Writes tests/data/families/FAMILY.gguf (float32, with a tokenizer of single bytes) and FAMILY.json: token ids of a
prompt, the logits of its last positions, and the ids that greedy decoding adds. Weights are larger than a trainer would
begin with, so that logits are far apart.
"""
import json
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
GEMMA_BLOCK = BLOCK | {"post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
                       "post_ffw_norm": "post_feedforward_layernorm"}


def interleave(weight, heads):
    """Rows of a head from halves (i, i + n/2), as transformers rotates them, to neighbouring pairs, as llama files do."""
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


class Family:
    def __init__(self, architecture, model, block=BLOCK, keys=lambda writer, config: None, change=lambda name, value, config: value):
        self.architecture, self.model, self.block, self.keys, self.change = architecture, model, block, keys, change


def llama_rows(name, value, config):
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    stem = name.split(".")[2] if name.startswith("blk.") else ""
    return interleave(value, heads[stem]) if stem in heads else value


def gemma_norms(name, value, config):
    return value + 1 if "norm" in name else value


def gemma2_keys(writer, config):
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
    writer.add_final_logit_softcapping(config.final_logit_softcapping)
    writer.add_sliding_window(config.sliding_window)


FAMILIES = {
    "llama": lambda: Family("llama", hf.LlamaForCausalLM(hf.LlamaConfig(**SHARED, rope_theta=10000.0)), change=llama_rows),
    "mistral": lambda: Family(
        "llama", hf.MistralForCausalLM(hf.MistralConfig(**SHARED, sliding_window=8, attn_implementation="eager")),
        keys=lambda writer, config: writer.add_sliding_window(config.sliding_window), change=llama_rows),
    "qwen2": lambda: Family("qwen2", hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED, rope_theta=1e6, tie_word_embeddings=True))),
    "gemma2": lambda: Family(
        "gemma2", hf.Gemma2ForCausalLM(hf.Gemma2Config(
            **SHARED, head_dim=32, query_pre_attn_scalar=32, sliding_window=8, attn_logit_softcapping=5.0,
            final_logit_softcapping=12.0, attn_implementation="eager")),
        GEMMA_BLOCK, gemma2_keys, gemma_norms),
}


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        spread = 0.3 if "norm" in name or name.endswith("bias") else 1.2 / parameter.shape[-1] ** 0.5
        parameter.data = torch.randn(parameter.shape, generator=generator) * spread + (
            1.0 if "norm" in name and not isinstance(model, hf.Gemma2ForCausalLM) else 0.0)


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
    add = lambda name, value: writer.add_tensor(name, np.ascontiguousarray(family.change(name, value, config), np.float32))
    add("token_embd.weight", state["model.embed_tokens.weight"])
    for layer in range(config.num_hidden_layers):
        for ours, theirs in family.block.items():
            for part in ("weight", "bias"):
                name = f"model.layers.{layer}.{theirs}.{part}"
                if name in state:
                    add(f"blk.{layer}.{ours}.{part}", state[name])
    add("output_norm.weight", state["model.norm.weight"])
    if not config.tie_word_embeddings:
        add("output.weight", state["lm_head.weight"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def evaluate(model, prompt):
    """Logits of the prompt, the ids that greedy decoding adds, and the least lead of one of them."""
    ids, leads = list(prompt), []
    for _ in range(NEW_TOKENS):
        logits = model(torch.tensor([ids]), use_cache=False).logits[0]
        leads.append(logits[-1].topk(2).values.diff().abs().item())
        ids.append(logits[-1].argmax().item())
    return model(torch.tensor([prompt]), use_cache=False).logits[0, -POSITIONS:], ids[len(prompt):], min(leads)


def main():
    torch.set_grad_enabled(False)
    OUT.mkdir(exist_ok=True)
    for name, make in FAMILIES.items():
        for seed in range(1000):
            family = make()
            randomize(family.model.eval(), seed)
            prompt = np.random.default_rng(seed).integers(33, 127, PROMPT_TOKENS).tolist()
            logits, greedy, lead = evaluate(family.model, prompt)
            if lead >= LEAST_LEAD:
                break
        write_gguf(OUT / f"{name}.gguf", family)
        (OUT / f"{name}.json").write_text(json.dumps({
            "prompt": prompt, "greedy": greedy, "logits": [[round(value, 4) for value in row] for row in logits.tolist()]}) + "\n")
        print(f"{name}: seed {seed}, logits of deviation {logits.std().item():.2f}, least lead {lead:.2f}")


main()
