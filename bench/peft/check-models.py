"""Loads what airtune wrote for the cases of random-models.py, and compares what it computes with their references.

    python bench/peft/check-models.py OUT_DIR

For every case OUT_DIR/N: `ours/`, an adapter that airtune wrote, in peft on the model as it was saved and on the transformer inside
it, and `exported/`, the merged model, in transformers alone. Every tensor must arrive, and the features, and the exported
model's logits where a task has them, must be the reference's to a relative error of 1e-4. Exits with 0 when all of it holds. Needs torch, transformers, peft and safetensors.
"""

import inspect
import json
import os
import sys
import warnings

# Everything lies in the folders: without this, peft looks for the models' names on a hub.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file

from features import base_of, features_of, inputs_of, stored_names


def load(folder, has_pooler):
    with open(f"{folder}/config.json") as file:
        kind = getattr(transformers, json.load(file)["architectures"][0])
    options = {} if has_pooler or "add_pooling_layer" not in inspect.signature(kind).parameters else {"add_pooling_layer": False}
    model, report = kind.from_pretrained(folder, output_loading_info=True, **options)
    wrong = {name: sorted(map(str, found)) for name, found in report.items() if found and name != "error_msgs"}
    if wrong:
        sys.exit(f"{folder}: {wrong}")
    return model.float().eval()


def check(what, found, expected):
    error = ((found - expected).abs().max() / expected.abs().max()).item()
    if not error <= 1e-4:
        sys.exit(f"{what} differ, relative error {error:.2e}")
    return error


def check_exported(folder, model, reference, kind):
    with torch.no_grad():
        yield check(f"{folder}: features", features_of(model, reference, kind), reference["features"])
        if "logits" in reference:
            yield check(f"{folder}: logits", model(**inputs_of(model, reference)).logits, reference["logits"])


def check_adapter(folder, base, reference, kind):
    with warnings.catch_warnings(record=True) as warned:
        adapted = PeftModel.from_pretrained(base, folder).eval()
    missing = [str(found.message) for found in warned if "adapter" in str(found.message)]
    if missing:
        sys.exit(f"{folder}: {missing[0]}")
    stored = load_file(f"{folder}/adapter_model.safetensors")
    for name, value in get_peft_model_state_dict(adapted).items():
        if name not in stored or not torch.equal(stored[name], value):
            sys.exit(f"{folder}: tensor {name} did not arrive as it is stored")
    with torch.no_grad():
        found = features_of(adapted.base_model.model, reference, kind)
    return check(f"{folder}: features", found, reference["features"])


def check_case(folder):
    with open(f"{folder}/case.json") as file:
        kind = json.load(file)["features"]
    reference = load_file(f"{folder}/reference.safetensors")
    has_pooler = any("pooler.dense" in name for name in stored_names(folder))
    errors = list(check_exported(f"{folder}/exported", load(f"{folder}/exported", has_pooler), reference, kind))
    for base in (load(folder, has_pooler), base_of(load(folder, has_pooler))):
        errors.append(check_adapter(f"{folder}/ours", base, reference, kind))
    return max(errors)


cases = sorted(int(name) for name in os.listdir(sys.argv[1]) if name.isdigit())
worst = max(check_case(f"{sys.argv[1]}/{case}") for case in cases)
print(f"{len(cases)} cases agree, relative error {worst:.2e}")
