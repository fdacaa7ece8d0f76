"""Writes a BERT-base with random weights and MiniLM's vocabulary: times do not depend on the weights.

    python bench/performance/bert_base.py MINILM_DIR OUT_DIR
"""

import sys

from transformers import AutoTokenizer, BertConfig, BertModel

source, out = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(source)
BertModel(BertConfig(vocab_size=len(tokenizer))).save_pretrained(out)
tokenizer.save_pretrained(out)
