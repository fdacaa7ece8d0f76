"""Loads a directory that `airtune export` wrote with transformers alone, and compares what it computes.

    python bench/peft/load-model.py MODEL_DIR --probe FILE

Every weight of the model must come from the directory. The probe (safetensors with input_ids, attention_mask and
features, the pooled output airtune computed with LoRA) is compared with the pooled output of the merged model; the
relative error must be at most 1e-4. Needs torch, transformers and safetensors. Exits with 0 when all of it holds.
"""

import argparse
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModel


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model_dir")
    parser.add_argument("--probe", required=True)
    arguments = parser.parse_args()

    model, report = AutoModel.from_pretrained(arguments.model_dir, output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report[kind]:
            sys.exit(f"{kind}: {sorted(report[kind])}")
    if {parameter.dtype for parameter in model.parameters()} != {torch.float32}:
        sys.exit("the weights are not all float32")

    probe = load_file(arguments.probe)
    with torch.no_grad():
        output = model.eval()(
            input_ids=probe["input_ids"].long(), attention_mask=probe["attention_mask"].long()
        )
    expected = probe["features"]
    error = ((output.pooler_output - expected).abs().max() / expected.abs().max()).item()
    if not error <= 1e-4:
        sys.exit(f"features differ: relative error {error:.2e}")
    print(f"transformers loaded {sum(1 for _ in model.parameters())} tensors, none missing or left over")
    print(f"features agree, relative error {error:.2e}")


main()
