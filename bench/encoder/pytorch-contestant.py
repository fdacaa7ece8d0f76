"""PyTorch, transformers and PEFT in a separate process, with the protocol of engine-contestant.ts.

python bench/encoder/pytorch-contestant.py pytorch[-bfloat16|-float16] CASE [THREADS [PROVIDER [TOKENS]]]

With a provider other than cpu it runs on CUDA, in full single precision unless the name says another. As in airtune's
contestants, inputs from devices come from main memory and results for them are copied to it.
"""
import os
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    BertConfig,
    BertModel,
    GPT2Config,
    GPT2Model,
    LlamaConfig,
    LlamaModel,
    RobertaConfig,
    RobertaModel,
    ViTConfig,
    ViTModel,
)

CASES = {
    "minilm": ("bert", 6, 384, 12, 32, 64),
    "bert-base": ("bert", 12, 768, 12, 16, 128),
    "roberta-base": ("roberta", 12, 768, 12, 16, 128),
    "vit-tiny": ("vit", 12, 192, 3, 8, 197),
    "vit-base": ("vit", 12, 768, 12, 8, 197),
    "gpt2": ("gpt2", 12, 768, 12, 16, 128),
    "llama-135m": ("llama", 30, 576, 9, 16, 128),
    "llama-1b": ("llama", 16, 2048, 32, 16, 128),
}
GATED = {"llama-135m": (3, 1536), "llama-1b": (8, 8192)}

contestant, case = sys.argv[1:3]
family, layers, hidden, heads, batch, tokens = CASES[case]
if len(sys.argv) > 5:
    batch = max(1, round(int(sys.argv[5]) / tokens))
dtype = getattr(torch, contestant.partition("-")[2] or "float32")
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else len(os.sched_getaffinity(0)))
torch.manual_seed(1)
sizes = dict(num_hidden_layers=layers, hidden_size=hidden, num_attention_heads=heads, intermediate_size=4 * hidden)
torch.set_default_dtype(dtype)
if family == "bert":
    model = BertModel(BertConfig(vocab_size=100, **sizes), add_pooling_layer=False)
elif family == "roberta":
    model = RobertaModel(RobertaConfig(vocab_size=100, **sizes), add_pooling_layer=False)
elif family == "vit":
    model = ViTModel(ViTConfig(**sizes), add_pooling_layer=False)
elif family == "gpt2":
    model = GPT2Model(GPT2Config(vocab_size=100, n_layer=layers, n_embd=hidden, n_head=heads, bos_token_id=0, eos_token_id=0))
else:
    shared, intermediate = GATED[case]
    sizes |= dict(intermediate_size=intermediate, num_key_value_heads=shared)
    model = LlamaModel(LlamaConfig(vocab_size=100, **sizes))
torch.set_default_dtype(torch.float32)
# Names of the projections in transformers 4, and for ViT in transformers 5; GPT-2 has one layer for both.
lora = LoraConfig(r=8, lora_alpha=16, target_modules=r".*\.(query|value|q_proj|v_proj|c_attn)", lora_dropout=0.0)
on_card = len(sys.argv) > 4 and sys.argv[4] != "cpu"
device = torch.device("cuda" if on_card else "cpu")
torch.backends.cuda.matmul.allow_tf32 = False
model = get_peft_model(model, lora).eval().to(device)
base = model.base_model.model
# The defaults of transformers: fused scaled-dot-product attention, no mask for full sequences.
embeddings = torch.rand(batch, tokens, hidden) * 3.4 - 1.7
gradient = torch.rand(batch, hidden) * 2 - 1


def encoded():
    states = embeddings.to(device, dtype)
    if family in ("gpt2", "llama"):
        return base(inputs_embeds=states, use_cache=False).last_hidden_state
    if hasattr(base, "encoder"):
        return base.encoder(states).last_hidden_state
    for layer in base.layers:
        states = layer(states, None)
    return states


def features():
    states = encoded()
    if family in ("gpt2", "llama"):
        return states[:, -1]
    return (base.layernorm(states) if family == "vit" else states)[:, 0]


trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
print("ready", flush=True)
for _ in sys.stdin:
    used = time.process_time()
    start = time.perf_counter()
    result = features()
    sent = result.detach().float().cpu()
    between = time.perf_counter()
    result.backward(gradient.to(device, dtype))
    gradients = [parameter.grad.cpu() for parameter in trained]
    end = time.perf_counter()
    used = time.process_time() - used
    model.zero_grad(set_to_none=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print((between - start) * 1e3, (end - between) * 1e3, peak, used * 1e3, flush=True)
