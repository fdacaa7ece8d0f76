"""The common task of all contestants in Python: MiniLM with PEFT's LoRA and a linear head, SST-2 divided among ten
clients, and a forward and backward pass of one mini-batch with one step of SGD on LoRA and head.
"""

import csv

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoTokenizer, BertModel

CLIENTS, BATCH, TOKENS, LABELS = 10, 16, 64, 2
LEARNING_RATE = 0.1
SEED = 1
LORA = {
    "r": 8,
    "lora_alpha": 16,
    "lora_dropout": 0.0,
    "target_modules": ["query", "key", "value", "pooler.dense"],
}


def client_examples(data_dir, tokenizer):
    """Every client's tokenised examples for `tokenizer.pad`: a list of `input_ids` and `labels` for each client."""
    with open(f"{data_dir}/train.tsv", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    texts = [text for text, _ in rows]
    ids = tokenizer(texts, truncation=True, max_length=TOKENS, padding=False)["input_ids"]
    examples = [{"input_ids": ids[i], "labels": int(label)} for i, (_, label) in enumerate(rows)]
    shuffled = torch.randperm(len(rows), generator=torch.Generator().manual_seed(SEED))
    return [[examples[i] for i in shard.tolist()] for shard in shuffled.chunk(CLIENTS)]


class Task:
    """Model and data, made once. Texts are tokenised before the first round."""

    def __init__(self, model_dir, data_dir, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(SEED)
        base = BertModel.from_pretrained(model_dir, dtype=torch.float32)
        self.model = get_peft_model(base, LoraConfig(**LORA)).eval()
        self.head = torch.nn.Linear(base.config.hidden_size, LABELS)
        named = [*self.model.named_parameters(), *self.head.named_parameters(prefix="head")]
        # Trained parameters by name; only these are sent between clients and server.
        self.trained = {name: parameter for name, parameter in named if parameter.requires_grad}
        self.tokenizer = AutoTokenizer.from_pretrained(model_dir)
        self.examples = client_examples(data_dir, self.tokenizer)

    def gradients(self, client):
        """Forward and backward over one mini-batch of the client, padded to its longest text; leaves the gradients in the
        parameters.
        """
        examples = self.examples[client]
        chosen = [examples[i] for i in torch.randint(len(examples), (BATCH,)).tolist()]
        batch = self.tokenizer.pad(chosen, return_tensors="pt")
        labels = batch.pop("labels")
        for parameter in self.trained.values():
            parameter.grad = None
        loss = torch.nn.functional.cross_entropy(self.head(self.model(**batch).pooler_output), labels)
        loss.backward()
        return loss.item()

    @torch.no_grad()
    def step(self):
        for parameter in self.trained.values():
            parameter -= LEARNING_RATE * parameter.grad
