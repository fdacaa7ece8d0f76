"""Loads an adapter folder with peft and checks that it is the trained one.

    python bench/peft/load-adapter.py MODEL_DIR ADAPTER_DIR [--classes AutoModel AutoModelForSequenceClassification] [--probe FILE]

MODEL_DIR is the Hugging Face directory on which the adapter was trained, ADAPTER_DIR the `adapter` folder of a run. The
classes are classes of transformers for loading it; the default is the bare model. Exactly the tensors of the folder must be
loaded into the model (except those of a pooler that a class lacks), without a warning of peft. A probe (safetensors with
input_ids, attention_mask and features, the pooled output that airtune computed) is compared with the results of peft and
transformers; the relative error must be at most 1e-4. Exits with 0 if all of this holds. Needs torch, transformers, peft and
safetensors.
"""

import argparse
import os
import sys
import warnings

# All files are in the folders. Without this setting, peft looks for the model's name on a hub.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file

from features import base_of


def load(kind, model_dir, adapter_dir):
    base = getattr(transformers, kind).from_pretrained(model_dir, torch_dtype=torch.float32)
    with warnings.catch_warnings(record=True) as warned:
        model = PeftModel.from_pretrained(base, adapter_dir).eval()
    missing = [str(found.message) for found in warned if "adapter" in str(found.message)]
    if missing:
        sys.exit(f"{kind}: {missing[0]}")
    return model


def has_pooler(model):
    return any("pooler." in name for name in model.state_dict())


def check_tensors(model, adapter_dir):
    stored = load_file(f"{adapter_dir}/adapter_model.safetensors")
    loaded = get_peft_model_state_dict(model)
    for name, value in loaded.items():
        if name not in stored or not torch.equal(stored[name], value.cpu()):
            sys.exit(f"tensor {name} did not arrive as it is stored")
    # Each tensor is stored under further names: for other kinds of models, and a ViT's for another version of
    # transformers.
    for name in sorted(stored.keys() - loaded.keys()):
        if "pooler." in name and not has_pooler(model):
            continue
        if not any(torch.equal(stored[name], value.cpu()) for value in loaded.values()):
            sys.exit(f"tensor {name} did not arrive")
    return len(loaded)


def check_features(model, probe_file):
    probe = load_file(probe_file)
    with torch.no_grad():
        output = base_of(model.base_model.model)(
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
    parser.add_argument("--classes", nargs="+", default=["AutoModel"])
    parser.add_argument("--probe")
    arguments = parser.parse_args()

    for kind in arguments.classes:
        model = load(kind, arguments.model_dir, arguments.adapter_dir)
        count = check_tensors(model, arguments.adapter_dir)
        print(f"{kind}: peft loaded {count} tensors, r {model.peft_config['default'].r}")
        if arguments.probe is not None and has_pooler(model):
            print(f"{kind}: features agree, relative error {check_features(model, arguments.probe):.2e}")


main()
