"""PyTorch, transformers and PEFT in a separate process, with the protocol of engine-contestant.ts.

python bench/encoder/pytorch-contestant.py CASE [THREADS [PROVIDER]]

With a provider other than cpu it runs on CUDA, in full single precision. As in airtune's contestants, inputs
from devices come from main memory and results for them are copied to it.
"""
import os
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertModel, ViTConfig, ViTModel

CASES = {
    "minilm": ("bert", 6, 384, 12, 32, 64),
    "bert-base": ("bert", 12, 768, 12, 16, 128),
    "vit-tiny": ("vit", 12, 192, 3, 8, 197),
    "vit-base": ("vit", 12, 768, 12, 8, 197),
}

family, layers, hidden, heads, batch, tokens = CASES[sys.argv[1]]
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else len(os.sched_getaffinity(0)))
torch.manual_seed(1)
sizes = dict(num_hidden_layers=layers, hidden_size=hidden, num_attention_heads=heads, intermediate_size=4 * hidden)
if family == "bert":
    model = BertModel(BertConfig(vocab_size=100, **sizes), add_pooling_layer=False)
else:
    model = ViTModel(ViTConfig(**sizes), add_pooling_layer=False)
# Names of the projections in transformers 4, and for ViT in transformers 5.
lora = LoraConfig(r=8, lora_alpha=16, target_modules=r".*\.(query|value|q_proj|v_proj)", lora_dropout=0.0)
on_card = len(sys.argv) > 3 and sys.argv[3] != "cpu"
device = torch.device("cuda" if on_card else "cpu")
torch.backends.cuda.matmul.allow_tf32 = False
model = get_peft_model(model, lora).eval().to(device)
base = model.base_model.model
# The defaults of transformers: fused scaled-dot-product attention, no mask for full sequences.
embeddings = torch.rand(batch, tokens, hidden) * 3.4 - 1.7
gradient = torch.rand(batch, hidden) * 2 - 1


def encoded():
    states = embeddings.to(device)
    if hasattr(base, "encoder"):
        return base.encoder(states).last_hidden_state
    for layer in base.layers:
        states = layer(states, None)
    return states


def features():
    states = encoded()
    return (states if family == "bert" else base.layernorm(states))[:, 0]


trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
print("ready", flush=True)
for _ in sys.stdin:
    used = time.process_time()
    start = time.perf_counter()
    result = features()
    sent = result.detach().cpu()
    between = time.perf_counter()
    result.backward(gradient.to(device))
    gradients = [parameter.grad.cpu() for parameter in trained]
    end = time.perf_counter()
    used = time.process_time() - used
    model.zero_grad(set_to_none=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print((between - start) * 1e3, (end - between) * 1e3, peak, used * 1e3, flush=True)
