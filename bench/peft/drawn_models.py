"""Draws of small models and their inputs, for random-models.py: any family, bare or with a task's head, with or without a pooler."""

import random

import numpy
import torch
from PIL import Image
import transformers

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
    {"kind": "roberta", "class": "classifier", "save_head": True},
    {"kind": "xlm-roberta"},
    {"kind": "camembert"},
    {"kind": "distilbert", "class": "classifier", "save_head": True},
    {"kind": "electra", "projected": True},
    {"kind": "electra", "projected": False},
    {"kind": "deit", "class": "bare", "pooler": True},
    {"kind": "deit", "class": "classifier", "save_head": True},
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


def token_inputs(draw, vocabulary, types):
    batch, tokens = draw.randint(1, 7), draw.randint(2, 12)
    lengths = [tokens] + [draw.randint(1, tokens) for _ in range(batch - 1)]
    mask = torch.tensor([[int(at < length) for at in range(tokens)] for length in lengths])
    return {
        "input_ids": torch.randint(vocabulary, (batch, tokens)),
        "token_type_ids": torch.randint(types, (batch, tokens)),
        "attention_mask": mask,
    }


def with_pooler(draw, kind, share):
    return lambda of: kind(of, add_pooling_layer=draw.named("pooler", lambda: draw.random() < share))


def text_config(draw, kind, **more):
    return kind(vocab_size=draw.randint(20, 99), max_position_embeddings=draw.randint(16, 30), **encoder_extent(draw), **more)


def random_bert(draw):
    config = text_config(
        draw, transformers.BertConfig, type_vocab_size=draw.named("type_vocab_size", lambda: draw.randint(1, 3))
    )
    bare = with_pooler(draw, transformers.BertModel, 0.7)
    model = random_class(draw, bare, transformers.BertForSequenceClassification, transformers.BertForMaskedLM)(config)
    return model, token_inputs(draw, config.vocab_size, config.type_vocab_size)


def roberta_like(name):
    """Models of RoBERTa's form; their tokenizers hand out no token types."""

    def draw_model(draw):
        config = text_config(
            draw,
            getattr(transformers, f"{name}Config"),
            type_vocab_size=draw.randint(1, 2),
            pad_token_id=draw.choice([0, 1, 1, 3]),
        )
        bare = with_pooler(draw, getattr(transformers, f"{name}Model"), 0.5)
        model = random_class(draw, bare, getattr(transformers, f"{name}ForSequenceClassification"))(config)
        return model, token_inputs(draw, config.vocab_size, 1)

    return draw_model


def random_distilbert(draw):
    extent = encoder_extent(draw)
    config = transformers.DistilBertConfig(
        vocab_size=draw.randint(20, 99),
        max_position_embeddings=draw.randint(12, 30),
        dim=extent["hidden_size"],
        n_heads=extent["num_attention_heads"],
        n_layers=extent["num_hidden_layers"],
        hidden_dim=extent["intermediate_size"],
    )
    model = random_class(draw, transformers.DistilBertModel, transformers.DistilBertForSequenceClassification)(config)
    return model, token_inputs(draw, config.vocab_size, 1)


def random_electra(draw):
    projected = draw.named("projected", lambda: draw.random() < 0.7)
    config = text_config(draw, transformers.ElectraConfig, type_vocab_size=draw.randint(1, 3))
    config.embedding_size = config.hidden_size + draw.randint(1, 9) if projected else config.hidden_size
    model = random_class(draw, transformers.ElectraModel, transformers.ElectraForSequenceClassification)(config)
    return model, token_inputs(draw, config.vocab_size, config.type_vocab_size)


def drawn_images(draw, channels, size, resized, resample):
    """Images, and what PIL makes of them for a model; square, as the data sets' are: for others PIL's versions differ in
    which side they resize first, hence by a grey level."""
    side = draw.randint(5, 40)
    images = torch.randint(256, (draw.randint(1, 4), channels, side, side), dtype=torch.uint8)
    mean, deviation = [[draw.uniform(0.3, 0.6) for _ in range(channels)] for _ in range(2)]
    planes = [[Image.fromarray(plane.numpy()).resize((resized, resized), resample) for plane in image] for image in images]
    levels = torch.tensor(numpy.array([[numpy.asarray(plane) for plane in image] for image in planes])).float()
    margin = (resized - size) // 2
    levels = levels[:, :, margin : margin + size, margin : margin + size]
    normalised = (levels / 255 - torch.tensor(mean)[:, None, None]) / torch.tensor(deviation)[:, None, None]
    processor = {
        "size": {"height": resized, "width": resized},
        "resample": int(resample),
        "image_mean": mean,
        "image_std": deviation,
    }
    return {"images": images, "pixel_values": normalised.contiguous()}, processor


def image_config(draw, kind):
    patch = draw.randint(2, 7)
    size, channels = patch * draw.randint(1, 4), draw.choice([1, 3])
    config = kind(image_size=size, patch_size=patch, num_channels=channels, **encoder_extent(draw))
    config.num_labels = 4
    return config


def random_vit(draw):
    config = image_config(draw, transformers.ViTConfig)
    bare = with_pooler(draw, transformers.ViTModel, 0.5)
    model = random_class(draw, bare, transformers.ViTForImageClassification)(config)
    size = config.image_size
    inputs, processor = drawn_images(draw, config.num_channels, size, size, Image.Resampling.BILINEAR)
    return model, inputs, {"image_processor_type": "ViTImageProcessor", **processor}


def random_deit(draw):
    config = image_config(draw, transformers.DeiTConfig)
    bare = with_pooler(draw, transformers.DeiTModel, 0.5)
    model = random_class(draw, bare, transformers.DeiTForImageClassification)(config)
    size = config.image_size
    inputs, processor = drawn_images(draw, config.num_channels, size, size + 2 * draw.randint(0, 3), Image.Resampling.BICUBIC)
    crop = {"do_center_crop": True, "crop_size": {"height": size, "width": size}}
    return model, inputs, {"image_processor_type": "DeiTImageProcessor", **processor, **crop}


KINDS = {
    "bert": random_bert,
    "vit": random_vit,
    "roberta": roberta_like("Roberta"),
    "xlm-roberta": roberta_like("XLMRoberta"),
    "camembert": roberta_like("Camembert"),
    "distilbert": random_distilbert,
    "electra": random_electra,
    "deit": random_deit,
}


def random_model(draw):
    """A model, its inputs, and of images what its preprocessor_config.json says."""
    return KINDS[draw.named("kind", lambda: draw.choice(["bert", "vit", *KINDS]))](draw)
