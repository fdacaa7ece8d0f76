"""Continues prompts with transformers: of a language model with an adapter by peft, or of a merged model.

    python bench/peft/generate.py MODEL_DIR [--adapter ADAPTER_DIR] [--text FILE] --tokens N [--prompt TEXT ...]

Prints a line of JSON: the greedy completion of each prompt (`generate(do_sample=False)`), and with --text the perplexity of
the lines of a file, each with its end token. Every tensor must come from the folders: a missing or unexpected one, or a
warning of peft, ends it with an error. Needs torch, transformers and peft.
"""

import argparse
import json
import math
import os
import sys
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file


def load(model_dir, adapter_dir):
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        model_dir, torch_dtype=torch.float32, output_loading_info=True
    )
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report[kind]:
            sys.exit(f"{kind}: {sorted(map(str, report[kind]))}")
    if adapter_dir is None:
        return model.eval()
    with warnings.catch_warnings(record=True) as warned:
        adapted = PeftModel.from_pretrained(model, adapter_dir).eval()
    for found in warned:
        if "adapter" in str(found.message):
            sys.exit(str(found.message))
    stored = load_file(f"{adapter_dir}/adapter_model.safetensors")
    for name, value in get_peft_model_state_dict(adapted).items():
        if name not in stored or not torch.equal(stored[name], value):
            sys.exit(f"tensor {name} did not arrive as it is stored")
    return adapted


def perplexity(model, tokenizer, path):
    loss, count = 0.0, 0
    with open(path) as file:
        for line in file.read().split("\n"):
            if line.strip() == "":
                continue
            ids = torch.tensor([tokenizer(line).input_ids + [tokenizer.eos_token_id]])
            with torch.no_grad():
                logits = model(input_ids=ids).logits[0, :-1]
            loss += torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum").item()
            count += ids.shape[1] - 1
    return math.exp(loss / count)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model_dir")
    parser.add_argument("--adapter")
    parser.add_argument("--text")
    parser.add_argument("--tokens", type=int, required=True)
    parser.add_argument("--prompt", dest="prompts", action="append", default=[])
    arguments = parser.parse_args()
    model = load(arguments.model_dir, arguments.adapter)
    tokenizer = transformers.AutoTokenizer.from_pretrained(arguments.model_dir)
    completions = []
    for prompt in arguments.prompts:
        ids = torch.tensor([tokenizer(prompt).input_ids])
        with torch.no_grad():
            made = model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=arguments.tokens,
                do_sample=False,
                pad_token_id=tokenizer.eos_token_id,
            )
        completions.append(tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True, clean_up_tokenization_spaces=False))
    found = {"completions": completions}
    if arguments.text is not None:
        found["perplexity"] = perplexity(model, tokenizer, arguments.text)
    print(json.dumps(found))


main()
