"""Makes transformers' model from a config, weights and LoRA layers."""

import torch
from transformers import AutoConfig, AutoModel
from transformers.pytorch_utils import Conv1D

from airtune_torch.faults import Fault
from airtune_torch.lora import LoraDense, LoraState
from airtune_torch.precision import COMPUTE_TYPES, quantization

#: Modules that devices compute: their place takes the embeddings that devices sent.
EMBEDDING_MODULES = ("embeddings", "embeddings_project")


def build_model(description, weights, device):
    """The model without its embedding module, and the state of its LoRA layers.

    `description`: `config` (fields of config.json), `features`, `precision`, and `lora`: for each layer its canonical
    `name`, its `names` in all versions of transformers, its `scaling`, and the names of its `tensors` (A, B, and m if it
    has a magnitude).
    """
    fields = dict(description["config"])
    family = fields.pop("model_type")
    try:
        config = AutoConfig.for_model(family, **fields)
    except ValueError:
        message = "model_type %s is not known to the installed transformers." % family
        raise Fault("model", message, "Install a newer transformers.") from None
    try:
        model = from_weights(config, weights, description, device)
    except ValueError as error:
        message = "transformers refuses the model's config: %s" % str(error).strip().split("\n")[0]
        raise Fault("model", message, "Use the engine onnx.") from None
    model.eval().requires_grad_(False)
    pass_embeddings_through(model)
    state = LoraState()
    for layer in description["lora"]:
        add_lora(model, layer, state)
    return model, state


def from_weights(config, weights, description, device):
    model_class = AutoModel._model_mapping[type(config)]
    options = {"dtype": COMPUTE_TYPES[description["precision"]], "attn_implementation": "sdpa"}
    if "pooler" in description:
        options["add_pooling_layer"] = description["pooler"]
    quantized = quantization(description["precision"])
    if quantized is not None:
        options.update(quantization_config=quantized, device_map={"": device})
    model, loading = model_class.from_pretrained(
        None, config=config, state_dict=weights, output_loading_info=True, **options
    )
    missing = [name for name in loading["missing_keys"] if not is_of_embedding(name)]
    norm = description.get("deviceNorm")
    if norm is not None:
        setattr(model, norm, torch.nn.Identity())
        missing = [name for name in missing if not name.startswith(norm + ".")]
    # A layer whose bias the model lacks has none.
    for name in [name for name in missing if name.endswith(".bias")]:
        model.get_submodule(name[: -len(".bias")]).bias = None
        missing.remove(name)
    wrong = sorted([*missing, *loading["unexpected_keys"], *(str(one) for one in loading["mismatched_keys"])])
    if wrong:
        message = "transformers' %s has other tensors: %s." % (model_class.__name__, ", ".join(wrong[:4]))
        raise Fault("model", message, "Install a newer transformers, or use the engine onnx.")
    return model if quantized is not None else model.to(device)


def is_of_embedding(name):
    return name.split(".")[0] in (*EMBEDDING_MODULES, "wte", "wpe", "embed_tokens")


def pass_embeddings_through(model):
    """Replaces the computation of the embedding module: it returns the embeddings that it is given."""

    def given(*values, inputs_embeds=None, **_):
        return inputs_embeds if inputs_embeds is not None else next(value for value in values if value is not None)

    for name in EMBEDDING_MODULES:
        if hasattr(model, name):
            getattr(model, name).forward = given
    if hasattr(model, "wpe"):
        # GPT-2 adds its positions outside of a module; devices have added them.
        zero = torch.zeros(())
        model.wpe.forward = lambda positions: zero


def add_lora(model, layer, state):
    for name in layer["names"]:
        parent_name, _, own = name.rpartition(".")
        try:
            parent = model.get_submodule(parent_name)
            base = getattr(parent, own)
        except AttributeError:
            continue
        if isinstance(base, (torch.nn.Linear, Conv1D)):
            state.layers[layer["name"]] = LoraDense(base, layer["name"], layer["scaling"], state)
            setattr(parent, own, state.layers[layer["name"]])
            return
    raise Fault("model", "the installed transformers has no dense layer %s." % layer["name"], "Use the engine onnx.")
