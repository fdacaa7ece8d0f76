"""Makes random small models with LoRA, and the results of transformers and peft for them.

    python bench/peft/random-models.py OUT_DIR [--count 12] [--seed 1] [--given JSON]

OUT_DIR/N is one case:
- a Hugging Face directory as `save_pretrained` writes it: of any family, bare or with a task's head, with or without a
  pooler, weights of 32 or 16 bits, in one file or in shards;
- `adapter/` as peft saves it; it may contain a classifier that was trained with LoRA;
- `case.json`: the kind of features, the size of the images if it is not the model's own, and the errors of PyTorch's single-precision features and gradients, relative to the
  largest value of each;
- `reference.safetensors`, in double precision: inputs, features, logits of a classifier, a feature gradient, and the gradient
  of every LoRA tensor by its name in the adapter's file; for images of another size also the interpolated positions.

Needs torch, transformers, peft, safetensors and pillow.
"""

import argparse
import copy
import json

import torch
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from transformers.pytorch_utils import Conv1D

from drawn_models import CAUSAL_KINDS, CORNERS, Draw, random_model, scatter_weights
from features import base_of, features_of, inputs_of


def dense_layers(model):
    """Names of the dense layers of the transformer inside a model, except those that no feature passes."""
    prefix = "" if base_of(model) is model else f"{model.base_model_prefix}."
    kinds = (torch.nn.Linear, Conv1D)
    return [f"{prefix}{name}" for name, of in base_of(model).named_modules() if isinstance(of, kinds) and name not in DEVICE_LAYERS]


# Dense layers of embedding modules, which devices have.
DEVICE_LAYERS = ["embeddings_project"]


def last_part(name):
    """The end of a layer's name that says its kind: without the list and the index of its layer."""
    parts = name.split(".")
    numbers = [at for at, part in enumerate(parts) if part.isdigit()]
    return ".".join(parts[numbers[-1] + 1 :] if numbers else parts[-2:])


def random_targets(draw, model, pooled):
    """Names of some kinds of dense layers, all their full names, a pattern, or the short name for all."""
    names = [name for name in dense_layers(model) if "pooler" not in name]
    kinds = sorted({last_part(name) for name in names})
    if draw.named("all_linear", lambda: draw.random() < 0.2):
        return names + ["pooler.dense"] * pooled
    targets = draw.sample(kinds, draw.randint(1, len(kinds)))
    if pooled and draw.random() < 0.7:
        targets.append("pooler.dense")
    full_names = [name for name in names if any(name.endswith(f".{target}") for target in targets)]
    pattern = rf".*\.({'|'.join(targets)})"
    whole = [*full_names, *(["pooler.dense"] if "pooler.dense" in targets else [])]
    return draw.choice([targets, targets, whole, pattern if "pooler.dense" not in targets else targets])


def random_patterns(draw, targets):
    """Ranks and alphas of some layers, by name or pattern."""
    if isinstance(targets, str) or not draw.named("uneven", lambda: draw.random() < 0.4):
        return {}
    some = draw.sample(targets, draw.randint(1, len(targets)))
    keys = [draw.choice([name, rf".*{name}"]) for name in some]
    return {
        "rank_pattern": {key: draw.randint(1, 16) for key in keys[::2]},
        "alpha_pattern": {key: draw.choice([1, 3, 8]) for key in keys[1::2]},
    }


def features_and_gradients(adapted, inputs, features, gradient):
    """The features, and the gradient of every LoRA tensor by its name in the adapter's file."""
    adapted.zero_grad()
    found = features_of(adapted.base_model.model, inputs, features)
    (found * gradient).sum().backward()
    # A classifier has no gradient, because the features are computed before it.
    gradients = {
        name: torch.zeros(1) if parameter.grad is None else parameter.grad.float()
        for name, parameter in adapted.named_parameters()
        if parameter.requires_grad
    }
    named = get_peft_model_state_dict(adapted, state_dict=gradients)
    return found.detach().float(), {name: of.clone() for name, of in named.items() if ".lora_" in name}


