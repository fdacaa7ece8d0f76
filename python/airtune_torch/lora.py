"""Dense layers with LoRA: y = x W^T + bias + scaling (x A^T) B^T, as PEFT computes them.

The rows of several devices may run as one product. The LoRA gradients then come out for each device apart: they are
products of a device's own rows, and so narrow (the rank) that computing them one by one costs nothing, while the
products with the frozen weights, nearly all of the work, stay joined.
"""

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D


class LoraState:
    """LoRA of the running forward pass.

    `pairs`: by layer, A [devices, rank, inputs] and B [devices, outputs, rank], leaves whose gradients are wanted;
    every device has the same values. `sequences`: number of sequences of each device.
    """

    def __init__(self):
        self.pairs = {}
        self.sequences = ()


class LoraDense(nn.Module):
    """A frozen dense layer with LoRA."""

    def __init__(self, base, name, scaling, state):
        super().__init__()
        self.base = base
        self.name = name
        self.scaling = scaling
        self.state = state

    @property
    def weight(self):
        return self.base.weight

    @property
    def bias(self):
        return self.base.bias

    def forward(self, x):
        a, b = self.state.pairs[self.name]
        shared = (a, b, self.scaling, rows_of(x, self.state.sequences))
        if not self.base.weight.is_floating_point():
            return _AddLora.apply(self.base(x), x, *shared)
        weight = self.base.weight.t() if isinstance(self.base, Conv1D) else self.base.weight
        return _DenseWithLora.apply(x, weight, self.base.bias, *shared)


def rows_of(x, sequences):
    """Rows of each device in x [sequences, ..., width] as a matrix, as slices."""
    each = x.numel() // (x.shape[-1] * x.shape[0])
    slices = []
    begin = 0
    for count in sequences:
        slices.append(slice(begin * each, (begin + count) * each))
        begin += count
    return slices


def _lora_gradients(a, b, x, low, gradient, low_gradient, scaling, rows):
    """Gradients of A and B for each device, in single precision."""
    of_a = torch.stack([low_gradient[own].t() @ x[own] for own in rows]).to(a.dtype)
    of_b = torch.stack([gradient[own].t() @ low[own] for own in rows]).to(b.dtype).mul_(scaling)
    return of_a, of_b


class _DenseWithLora(torch.autograd.Function):
    """The whole layer in one function: LoRA is added into the product's memory, forward and backward."""

    @staticmethod
    def forward(ctx, x, weight, bias, a, b, scaling, rows):
        flat = x.reshape(-1, x.shape[-1])
        down, up = a[0].to(x.dtype), b[0].to(x.dtype)
        low = flat @ down.t()
        result = flat @ weight.t() if bias is None else torch.addmm(bias, flat, weight.t())
        result.addmm_(low, up.t(), alpha=scaling)
        ctx.save_for_backward(flat, low, weight, a, b)
        ctx.scaling, ctx.rows, ctx.shape = scaling, rows, x.shape
        return result.view(*x.shape[:-1], result.shape[-1])

    @staticmethod
    def backward(ctx, gradient):
        flat, low, weight, a, b = ctx.saved_tensors
        gradient = gradient.reshape(-1, gradient.shape[-1])
        low_gradient = (gradient @ b[0].to(gradient.dtype)).mul_(ctx.scaling)
        of_x = None
        if ctx.needs_input_grad[0]:
            of_x = gradient @ weight
            of_x = of_x.addmm_(low_gradient, a[0].to(gradient.dtype)).view(ctx.shape)
        of_a, of_b = _lora_gradients(a, b, flat, low, gradient, low_gradient, ctx.scaling, ctx.rows)
        return of_x, None, None, of_a, of_b, None, None


class _AddLora(torch.autograd.Function):
    """The LoRA term alone, for layers whose weights are in a format of their own (8 and 4 bits)."""

    @staticmethod
    def forward(ctx, result, x, a, b, scaling, rows):
        flat = x.reshape(-1, x.shape[-1])
        low = flat @ a[0].to(x.dtype).t()
        ctx.save_for_backward(flat, low, a, b)
        ctx.scaling, ctx.rows, ctx.shape = scaling, rows, x.shape
        return result + (low @ b[0].to(x.dtype).t()).mul_(scaling).view(result.shape)

    @staticmethod
    def backward(ctx, gradient):
        flat, low, a, b = ctx.saved_tensors
        matrix = gradient.reshape(-1, gradient.shape[-1])
        low_gradient = (matrix @ b[0].to(matrix.dtype)).mul_(ctx.scaling)
        of_x = (low_gradient @ a[0].to(matrix.dtype)).view(ctx.shape) if ctx.needs_input_grad[1] else None
        of_a, of_b = _lora_gradients(a, b, flat, low, matrix, low_gradient, ctx.scaling, ctx.rows)
        return gradient, of_x, of_a, of_b, None, None
