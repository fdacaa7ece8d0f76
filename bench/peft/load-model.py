"""Loads a directory from `airtune export` with transformers alone, and compares its results.

    python bench/peft/load-model.py MODEL_DIR --probe FILE

Every weight of the model must come from the directory, except a pooler that it does not have. The probe is a safetensors
file with features that airtune computed with LoRA, and their inputs: input_ids and attention_mask for the pooled output, or
pixel_values for the last hidden state of the class token. The merged model must give the same features within a relative
error of 1e-4. Exits with 0 if all of this holds. Needs torch, transformers and safetensors.
"""

import argparse
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModel


def compute_features(model, probe):
    with torch.no_grad():
        if "pixel_values" in probe:
            return model(pixel_values=probe["pixel_values"]).last_hidden_state[:, 0]
        return model(
            input_ids=probe["input_ids"].long(), attention_mask=probe["attention_mask"].long()
        ).pooler_output


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model_dir")
    parser.add_argument("--probe", required=True)
    arguments = parser.parse_args()

    model, report = AutoModel.from_pretrained(arguments.model_dir, output_loading_info=True)
    has_pooler = any(".pooler." in f".{name}" for name in load_file(f"{arguments.model_dir}/model.safetensors"))
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        wrong = [key for key in report[kind] if has_pooler or "pooler." not in str(key)]
        if wrong:
            sys.exit(f"{kind}: {sorted(wrong)}")
    if {parameter.dtype for parameter in model.parameters()} != {torch.float32}:
        sys.exit("the weights are not all float32")

    probe = load_file(arguments.probe)
    features = compute_features(model.eval(), probe)
    expected = probe["features"]
    error = ((features - expected).abs().max() / expected.abs().max()).item()
    if not error <= 1e-4:
        sys.exit(f"features differ: relative error {error:.2e}")
    print(f"transformers loaded {sum(1 for _ in model.parameters())} tensors, none missing or left over")
    print(f"features agree, relative error {error:.2e}")


main()
