"""Times federated rounds of Flower with PEFT: MiniLM, SST-2, ten clients, one mini-batch of 16 each a round, FedAvg.

    python bench/flower/flower_rounds.py MODEL_DIR SST2_DIR [--client example] [--seconds 30] [--concurrent 2] [--threads 1]

The clients are those of flower_example_client.py, or of flower_tuned_client.py. Runs Flower's Simulation Runtime in this
process with `concurrent` workers of `threads` threads each. Prints one JSON object: the time of each round's average, in
seconds since 1970. Needs flwr[simulation], torch, transformers and peft.
"""

import argparse
import importlib
import json
import os
import sys

# Set before the imports: Flower and Ray send no telemetry, and workers find the client's module.
os.environ.update(FLWR_TELEMETRY_ENABLED="0", RAY_USAGE_STATS_ENABLED="0", TOKENIZERS_PARALLELISM="false")
os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("--client", choices=["example", "tuned"], default="example")
parser.add_argument("--seconds", type=float, default=30)
parser.add_argument("--concurrent", type=int, default=2)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()

try:
    import ray  # noqa: F401
    from flwr.app import ConfigRecord
    from flwr.serverapp import ServerApp
    from flwr.simulation import run_simulation

    from sst2_task import CLIENTS
    from timed_fed_avg import TimedFedAvg

    client = importlib.import_module(f"flower_{options.client}_client")
except ImportError as missing:
    sys.exit(f"SKIPPED: {missing.name} is not installed in this Python.")

MOST_ROUNDS = 100
strategy = TimedFedAvg(CLIENTS, options.seconds)
server_app = ServerApp()


@server_app.main()
def main(grid, context):
    strategy.start(
        grid=grid,
        initial_arrays=client.initial_arrays(options),
        num_rounds=MOST_ROUNDS,
        train_config=ConfigRecord(
            {"model": options.model, "data": options.data, "threads": options.threads}
        ),
    )


run_simulation(
    server_app=server_app,
    client_app=client.client_app,
    num_supernodes=CLIENTS,
    backend_config={
        "init_args": {
            "num_cpus": options.concurrent * options.threads,
            "include_dashboard": False,
            "log_to_driver": False,
        },
        "client_resources": {"num_cpus": options.threads, "num_gpus": 0.0},
    },
)
print(json.dumps({"roundEndsEpochSeconds": strategy.finished, "lastLoss": strategy.losses[-1]}))
