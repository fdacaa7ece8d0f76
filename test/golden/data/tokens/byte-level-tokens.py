"""Writes test/golden/data/tokens/byte-level-tokens.json: token ids of odd texts and pairs as transformers makes them with a
small byte-level BPE of RoBERTa's form, and byte-level words of every character by the Rust tokenizers.

    pip install transformers==5.24.0
    python test/golden/data/tokens/byte-level-tokens.py > test/golden/data/tokens/byte-level-tokens.json
"""

import hashlib
import json
import os
import tempfile

import tokenizers
import transformers
from odd_texts import FRAGMENTS, odd_texts
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

BLOCK = 0x1000
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
CONFIGS = [
    None,
    {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True},
    {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": False},
    {"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": False},
]


def definition():
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False)
    bpe.train_from_iterator(FRAGMENTS * 3 + ["Most guests enjoyed the view, don't they? It's 3.14 of them."] * 5, trainer)
    bpe.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=True)
    stated = json.loads(bpe.to_str())
    for token in stated["added_tokens"]:
        token["lstrip"] = token["content"] == "<mask>"
    stated["decoder"] = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    return stated


def ids(tokenizer_json, config, texts, pairs):
    with tempfile.TemporaryDirectory() as folder:
        files = {"config.json": {"model_type": "roberta"}, "tokenizer.json": tokenizer_json, "tokenizer_config.json": config}
        for name, value in files.items():
            if value is not None:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    json.dump(value, file)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        return {"config": config, "ids": tokenizer(texts)["input_ids"], "pair_ids": tokenizer(texts, pairs)["input_ids"]}


def digest(block):
    """SHA-256 over the byte-level words of a{c}1{c}! of every character of a block, a line for each."""
    words = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str
    lines = [
        " ".join(word for word, _ in words(f"a{chr(code)}1{chr(code)}!"))
        for code in range(block * BLOCK, (block + 1) * BLOCK)
        if not 0xD800 <= code < 0xE000
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


base, texts = definition(), odd_texts(80, seed=13)
print(
    json.dumps(
        {
            "made_by": f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}",
            "definition": base,
            "texts": texts,
            "cases": [ids(base, config, texts, texts[::-1]) for config in CONFIGS],
            "block": BLOCK,
            "characters": [digest(block) for block in range(0x110000 // BLOCK)],
        },
        separators=(",", ":"),
    )
)
