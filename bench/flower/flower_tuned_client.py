"""Flower's ClientApp, tuned by hand. Model and tokenised data stay in Ray's workers between rounds, so a message costs
little more than its arithmetic. No published example of Flower does so.
"""

import functools

import torch
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

from sst2_task import BATCH, Task

client_app = ClientApp()


@functools.lru_cache(maxsize=1)
def worker_task(model_dir, data_dir, threads):
    return Task(model_dir, data_dir, threads)


def initial_arrays(options):
    return trained_arrays(Task(options.model, options.data, options.threads))


def trained_arrays(task):
    return ArrayRecord({name: parameter.detach() for name, parameter in task.trained.items()})


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
    metrics = MetricRecord({"num-examples": BATCH, "loss": loss})
    return Message(content=RecordDict({"arrays": trained_arrays(task), "metrics": metrics}), reply_to=message)
