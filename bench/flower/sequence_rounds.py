"""Times the rounds of flower_rounds.py in plain PyTorch, without a framework: one client after the other in this process.
The clients' gradients are averaged for one step, which equals FedAvg of one local SGD step.

    python bench/flower/sequence_rounds.py MODEL_DIR SST2_DIR [--seconds 30] [--threads 2]

Prints one JSON object: the end time of each round, in seconds since 1970. Needs torch, transformers and peft.
"""

import argparse
import json
import sys
import time

try:
    import torch

    from sst2_task import CLIENTS, Task
except ImportError as missing:
    sys.exit(f"SKIPPED: {missing.name} is not installed in this Python.")

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("--seconds", type=float, default=30)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

task = Task(options.model, options.data, options.threads)
finished, losses = [], []
while not finished or finished[-1] - finished[0] < options.seconds:
    sums = {name: torch.zeros_like(value) for name, value in task.trained.items()}
    losses = []
    for client in range(CLIENTS):
        losses.append(task.gradients(client))
        for name, parameter in task.trained.items():
            sums[name] += parameter.grad
    for name, parameter in task.trained.items():
        parameter.grad = sums[name] / CLIENTS
    task.step()
    finished.append(time.time())
print(json.dumps({"roundEndsEpochSeconds": finished, "lastLoss": sum(losses) / CLIENTS}))
