"""Writes shared/data/text/bert/rust-classes.ts: the characters that the Rust `tokenizers` treat as control characters,
nonspacing marks and punctuation in BertNormalizer and BertPreTokenizer. Their Unicode tables are older than Node's.

    pip install tokenizers==0.23.3
    python test/golden/data/tokens/rust-classes.py > shared/data/text/bert/rust-classes.ts
"""

import sys

import tokenizers
from tokenizers import normalizers, pre_tokenizers


def normalizer(**enabled):
    off = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**{**off, **enabled}).normalize_str


CLEAN, STRIP = normalizer(clean_text=True), normalizer(strip_accents=True)
WORDS = pre_tokenizers.BertPreTokenizer().pre_tokenize_str

CLASSES = {
    "REMOVED": ("Characters that `clean_text` removes.", lambda c: CLEAN(f"a{c}b") == "ab"),
    "MARKS": ("Nonspacing marks, which `strip_accents` removes.", lambda c: STRIP(f"a{c}b") == "ab"),
    "PUNCTUATION": ("Characters that are words of their own.", lambda c: len(WORDS(f"a{c}b")) == 3),
}


def ranges(holds):
    found = []
    for code in range(sys.maxunicode + 1):
        if 0xD800 <= code < 0xE000 or not holds(chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return " ".join(f"{low:x}" if low == high else f"{low:x}-{high:x}" for low, high in found)


def lines(text, width=104):
    line = ""
    for word in text.split(" "):
        if len(line) + len(word) >= width:
            yield line
            line = ""
        line = f"{line}{word} "
    yield line.rstrip()


print(f"// Made by test/golden/data/tokens/rust-classes.py from tokenizers {tokenizers.__version__}. Code points in hexadecimal.")
for name, (comment, holds) in CLASSES.items():
    print(f"\n/** {comment} */\nexport const {name} =")
    print(" +\n".join(f"  '{line}'" for line in lines(ranges(holds))) + ";")
