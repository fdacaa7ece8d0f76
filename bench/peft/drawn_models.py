"""Draws of small models and their inputs, for random-models.py: any family, bare or with a task's head, with or without a pooler."""

import random

import numpy
import torch
from PIL import Image
import transformers

# Combinations that are rarely drawn, by the names of the draws below. Case N uses
# CORNERS[N modulo their number].
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
    {"kind": "gpt2", "class": "classifier", "save_head": True, "features": "last-token"},
    {"kind": "gpt2", "class": "language", "all_linear": True},
    {"kind": "llama", "class": "classifier", "save_head": True, "features": "last-token"},
    {"kind": "llama", "biases": True, "features": "mean"},
    {"kind": "mistral", "class": "language"},
    {"kind": "qwen2", "features": "last-token", "all_linear": True},
    {"kind": "qwen3", "features": "last-token"},
    {"kind": "modernbert", "class": "classifier", "save_head": True, "features": "first-token"},
    {"kind": "modernbert", "biases": True, "all_linear": True, "features": "mean"},
    {"kind": "modernbert", "local_attention": 2, "layers": 3, "features": "last-token"},
    {"kind": "bert", "dora": True, "all_linear": True},
    {"kind": "gpt2", "class": "classifier", "dora": True, "features": "last-token"},
    {"kind": "vit", "class": "classifier", "save_head": True, "patches": 4, "patches_at": 3},
    {"kind": "deit", "class": "bare", "patches": 3, "patches_at": 7},
]


class Draw(random.Random):
    """Draws by name, except draws with a given outcome."""

    given = {}

    def named(self, name, draw):
        return self.given[name] if name in self.given else draw()


def scatter_weights(model):
    """Sets weights of the order of trained ones, with norms near one."""
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
    """The class of a model: usually the bare one, which may have a pooler."""
    drawn = draw.choice([bare, bare, classifier, *others])
    kind = draw.named("class", lambda: None)
    return {None: drawn, "bare": bare, "classifier": classifier, "language": others[0] if others else drawn}[kind]


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
    """Models of RoBERTa's form; their tokenizers give no token types."""

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


def padded_inputs(draw, vocabulary, padding):
    """Inputs for models that find the last token by the padding's id, which no text contains."""
    inputs = token_inputs(draw, vocabulary, 1)
    del inputs["token_type_ids"]
    ids = torch.where(inputs["input_ids"] == padding, (padding + 1) % vocabulary, inputs["input_ids"])
    return {**inputs, "input_ids": torch.where(inputs["attention_mask"] == 1, ids, padding)}


def random_gpt2(draw):
    extent = encoder_extent(draw)
    config = transformers.GPT2Config(
        vocab_size=draw.randint(20, 99),
        n_positions=draw.randint(12, 30),
        n_embd=extent["hidden_size"],
        n_head=extent["num_attention_heads"],
        n_layer=extent["num_hidden_layers"],
        n_inner=draw.choice([None, extent["intermediate_size"]]),
        layer_norm_epsilon=extent["layer_norm_eps"],
        activation_function=draw.choice(["gelu_new", "gelu_new", "gelu"]),
        pad_token_id=3,
    )
    classes = transformers.GPT2Model, transformers.GPT2ForSequenceClassification, transformers.GPT2LMHeadModel
    return random_class(draw, *classes)(config), padded_inputs(draw, config.vocab_size, 3)


def rotary_extent(draw):
    """Heads of even width, of which some share keys and values."""
    extent = encoder_extent(draw)
    groups = draw.named("groups", lambda: draw.randint(1, 3))
    heads = groups * draw.named("shared", lambda: draw.randint(1, 3))
    extent["hidden_size"] = heads * 2 * draw.named("half_head", lambda: draw.randint(2, 4))
    extent["num_attention_heads"] = heads
    return extent, groups


