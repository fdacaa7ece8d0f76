"""Makes models and adapters for which airtune would compute other results than transformers and peft; it must refuse them.

    python bench/peft/unsupported-models.py OUT_DIR

OUT_DIR/models/N is a Hugging Face directory as `save_pretrained` writes it, OUT_DIR/base a small BERT that airtune reads, and
OUT_DIR/adapters/N an adapter for that BERT as peft saves it. `OUT_DIR/cases.json` has the word that each refusal must
contain. Needs torch, transformers, peft and safetensors.
"""

import json
import sys

import peft
import torch
from transformers import (
    AutoModel,
    BertConfig,
    BertModel,
    DistilBertConfig,
    GPT2Config,
    LlamaConfig,
    MistralConfig,
    MixtralConfig,
    ModernBertConfig,
    Qwen2Config,
    RobertaConfig,
    ViTConfig,
)
from transformers.activations import ACT2FN

EXTENT = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12)
BERT = dict(**EXTENT, vocab_size=30, max_position_embeddings=16)
TOKENS = dict(pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2)
VIT = dict(**EXTENT, image_size=8, patch_size=4)
PROCESSOR = {"size": {"height": 8, "width": 8}, "resample": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}


def models():
    """Each model's config, and the word that its refusal must contain."""
    for activation in sorted(set(ACT2FN) - {"gelu"}):
        yield BertConfig(**BERT, hidden_act=activation), "hidden_act"
        yield ViTConfig(**VIT, hidden_act=activation), "hidden_act"
    yield BertConfig(**BERT, is_decoder=True), "is_decoder"
    yield BertConfig(**BERT, is_decoder=True, add_cross_attention=True), "is_decoder"
    yield ViTConfig(**VIT, qkv_bias=False), "qkv_bias"
    yield ViTConfig(**VIT, pooler_act="gelu"), "pooler_act"
    yield ViTConfig(**VIT, pooler_output_size=5), "pooler.dense.weight"
    yield ViTConfig(**{**VIT, "image_size": [8, 4]}), "image_size"
    yield RobertaConfig(**BERT, is_decoder=True), "is_decoder"
    yield DistilBertConfig(dim=8, n_layers=1, n_heads=2, hidden_dim=12, vocab_size=30, activation="relu"), "activation"
    gpt2 = dict(n_embd=8, n_layer=1, n_head=2, vocab_size=30, bos_token_id=0, eos_token_id=0)
    yield GPT2Config(**gpt2, activation_function="relu"), "activation_function"
    yield GPT2Config(**gpt2, scale_attn_weights=False), "scale_attn_weights"
    yield GPT2Config(**gpt2, scale_attn_by_inverse_layer_idx=True), "scale_attn_by_inverse_layer_idx"
    yield GPT2Config(**gpt2, add_cross_attention=True), "add_cross_attention"
    yield LlamaConfig(**BERT, rope_parameters={"rope_type": "linear", "rope_theta": 1e4, "factor": 2.0}), "rope_type"
    yield LlamaConfig(**BERT, hidden_act="gelu"), "hidden_act"
    yield MistralConfig(**BERT, num_key_value_heads=1, sliding_window=4), "sliding_window"
    yield Qwen2Config(**BERT, num_key_value_heads=1, use_sliding_window=True, sliding_window=4, max_window_layers=0), "layer_types"
    yield MixtralConfig(**BERT, num_key_value_heads=1), "model_type mixtral"
    yield ModernBertConfig(**BERT, **TOKENS, hidden_activation="silu"), "hidden_activation"


def adapters():
    """Each adapter's config, and the word that its refusal must contain."""
    lora = dict(r=2, target_modules=["query", "value"])
    for start in ("pissa", "pissa_niter_2", "olora"):
        # These change the model's weights when the adapter is loaded.
        yield peft.LoraConfig(**lora, init_lora_weights=start), "init_lora_weights"
    yield peft.LoraConfig(**lora, bias="lora_only"), "bias"
    yield peft.LoraConfig(**lora, lora_bias=True), "lora_bias"
    yield peft.LoraConfig(**lora, layer_replication=[(0, 1), (0, 1)]), "layer_replication"
    yield peft.LoraConfig(**lora, modules_to_save=["pooler"]), "pooler.dense"
    yield peft.LoraConfig(**lora, trainable_token_indices={"word_embeddings": [1]}), "trainable_token_indices"
    yield peft.LoraConfig(r=2, target_modules=["query", "word_embeddings"]), "word_embeddings"
    yield peft.LoHaConfig(r=2, target_modules=["query"]), "peft_type"
    yield peft.IA3Config(target_modules=["query"], feedforward_modules=[]), "peft_type"


out = sys.argv[1]
words = {}
torch.manual_seed(1)
for index, (config, word) in enumerate(models()):
    folder = f"models/{index}"
    AutoModel.from_config(config).save_pretrained(f"{out}/{folder}")
    with open(f"{out}/{folder}/preprocessor_config.json", "w") as file:
        json.dump(PROCESSOR, file)
    words[folder] = word
BertModel(BertConfig(**BERT)).save_pretrained(f"{out}/base")
for index, (config, word) in enumerate(adapters()):
    folder = f"adapters/{index}"
    adapted = peft.get_peft_model(BertModel.from_pretrained(f"{out}/base"), config)
    adapted.save_pretrained(f"{out}/{folder}")
    words[folder] = word
with open(f"{out}/cases.json", "w") as file:
    json.dump(words, file)
print(f"made {len(words)} cases")
