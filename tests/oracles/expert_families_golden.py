"""Tiny random models with experts, as GGUF files, with what `transformers` makes of them.

  pip install numpy gguf torch==2.6.0 transformers==4.53.3
  python tests/oracles/expert_families_golden.py [FAMILY ...]

Writes what families_golden.py writes, for the families that route. The prompt is put together from characters, and
seeds are passed over, so that no router comes close to choosing another expert, which no rounding would leave as it is.
"""
import json
import sys

import numpy as np
import torch
import transformers as hf

import families_golden as golden
from families_golden import BLOCK, LEAST_LEAD, NEW_TOKENS, OUT, POSITIONS, PROMPT_TOKENS, SHARED, Family, llama_rows, write_gguf

LEAST_MARGIN, PROMPT_MARGIN = 0.04, 0.2
SEEDS = 1000

EXPERT_BLOCK = {ours: theirs for ours, theirs in BLOCK.items() if ours not in ("ffn_gate", "ffn_up", "ffn_down")}


class Experts(Family):
    """A family whose experts stand in one tensor per layer, as GGUF files have them. `template` names an expert's matrix in
    the model, with the names of gate, up and down; `router`: how names of the model's routers end."""

    def __init__(self, architecture, model, block, template, matrices, router, **others):
        super().__init__(architecture, model, EXPERT_BLOCK | block, expert_keys, tensors=self.stacked, **others)
        self.template, self.matrices, self.router = template, matrices, router

    def stacked(self, config):
        state = {name: value.numpy() for name, value in self.model.state_dict().items()}
        result = {}
        for layer in range(config.num_hidden_layers):
            for ours, theirs in zip(("gate", "up", "down"), self.matrices):
                names = (self.template.format(layer=layer, expert=expert, name=theirs) for expert in range(1000))
                result[f"blk.{layer}.ffn_{ours}_exps.weight"] = np.stack([state[name] for name in names if name in state])
        return result


def expert_keys(writer, config):
    writer.add_expert_count(getattr(config, "num_local_experts", 0) or config.num_experts)
    writer.add_expert_used_count(config.num_experts_per_tok)
    if hasattr(config, "moe_intermediate_size"):
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)
    if hasattr(config, "shared_expert_intermediate_size"):
        writer.add_expert_shared_feed_forward_length(config.shared_expert_intermediate_size)
    if getattr(config, "head_dim", None):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)


QWEN = dict(template="model.layers.{layer}.mlp.experts.{expert}.{name}.weight", matrices=("gate_proj", "up_proj", "down_proj"), router="mlp.gate")
FAMILIES = {
    "mixtral": lambda: Experts(
        "llama", hf.MixtralForCausalLM(hf.MixtralConfig(
            **SHARED | dict(intermediate_size=32), num_local_experts=4, num_experts_per_tok=2, rope_theta=1e4)),
        {"ffn_gate_inp": "block_sparse_moe.gate"}, "model.layers.{layer}.block_sparse_moe.experts.{expert}.{name}.weight",
        ("w1", "w3", "w2"), "block_sparse_moe.gate", change=llama_rows),
    "qwen2moe": lambda: Experts(
        "qwen2moe", hf.Qwen2MoeForCausalLM(hf.Qwen2MoeConfig(
            **SHARED, moe_intermediate_size=32, shared_expert_intermediate_size=48, num_experts=6, num_experts_per_tok=3,
            norm_topk_prob=False, rope_theta=1e6)),
        {"ffn_gate_inp": "mlp.gate", "ffn_gate_inp_shexp": "mlp.shared_expert_gate", "ffn_gate_shexp": "mlp.shared_expert.gate_proj",
         "ffn_up_shexp": "mlp.shared_expert.up_proj", "ffn_down_shexp": "mlp.shared_expert.down_proj"},
        change=lambda name, value, config, way: value[0] if "ffn_gate_inp_shexp" in name else value, **QWEN),
    "qwen3moe": lambda: Experts(
        "qwen3moe", hf.Qwen3MoeForCausalLM(hf.Qwen3MoeConfig(
            **SHARED, moe_intermediate_size=32, num_experts=8, num_experts_per_tok=2, head_dim=32, norm_topk_prob=True,
            rope_theta=1e6)),
        {"attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm", "ffn_gate_inp": "mlp.gate"}, **QWEN),
}


def margins(family, ids):
    """How far each token's last chosen expert leads over the next, in deviations of the router's logits: the least of all routers."""
    found, hooks = [torch.full((len(ids),), float("inf"))], []
    used = getattr(family.model.config, "num_experts_per_tok", 0)

    def note(module, inputs, logits):
        ranked = logits.topk(used + 1).values
        found.append((ranked[:, -2] - ranked[:, -1]) / module.weight.norm(dim=1).mean())
    for name, module in family.model.named_modules():
        if name.endswith(family.router):
            hooks.append(module.register_forward_hook(note))
    family.model(torch.tensor([ids]), use_cache=False)
    for hook in hooks:
        hook.remove()
    return torch.stack(found).min(dim=0).values


def prompts(family, seed):
    """Random characters that leave no router in doubt, with every such one at the end."""
    random, ids = np.random.default_rng(seed), []
    while len(ids) < PROMPT_TOKENS - 1:
        id = int(random.integers(33, 127))
        if margins(family, ids + [id])[-1] >= PROMPT_MARGIN:
            ids.append(id)
    for id in range(33, 127):
        if margins(family, ids + [id])[-1] >= PROMPT_MARGIN:
            yield ids + [id]


def randomize(model, seed):
    golden.randomize(model, seed, False)
    for name, parameter in model.named_parameters():
        if name.endswith(("block_sparse_moe.gate.weight", "mlp.gate.weight")):
            parameter.data /= 2  # the experts that are not chosen have their share of the softmax


def evaluate(family, prompt):
    """Logits of the prompt, the ids that greedy decoding adds, and their least lead and margin; None where that is too small."""
    ids, leads = list(prompt), []
    for _ in range(NEW_TOKENS):
        logits = family.model(torch.tensor([ids]), use_cache=False).logits[0]
        leads.append(logits[-1].topk(2).values.diff().abs().item())
        ids.append(logits[-1].argmax().item())
        if leads[-1] < LEAST_LEAD:
            return None
    margin = margins(family, ids).min().item()
    if margin < LEAST_MARGIN:
        return None
    return family.model(torch.tensor([prompt]), use_cache=False).logits[0, -POSITIONS:], ids[len(prompt):], min(leads), margin


def find(family):
    """The first seed and prompt whose answer is clear."""
    for seed in range(SEEDS):
        randomize(family.model.eval(), seed)
        for prompt in prompts(family, seed):
            found = evaluate(family, prompt)
            if found:
                return seed, prompt, *found
    raise SystemExit(f"no seed below {SEEDS} is clear enough")


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)  # such small products only wait for other threads
    for name in sys.argv[1:] or FAMILIES:
        family = FAMILIES[name]()
        seed, prompt, logits, greedy, lead, margin = find(family)
        write_gguf(OUT / f"{name}.gguf", family)
        (OUT / f"{name}.json").write_text(json.dumps({
            "prompt": prompt, "greedy": greedy, "logits": [[round(value, 4) for value in row] for row in logits.tolist()]}) + "\n")
        print(f"{name}: seed {seed}, logits of deviation {logits.std().item():.2f}, least lead {lead:.2f}, least margin {margin:.2f}")


if __name__ == "__main__":
    main()
