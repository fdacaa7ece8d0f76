"""The scheme of bench/learning/cifar10.ts in plain PyTorch, for curves of any seed to compare with airtune's.

One device: a mini-batch of 32 images through the encoder with LoRA, a linear head on the class token; an SGD step on the head and a
step of AdamW (or SGD) on LoRA. Images are resized as Hugging Face's processor resizes them.

    python bench/learning/cifar10_pytorch.py MODEL_DIR CIFAR10_DIR [--seed 1] [--rounds 100] [--optimizer adamw]
        [--rate 0.001] [--head-rate 0.02] [--threads 2]

`--head-rate same` lets the optimiser that steps LoRA step the head as well. Needs torch, transformers, peft, pillow.
"""

import argparse
import sys

try:
    import numpy
    import torch
    from peft import LoraConfig, get_peft_model
    from PIL import Image
    from transformers import ViTModel
except ImportError as missing:
    sys.exit(f"SKIPPED: {missing.name} is not installed in this Python.")

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--optimizer", choices=["adamw", "sgd"], default="adamw")
parser.add_argument("--rate", type=float, default=1e-3)
parser.add_argument("--head-rate", default="0.02")
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
torch.manual_seed(options.seed)
torch.set_num_threads(options.threads)
BATCH, TESTED = 32, 500


def rows(name):
    table = numpy.fromfile(f"{options.data}/{name}", dtype=numpy.uint8).reshape(-1, 3073)
    return table[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), torch.tensor(table[:, 0]).long()


def pixels(images):
    resized = [numpy.asarray(Image.fromarray(image).resize((224, 224), Image.BILINEAR)) for image in images]
    return (torch.tensor(numpy.stack(resized)).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


train_images, train_labels = rows("data_batch_1.bin")
test_images, test_labels = rows("test_batch.bin")
base = ViTModel.from_pretrained(options.model, dtype=torch.float32, add_pooling_layer=False)
targets = [
    name
    for name, module in base.named_modules()
    if isinstance(module, torch.nn.Linear) and name.split(".")[-1] in ("query", "value", "q_proj", "v_proj")
]
assert len(targets) == 2 * base.config.num_hidden_layers, targets
lora = LoraConfig(r=8, lora_alpha=16, lora_dropout=0.0, target_modules=targets)
model = get_peft_model(base, lora).eval()
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
head = torch.nn.Linear(base.config.hidden_size, 10)
together = options.head_rate == "same"
stepped = trained + list(head.parameters()) if together else trained
if options.optimizer == "adamw":
    optimizer = torch.optim.AdamW(stepped, lr=options.rate, weight_decay=0.0)
else:
    optimizer = torch.optim.SGD(stepped, lr=options.rate)
if not together:
    head_optimizer = torch.optim.SGD(head.parameters(), lr=float(options.head_rate))


def logits(images):
    return head(model(pixel_values=pixels(images)).last_hidden_state[:, 0])


@torch.no_grad()
def accuracy():
    found = torch.cat([logits(test_images[k : k + 50]).argmax(1) for k in range(0, TESTED, 50)])
    return (found == test_labels[:TESTED]).float().mean().item()


print(f"before: {100 * accuracy():.1f}", flush=True)
order = torch.randperm(len(train_labels))
for done in range(1, options.rounds + 1):
    chosen = order[(done - 1) * BATCH : done * BATCH]
    optimizer.zero_grad()
    head.zero_grad()
    loss = torch.nn.functional.cross_entropy(logits(train_images[chosen.numpy()]), train_labels[chosen])
    loss.backward()
    optimizer.step()
    if not together:
        head_optimizer.step()
    if done % 25 == 0 or done == options.rounds:
        print(f"{done}: {100 * accuracy():.1f}  (loss {loss.item():.4f})", flush=True)
