"""The scheme of a causal run of airtune in plain PyTorch and PEFT, for its perplexity.

Devices, all scheduled, share one model with LoRA; each has its own final norm. In a round each device runs its mini-batch,
takes a step of SGD on its norm, and the LoRA gradients are averaged for one step of AdamW. A test scores the test texts with
the average of the norms. Texts are joined and cut as airtune does it. LoRA and mini-batches are drawn here, unless --draws
names a folder with those of a run (bench/language/causal-scheme.ts): then the perplexity is the run's up to rounding.

    python bench/language/causal_pytorch.py MODEL DATA [--seed 1] [--rounds 60] [--devices 4] [--batch 8] [--tokens 32]
        [--rank 8] [--rate 0.01] [--norm-rate 0.05] [--draws FOLDER]

DATA holds train.txt and test.txt. Prints one JSON object: the perplexity before the first and after the last round. Needs
torch, transformers and peft.
"""

import argparse
import json
import sys

try:
    import torch
    from peft import LoraConfig, PeftModel, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer
except ImportError as missing:
    sys.exit(f"SKIPPED: {missing.name} is not installed in this Python.")

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--rounds", type=int, default=60)
parser.add_argument("--devices", type=int, default=4)
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--tokens", type=int, default=32)
parser.add_argument("--rank", type=int, default=8)
parser.add_argument("--rate", type=float, default=0.01)
parser.add_argument("--norm-rate", type=float, default=0.05)
parser.add_argument("--draws")
options = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(options.seed)

tokenizer = AutoTokenizer.from_pretrained(options.model)
base = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
lora = LoraConfig(
    r=options.rank, lora_alpha=2 * options.rank, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
)
if options.draws is None:
    model = get_peft_model(base, lora).eval()
else:
    model = PeftModel.from_pretrained(base, f"{options.draws}/adapter", is_trainable=True).eval()
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=options.rate, weight_decay=0.0)
inner = base.base_model
norm = inner.ln_f if hasattr(inner, "ln_f") else inner.norm
for parameter in norm.parameters():
    parameter.requires_grad_(True)
norms = [[parameter.detach().clone() for parameter in norm.parameters()] for _ in range(options.devices)]


def examples(name):
    """All texts joined, each with the end token after it, and cut."""
    with open(f"{options.data}/{name}.txt", encoding="utf-8") as file:
        lines = [line.strip("\n") for line in file if line.strip()]
    ids = [one for line in lines for one in [*tokenizer(line, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]]
    cut = [torch.tensor(ids[at : at + options.tokens]) for at in range(0, len(ids), options.tokens)]
    return [one for one in cut if len(one) > 1]


def use(values):
    with torch.no_grad():
        for parameter, value in zip(norm.parameters(), values):
            parameter.copy_(value)


def loss_of(rows):
    """Sum of the losses of the predicted tokens, and their number."""
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=0)
    targets = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=-100)[:, 1:]
    logits = model(input_ids=ids).logits[:, :-1]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum")
    return loss, int((targets != -100).sum())


@torch.no_grad()
def perplexity():
    use([torch.stack(own).mean(0) for own in zip(*norms)])
    sums = [loss_of(test[at : at + 16]) for at in range(0, len(test), 16)]
    return float(torch.exp(sum(loss for loss, _ in sums) / sum(count for _, count in sums)))


def drawn_batches():
    """The mini-batch of each device, round by round. Each device reads its shard in one random order after the other."""
    train = examples("train")
    shards = torch.randperm(len(train)).chunk(options.devices)
    orders = [[] for _ in shards]
    for _ in range(options.rounds):
        for device, shard in enumerate(shards):
            while len(orders[device]) < options.batch:
                orders[device] += shard[torch.randperm(len(shard))].tolist()
        yield [[train[row] for row in order[: options.batch]] for order in orders]
        orders = [order[options.batch :] for order in orders]


def given_batches():
    with open(f"{options.draws}/batches.json", encoding="utf-8") as file:
        for devices in json.load(file):
            yield [[torch.tensor(ids) for ids in rows] for rows in devices]


test = examples("test")
before = perplexity()
for batches in given_batches() if options.draws is not None else drawn_batches():
    optimizer.zero_grad()
    for device, rows in enumerate(batches):
        use(norms[device])
        norm.zero_grad()
        loss, count = loss_of(rows)
        (loss / count).backward()
        norms[device] = [(one - options.norm_rate * one.grad).detach() for one in norm.parameters()]
    for parameter in trained:
        parameter.grad /= options.devices
    optimizer.step()
print(json.dumps({"before": before, "after": perplexity()}))
