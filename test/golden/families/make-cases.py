"""Makes test/golden/families/cases/: one small model with LoRA of every family, some with DoRA, and some of images of another size than the model's own, with the results of transformers and peft.

    pip install torch==2.13.0 transformers==5.24.0 peft==0.21.2 safetensors pillow
    python test/golden/families/make-cases.py [NAME...]

Each folder is a case of bench/peft/random-models.py, which says what lies in it.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
MAKER = HERE.parents[2] / "bench/peft/random-models.py"
EXTENT = {"heads": 2, "head_size": 4, "groups": 2, "shared": 2, "half_head": 2, "layers": 2, "intermediate_size": 12, "rank": 2}
EXTENT |= {"lora_alpha": 4, "all_linear": True, "dora": False}
BARE = {"class": "bare", "pooler": True, "features": "pooled"}
CASES = {
    "bert": {"kind": "bert", "type_vocab_size": 2, **BARE},
    "roberta": {"kind": "roberta", **BARE},
    "xlm-roberta": {"kind": "xlm-roberta", "class": "bare", "pooler": False, "features": "mean"},
    "camembert": {"kind": "camembert", "class": "classifier", "save_head": True, "features": "first-token"},
    "distilbert": {"kind": "distilbert", "class": "classifier", "save_head": True, "features": "first-token"},
    "electra": {"kind": "electra", "projected": True, "class": "bare", "features": "mean"},
    "electra-unprojected": {"kind": "electra", "projected": False, "class": "classifier", "save_head": False},
    "vit": {"kind": "vit", **BARE},
    "deit": {"kind": "deit", **BARE},
    "modernbert": {"kind": "modernbert", "class": "classifier", "local_attention": 2, "layers": 3, "features": "first-token"},
    "modernbert-biased": {"kind": "modernbert", "class": "bare", "biases": True, "local_attention": 4, "features": "mean"},
    "gpt2": {"kind": "gpt2", "class": "classifier", "save_head": True, "features": "last-token"},
    "llama": {"kind": "llama", "class": "classifier", "save_head": True, "biases": False, "features": "last-token"},
    "llama-biased": {"kind": "llama", "class": "language", "biases": True, "features": "mean"},
    "mistral": {"kind": "mistral", "class": "bare", "features": "last-token"},
    "qwen2": {"kind": "qwen2", "class": "language", "features": "last-token"},
    "qwen3": {"kind": "qwen3", "class": "bare", "features": "mean"},
    "dora-bert": {"kind": "bert", "type_vocab_size": 2, "dora": True, **BARE},
    "dora-gpt2": {"kind": "gpt2", "class": "classifier", "save_head": True, "dora": True, "features": "last-token"},
    "dora-llama": {"kind": "llama", "class": "bare", "biases": True, "dora": True, "features": "mean"},
    "vit-larger": {"kind": "vit", "patches": 3, "patches_at": 5, **BARE},
    "vit-smaller": {"kind": "vit", "patches": 4, "patches_at": 2, "class": "bare", "pooler": False, "features": "first-token"},
    "deit-larger": {"kind": "deit", "patches": 2, "patches_at": 4, "class": "classifier", "save_head": True, "features": "mean"},
    "deit-smaller": {"kind": "deit", "patches": 4, "patches_at": 3, **BARE},
}

for seed, (name, given) in enumerate(CASES.items(), start=1):
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        continue
    target = HERE / "cases" / name
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        options = ["--count", "1", "--seed", str(seed), "--given", json.dumps({**EXTENT, **given})]
        subprocess.run([sys.executable, MAKER, folder, *options], check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(f"{folder}/0", target)
    for readme in target.rglob("README.md"):
        readme.unlink()
    print(name)
