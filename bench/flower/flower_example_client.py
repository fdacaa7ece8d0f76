"""Flower's ClientApp written as in Flower's own examples, which are these files of its repository
(github.com/adap/flower, now github.com/flwrlabs/flower):

- Hugging Face: `framework/py/flwr/cli/new/templates/app/code/client.huggingface.py.tpl` at 239cfef8 and
  `task.huggingface.py.tpl` at 0cb7993a, used by `flwr new`; and their successor, `examples/quickstart-huggingface`
  (`flwr new @flwrlabs/quickstart-huggingface`; for Flower 1.36 at 28ca065f) as explained in
  `framework/docs/source/tutorial-quickstart-huggingface.rst` at 0cea5216. Every message loads tokeniser and model by
  `from_pretrained`, makes a shuffling DataLoader that pads a mini-batch to its longest text (`DataCollatorWithPadding`) and an
  optimiser, puts the model in training mode, and takes `local-steps` steps.
- PEFT: `flwr_tune/client_app.py.tpl` at 34f7d94b and `flwr_tune/models.py.tpl` at 0be22e6e beside them, which is
  `examples/flowertune-llm`. `get_peft_model` in every message; LoRA comes and goes by `set_peft_model_state_dict` and
  `get_peft_model_state_dict`.

Not counted against Flower: nothing is fetched, the data set is partitioned once in a worker (their cached
FederatedDataset), a partition's texts are tokenised once (the cache of `Dataset.map`), and dropout, which no other
contestant computes, is 0. The step is SGD's in place of AdamW's, for the rounds to be those of the others.
"""

import functools

import torch
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from peft import (
    LoraConfig,
    TaskType,
    get_peft_model,
    get_peft_model_state_dict,
    set_peft_model_state_dict,
)
from torch.utils.data import DataLoader
from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, logging

from sst2_task import BATCH, LABELS, LEARNING_RATE, LORA, SEED, client_examples

LOCAL_STEPS = 1

logging.set_verbosity_error()
client_app = ClientApp()


@functools.lru_cache(maxsize=1)
def worker_examples(model_dir, data_dir):
    return client_examples(data_dir, AutoTokenizer.from_pretrained(model_dir))


def train_loader(model_dir, data_dir, client):
    collator = DataCollatorWithPadding(AutoTokenizer.from_pretrained(model_dir))
    examples = worker_examples(model_dir, data_dir)[client]
    return DataLoader(examples, shuffle=True, batch_size=BATCH, collate_fn=collator)


def peft_classifier(model_dir):
    classifier = AutoModelForSequenceClassification.from_pretrained(
        model_dir,
        num_labels=LABELS,
        dtype=torch.float32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return get_peft_model(classifier, LoraConfig(task_type=TaskType.SEQ_CLS, **LORA))


def initial_arrays(options):
    torch.manual_seed(SEED)
    return ArrayRecord(get_peft_model_state_dict(peft_classifier(options.model)))


def train_locally(model, loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    model.train()
    losses = []
    for batch in loader:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if len(losses) == LOCAL_STEPS:
            break
    return sum(losses) / len(losses)


@client_app.train()
def train(message, context):
    config = message.content["config"]
    torch.set_num_threads(config["threads"])
    loader = train_loader(config["model"], config["data"], context.node_config["partition-id"])
    model = peft_classifier(config["model"])
    set_peft_model_state_dict(model, message.content["arrays"].to_torch_state_dict())
    loss = train_locally(model, loader)
    arrays = ArrayRecord(get_peft_model_state_dict(model))
    metrics = MetricRecord({"num-examples": LOCAL_STEPS * BATCH, "loss": loss})
    return Message(content=RecordDict({"arrays": arrays, "metrics": metrics}), reply_to=message)
