"""Draws of small models and their inputs, for random-models.py: BERT or ViT, bare or with a task's head, with or without a pooler."""

import random

import numpy
import torch
from PIL import Image
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertModel,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

# What chance would seldom draw, by the names of the draws below: case N holds to CORNERS[N modulo their number].
CORNERS = [
    {},
    {"kind": "bert", "type_vocab_size": 1},
    {"kind": "bert", "class": "bare", "pooler": False},
    {"kind": "vit", "class": "bare", "pooler": False},
    {"layer_norm_eps": 0.05},
    {"rank": 1, "lora_alpha": 7},
    {"heads": 12, "head_size": 1},
    {"kind": "bert", "class": "classifier", "save_head": True, "lora_alpha": 0.5},
    {"kind": "vit", "class": "classifier", "save_head": True},
    {"heads": 7, "head_size": 11, "rank": 16},
    {"kind": "vit", "class": "bare", "pooler": True, "features": "pooled"},
    {"layers": 1, "intermediate_size": 1},
]


class Draw(random.Random):
    """Draws by name, but for those whose outcome is given."""

    given = {}

    def named(self, name, draw):
        return self.given[name] if name in self.given else draw()


def scatter_weights(model):
    """Weights that matter: of the order of what training leaves, norms near one."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm = "norm" in name.lower() and name.endswith("weight")
            parameter.copy_(0.3 * torch.randn(parameter.shape) + (1.0 if norm else 0.0))


def encoder_extent(draw):
    heads = draw.named("heads", lambda: draw.randint(1, 5))
    return dict(
        hidden_size=heads * draw.named("head_size", lambda: draw.randint(3, 9)),
        num_attention_heads=heads,
        num_hidden_layers=draw.named("layers", lambda: draw.randint(1, 4)),
        intermediate_size=draw.named("intermediate_size", lambda: draw.randint(1, 50)),
        layer_norm_eps=draw.named("layer_norm_eps", lambda: draw.choice([1e-12, 1e-6, 1e-5, 1e-3])),
    )


def random_class(draw, bare, classifier, *others):
    """The class that a model is made as: mostly the bare one, which may have a pooler."""
    drawn = draw.choice([bare, bare, classifier, *others])
    kind = draw.named("class", lambda: None)
    return drawn if kind is None else bare if kind == "bare" else classifier


def random_bert(draw):
    config = BertConfig(
        vocab_size=draw.randint(20, 99),
        max_position_embeddings=draw.randint(12, 30),
        type_vocab_size=draw.named("type_vocab_size", lambda: draw.randint(1, 3)),
        **encoder_extent(draw),
    )
    bare = lambda of: BertModel(of, add_pooling_layer=draw.named("pooler", lambda: draw.random() < 0.7))
    model = random_class(draw, bare, BertForSequenceClassification, BertForMaskedLM)(config)
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
    bare = lambda of: ViTModel(of, add_pooling_layer=draw.named("pooler", lambda: draw.random() < 0.5))
    model = random_class(draw, bare, ViTForImageClassification)(config)
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


def random_model(draw):
    """A model, its inputs, and of a ViT what its preprocessor_config.json says."""
    kinds = {"bert": random_bert, "vit": random_vit}
    return kinds[draw.named("kind", lambda: draw.choice(["bert", "bert", "vit"]))](draw)
