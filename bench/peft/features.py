"""The features of shared/model/features.ts, computed by transformers."""

import inspect
import json
import os

import torch
from safetensors import safe_open


def stored_names(folder):
    """Names of the tensors in a model directory, in one file or in shards."""
    index = f"{folder}/model.safetensors.index.json"
    if os.path.exists(index):
        with open(index) as file:
            return list(json.load(file)["weight_map"])
    with safe_open(f"{folder}/model.safetensors", "pt") as weights:
        return list(weights.keys())


def base_of(model):
    """The transformer inside a model, without the head of its task."""
    return getattr(model, model.base_model_prefix, model)


def inputs_of(model, inputs):
    """The inputs that a model accepts, in its types."""
    names = ("input_ids", "token_type_ids", "attention_mask")
    taken = inspect.signature(getattr(model, "base_model", model).forward).parameters
    if "args" in taken:
        taken = inspect.signature(model.base_model.model.forward).parameters
    given = {name: inputs[name].long() for name in names if name in inputs and name in taken}
    if "pixel_values" in inputs:
        given["pixel_values"] = inputs["pixel_values"].to(model.dtype)
        # Images of another size than the model's own.
        if inputs["pixel_values"].shape[-1] != model.config.image_size:
            given["interpolate_pos_encoding"] = True
    return given


def features_of(model, inputs, kind):
    """Features [batch, hidden] of `pooled`, `first-token`, `last-token` or `mean`, padding left out."""
    transformer = base_of(model)
    given = inputs_of(transformer, inputs)
    output = transformer(**given)
    if kind == "pooled":
        return output.pooler_output
    hidden = output.last_hidden_state
    if kind == "first-token":
        return hidden[:, 0]
    if "attention_mask" not in given:
        return hidden[:, -1] if kind == "last-token" else hidden.mean(1)
    if kind == "last-token":
        return hidden[torch.arange(len(hidden)), given["attention_mask"].sum(1) - 1]
    mask = given["attention_mask"].unsqueeze(2)
    return (hidden * mask).sum(1) / mask.sum(1)
