"""Writes test/golden/data/tokens/bert-tokens.json: token ids of odd texts as transformers makes them from tokenizer.json
beside a tokenizer_config.json that agrees with it, says otherwise, or is not there.

    pip install transformers==5.24.0
    python test/golden/data/tokens/bert-tokens.py > test/golden/data/tokens/bert-tokens.json
"""

import json
import os
import tempfile

import transformers
from odd_texts import FRAGMENTS, odd_texts
from transformers import AutoTokenizer

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NORMALIZERS = [
    {"lowercase": True, "strip_accents": None, "handle_chinese_chars": True},
    {"lowercase": False, "strip_accents": True, "handle_chinese_chars": False},
]
CONFIGS = [
    None,
    {},
    {"tokenizer_class": "BertTokenizer", "do_lower_case": False},
    {"tokenizer_class": "BertTokenizerFast", "do_lower_case": True, "strip_accents": False},
    {"do_lower_case": False, "strip_accents": True},
    {"tokenizer_class": "BertTokenizer", "strip_accents": None, "tokenize_chinese_chars": False},
    {"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": False, "tokenize_chinese_chars": False},
]


def definition():
    characters = sorted({c for fragment in FRAGMENTS for c in fragment + fragment.lower() if c.isprintable() and c != " "})
    pieces = SPECIAL + characters + [f"##{c}" for c in characters] + ["Most", "most", "caf", "ab", "##ab"]
    special = {t: {"id": t, "ids": [SPECIAL.index(t)], "tokens": [t]} for t in ("[CLS]", "[SEP]")}
    step = lambda kind, name, type_id: {kind: {"id": name, "type_id": type_id}}
    single = [step("SpecialToken", "[CLS]", 0), step("Sequence", "A", 0), step("SpecialToken", "[SEP]", 0)]
    pair = single + [step("Sequence", "B", 1), step("SpecialToken", "[SEP]", 1)]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": index, "content": token, **flags} for index, token in enumerate(SPECIAL)],
        "normalizer": None,
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": special},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {piece: index for index, piece in enumerate(dict.fromkeys(pieces))},
        },
    }


def ids(tokenizer_json, config, texts):
    with tempfile.TemporaryDirectory() as folder:
        files = {"config.json": {"model_type": "bert"}, "tokenizer.json": tokenizer_json, "tokenizer_config.json": config}
        for name, value in files.items():
            if value is not None:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    json.dump(value, file)
        return AutoTokenizer.from_pretrained(folder)(texts)["input_ids"]


base, texts = definition(), odd_texts(60, seed=11)
cases = []
for normalizer in NORMALIZERS:
    stated = {"type": "BertNormalizer", "clean_text": True, **normalizer}
    for config in CONFIGS:
        cases.append({"normalizer": stated, "config": config, "ids": ids({**base, "normalizer": stated}, config, texts)})
print(
    json.dumps(
        {"made_by": f"transformers {transformers.__version__}", "definition": base, "texts": texts, "cases": cases},
        separators=(",", ":"),
    )
)
