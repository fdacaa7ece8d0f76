"""Loads what airtune wrote of language models, with transformers and with peft, and compares the logits.

    python bench/peft/load-language-models.py CASE...

A case is a folder with a model (or inside the model's), `trained/` (an adapter with LoRA, the final norm and perhaps the output
matrix), `merged/` (the adapter folded into the weights) and `logits.safetensors`: input_ids [1, tokens] and the logits [tokens,
vocabulary] that airtune computed. Both must
load into AutoModelForCausalLM without a tensor that is missing or left over, and give these logits within a relative error of
1e-4. Exits with 0 if all of this holds. Needs torch, transformers, peft and safetensors.
"""

import os
import sys
import warnings

# All files are in the folders. Without this setting, peft looks for the model's name on a hub.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM


def merged_model(folder):
    model, report = AutoModelForCausalLM.from_pretrained(f"{folder}/merged", output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report[kind]:
            sys.exit(f"{folder}/merged: {kind}: {sorted(report[kind])}")
    return model


def adapted_model(folder):
    own = os.path.exists(f"{folder}/config.json")
    base = AutoModelForCausalLM.from_pretrained(folder if own else os.path.dirname(folder), torch_dtype=torch.float32)
    with warnings.catch_warnings(record=True) as warned:
        model = PeftModel.from_pretrained(base, f"{folder}/trained")
    missing = [str(found.message) for found in warned if "missing adapter" in str(found.message)]
    if missing:
        sys.exit(f"{folder}/trained: {missing[0]}")
    return model


torch.set_num_threads(1)
for case in sys.argv[1:]:
    expected = load_file(f"{case}/logits.safetensors")
    for name, load in (("transformers", merged_model), ("peft", adapted_model)):
        with torch.no_grad():
            logits = load(case).eval()(input_ids=expected["input_ids"].long()).logits[0]
        error = ((logits - expected["logits"]).abs().max() / expected["logits"].abs().max()).item()
        if not error <= 1e-4:
            sys.exit(f"{case}: logits of {name} differ: relative error {error:.2e}")
print(f"peft and transformers agree on {len(sys.argv) - 1} models")
