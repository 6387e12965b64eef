#!/usr/bin/env python3
"""A stack's universal order against the numeric reference's: perplexity of both at the same bits per weight.

The reference measures each linear layer alone, one evaluation of the whole model for each, and fills a budget greedily
by predicted gain. It is given the stack's own blocks, so that nothing differs but the order. Both are evaluated by
PyTorch in float32, with the embedding of the source.

  pip install numpy torch gguf tokenizers
  python tests/bench/order_against_reference.py STACK SOURCE.gguf --reference FOLDER_OF_residual_codecs.py \\
      --calibration wikitext2_valid.txt --test wikitext2_test.txt
"""
import argparse
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "oracles"))
import read_stack


def own_levels(stack, linears, bits, budget_bits):
    """Levels of the linear layers in the longest prefix of the stack's order that fits; blocks of others cost nothing."""
    levels, used = dict.fromkeys(linears, 0), 0
    for matrix, _, level in stack.order:
        name = stack.matrices[matrix]["name"]
        if name not in levels:
            continue
        cost = bits[name][level] - (bits[name][level - 1] if level else 0)
        if used + cost > budget_bits:
            break
        levels[name], used = level + 1, used + cost
    return levels, used


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("stack")
    parser.add_argument("source")
    for name in ("reference", "calibration", "test"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--bits-per-weight", type=float, nargs="+", default=[2.75, 3.5, 4.1])
    options = parser.parse_args()
    sys.path.insert(0, options.reference)
    import residual_codecs as reference

    torch.set_grad_enabled(False)
    model, stack = reference.Llama(options.source), read_stack.Stack(options.stack)
    hessians = model.hessians(model.windows(options.calibration, reference.CALIB_WINDOWS, reference.CALIB_TOKENS))
    prefixes, errors, bits = {}, {}, {}
    for name in model.linears:
        weights, hessian = model.w[name], hessians[name]
        full = [torch.from_numpy(stack.decode(name, level + 1)).float() for level in range(stack.matrix(name)["levels"])]
        error = lambda part: (((part - weights) @ hessian) * (part - weights)).sum() / ((weights @ hessian) * weights).sum()
        errors[name] = [1.0] + [error(part).item() for part in full]
        bits[name] = [(level + 1) * (weights.numel() + 16 * weights.shape[0]) for level in range(len(full))]
        prefixes[name] = [part.half() for part in full]
    dense, test = dict(model.w), model.windows(options.test, reference.EVAL_WINDOWS, reference.EVAL_TOKENS)
    weights = sum(model.w[name].numel() for name in model.linears)

    def perplexity(levels):
        model.w.update({name: prefixes[name][level - 1].float() for name, level in levels.items()})
        result = model.perplexity(test)
        model.w.update(dense)
        return result

    sensitivities = reference.sensitivities(model, prefixes, errors, model.windows(options.calibration, 4, 256))
    print("bits per weight | reference's order | the stack's | ratio")
    for wanted in options.bits_per_weight:
        theirs, _ = reference.allocate(model.linears, sensitivities, errors, bits, wanted * weights)
        ours, _ = own_levels(stack, model.linears, bits, wanted * weights)
        one, other = perplexity(theirs), perplexity(ours)
        print("%15.2f | %17.2f | %11.2f | %.4f" % (wanted, one, other, other / one), flush=True)


if __name__ == "__main__":
    main()
