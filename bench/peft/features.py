"""What the server sends back, computed by transformers: the features of shared/model/features.ts."""

import inspect
import json
import os

from safetensors import safe_open


def stored_names(folder):
    """Names of the tensors that a model directory holds, in one file or in shards."""
    index = f"{folder}/model.safetensors.index.json"
    if os.path.exists(index):
        with open(index) as file:
            return list(json.load(file)["weight_map"])
    with safe_open(f"{folder}/model.safetensors", "pt") as weights:
        return list(weights.keys())


def module_named(names, last):
    """Whether any of these dotted names ends in this part."""
    return any(name.split(".")[-1] == last for name in names)


def base_of(model):
    """The transformer inside a model, without the head of its task."""
    return getattr(model, model.base_model_prefix, model)


def inputs_of(model, inputs):
    """Those of the inputs that a model is called with, in its types."""
    names = ("input_ids", "token_type_ids", "attention_mask")
    taken = inspect.signature(getattr(model, "base_model", model).forward).parameters
    if "args" in taken:
        taken = inspect.signature(model.base_model.model.forward).parameters
    given = {name: inputs[name].long() for name in names if name in inputs and name in taken}
    if "pixel_values" in inputs:
        given["pixel_values"] = inputs["pixel_values"].to(model.dtype)
    return given


def features_of(model, inputs, kind):
    """Features [batch, hidden] of `pooled`, `first-token` or `mean`, padding left out of the mean."""
    transformer = base_of(model)
    given = inputs_of(transformer, inputs)
    output = transformer(**given)
    if kind == "pooled":
        return output.pooler_output
    hidden = output.last_hidden_state
    if kind == "first-token":
        return hidden[:, 0]
    if "attention_mask" not in given:
        return hidden.mean(1)
    mask = given["attention_mask"].unsqueeze(2)
    return (hidden * mask).sum(1) / mask.sum(1)
