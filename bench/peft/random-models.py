"""Makes random small models with LoRA, and what transformers and peft compute with them.

    python bench/peft/random-models.py OUT_DIR [--count 12] [--seed 1] [--given JSON]

OUT_DIR/N is one case: a Hugging Face directory as `save_pretrained` writes it (of any family, bare or with a task's head, with or
without a pooler, weights of 32 or 16 bits, in one file or in shards), `adapter/` as peft saves it, `case.json` (what is sent as features,
and by how much the features and gradients that PyTorch computes in single precision are off, relative to each
one's largest value), and
`reference.safetensors`: the inputs, the features, the logits of a classifier, a gradient at the features and the gradient of every
LoRA tensor under the name that the adapter's file gives it, computed in double precision. A classifier may be trained beside
LoRA and lie in the adapter. Needs torch, transformers, peft, safetensors and pillow.
"""

import argparse
import json

import torch
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file

from drawn_models import CORNERS, Draw, random_model, scatter_weights
from features import features_of, inputs_of, module_named


PROJECTIONS = ["query", "key", "value", "q_proj", "k_proj", "v_proj", "q_lin", "k_lin", "v_lin"]


def random_targets(draw, model, pooled):
    names = [name for name, _ in model.named_modules()]
    projections = [name for name in PROJECTIONS if module_named(names, name)]
    targets = draw.sample(projections, draw.randint(1, 3))
    if pooled and draw.random() < 0.7:
        targets.append("pooler.dense")
    full_names = [name for name in names if any(name.endswith(f".{target}") for target in targets)]
    pattern = f".*({'|'.join(targets)})"
    return draw.choice([targets, targets, full_names, pattern])


def features_and_gradients(adapted, inputs, features, gradient):
    """The features, and the gradient of every LoRA tensor by the name that the adapter's file gives it."""
    adapted.zero_grad()
    found = features_of(adapted.base_model.model, inputs, features)
    (found * gradient).sum().backward()
    # A classifier has no gradient here: the features lie before it.
    gradients = {
        name: torch.zeros(1) if parameter.grad is None else parameter.grad.float()
        for name, parameter in adapted.named_parameters()
        if parameter.requires_grad
    }
    named = get_peft_model_state_dict(adapted, state_dict=gradients)
    return found.detach().float(), {name: of.clone() for name, of in named.items() if ".lora_" in name}


def relative_error(found, expected):
    largest = expected.abs().max().item()
    return (found - expected).abs().max().item() / (largest if largest > 0 else 1)


def make_case(folder, draw):
    model, inputs, *processor = random_model(draw)
    scatter_weights(model)
    kind = draw.choice([torch.float32, torch.float32, torch.float16, torch.bfloat16])
    model.to(kind).save_pretrained(folder, max_shard_size=draw.choice(["1GB", "10KB", "2KB"]))
    model = model.float().eval()
    for file in processor:
        with open(f"{folder}/preprocessor_config.json", "w") as out:
            json.dump(file, out)
    has_pooler = any("pooler" in name for name, _ in model.named_parameters())
    sent = ["pooled", "pooled", "first-token", "mean"] if has_pooler else ["first-token", "mean"]
    features = draw.named("features", lambda: draw.choice(sent))
    rank = draw.named("rank", lambda: draw.randint(1, 16))
    targets = random_targets(draw, model, features == "pooled")
    classifies = hasattr(model, "classifier")
    lora = LoraConfig(
        r=rank,
        lora_alpha=draw.named("lora_alpha", lambda: draw.choice([rank, 2 * rank, 3, 0.5])),
        lora_dropout=0.0,
        target_modules=targets,
        modules_to_save=["classifier"] if classifies and draw.named("save_head", lambda: draw.random() < 0.6) else None,
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
    if classifies:
        with torch.no_grad():
            tensors["logits"] = adapted(**inputs_of(adapted, inputs)).logits.float()
    save_file({name: value.contiguous() for name, value in tensors.items()}, f"{folder}/reference.safetensors")
    with open(f"{folder}/case.json", "w") as out:
        about = {"model": type(model).__name__, "weights": str(kind), "targets": targets, "rank": rank, "given": draw.given}
        rounding = max(relative_error(single[name], exact[name]) for name in exact)
        roundings = {"featureRounding": relative_error(sent, found), "gradientRounding": rounding}
        json.dump({"features": features, **roundings, **about}, out)


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
