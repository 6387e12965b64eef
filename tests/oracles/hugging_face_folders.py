"""Tiny random models as Hugging Face folders and as BitStack checkpoints, with what `transformers` makes of them.

  pip install numpy torch transformers sentencepiece tokenizers
  python tests/oracles/hugging_face_folders.py

Writes tests/data/hugging_face/NAME: a folder as `save_pretrained` leaves it, in another shape and element type each, with
golden.json: token ids of a prompt, logits of its last positions, and the ids of a text that the tokenizer made.
Writes tests/data/bitstack/NAME: the same with residual blocks instead of the decoder's weights (arXiv 2410.23918), and
logits with the blocks of three of its configurations.
"""
import copy
import json
import shutil
import string
from pathlib import Path

import numpy as np
import sentencepiece
import tokenizers
import torch
import transformers as hf
from safetensors.torch import save_file

DATA = Path(__file__).resolve().parents[1] / "data"
PROMPT_TOKENS, POSITIONS = 24, 4
RANK, BLOCKS = 4, 6
TEXT = "The tide comes in twice a day, 12.4 hours apart; \N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE} \N{CJK UNIFIED IDEOGRAPH-6C34} \N{WATER WAVE}."
TEMPLATE = "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<end>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
SHARED = dict(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
              max_position_embeddings=256)


def byte_level():
    """256 bytes, three control tokens and a merge."""
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=260, special_tokens=["<begin>", "<end>", "<pad>"], show_progress=False,
        initial_alphabet=sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator([TEXT] * 4, trainer)
    return hf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<begin>", eos_token="<end>", pad_token="<pad>")


def write_sentencepiece(folder):
    sentences = [TEXT, string.printable.strip()] * 20
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_prefix=str(folder / "tokenizer"), vocab_size=380, model_type="bpe",
        byte_fallback=True, character_coverage=1.0, hard_vocab_limit=False, minloglevel=2)
    (folder / "tokenizer.vocab").unlink()
    size = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model")).vocab_size()
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": {"content": "</s>"}, "unk_token": "<unk>",
        "add_bos_token": True, "legacy": False, "chat_template": [{"name": "tools", "template": "no"}, {"name": "default", "template": TEMPLATE}],
        "added_tokens_decoder": {
            **{str(token): {"content": content, "special": True, "normalized": False, "lstrip": False, "rstrip": False, "single_word": False}
               for token, content in enumerate(["<unk>", "<s>", "</s>"])},
            str(size): {"content": "<|turn|>", "special": True, "normalized": False, "lstrip": False, "rstrip": False, "single_word": False}},
    }, indent=1))
    return size + 1


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    gemma = "Gemma" in type(model).__name__
    for name, parameter in model.named_parameters():
        norm = "norm" in name
        spread = 0.3 if norm or name.endswith("bias") else 1.2 / parameter.shape[-1] ** 0.5
        # A router decides by a clear margin, so that rounding does not turn it around.
        spread *= 6 if name.endswith(".gate.weight") else 1
        parameter.data = torch.randn(parameter.shape, generator=generator) * spread + (1.0 if norm and not gemma else 0.0)


def logits_of(model, prompt):
    logits = model.float()(torch.tensor([prompt]), use_cache=False).logits[0, -POSITIONS:]
    return [[round(value, 4) for value in row] for row in logits.tolist()]


def prompt_of(seed, vocabulary):
    return np.random.default_rng(seed).integers(4, vocabulary - 4, PROMPT_TOKENS).tolist()


def write_golden(folder, golden):
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    print(f"{folder.relative_to(DATA)}: logits of deviation {np.std(golden['logits']):.2f}")


def fresh(*parts):
    folder = DATA.joinpath(*parts)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def rounded(model, dtype):
    """The model with the values that the files hold."""
    return model.to(dtype).float()