def interpolated_positions(model, pixel_values):
    """The positions that transformers adds to the tokens of these images, [1, tokens, hidden]."""
    embeddings = base_of(model).embeddings
    height, width = pixel_values.shape[-2:]
    learned = embeddings.position_embeddings.shape[1] - embeddings.patch_embeddings.num_patches
    tokens = learned + (height // model.config.patch_size) * (width // model.config.patch_size)
    # Only the shape of this argument is used.
    positions = embeddings.interpolate_pos_encoding(torch.empty(1, tokens, model.config.hidden_size), height, width)
    return positions.detach().float()


def relative_error(found, expected):
    largest = expected.abs().max().item()
    return (found - expected).abs().max().item() / (largest if largest > 0 else 1)


def make_case(folder, draw):
    model, inputs, *processor = random_model(draw)
    scatter_weights(model)
    kind = draw.choice([torch.float32, torch.float32, torch.float16, torch.bfloat16])
    copy.deepcopy(model).to(kind).save_pretrained(folder, max_shard_size=draw.choice(["1GB", "10KB", "2KB"]))
    # Only weights are rounded: wavelengths of rotary positions are not stored.
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(kind))
    model = model.eval()
    for file in processor:
        with open(f"{folder}/preprocessor_config.json", "w") as out:
            json.dump(file, out)
    has_pooler = any("pooler" in name for name, _ in model.named_parameters())
    sent = ["first-token", "last-token", "mean"]
    if has_pooler:
        sent = ["pooled", "pooled", *sent]
    if model.config.model_type in CAUSAL_KINDS:
        sent = ["last-token", "mean"]
    features = draw.named("features", lambda: draw.choice(sent))
    rank = draw.named("rank", lambda: draw.randint(1, 16))
    targets = random_targets(draw, model, features == "pooled")
    head = next((name for name in ("classifier", "score") if hasattr(model, name)), None)
    lora = LoraConfig(
        r=rank,
        lora_alpha=draw.named("lora_alpha", lambda: draw.choice([rank, 2 * rank, 3, 0.5])),
        lora_dropout=0.0,
        target_modules=targets,
        **random_patterns(draw, targets),
        use_rslora=draw.named("rslora", lambda: draw.random() < 0.3),
        use_dora=draw.named("dora", lambda: draw.random() < 0.25),
        modules_to_save=[head] if head is not None and draw.named("save_head", lambda: draw.random() < 0.6) else None,
    )
    adapted = get_peft_model(model, lora).eval()
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(0.3 * torch.randn(parameter.shape))
    adapted.save_pretrained(f"{folder}/adapter")
    gradient = torch.randn((len(next(iter(inputs.values()))), model.config.hidden_size))
    sent, single = features_and_gradients(adapted, inputs, features, gradient)
    found, exact = features_and_gradients(adapted.double(), inputs, features, gradient)
    tensors = {**inputs, "features": found, "gradient": gradient}
    tensors |= {f"lora.{name}": of for name, of in exact.items()}
    if head is not None:
        with torch.no_grad():
            tensors["logits"] = adapted(**inputs_of(adapted, inputs)).logits.float()
    if "pixel_values" in inputs and inputs["pixel_values"].shape[-1] != model.config.image_size:
        tensors["position_embeddings"] = interpolated_positions(model, inputs["pixel_values"])
    save_file({name: value.contiguous() for name, value in tensors.items()}, f"{folder}/reference.safetensors")
    with open(f"{folder}/case.json", "w") as out:
        about = {"model": type(model).__name__, "weights": str(kind), "targets": targets, "rank": rank, "given": draw.given}
        rounding = max(relative_error(single[name], exact[name]) for name in exact)
        roundings = {"featureRounding": relative_error(sent, found), "gradientRounding": rounding}
        size = {"imageSize": inputs["pixel_values"].shape[-1]} if "position_embeddings" in tensors else {}
        json.dump({"features": features, **size, **roundings, **about}, out)


parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--count", type=int, default=12)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--given", type=json.loads, help="outcomes of draws by name, as JSON, in place of the corners")
options = parser.parse_args()
for index in range(options.count):
    torch.manual_seed(1000 * options.seed + index)
    draw = Draw(1000 * options.seed + index)
    draw.given = options.given or CORNERS[index % len(CORNERS)]
    make_case(f"{options.out}/{index}", draw)
print(f"made {options.count} cases")
