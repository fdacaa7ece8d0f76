"""PyTorch, transformers and PEFT in a separate process, with the protocol of engine-contestant.ts.

python bench/encoder/pytorch-contestant.py pytorch[-tf32|-bfloat16|-float16] CASE [THREADS [PROVIDER]]

With a provider other than cpu it runs on CUDA, in full single precision unless the name says another. As in airtune's
contestants, inputs from devices come from main memory and results for them are copied to it.
"""
import functools
import json
import os
import pathlib
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModel

CASES = json.loads(pathlib.Path(__file__).with_name("cases.json").read_text())

contestant, case = sys.argv[1:3]
settings = CASES[case]["config"]
family, hidden = settings["model_type"], settings.get("hidden_size") or settings.get("dim") or settings["n_embd"]
batch, tokens = CASES[case]["sequences"], CASES[case]["tokens"]
number_format = contestant.partition("-")[2] or "float32"
dtype = getattr(torch, "float32" if number_format == "tf32" else number_format)
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else len(os.sched_getaffinity(0)))
torch.manual_seed(1)
torch.set_default_dtype(dtype)
model = AutoModel.from_config(AutoConfig.for_model(**settings))
torch.set_default_dtype(torch.float32)
# The layers that make queries and values, by the names of all families and versions of transformers.
layers = r".*\.(query|value|q_proj|v_proj|q_lin|v_lin|c_attn|Wqkv)"
lora = LoraConfig(r=8, lora_alpha=16, target_modules=layers, lora_dropout=0.0)
on_card = len(sys.argv) > 4 and sys.argv[4] != "cpu"
device = torch.device("cuda" if on_card else "cpu")
torch.backends.cuda.matmul.allow_tf32 = number_format == "tf32"
model = get_peft_model(model, lora).eval().to(device)
base = model.base_model.model
is_decoder = family in ("gpt2", "llama", "qwen2")


@functools.cache
def inputs(line):
    """Embeddings of a mini-batch of this many tokens, the case's own if empty, and a feature gradient."""
    sequences = batch if line == "" else max(1, round(int(line) / tokens))
    return torch.rand(sequences, tokens, hidden) * 3.4 - 1.7, torch.rand(sequences, hidden) * 2 - 1


def encoded(embeddings):
    """Hidden states of the last layer. Nothing of the embedding module runs, except a norm in ModernBERT.

    Attention is transformers' default, fused; full sequences need no mask.
    """
    states = embeddings.to(device, dtype)
    if is_decoder:
        return base(inputs_embeds=states, use_cache=False).last_hidden_state
    if family == "modernbert":
        return base(inputs_embeds=states).last_hidden_state
    if family == "distilbert":
        return base.transformer(states).last_hidden_state
    if hasattr(base, "encoder"):
        return base.encoder(states).last_hidden_state
    for layer in base.layers:
        states = layer(states, None)
    return base.layernorm(states)


def features(embeddings):
    return encoded(embeddings)[:, -1 if is_decoder else 0]


trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
print("ready", flush=True)
for line in sys.stdin:
    embeddings, gradient = inputs(line.strip())
    used = time.process_time()
    start = time.perf_counter()
    result = features(embeddings)
    sent = result.detach().float().cpu()
    between = time.perf_counter()
    result.backward(gradient.to(device, dtype))
    gradients = [parameter.grad.cpu() for parameter in trained]
    end = time.perf_counter()
    used = time.process_time() - used
    model.zero_grad(set_to_none=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print((between - start) * 1e3, (end - between) * 1e3, peak, used * 1e3, flush=True)