def plain_folders():
    tokenizer = byte_level()
    vocabulary = len(tokenizer)
    specials = dict(vocab_size=vocabulary, bos_token_id=0, eos_token_id=1, pad_token_id=2)
    models = {
        "llama": (hf.LlamaForCausalLM(hf.LlamaConfig(**SHARED, **specials, rope_theta=5e5, rope_scaling={
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64})), torch.bfloat16, "90KB"),
        "qwen2": (hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED, **specials, rope_theta=1e6, tie_word_embeddings=True)), torch.float16, "1GB"),
        "mistral": (hf.MistralForCausalLM(hf.MistralConfig(**SHARED, **specials, head_dim=32, sliding_window=8, attn_implementation="eager")), torch.float32, "1GB"),
    }
    half = SHARED["max_position_embeddings"] // 2
    small = SHARED | dict(intermediate_size=32)
    models |= {
        "qwen3": (hf.Qwen3ForCausalLM(hf.Qwen3Config(**SHARED, **specials, head_dim=32)), torch.bfloat16, "1GB"),
        "gemma3": (hf.Gemma3ForCausalLM(hf.Gemma3TextConfig(**SHARED | dict(hidden_size=32, intermediate_size=48, num_hidden_layers=7), **specials,
            head_dim=16, query_pre_attn_scalar=16, sliding_window=8, attn_implementation="eager", rope_scaling={"rope_type": "linear", "factor": 8.0})),
            torch.float16, "1GB"),
        "phi3": (hf.Phi3ForCausalLM(hf.Phi3Config(**SHARED, **specials, original_max_position_embeddings=half, sliding_window=None, rope_scaling={
            "type": "longrope", "short_factor": [1.0 + 0.3 * pair for pair in range(8)], "long_factor": [2.0 + pair for pair in range(8)]})),
            torch.float16, "1GB"),
        "mixtral": (hf.MixtralForCausalLM(hf.MixtralConfig(**small, **specials, num_local_experts=4, num_experts_per_tok=2, sliding_window=None)),
            torch.float16, "1GB"),
        "qwen2_moe": (hf.Qwen2MoeForCausalLM(hf.Qwen2MoeConfig(**SHARED, **specials, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32,
            shared_expert_intermediate_size=64, decoder_sparse_step=1, norm_topk_prob=False)), torch.float16, "1GB"),
        "qwen3_moe": (hf.Qwen3MoeForCausalLM(hf.Qwen3MoeConfig(**SHARED, **specials, head_dim=16, num_experts=4, num_experts_per_tok=2,
            moe_intermediate_size=32, decoder_sparse_step=1, norm_topk_prob=True)), torch.float16, "1GB"),
    }
    for seed, (name, (model, dtype, shard)) in enumerate(models.items(), start=11):
        folder = fresh("hugging_face", name)
        randomize(model.eval(), seed)
        model.generation_config = hf.GenerationConfig(do_sample=True, temperature=0.6, top_p=0.9, top_k=20, eos_token_id=[1, 2], bos_token_id=0)
        model.to(dtype).save_pretrained(folder, max_shard_size=shard)
        tokenizer.save_pretrained(folder)
        (folder / "special_tokens_map.json").unlink()
        (folder / "chat_template.jinja").write_text(TEMPLATE)
        (folder / "README.md").write_text("---\ntags:\n- tiny\nlicense: apache-2.0\n---\n# A tiny random model\n")
        prompt = prompt_of(seed, vocabulary)
        write_golden(folder, {"prompt": prompt, "logits": logits_of(model, prompt), "text": TEXT,
                              "ids": tokenizer.encode(TEXT, add_special_tokens=False)})
    gemma_folder()  # with SentencePiece's file


def gemma_folder():
    folder = fresh("hugging_face", "gemma2")
    vocabulary = write_sentencepiece(folder)
    model = hf.Gemma2ForCausalLM(hf.Gemma2Config(
        **SHARED, vocab_size=vocabulary, head_dim=32, query_pre_attn_scalar=32, sliding_window=8, attn_logit_softcapping=5.0,
        final_logit_softcapping=12.0, attn_implementation="eager", bos_token_id=1, eos_token_id=2, pad_token_id=0))
    randomize(model.eval(), 14)
    model.generation_config = hf.GenerationConfig(eos_token_id=[2, vocabulary - 1], bos_token_id=1)
    model.to(torch.float16).save_pretrained(folder)
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    prompt = prompt_of(14, vocabulary)
    write_golden(folder, {"prompt": prompt, "logits": logits_of(model, prompt), "text": TEXT, "ids": tokenizer.encode(TEXT)})


def decompose(weight):
    """The paper's algorithm: signs, times a truncated SVD of the absolute values, of the residual, again and again."""
    residual, blocks = weight.double().clone(), []
    for _ in range(BLOCKS):
        signs = torch.where(residual < 0, -1.0, 1.0).double()
        u, s, vt = torch.linalg.svd(residual.abs(), full_matrices=False)
        root = s[:RANK].sqrt()
        u, vt = (u[:, :RANK] * root).half(), (root[:, None] * vt[:RANK]).half()
        blocks.append((signs, u, vt))
        residual -= signs * (u.double() @ vt.double())
    return blocks


def composed(blocks, count):
    return sum(signs * (u.double() @ vt.double()) for signs, u, vt in blocks[:count]).float()


LINEARS = [("input_layernorm", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]), ("self_attn.v_proj", ["self_attn.o_proj"]),
           ("post_attention_layernorm", ["mlp.gate_proj", "mlp.up_proj"]), ("mlp.up_proj", ["mlp.down_proj"])]


