"""Makes small random language models with PyTorch's results for them.

    python bench/peft/language-models.py OUT [--seed N]

Each case, OUT/KIND, is a model directory with an adapter, and `reference.safetensors`: tokens, their lengths, the target of
each position (-1: none), the loss, the gradients of LoRA, of the final norm and of the output matrix (of one of its own in a
tied model), the LoRA after a step of AdamW, norm and matrix after a step of plain SGD, the loss after the steps of LoRA and
norm and after all steps, and the tokens that `generate(do_sample=False)` adds to the first row. Needs torch, transformers, peft
and safetensors.
"""

import argparse
import json
import random

import torch
import transformers
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file

from drawn_models import scatter_weights

LORA_RATE = 0.01
HEAD_RATE = 0.1
KINDS = {
    "gpt2": dict(config="GPT2Config", norm="ln_f"),
    "llama": dict(config="LlamaConfig", norm="norm"),
    "llama-tied": dict(config="LlamaConfig", norm="norm", tied=True),
    "mistral": dict(config="MistralConfig", norm="norm"),
    "qwen2": dict(config="Qwen2Config", norm="norm"),
    "qwen3": dict(config="Qwen3Config", norm="norm", tied=True),
}


def random_config(kind, draw):
    heads = draw.choice([1, 2, 4])
    vocabulary, context, layers = draw.randint(90, 300), draw.randint(20, 40), draw.randint(1, 3)
    hidden = heads * 2 * draw.randint(2, 6)
    if kind == "gpt2":
        return transformers.GPT2Config(
            vocab_size=vocabulary, n_positions=context, n_embd=hidden, n_head=heads, n_layer=layers, bos_token_id=1, eos_token_id=2
        )
    more = {} if kind.startswith(("llama", "qwen2")) else {"head_dim": 2 * draw.randint(2, 5)}
    return getattr(transformers, KINDS[kind]["config"])(
        vocab_size=vocabulary,
        max_position_embeddings=context,
        hidden_size=hidden,
        num_attention_heads=heads,
        num_key_value_heads=draw.choice([count for count in (1, 2, 4) if heads % count == 0]),
        num_hidden_layers=layers,
        intermediate_size=draw.randint(8, 50),
        rope_parameters={"rope_type": "default", "rope_theta": draw.choice([100.0, 10000.0])},
        tie_word_embeddings=KINDS[kind].get("tied", False),
        pad_token_id=3,
        bos_token_id=1,
        eos_token_id=2,
        **more,
    )


def norm_of(model, name):
    return getattr(model.base_model.model.base_model, name)


def loss_of(model, ids, mask, targets):
    logits = model(input_ids=ids, attention_mask=mask).logits
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def named_gradients(model):
    """The gradient of every LoRA tensor by its name in the adapter's file."""
    grads = {name: of.grad for name, of in model.named_parameters() if ".lora_" in name}
    return {name: of.clone() for name, of in get_peft_model_state_dict(model, state_dict=grads).items()}


def make_case(folder, kind, seed):
    draw = random.Random(f"{kind}/{seed}")
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(random_config(kind, draw)).eval()
    scatter_weights(model)
    model.tie_weights()
    model.save_pretrained(folder)
    adapted = get_peft_model(model, LoraConfig(r=draw.randint(1, 5), lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM"))
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if ".lora_" in name:
                parameter.copy_(0.1 * torch.randn(parameter.shape))
    adapted.save_pretrained(f"{folder}/adapter")
    adapted.eval().double()
    rows, tokens = draw.randint(2, 5), draw.randint(6, 14)
    lengths = [tokens] + [draw.randint(3, tokens) for _ in range(rows - 1)]
    ids = torch.randint(4, model.config.vocab_size, (rows, tokens))
    mask = torch.tensor([[int(at < length) for at in range(tokens)] for length in lengths])
    targets = torch.full((rows, tokens), -1)
    for row, length in enumerate(lengths):
        prompt = draw.randint(1, length - 1)
        targets[row, prompt - 1 : length - 1] = ids[row, prompt:length]
    norm = norm_of(adapted, KINDS[kind]["norm"])
    head = adapted.base_model.model.lm_head
    # A device's matrix is a copy in a tied model, too.
    head.weight = torch.nn.Parameter(head.weight.detach().clone())
    before = head.weight.detach().clone()
    for parameter in [*norm.parameters(), head.weight]:
        parameter.requires_grad_(True)
    loss = loss_of(adapted, ids, mask, targets)
    loss.backward()
    tensors = {"input_ids": ids, "lengths": torch.tensor(lengths), "targets": targets, "loss": loss.detach().reshape(1)}
    tensors |= {f"gradient.{name}": of for name, of in named_gradients(adapted).items()}
    tensors |= {f"normGradient.{name}": of.grad.clone() for name, of in norm.named_parameters()}
    tensors["matrixGradient"] = head.weight.grad.clone()
    with torch.no_grad():
        tensors["generated"] = adapted.generate(input_ids=ids[:1], max_new_tokens=6, do_sample=False)[0, tokens:]
    lora = [of for name, of in adapted.named_parameters() if ".lora_" in name]
    torch.optim.AdamW(lora, lr=LORA_RATE, eps=1e-3, weight_decay=0).step()
    torch.optim.SGD([*norm.parameters(), head.weight], lr=HEAD_RATE).step()
    tensors |= {f"step.{name}": of.clone() for name, of in get_peft_model_state_dict(adapted).items() if ".lora_" in name}
    tensors |= {f"normStep.{name}": of.detach().clone() for name, of in norm.named_parameters()}
    with torch.no_grad():
        tensors["matrixStep"] = head.weight.clone()
        tensors["lossAfterAll"] = loss_of(adapted, ids, mask, targets).reshape(1)
        head.weight.copy_(before)
        tensors["lossAfter"] = loss_of(adapted, ids, mask, targets).reshape(1)
    whole = ("input_ids", "lengths", "targets", "generated")
    save_file(
        {name: (value.int() if name in whole else value.float()).contiguous() for name, value in tensors.items()},
        f"{folder}/reference.safetensors",
    )
    with open(f"{folder}/case.json", "w") as out:
        json.dump({"kind": kind, "loraRate": LORA_RATE, "headRate": HEAD_RATE}, out)


parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
for kind in KINDS:
    make_case(f"{options.out}/{kind}", kind, options.seed)
print(f"made {len(KINDS)} cases")
