"""The ServerApp's strategy and the ClientApp, in a module that Ray's workers import: what a worker has loaded stays with it
from round to round.
"""

import functools
import time

import torch
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp.strategy import FedAvg

from sst2_task import BATCH, Task

client_app = ClientApp()


@functools.lru_cache(maxsize=1)
def worker_task(model_dir, data_dir, threads):
    return Task(model_dir, data_dir, threads)


@client_app.train()
def train(message, context):
    config = message.content["config"]
    task = worker_task(config["model"], config["data"], config["threads"])
    arrays = message.content["arrays"].to_torch_state_dict()
    with torch.no_grad():
        for name, parameter in task.trained.items():
            parameter.copy_(arrays[name])
    loss = task.gradients(context.node_config["partition-id"])
    task.step()
    trained = ArrayRecord({name: parameter.detach() for name, parameter in task.trained.items()})
    metrics = MetricRecord({"num-examples": BATCH, "loss": loss})
    return Message(content=RecordDict({"arrays": trained, "metrics": metrics}), reply_to=message)


class TimedFedAvg(FedAvg):
    """FedAvg over all clients that notes when each round's average is there. Evaluates nothing, and lets the rounds that
    are left pass empty once `seconds` have gone since the first one.
    """

    def __init__(self, clients, seconds):
        super().__init__(
            fraction_train=1.0, fraction_evaluate=0.0, min_train_nodes=clients, min_available_nodes=clients
        )
        self.seconds, self.finished, self.losses = seconds, [], []

    def configure_train(self, server_round, arrays, config, grid):
        if self.finished and time.perf_counter() - self.finished[0] > self.seconds:
            return []
        return super().configure_train(server_round, arrays, config, grid)

    def aggregate_train(self, server_round, replies):
        replies = list(replies)
        if not replies:
            return None, None
        failed = [reply.error.reason for reply in replies if reply.has_error()]
        if failed:
            raise RuntimeError(f"{len(failed)} clients failed, the first with: {failed[0]}")
        averaged = super().aggregate_train(server_round, replies)
        self.finished.append(time.perf_counter())
        self.losses.append(averaged[1]["loss"])
        return averaged
