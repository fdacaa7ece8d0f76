"""Answers requests: holds models by the ids that airtune gives them, and passes by ids of its own."""

import os
import sys

import torch
import transformers

from airtune_torch import PROTOCOL_VERSION
from airtune_torch.devices import open_device, pin_maps
from airtune_torch.encoder import Batch, Encoder
from airtune_torch.faults import Fault
from airtune_torch.frames import decode
from airtune_torch.precision import COMPUTE_TYPES

MEMORY_REMEDY = (
    "Lower training.batchSize, data.maxTokens or server.activationBudgetMiB, or hold the weights in 16 bits "
    "(server.precision=bfloat16)"
)
DETERMINISM_REMEDY = "Set server.deterministic to false, or server.provider to cpu"


class Server:
    def __init__(self, memory):
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        self.memory = memory
        self.device = None
        self.pending = {}
        self.models = {}
        self.passes = {}
        self.next_pass = 0

    def handle(self, body):
        """The reply to a request: a message and tensors."""
        message, tensors = decode(body)
        answers = {
            "hello": self.hello,
            "model": self.describe,
            "weights": self.add_weights,
            "build": self.build,
            "forward": self.forward,
            "infer": self.infer,
            "backward": self.backward,
            "release": self.release,
            "drop": self.drop,
        }
        try:
            return answers[message["call"]](message, tensors)
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            first = str(error).split(". ")[0].split("\n")[0]
            raise Fault("memory", "the graphics card is out of memory: %s." % first, MEMORY_REMEDY) from None
        except RuntimeError as error:
            if "DefaultCPUAllocator" in str(error):
                raise Fault("memory", "the machine is out of memory.", MEMORY_REMEDY) from None
            if "does not have a deterministic implementation" in str(error):
                raise Fault("config", "PyTorch: %s." % str(error).split(",")[0], DETERMINISM_REMEDY) from None
            raise

    def hello(self, message, _):
        self.device, backend, name = open_device(message["device"])
        if message.get("threads") is not None:
            torch.set_num_threads(message["threads"])
        if message["deterministic"]:
            torch.use_deterministic_algorithms(True)
            # Every value of a new tensor is written before it is read, so that filling it first has no use.
            torch.utils.deterministic.fill_uninitialized_memory = False
        if self.memory is not None:
            pin_maps(self.memory, self.device)
        versions = {"torch": torch.__version__, "transformers": transformers.__version__}
        versions["python"] = ".".join(str(part) for part in sys.version_info[:3])
        return {"protocol": PROTOCOL_VERSION, "process": os.getpid(), "backend": backend, "name": name, **versions}, {}

    def describe(self, message, _):
        self.pending[message["model"]] = (message, {})
        return {}, {}

    def add_weights(self, message, tensors):
        description, weights = self.pending[message["model"]]
        dtype = COMPUTE_TYPES[description["precision"]]
        transposed = set(description["transposed"])
        for name, tensor in tensors.items():
            shaped = tensor.t() if name in transposed else tensor
            weights[name] = shaped.to(dtype, copy=True, memory_format=torch.contiguous_format)
        return {}, {}

    def build(self, message, _):
        description, weights = self.pending.pop(message["model"])
        self.models[message["model"]] = Encoder(description, weights, self.device)
        return {}, {}

    def forward(self, message, tensors):
        encoder = self.with_lora(message, tensors)
        made = encoder.forward(batches_of(message, tensors, encoder), message["join"])
        groups = {}
        replies = []
        for one in made:
            self.next_pass += 1
            self.passes[self.next_pass] = one
            group = groups.setdefault(id(one.group), len(groups))
            replies.append({"pass": self.next_pass, "group": group, "groupBytes": one.group.bytes})
        return {"passes": replies}, {"features.%d" % index: one.features for index, one in enumerate(made)}

    def infer(self, message, tensors):
        encoder = self.with_lora(message, tensors)
        (batch,) = batches_of(message, tensors, encoder)
        return {}, {"features.0": encoder.infer(batch)}

    def backward(self, message, tensors):
        """LoRA gradients of passes; those of one group run backward as one."""
        passes = [self.passes[one] for one in message["passes"]]
        groups = {}
        for index, one in enumerate(passes):
            groups.setdefault(id(one.group), []).append(index)
        found = {}
        for members in groups.values():
            places = [passes[index].place for index in members]
            given = [tensors["gradient.%d" % index] for index in members]
            for index, named in zip(members, passes[members[0]].group.backward(places, given)):
                found.update({"%d.%s" % (index, name): one for name, one in named.items()})
        return {}, found

    def release(self, message, _):
        for one in message["passes"]:
            self.passes.pop(one, None)
        return {}, {}

    def drop(self, message, _):
        self.models.pop(message["model"], None)
        return {}, {}

    def with_lora(self, message, tensors):
        encoder = self.models[message["model"]]
        lora = {name[len("lora.") :]: one for name, one in tensors.items() if name.startswith("lora.")}
        if lora:
            encoder.set_lora(lora)
        return encoder


def batches_of(message, tensors, encoder):
    """The mini-batches of a request, with copies of its tensors, whose memory the next request may take."""
    return [
        Batch(encoder.placed(tensors["embeddings.%d" % index]), tensors["lengths.%d" % index].clone())
        for index in range(message["batches"])
    ]
