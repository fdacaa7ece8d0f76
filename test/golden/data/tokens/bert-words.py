"""Writes test/golden/data/tokens/bert-words.json: BERT's words of odd texts and of every character, by the Rust tokenizers.

    pip install tokenizers==0.23.3
    python test/golden/data/tokens/bert-words.py > test/golden/data/tokens/bert-words.json

With the name of a JSON file (settings and texts) it prints the words of those texts instead.
"""

import hashlib
import itertools
import json
import sys

import tokenizers
from odd_texts import odd_texts
from tokenizers import normalizers, pre_tokenizers

BLOCK = 0x1000
NAMES = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")


def words_of(settings):
    normalize = normalizers.BertNormalizer(**settings).normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    return lambda text: [word for word, _ in split(normalize(text))]


def digest(words, block):
    """SHA-256 over the words of a{c}b of every character of a block, joined by blanks, a line for each."""
    lines = [
        " ".join(words(f"a{chr(code)}b"))
        for code in range(block * BLOCK, (block + 1) * BLOCK)
        if not 0xD800 <= code < 0xE000
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


if len(sys.argv) > 1:
    with open(sys.argv[1], encoding="utf-8") as file:
        asked = json.load(file)
    words = words_of(asked["settings"])
    print(json.dumps([words(text) for text in asked["texts"]]))
    raise SystemExit

texts = odd_texts(60, seed=7)
cases = []
for values in itertools.product((True, False), (True, False), (None, True, False), (True, False)):
    settings = dict(zip(NAMES, values))
    if settings["clean_text"] != settings["handle_chinese_chars"] and settings["strip_accents"] is not None:
        continue
    words = words_of(settings)
    cases.append({"settings": settings, "words": [words(text) for text in texts]})
every = words_of({"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True})
print(
    json.dumps(
        {
            "made_by": f"tokenizers {tokenizers.__version__}",
            "texts": texts,
            "cases": cases,
            "block": BLOCK,
            "characters": [digest(every, block) for block in range(0x110000 // BLOCK)],
        }
    )
)
