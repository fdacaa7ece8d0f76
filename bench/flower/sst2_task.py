"""What a client does in one round, for Flower's clients and for plain PyTorch alike: MiniLM with PEFT's LoRA and a linear
head, one mini-batch of SST-2 forward and backward, one step of SGD on LoRA and head.

Texts are tokenised once, before the first round, and a mini-batch is padded to its own longest text.
"""

import csv

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoTokenizer, BertModel

CLIENTS, BATCH, TOKENS, LABELS = 10, 16, 64, 2
LEARNING_RATE = 0.1


class Task:
    def __init__(self, model_dir, data_dir, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        base = BertModel.from_pretrained(model_dir, dtype=torch.float32)
        lora = LoraConfig(
            r=8, lora_alpha=16, lora_dropout=0.0, target_modules=["query", "key", "value", "pooler.dense"]
        )
        self.model = get_peft_model(base, lora).eval()
        self.head = torch.nn.Linear(base.config.hidden_size, LABELS)
        named = [*self.model.named_parameters(), *self.head.named_parameters(prefix="head")]
        # What is trained, by name: all that travels between clients and server.
        self.trained = {name: parameter for name, parameter in named if parameter.requires_grad}
        self.tokenizer = AutoTokenizer.from_pretrained(model_dir)
        with open(f"{data_dir}/train.tsv", encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
        texts = [text for text, _ in rows]
        self.ids = self.tokenizer(texts, truncation=True, max_length=TOKENS, padding=False)["input_ids"]
        self.labels = torch.tensor([int(label) for _, label in rows])
        self.shards = torch.randperm(len(rows)).chunk(CLIENTS)

    def gradients(self, client):
        """Forward and backward over one mini-batch of the client; leaves the gradients in the parameters."""
        shard = self.shards[client]
        chosen = shard[torch.randint(len(shard), (BATCH,))]
        batch = self.tokenizer.pad({"input_ids": [self.ids[i] for i in chosen]}, return_tensors="pt")
        for parameter in self.trained.values():
            parameter.grad = None
        loss = torch.nn.functional.cross_entropy(
            self.head(self.model(**batch).pooler_output), self.labels[chosen]
        )
        loss.backward()
        return loss.item()

    @torch.no_grad()
    def step(self):
        for parameter in self.trained.values():
            parameter -= LEARNING_RATE * parameter.grad
