"""The encoder: forward passes that wait for their feature gradients, and their backward passes."""

import torch

from airtune_torch.build import build_model
from airtune_torch.precision import COMPUTE_TYPES, gradients, require_precision, use_precision

#: Batches are joined only while padding them to one length adds at most this share of tokens.
MOST_PADDING = 0.25


class Batch:
    """A device's mini-batch: embeddings [sequences, tokens, width], where and in the format in which the encoder
    computes, and the number of real tokens of each sequence, on the processor."""

    def __init__(self, embeddings, lengths):
        self.embeddings = embeddings
        self.lengths = lengths

    @property
    def size(self):
        return self.embeddings.shape[0] * self.embeddings.shape[1]


class Encoder:
    """A model on a device, with the LoRA set of the newest forward pass."""

    def __init__(self, description, weights, device):
        require_precision(description["precision"], device)
        self.device = device
        self.precision = description["precision"]
        self.dtype = COMPUTE_TYPES[self.precision]
        self.features = description["features"]
        self.mask = description["mask"]
        self.input_name = "pixel_values" if description["images"] else "inputs_embeds"
        self.options = {"use_cache": False} if self.mask == "causal" else {}
        self.tensors = {layer["name"]: layer["tensors"] for layer in description["lora"]}
        self.model, self.state = build_model(description, weights, device)
        self.frozen = {value.untyped_storage().data_ptr() for value in self.model.state_dict().values()}
        self.lora = None
        #: Bytes that the graph of a group keeps, by the shapes of its batches and whether they have padding.
        self.graph_bytes = {}

    def placed(self, embeddings):
        """A copy of embeddings, where and in the format in which the encoder computes.

        Single precision is copied to the card and rounded there, which is faster than rounding here.
        """
        on_card = embeddings.to(self.device)
        return on_card.to(self.dtype, copy=on_card.data_ptr() == embeddings.data_ptr())

    def set_lora(self, tensors):
        """Keeps a LoRA set, by the names of its tensors, for the forward passes from now on."""
        placed = {name: tensor.to(self.device, copy=True) for name, tensor in tensors.items()}
        self.lora = self.state.lora_set({layer: [placed[name] for name in own] for layer, own in self.tensors.items()})

    def infer(self, batch):
        """Features [sequences, width] without a later backward pass."""
        with torch.no_grad():
            return self.run([batch], self.lora, self.lora.leaves(1, False))[0].float().cpu()

    def forward(self, batches, join):
        """Passes of these batches, in order. With `join`, batches of similar length run as one."""
        groups = joined(batches) if join else [[index] for index in range(len(batches))]
        passes = [None] * len(batches)
        for members in groups:
            group = Group(self, [batches[index] for index in members], self.lora)
            for place, index in enumerate(members):
                passes[index] = Pass(group, place)
        return passes

    def run(self, batches, lora, leaves):
        """Features of each batch. `leaves`: the tensors of the LoRA set for each batch."""
        use_precision(self.precision)
        tokens = longest(batches)
        sequences = [batch.embeddings.shape[0] for batch in batches]
        rows = [int(batch.lengths.sum()) for batch in batches] if self.features == "tokens" else sequences
        lengths = torch.cat([batch.lengths for batch in batches])
        self.state.leaves, self.state.inverse_norms, self.state.sequences = leaves, lora.inverse_norms, sequences
        given = {self.input_name: joined_embeddings(batches, tokens)}
        if self.mask == "padding" and is_padded(batches):
            given["attention_mask"] = (torch.arange(tokens)[None, :] < lengths[:, None]).long().to(self.device)
        try:
            result = self.model(**given, **self.options)
        finally:
            self.state.leaves = {}
        return select_features(self.features, result, lengths.long().to(self.device)).split(rows)


