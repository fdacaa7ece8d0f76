"""Loads an adapter folder with peft and checks that it is the one that was trained.

    python bench/peft/load-adapter.py MODEL_DIR ADAPTER_DIR [--probe FILE]

MODEL_DIR is the Hugging Face directory the adapter was trained on, ADAPTER_DIR the `adapter` folder of a run. Every
tensor of the folder must arrive in the model, and none other. A probe (safetensors with input_ids, attention_mask and
features, the pooled output airtune computed) is compared with what peft and transformers compute; the relative error
must be at most 1e-4. Needs torch, transformers, peft and safetensors. Exits with 0 when all of it holds.
"""

import argparse
import sys

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModel


def check_tensors(model, adapter_dir):
    stored = load_file(f"{adapter_dir}/adapter_model.safetensors")
    loaded = get_peft_model_state_dict(model)
    for name, value in loaded.items():
        if name not in stored or not torch.equal(stored[name], value.cpu()):
            sys.exit(f"tensor {name} did not arrive as it is stored")
    # A ViT's stand there a second time, under the names of the other version of transformers.
    for name in sorted(stored.keys() - loaded.keys()):
        if not any(torch.equal(stored[name], value.cpu()) for value in loaded.values()):
            sys.exit(f"tensor {name} did not arrive")
    return len(loaded)


def check_features(model, probe_file):
    probe = load_file(probe_file)
    with torch.no_grad():
        output = model(
            input_ids=probe["input_ids"].long(), attention_mask=probe["attention_mask"].long()
        )
    expected = output.pooler_output
    error = ((probe["features"] - expected).abs().max() / expected.abs().max()).item()
    if not error <= 1e-4:
        sys.exit(f"features differ: relative error {error:.2e}")
    return error


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model_dir")
    parser.add_argument("adapter_dir")
    parser.add_argument("--probe")
    arguments = parser.parse_args()

    base = AutoModel.from_pretrained(arguments.model_dir, torch_dtype=torch.float32)
    model = PeftModel.from_pretrained(base, arguments.adapter_dir).eval()
    count = check_tensors(model, arguments.adapter_dir)
    print(f"peft loaded {count} tensors, r {model.peft_config['default'].r}")
    if arguments.probe is not None:
        print(f"features agree, relative error {check_features(model, arguments.probe):.2e}")


main()
