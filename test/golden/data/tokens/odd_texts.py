"""Texts that tokenizers are apt to disagree about: scripts, accents apart and joined, controls, spaces, special tokens."""

import random

FRAGMENTS = (
    "a B AB Most it's don't x1y2 3.14 $5 a_b a-b é É e\u0301 \u0301 ñ Å ŉ ﬁ Ǆ ß ẞ İ I ı i\u0307 Σ ΑΣ ΟΔΟΣ Σ. Α\u0345Σ ς ΌΣΟ "
    "中 a中b 𠀀 a𠀀b 𠮷野家 𪜀 𫝀 𬺰 豈 丽 ー か が ﾊ\uff9e 한국어 ᄒ\u1161 ภาษาไทย हिन्दी العربية עִבְרִית "
    "! … — “q” 。 ！ ¿ \u061d \u166d ⸨ 𑁍 ´ ` ~ ^ ° € © ™ ① ½ ² 😀 👩\u200d💻 🏳\ufe0f 🇩🇪 [MASK] [SEP] [UNK [mask] <mask> <s> </s>"
).split(" ") + [" ", "  ", "\t", "\n", "\r\n"] + list(
    "\u00a0\u3000\u2028\u2029\u000b\u000c\u0085\u0000\ufffd\ufeff\u200b\u200c\u200d\u00ad\u0378\ue000\U000e0001\u070f\u180e\u1680"
)


def odd_texts(count, seed):
    draw = random.Random(seed)

    def anything():
        code = draw.choice([draw.randrange(0x20, 0x3000), draw.randrange(0x10000), draw.randrange(0x110000)])
        return chr(code) if not 0xD800 <= code < 0xE000 else "a"

    def text():
        if draw.random() < 0.7:
            return "".join(draw.choice(FRAGMENTS) for _ in range(draw.randrange(1, 12)))
        return "".join(anything() for _ in range(draw.randrange(1, 16)))

    return list(FRAGMENTS) + [text() for _ in range(count)]