class Group:
    """Batches that ran forward as one, with the activations for their backward passes."""

    def __init__(self, encoder, batches, lora):
        self.encoder = encoder
        self.batches = batches
        self.lora = lora
        self.leaves = lora.leaves(len(batches), True)
        shapes = (is_padded(batches), *(batch.embeddings.shape for batch in batches))
        if shapes not in encoder.graph_bytes:
            retained = Retained(encoder.frozen)
            with torch.autograd.graph.saved_tensors_hooks(retained.pack, retained.unpack):
                self.outputs = encoder.run(batches, lora, self.leaves)
            encoder.graph_bytes[shapes] = retained.bytes
        else:
            self.outputs = encoder.run(batches, lora, self.leaves)
        self.bytes = encoder.graph_bytes[shapes]

    def backward(self, places, given):
        """LoRA gradients of the batches at these places, from their feature gradients.

        The graph of the group can only run backward as a whole. For less than half of it, running these batches
        forward again costs less than the zero gradients of the others.
        """
        if 2 * len(places) < len(self.batches):
            again = Group(self.encoder, [self.batches[place] for place in places], self.lora)
            return again.backward(range(len(places)), given)
        use_precision(self.encoder.precision)
        wanted = dict(zip(places, given))
        outputs = [wanted.get(place, torch.zeros_like(one)) for place, one in enumerate(self.outputs)]
        leaves = [leaf for own in self.leaves.values() for leaf in own]
        found = gradients(self.outputs, leaves, [one.to(self.encoder.device) for one in outputs])
        names = [name for own in self.encoder.tensors.values() for name in own]
        # One copy from the card for each device, not one for each tensor.
        flat = torch.cat([one.flatten(1).float() for one in found], 1)
        shapes = [one.shape[1:] for one in found]
        return [dict(zip(names, split_values(flat[place].cpu(), shapes))) for place in places]


class Pass:
    """One device's part of a group."""

    def __init__(self, group, place):
        self.group = group
        self.place = place

    @property
    def features(self):
        return self.group.outputs[self.place].detach().float().cpu()


class Retained:
    """Counts the bytes that a graph keeps for its backward pass, without the frozen weights."""

    def __init__(self, frozen):
        self.seen = set(frozen)
        self.bytes = 0

    def pack(self, tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self.seen:
            self.seen.add(storage.data_ptr())
            self.bytes += storage.nbytes()
        # A tensor that is kept as it is would be in a circle with the node that keeps it.
        return tensor.detach()

    def unpack(self, tensor):
        return tensor


def longest(batches):
    """Tokens of the longest sequence, to which all are padded."""
    return max(batch.embeddings.shape[1] for batch in batches)


def is_padded(batches):
    tokens = longest(batches)
    return any(int(batch.lengths.min()) < tokens for batch in batches)


def joined_embeddings(batches, tokens):
    """Embeddings of all batches, padded with zeros to this number of tokens."""
    if len(batches) == 1:
        return batches[0].embeddings
    parts = [torch.nn.functional.pad(one.embeddings, (0, 0, 0, tokens - one.embeddings.shape[1])) for one in batches]
    return torch.cat(parts)


def joined(batches):
    """Indices of the batches in groups of similar length, shortest first."""
    order = sorted(range(len(batches)), key=lambda index: batches[index].embeddings.shape[1])
    groups = []
    for index in order:
        group = [*groups[-1], index] if groups else [index]
        tokens = batches[index].embeddings.shape[1]
        padded = sum(batches[one].embeddings.shape[0] * tokens for one in group)
        if groups and padded <= (1 + MOST_PADDING) * sum(batches[one].size for one in group):
            groups[-1] = group
        else:
            groups.append([index])
    return groups


def split_values(values, shapes):
    """Tensors of these shapes from the values of all of them in a row."""
    parts = values.split([shape.numel() for shape in shapes])
    return [part.view(shape) for part, shape in zip(parts, shapes)]


def select_features(kind, result, lengths):
    """Features [sequences, width] of the last hidden states [sequences, tokens, width]; of kind `tokens`, [rows, width]
    of every token without padding."""
    if kind == "pooled":
        return result.pooler_output
    states = result.last_hidden_state
    if kind == "first-token":
        return states[:, 0]
    if kind == "last-token":
        return states[torch.arange(states.shape[0], device=states.device), lengths - 1]
    real = torch.arange(states.shape[1], device=states.device)[None, :] < lengths[:, None]
    if kind == "tokens":
        return states[real]
    total = torch.where(real[:, :, None], states, 0).sum(1, dtype=torch.float32)
    return (total / lengths[:, None]).to(states.dtype)
