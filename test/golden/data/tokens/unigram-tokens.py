"""Writes test/golden/data/tokens/unigram-tokens.json: token ids of odd texts and pairs as transformers makes them with a small
SentencePiece Unigram model of XLM-RoBERTa's and CamemBERT's form, its normaliser a precompiled map of a few rules.

    pip install transformers==5.24.0 sentencepiece==0.2.1
    python test/golden/data/tokens/unigram-tokens.py > test/golden/data/tokens/unigram-tokens.json

With the name of a normalisation rule of SentencePiece (nmt_nfkc) the map is that rule's, which is too large to be kept here.
"""

import base64
import io
import json
import os
import sys
import tempfile

import sentencepiece
import transformers
from odd_texts import FRAGMENTS, odd_texts
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
RULES = [("\ufb01", "fi"), ("e\u0301", "é"), ("\u0301", ""), ("\u00a0", " "), ("\u3000", " "), ("\u200b", ""), ("①", "1"), ("½", "1⁄2"), ("Ａ", "A"), ("한", "한!")]
CONFIGS = [
    ("xlm-roberta", None),
    ("xlm-roberta", {"tokenizer_class": "XLMRobertaTokenizer", "add_prefix_space": False}),
    ("xlm-roberta", {"tokenizer_class": "PreTrainedTokenizerFast"}),
]


def charsmap(rule):
    """A precompiled normalisation map: SentencePiece makes it as it trains."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        for source, target in RULES:
            file.write("\t".join(" ".join(f"{ord(c):X}" for c in side) for side in (source, target)) + "\n")
        file.flush()
        given = {"normalization_rule_name": rule} if rule else {"normalization_rule_tsv": file.name}
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["a b c d e f g"] * 10), model_writer=model, vocab_size=12, minloglevel=2, hard_vocab_limit=False, **given
        )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def definition(rule):
    unigram = Tokenizer(models.Unigram())
    words = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    unigram.pre_tokenizer = pre_tokenizers.Sequence(words)
    trainer = trainers.UnigramTrainer(vocab_size=200, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False)
    corpus = [text for text in FRAGMENTS if not text.startswith("<")] * 2
    unigram.train_from_iterator(corpus + ["Most guests enjoyed the view, don't they? 3.14 of them é fi."] * 5, trainer)
    special = [("<s>", 0), ("</s>", 2)]
    unigram.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=special
    )
    stated = json.loads(unigram.to_str())
    stated["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": charsmap(rule)}
    stated["decoder"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    for token in stated["added_tokens"]:
        token["lstrip"] = token["content"] == "<mask>"
    return stated


def ids(tokenizer_json, family, config, texts, pairs):
    with tempfile.TemporaryDirectory() as folder:
        files = {"config.json": {"model_type": family}, "tokenizer.json": tokenizer_json, "tokenizer_config.json": config}
        for name, value in files.items():
            if value is not None:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    json.dump(value, file)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        return {"config": config, "ids": tokenizer(texts)["input_ids"], "pair_ids": tokenizer(texts, pairs)["input_ids"]}


base, texts = definition(sys.argv[1] if len(sys.argv) > 1 else None), odd_texts(80, seed=17)
print(
    json.dumps(
        {
            "made_by": f"transformers {transformers.__version__}, sentencepiece {sentencepiece.__version__}",
            "definition": base,
            "texts": texts,
            "cases": [ids(base, family, config, texts, texts[::-1]) for family, config in CONFIGS],
        },
        separators=(",", ":"),
    )
)