def llama_like(name, *options):
    """Decoders of Llama's form, with further options of their config."""

    def draw_model(draw):
        extent, groups = rotary_extent(draw)
        epsilon = extent.pop("layer_norm_eps")
        biases = draw.named("biases", lambda: draw.random() < 0.3)
        given = {"attention_bias": biases, "mlp_bias": biases, "head_dim": 2 * draw.randint(2, 5)}
        config = getattr(transformers, f"{name}Config")(
            vocab_size=draw.randint(20, 99),
            max_position_embeddings=draw.randint(12, 30),
            num_key_value_heads=groups,
            rms_norm_eps=epsilon,
            rope_parameters={"rope_type": "default", "rope_theta": draw.choice([100.0, 10000.0, 500000.0])},
            pad_token_id=3,
            bos_token_id=1,
            eos_token_id=2,
            **{option: given[option] for option in options},
            **extent,
        )
        kinds = ("Model", "ForSequenceClassification", "ForCausalLM")
        model = random_class(draw, *(getattr(transformers, f"{name}{kind}") for kind in kinds))(config)
        return model, padded_inputs(draw, config.vocab_size, 3)

    return draw_model


def random_modernbert(draw):
    extent, _ = rotary_extent(draw)
    biases = draw.named("biases", lambda: draw.random() < 0.3)
    config = transformers.ModernBertConfig(
        vocab_size=draw.randint(20, 99),
        max_position_embeddings=draw.randint(16, 30),
        norm_eps=extent.pop("layer_norm_eps"),
        norm_bias=biases,
        attention_bias=biases,
        mlp_bias=biases,
        local_attention=draw.named("local_attention", lambda: draw.choice([2, 4, 5, 8])),
        global_attn_every_n_layers=draw.randint(1, 3),
        pad_token_id=3,
        bos_token_id=1,
        cls_token_id=1,
        eos_token_id=2,
        sep_token_id=2,
        **extent,
    )
    classes = transformers.ModernBertModel, transformers.ModernBertForSequenceClassification, transformers.ModernBertForMaskedLM
    return random_class(draw, *classes)(config), padded_inputs(draw, config.vocab_size, 3)


def drawn_images(draw, channels, size, resized, resample):
    """Images, and their form for a model by PIL. They are square, as in the data sets; for others PIL's versions differ
    in the side that they resize first, and so by a grey level."""
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


def at_size(draw, config):
    """The side of the images inside the model in pixels: its own, or another multiple of its patches."""
    return config.patch_size * draw.named("patches_at", lambda: config.image_size // config.patch_size)


def image_config(draw, kind):
    patch = draw.randint(2, 7)
    size, channels = patch * draw.named("patches", lambda: draw.randint(1, 4)), draw.choice([1, 3])
    config = kind(image_size=size, patch_size=patch, num_channels=channels, **encoder_extent(draw))
    config.num_labels = 4
    return config


def random_vit(draw):
    config = image_config(draw, transformers.ViTConfig)
    bare = with_pooler(draw, transformers.ViTModel, 0.5)
    model = random_class(draw, bare, transformers.ViTForImageClassification)(config)
    own, size = config.image_size, at_size(draw, config)
    inputs, processor = drawn_images(draw, config.num_channels, size, size, Image.Resampling.BILINEAR)
    processor["size"] = {"height": own, "width": own}
    return model, inputs, {"image_processor_type": "ViTImageProcessor", **processor}


def random_deit(draw):
    config = image_config(draw, transformers.DeiTConfig)
    bare = with_pooler(draw, transformers.DeiTModel, 0.5)
    model = random_class(draw, bare, transformers.DeiTForImageClassification)(config)
    own, size = config.image_size, at_size(draw, config)
    own_resized = own + 2 * draw.randint(0, 3)
    resized = int(own_resized * size / own + 0.5)
    inputs, processor = drawn_images(draw, config.num_channels, size, resized, Image.Resampling.BICUBIC)
    processor["size"] = {"height": own_resized, "width": own_resized}
    crop = {"do_center_crop": True, "crop_size": {"height": own, "width": own}}
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
    "gpt2": random_gpt2,
    "llama": llama_like("Llama", "attention_bias", "mlp_bias", "head_dim"),
    "mistral": llama_like("Mistral", "head_dim"),
    "qwen2": llama_like("Qwen2"),
    "qwen3": llama_like("Qwen3", "attention_bias", "head_dim"),
    "modernbert": random_modernbert,
}

# Kinds whose tokens see only those before them.
CAUSAL_KINDS = ("gpt2", "llama", "mistral", "qwen2", "qwen3")


def random_model(draw):
    """A model, its inputs, and for images the content of its preprocessor_config.json."""
    return KINDS[draw.named("kind", lambda: draw.choice(["bert", "vit", *KINDS]))](draw)
