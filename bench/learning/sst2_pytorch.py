"""The scheme of bench/learning/sst2.ts in plain PyTorch, for curves of any seed to compare with airtune's.

Ten devices, all scheduled: each runs its mini-batch through one shared encoder with LoRA and its own head, takes an SGD step
on its head, and the LoRA gradients are averaged for one step of AdamW. Accuracy is the mean over the devices' own heads.

    python bench/learning/sst2_pytorch.py MODEL_DIR SST2_DIR [--seed 1] [--rounds 60]

Needs torch, transformers and peft.
"""

import argparse
import csv
import sys

try:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoTokenizer, BertModel
except ImportError as missing:
    sys.exit(f"SKIPPED: {missing.name} is not installed in this Python.")

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--rounds", type=int, default=60)
options = parser.parse_args()
torch.manual_seed(options.seed)
DEVICES, BATCH, TOKENS = 10, 16, 64


def rows(name):
    with open(f"{options.data}/{name}.tsv", encoding="utf-8") as file:
        table = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [text for text, _ in table], torch.tensor([int(label) for _, label in table])


tokenizer = AutoTokenizer.from_pretrained(options.model)
base = BertModel.from_pretrained(options.model, dtype=torch.float32)
lora = LoraConfig(
    r=8, lora_alpha=16, lora_dropout=0.0, target_modules=["query", "key", "value", "pooler.dense"]
)
model = get_peft_model(base, lora).eval()
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=2e-3, weight_decay=0.0)
heads = [torch.nn.Linear(base.config.hidden_size, 2) for _ in range(DEVICES)]


def features(texts):
    batch = tokenizer(texts, padding=True, truncation=True, max_length=TOKENS, return_tensors="pt")
    return model(**batch).pooler_output


train_texts, train_labels = rows("train")
test_texts, test_labels = rows("dev")
shards = torch.randperm(len(train_texts)).chunk(DEVICES)


@torch.no_grad()
def accuracy():
    order = sorted(range(len(test_texts)), key=lambda row: len(test_texts[row]))
    found = torch.cat([features([test_texts[i] for i in order[k : k + 32]]) for k in range(0, len(order), 32)])
    labels = test_labels[order]
    return sum((head(found).argmax(1) == labels).float().mean().item() for head in heads) / DEVICES


print(f"before: {100 * accuracy():.1f}", flush=True)
for done in range(1, options.rounds + 1):
    optimizer.zero_grad()
    losses = []
    for head, shard in zip(heads, shards):
        chosen = shard[torch.randint(len(shard), (BATCH,))]
        head.zero_grad()
        logits = head(features([train_texts[i] for i in chosen]))
        loss = torch.nn.functional.cross_entropy(logits, train_labels[chosen])
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in head.parameters():
                parameter -= 0.2 * parameter.grad
    for parameter in trained:
        parameter.grad /= DEVICES
    optimizer.step()
    if done % 20 == 0 or done == options.rounds:
        print(f"{done}: {100 * accuracy():.1f}  (loss {sum(losses) / DEVICES:.4f})", flush=True)
