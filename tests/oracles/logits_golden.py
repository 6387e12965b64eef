"""Logits and perplexity of the sample model, evaluated densely by PyTorch: what a stack at all planes must agree with.

  pip install numpy torch gguf tokenizers
  python tests/oracles/logits_golden.py models/SmolLM2-135M-Instruct.Q4_1.gguf ../shared/data/wikitext2_test.txt

Writes tests/data/logits/prompts.json (token ids of three prompts; at some positions the 32 largest logits, the least
of all logits and the logarithm of the sum of exponentials) and tests/data/logits/wikitext.json (perplexity of the first
windows of the text, whose words it does not store).
"""
import argparse
import json
import math
import re
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from tokenizers import Tokenizer, models, pre_tokenizers

PROMPTS = [
    "The lighthouse keeper climbed the stairs every evening, and on clear nights he could see the lamps of the fishing",
    "<|im_start|>user\nName the three largest planets of the solar system, and say which has rings.<|im_end|>\n"
    "<|im_start|>assistant\n",
    "def greatest_common_divisor(a, b):\n    while b != 0:\n        a, b = b, a % b\n    return",
]
TOP = 32
WINDOWS, WINDOW_TOKENS = 2, 1024


class DenseLlama:
    """A llama of interleaved RoPE and a tied head in float32, one sequence at a time."""

    def __init__(self, path):
        reader = GGUFReader(path)
        field = lambda name: reader.fields[name].contents()
        self.weights = {tensor.name: torch.from_numpy(np.array(dequantize(tensor.data, tensor.tensor_type), np.float32))
                        for tensor in reader.tensors}
        self.layers = field("llama.block_count")
        self.heads, self.kv_heads = field("llama.attention.head_count"), field("llama.attention.head_count_kv")
        self.epsilon = field("llama.attention.layer_norm_rms_epsilon")
        self.base = field("llama.rope.freq_base")
        self.tokenizer = self._tokenizer(field("tokenizer.ggml.tokens"), field("tokenizer.ggml.merges"))

    @staticmethod
    def _tokenizer(tokens, merges):
        pairs = [tuple(merge.split(" ")) for merge in merges]
        tokenizer = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=pairs))
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
        tokenizer.add_special_tokens([token for token in tokens if token.startswith("<|") and token.endswith("|>")])
        return tokenizer

    def norm(self, x, name):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.epsilon) * self.weights[name]

    def rotate(self, x):
        """x [heads, tokens, head_dim]: neighbouring pairs turn by position * base^(-2 pair / head_dim)."""
        tokens, size = x.shape[1:]
        frequency = self.base ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
        angle = torch.arange(tokens, dtype=torch.float64)[:, None] * frequency
        pairs = torch.view_as_complex(x.double().reshape(*x.shape[:-1], size // 2, 2))
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(angle), angle)).reshape(x.shape).float()

    def attend(self, x, prefix):
        heads = lambda name, count: (x @ self.weights[prefix + name].T).reshape(len(x), count, -1).transpose(0, 1)
        q = self.rotate(heads("attn_q.weight", self.heads))
        group = self.heads // self.kv_heads
        k = self.rotate(heads("attn_k.weight", self.kv_heads)).repeat_interleave(group, 0)
        v = heads("attn_v.weight", self.kv_heads).repeat_interleave(group, 0)
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
        future = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
        mixed = scores.masked_fill(future, -math.inf).softmax(-1) @ v
        return mixed.transpose(0, 1).reshape(len(x), -1) @ self.weights[prefix + "attn_output.weight"].T

    def feed_forward(self, x, prefix):
        gate = torch.nn.functional.silu(x @ self.weights[prefix + "ffn_gate.weight"].T)
        return (gate * (x @ self.weights[prefix + "ffn_up.weight"].T)) @ self.weights[prefix + "ffn_down.weight"].T

    def logits(self, ids):
        """[tokens, vocabulary]"""
        x = self.weights["token_embd.weight"][ids]
        for layer in range(self.layers):
            prefix = f"blk.{layer}."
            x = x + self.attend(self.norm(x, prefix + "attn_norm.weight"), prefix)
            x = x + self.feed_forward(self.norm(x, prefix + "ffn_norm.weight"), prefix)
        return self.norm(x, "output_norm.weight") @ self.weights["token_embd.weight"].T


def detokenise(text):
    """WikiText's spacing undone."""
    for mark, plain in ((" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."), ("<unk>", "unk")):
        text = text.replace(mark, plain)
    text = re.sub(r" ([,.;:!?)\]'%])", r"\1", text)
    return re.sub(r"([(\[]) ", r"\1", text).replace(" n't", "n't").replace(" 's", "'s")


def prompt_entry(model, prompt):
    ids = model.tokenizer.encode(prompt).ids
    logits = model.logits(torch.tensor(ids))
    positions = []
    for position in sorted({1, len(ids) // 3, 2 * len(ids) // 3, len(ids) - 1}):
        row = logits[position]
        top = row.topk(TOP)
        positions.append({
            "position": position,
            "ids": top.indices.tolist(),
            "logits": [round(value, 4) for value in top.values.tolist()],
            "least": round(row.min().item(), 4),
            "log_sum_exp": round(row.double().logsumexp(0).item(), 5)})
    return {"tokens": ids, "positions": positions}


def wikitext_entry(model, path):
    count = WINDOWS * WINDOW_TOKENS
    text = detokenise(Path(path).read_text(encoding="utf-8"))
    ids = torch.tensor(model.tokenizer.encode(text[: count * 8]).ids[:count])
    loss = 0.0
    for window in ids.view(WINDOWS, WINDOW_TOKENS):
        scores = torch.log_softmax(model.logits(window).double(), -1)
        loss -= scores[:-1].gather(1, window[1:, None]).sum().item()
    weighted = sum((index + 1) * value for index, value in enumerate(ids.tolist()))
    return {"windows": WINDOWS, "window_tokens": WINDOW_TOKENS, "weighted_id_sum": weighted,
            "perplexity": round(math.exp(loss / (count - WINDOWS)), 5)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model")
    arguments.add_argument("text")
    options = arguments.parse_args()
    torch.set_grad_enabled(False)
    model = DenseLlama(options.model)
    folder = Path(__file__).parent.parent / "data" / "logits"
    folder.mkdir(exist_ok=True)
    prompts = [prompt_entry(model, prompt) for prompt in PROMPTS]
    (folder / "prompts.json").write_text(json.dumps(prompts) + "\n")
    (folder / "wikitext.json").write_text(json.dumps(wikitext_entry(model, options.text)) + "\n")


main()
