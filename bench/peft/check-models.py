"""Loads what airtune wrote for the cases of random-models.py, and compares what it computes with their references.

    python bench/peft/check-models.py OUT_DIR

For every case OUT_DIR/N: `ours/`, an adapter that airtune wrote, in peft on the model itself, and `exported/`, the merged model, in
transformers alone. Every tensor must arrive, and the features must be the reference's to a relative error of 1e-4. Exits
with 0 when all of it holds. Needs torch, transformers, peft and safetensors.
"""

import json
import os
import sys

# Everything lies in the folders: without this, peft looks for the models' names on a hub.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file

from features import base_of, features_of, stored_names


def load(folder, has_pooler):
    with open(f"{folder}/config.json") as file:
        kind = getattr(transformers, json.load(file)["architectures"][0])
    options = {} if has_pooler or not kind.__name__.endswith("Model") else {"add_pooling_layer": False}
    model, report = kind.from_pretrained(folder, output_loading_info=True, **options)
    wrong = {name: sorted(map(str, found)) for name, found in report.items() if found and name != "error_msgs"}
    if wrong:
        sys.exit(f"{folder}: {wrong}")
    return model.float().eval()


def check_features(what, model, reference, case):
    with torch.no_grad():
        found = features_of(model, reference, case["features"])
    expected = reference["features"]
    error = ((found - expected).abs().max() / expected.abs().max()).item()
    if not error <= 1e-4:
        sys.exit(f"{what}: features differ, relative error {error:.2e}")
    return error


def check_case(folder):
    with open(f"{folder}/case.json") as file:
        case = json.load(file)
    reference = load_file(f"{folder}/reference.safetensors")
    has_pooler = any("pooler.dense" in name for name in stored_names(folder))
    exported = check_features(f"{folder}/exported", load(f"{folder}/exported", has_pooler), reference, case)

    adapted = PeftModel.from_pretrained(base_of(load(folder, has_pooler)), f"{folder}/ours").eval()
    stored = load_file(f"{folder}/ours/adapter_model.safetensors")
    for name, value in get_peft_model_state_dict(adapted).items():
        if name not in stored or not torch.equal(stored[name], value):
            sys.exit(f"{folder}/ours: tensor {name} did not arrive as it is stored")
    return max(exported, check_features(f"{folder}/ours", adapted.base_model.model, reference, case))


cases = sorted(int(name) for name in os.listdir(sys.argv[1]) if name.isdigit())
worst = max(check_case(f"{sys.argv[1]}/{case}") for case in cases)
print(f"{len(cases)} cases agree, relative error {worst:.2e}")
