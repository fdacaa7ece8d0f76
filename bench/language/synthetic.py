"""Makes texts with structure, a tokenizer for them, and small language models with random weights.

    python bench/language/synthetic.py OUT [--seed 1] [--texts 700]

OUT/texts/train.txt and OUT/texts/test.txt: sentences of a small probabilistic grammar, a text of a few sentences in each line. Number of
subject and verb agree, colours follow things, and a pronoun names the sentence before, so the next word depends on words
further back. OUT/gpt2 and OUT/llama: models of transformers with a byte-level BPE that was trained on the texts. Weights have
the size of trained ones, so that the frozen layers are no identity. Prints the perplexity of the grammar's own probabilities
for a word. Needs torch, transformers and tokenizers.
"""

import argparse
import math
import os
import random

import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

END = "<|endoftext|>"
VOCABULARY = 384
CONTEXT = 64
TESTS = 60

#: Noun, plural, and the verbs that fit it.
NOUNS = [
    ("dog", "dogs", ["barks", "runs", "sleeps"]),
    ("bird", "birds", ["sings", "flies", "sleeps"]),
    ("child", "children", ["laughs", "runs", "sings"]),
    ("river", "rivers", ["flows", "rises"]),
    ("engine", "engines", ["stops", "runs", "starts"]),
]
PLURAL_VERBS = {
    "barks": "bark", "runs": "run", "sleeps": "sleep", "sings": "sing", "flies": "fly",
    "laughs": "laugh", "flows": "flow", "rises": "rise", "stops": "stop", "starts": "start",
}
ADJECTIVES = ["old", "small", "quiet", "bright"]
PLACES = ["near the house", "behind the hill", "in the garden"]


class Writer:
    """Writes texts and adds up the logarithms of its choices' probabilities."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.bits = 0.0
        self.words = 0

    def chosen(self, options, weights=None):
        weights = weights or [1] * len(options)
        index = self.draw.choices(range(len(options)), weights)[0]
        self.bits -= math.log(weights[index] / sum(weights))
        return options[index]

    def sentence(self, before):
        """A sentence, and its subject: (noun, plural, verbs, whether it is plural)."""
        if before is not None and self.chosen([True, False], [2, 3]):
            noun, subject = before, ["they" if before[3] else "it"]
        else:
            kind = self.chosen(NOUNS, [5, 4, 3, 2, 1])
            is_plural = self.chosen([False, True])
            noun = (*kind, is_plural)
            article = "the" if is_plural else self.chosen(["the", "a"])
            adjective = [self.chosen(ADJECTIVES, [4, 3, 2, 1])] if self.chosen([True, False]) else []
            subject = [article, *adjective, kind[1] if is_plural else kind[0]]
        verb = self.chosen(noun[2])
        words = [*subject, PLURAL_VERBS[verb] if noun[3] else verb]
        if self.chosen([True, False], [1, 2]):
            words += self.chosen(PLACES).split()
        self.words += len(words) + 1
        return " ".join(words) + " .", noun

    def text(self):
        sentences, before = [], None
        for _ in range(self.draw.randint(2, 5)):
            sentence, before = self.sentence(before)
            sentences.append(sentence)
        return " ".join(sentences)


def save_tokenizer(texts, folder):
    trained = ByteLevelBPETokenizer(add_prefix_space=False)
    trained.train_from_iterator(texts, vocab_size=VOCABULARY, min_frequency=2, special_tokens=[END], show_progress=False)
    PreTrainedTokenizerFast(tokenizer_object=trained._tokenizer, eos_token=END, model_max_length=CONTEXT).save_pretrained(folder)


def scatter(model):
    """Weights of the size that trained ones have: rows of dense layers of about length one, norms near one."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2:
                parameter.copy_(torch.randn(parameter.shape) / math.sqrt(model.config.hidden_size))
            elif name.endswith("weight"):
                parameter.copy_(1 + 0.1 * torch.randn(parameter.shape))
            else:
                parameter.copy_(0.02 * torch.randn(parameter.shape))
    model.tie_weights()


def models():
    ids = dict(bos_token_id=0, eos_token_id=0, pad_token_id=0)
    yield "gpt2", GPT2LMHeadModel(
        GPT2Config(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=64, n_head=4, n_layer=2, **ids)
    )
    yield "llama", LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY, max_position_embeddings=CONTEXT, hidden_size=64, intermediate_size=128,
            num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=False, **ids
        )
    )


parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--texts", type=int, default=700)
options = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(options.seed)
writer = Writer(options.seed)
texts = [writer.text() for _ in range(options.texts)]
for name, model in models():
    scatter(model)
    model.save_pretrained(f"{options.out}/{name}")
    save_tokenizer(texts, f"{options.out}/{name}")
os.makedirs(f"{options.out}/texts", exist_ok=True)
for name, part in (("train", texts[TESTS:]), ("test", texts[:TESTS])):
    with open(f"{options.out}/texts/{name}.txt", "w", encoding="utf-8") as file:
        file.write("".join(f"{text}\n" for text in part))
print(f"{len(texts)} texts; perplexity of the grammar for a word: {math.exp(writer.bits / writer.words):.2f}")
