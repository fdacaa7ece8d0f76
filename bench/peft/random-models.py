"""Makes random small models with LoRA, and what transformers and peft compute with them.

    python bench/peft/random-models.py OUT_DIR [--count 12] [--seed 1]

OUT_DIR/N is one case: a Hugging Face directory as `save_pretrained` writes it (BERT or ViT, bare or with a task's head, with or
without a pooler, weights of 32 or 16 bits, in one file or in shards), `adapter/` as peft saves it, `case.json` (what is sent as features), and
`reference.safetensors`: the inputs, the features, the logits of a classifier, a gradient at the features and the gradient of every
LoRA tensor under the name that the adapter's file gives it, computed in double precision. A classifier may be trained beside
LoRA and lie in the adapter. Needs torch, transformers, peft, safetensors and pillow.
"""

import argparse
import json
import random

import numpy
import torch
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from PIL import Image
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertModel,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

from features import features_of, inputs_of, module_named


def scatter_weights(model):
    """Weights that matter: of the order of what training leaves, norms near one."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm = "norm" in name.lower() and name.endswith("weight")
            parameter.copy_(0.3 * torch.randn(parameter.shape) + (1.0 if norm else 0.0))


def encoder_extent(draw):
    heads = draw.randint(1, 5)
    return dict(
        hidden_size=heads * draw.randint(3, 9),
        num_attention_heads=heads,
        num_hidden_layers=draw.randint(1, 4),
        intermediate_size=draw.randint(1, 50),
        layer_norm_eps=draw.choice([1e-12, 1e-6, 1e-5]),
    )


def random_bert(draw):
    config = BertConfig(
        vocab_size=draw.randint(20, 99),
        max_position_embeddings=draw.randint(12, 30),
        type_vocab_size=draw.randint(1, 3),
        **encoder_extent(draw),
    )
    bare = lambda of: BertModel(of, add_pooling_layer=draw.random() < 0.7)
    model = draw.choice([bare, bare, BertForSequenceClassification, BertForMaskedLM])(config)
    batch, tokens = draw.randint(1, 7), draw.randint(2, 12)
    lengths = [tokens] + [draw.randint(1, tokens) for _ in range(batch - 1)]
    mask = torch.tensor([[int(at < length) for at in range(tokens)] for length in lengths])
    return model, {
        "input_ids": torch.randint(config.vocab_size, (batch, tokens)),
        "token_type_ids": torch.randint(config.type_vocab_size, (batch, tokens)),
        "attention_mask": mask,
    }


def random_vit(draw):
    patch = draw.randint(2, 7)
    size, channels = patch * draw.randint(1, 4), draw.choice([1, 3])
    config = ViTConfig(image_size=size, patch_size=patch, num_channels=channels, **encoder_extent(draw))
    config.num_labels = 4
    bare = lambda of: ViTModel(of, add_pooling_layer=draw.random() < 0.5)
    model = draw.choice([bare, ViTForImageClassification])(config)
    # Square, as the data sets' are: for others PIL's versions differ in which side they resize first, hence by a grey level.
    side = draw.randint(5, 40)
    images = torch.randint(256, (draw.randint(1, 4), channels, side, side), dtype=torch.uint8)
    mean, deviation = [[draw.uniform(0.3, 0.6) for _ in range(channels)] for _ in range(2)]
    planes = [[Image.fromarray(plane.numpy()).resize((size, size), Image.BILINEAR) for plane in image] for image in images]
    levels = torch.tensor(numpy.array([[numpy.asarray(plane) for plane in image] for image in planes])).float()
    normalised = (levels / 255 - torch.tensor(mean)[:, None, None]) / torch.tensor(deviation)[:, None, None]
    processor = {
        "image_processor_type": "ViTImageProcessor",
        "size": {"height": size, "width": size},
        "resample": 2,
        "image_mean": mean,
        "image_std": deviation,
    }
    return model, {"images": images, "pixel_values": normalised}, processor


def random_targets(draw, model, pooled):
    names = [name for name, _ in model.named_modules()]
    projections = [name for name in ("query", "key", "value", "q_proj", "k_proj", "v_proj") if module_named(names, name)]
    targets = draw.sample(projections, draw.randint(1, 3))
    if pooled and draw.random() < 0.7:
        targets.append("pooler.dense")
    full_names = [name for name in names if any(name.endswith(f".{target}") for target in targets)]
    pattern = f".*({'|'.join(targets)})"
    return draw.choice([targets, targets, full_names, pattern])


def make_case(folder, draw):
    model, inputs, *processor = draw.choice([random_bert, random_bert, random_vit])(draw)
    scatter_weights(model)
    kind = draw.choice([torch.float32, torch.float32, torch.float16, torch.bfloat16])
    model.to(kind).save_pretrained(folder, max_shard_size=draw.choice(["1GB", "10KB", "2KB"]))
    model = model.float().eval()
    for file in processor:
        with open(f"{folder}/preprocessor_config.json", "w") as out:
            json.dump(file, out)
    has_pooler = any("pooler" in name for name, _ in model.named_parameters())
    features = draw.choice(["pooled", "pooled", "first-token", "mean"] if has_pooler else ["first-token", "mean"])
    rank = draw.randint(1, 16)
    targets = random_targets(draw, model, features == "pooled")
    classifies = hasattr(model, "classifier")
    lora = LoraConfig(
        r=rank,
        lora_alpha=draw.choice([rank, 2 * rank, 3]),
        lora_dropout=0.0,
        target_modules=targets,
        modules_to_save=["classifier"] if classifies and draw.random() < 0.6 else None,
    )
    adapted = get_peft_model(model, lora).eval()
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(0.3 * torch.randn(parameter.shape))
    adapted.save_pretrained(f"{folder}/adapter")
    adapted.double()
    found = features_of(adapted.base_model.model, inputs, features)
    gradient = torch.randn(found.shape)
    (found * gradient).sum().backward()
    # A classifier has no gradient here: the features lie before it.
    gradients = {
        name: torch.zeros(1) if parameter.grad is None else parameter.grad.float()
        for name, parameter in adapted.named_parameters()
        if parameter.requires_grad
    }
    named = get_peft_model_state_dict(adapted, state_dict=gradients)
    tensors = {**inputs, "features": found.detach().float(), "gradient": gradient}
    tensors |= {f"lora.{name}": of for name, of in named.items() if ".lora_" in name}
    if classifies:
        with torch.no_grad():
            tensors["logits"] = adapted(**inputs_of(adapted, inputs)).logits.float()
    save_file({name: value.contiguous() for name, value in tensors.items()}, f"{folder}/reference.safetensors")
    with open(f"{folder}/case.json", "w") as out:
        json.dump({"features": features, "model": type(model).__name__, "weights": str(kind), "targets": targets, "rank": rank}, out)


parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--count", type=int, default=12)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
for index in range(options.count):
    torch.manual_seed(1000 * options.seed + index)
    make_case(f"{options.out}/{index}", random.Random(1000 * options.seed + index))
print(f"made {options.count} cases")