def scaled(model, fuse, seed):
    """Multiplies inputs of linears by scales, as BitStack does before it decomposes, and divides what comes before them:
    fused into it, or left beside it. With grouped-query attention the output projection stays as it is."""
    generator, beside = torch.Generator().manual_seed(seed), {}
    state = model.state_dict()
    for layer in range(model.config.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        for before, linears in LINEARS:
            after = [state[prefix + name + ".weight"] for name in linears]
            first = state[prefix + before + ".weight"]
            if after[0].shape[1] != first.shape[0]:
                continue
            scales = (torch.rand(first.shape[0], generator=generator) * 2 + 0.25)
            for weight in after:
                weight *= scales
            if fuse:
                first /= scales if first.dim() == 1 else scales[:, None]
                bias = state.get(prefix + before + ".bias")
                if bias is not None:
                    bias /= scales
            else:
                beside[prefix + before] = scales
    return beside


def bitstack_folders():
    tokenizer = byte_level()
    specials = dict(vocab_size=len(tokenizer), bos_token_id=0, eos_token_id=1, pad_token_id=2)
    all_heads = SHARED | dict(num_key_value_heads=4)
    models = {
        "llama": (hf.LlamaForCausalLM(hf.LlamaConfig(**all_heads, **specials)), True, True),
        "mistral": (hf.MistralForCausalLM(hf.MistralConfig(**all_heads, **specials, sliding_window=None)), False, True),
        "qwen2": (hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED, **specials, tie_word_embeddings=False)), True, False),
    }
    for seed, (name, (model, fuse, listed)) in enumerate(models.items(), start=21):
        folder = fresh("bitstack", name)
        randomize(model.eval(), seed)
        beside = scaled(model, fuse, seed)
        model.config.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        (folder / "special_tokens_map.json").unlink()
        blocks = write_checkpoint(folder, model, beside)
        configurations = list_configurations(blocks, seed)
        if listed:
            (folder / "compression_config.json").write_text(json.dumps(configurations) + "\n")
        prompt = prompt_of(seed, len(tokenizer))
        budgets = [0, len(configurations) // 2, len(configurations) - 1] if listed else []
        uniform = [{layer: count for layer in blocks} for count in (1, 3, BLOCKS)]
        chosen = [configurations[index]["layers"] for index in budgets] if listed else uniform
        golden = [{"steps": steps, "layers": layers, "logits": evaluate(copy.deepcopy(model), blocks, beside, layers, prompt)}
                  for steps, layers in zip(budgets or [None] * 3, chosen)]
        write_golden(folder, {"prompt": prompt, "budgets": golden, "logits": golden[-1]["logits"]})


def write_checkpoint(folder, model, beside):
    tensors, blocks = {}, {}
    for name, value in model.state_dict().items():
        module, part = name.rsplit(".", 1)
        inside = module + (".act" if module in beside else "")
        if part != "weight" or not module.endswith("_proj"):
            tensors[f"{inside}.{part}"] = value.half().contiguous()
            continue
        listed = module.replace("model.layers.", "layer.")
        blocks[listed] = decompose(value)
        for index, (signs, u, vt) in enumerate(blocks[listed]):
            bits = np.packbits((signs.numpy() > 0).astype(np.uint8).reshape(-1))
            tensors[f"{inside}.qweight_{index}"] = torch.from_numpy(bits)
            tensors[f"{inside}.u_{index}"], tensors[f"{inside}.vt_{index}"] = u.contiguous(), vt.contiguous()
    for module, scales in beside.items():
        tensors[module + ".scales"] = scales.half()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return blocks


def list_configurations(blocks, seed):
    """One more block at a time, in an order that no sensible measure gives, but with every linear's blocks in order."""
    rest = [layer for layer in blocks for _ in range(BLOCKS - 1)]
    np.random.default_rng(seed).shuffle(rest)
    layers, memory = {layer: 1 for layer in blocks}, 10_000
    configurations = [{"memory": memory, "layers": dict(layers)}]
    for layer in rest:
        layers[layer] += 1
        memory += 1_000
        configurations.append({"memory": memory, "layers": dict(layers)})
    return configurations


def evaluate(model, blocks, beside, layers, prompt):
    """With so many blocks of each linear, everything else as the checkpoint's float16 has it."""
    state = {name: value.clone() for name, value in model.state_dict().items()}
    for name, value in state.items():
        module, part = name.rsplit(".", 1)
        listed = module.replace("model.layers.", "layer.")
        state[name] = composed(blocks[listed], layers[listed]) if part == "weight" and listed in blocks else value.half().float()
    for module, scales in beside.items():
        weight = state[module + ".weight"]
        divisors = scales.half().float()
        state[module + ".weight"] = weight / (divisors if weight.dim() == 1 else divisors[:, None])
    model.load_state_dict(state)
    return logits_of(model, prompt)


def main():
    torch.set_grad_enabled(False)
    plain_folders()
    bitstack_folders()


main()
