"""Dense layers with LoRA: y = x W^T + bias + scaling (x A^T) B^T, as PEFT computes them.

With DoRA, y = m / n (x V^T) + bias with V = W + scaling B A and n the lengths of its rows. As in PEFT, n is a constant
for gradients.

The rows of several devices may run as one product. The LoRA gradients then come out for each device apart: they are
products of a device's own rows, and so narrow (the rank) that computing them one by one costs nothing, while the
products with the frozen weights, nearly all of the work, stay joined.
"""

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D


class LoraSet:
    """The LoRA tensors of a round: by layer, A [rank, inputs], B [outputs, rank] and, with DoRA, m [outputs].

    `inverse_norms`: of the layers with a magnitude, 1 / n [outputs].
    """

    def __init__(self, tensors, inverse_norms):
        self.tensors = tensors
        self.inverse_norms = inverse_norms

    def leaves(self, devices, wanted):
        """The tensors of every layer, repeated for each device: [devices, ...] without a copy."""
        return {
            name: [one.expand(devices, *one.shape).detach().requires_grad_(wanted) for one in tensors]
            for name, tensors in self.tensors.items()
        }


class LoraState:
    """The dense layers with LoRA by name, and LoRA of the running forward pass.

    `leaves`: by layer, A, B and m of the LoRA set for each device, [devices, ...]; every device has the same values.
    `inverse_norms`: those of the set. `sequences`: number of sequences of each device.
    """

    def __init__(self):
        self.layers = {}
        self.leaves = {}
        self.inverse_norms = {}
        self.sequences = ()

    def lora_set(self, tensors):
        """A set of LoRA tensors, by layer. The lengths of rows are computed once for each set."""
        with torch.no_grad():
            norms = {
                name: self.layers[name].inverse_row_norms(a, b)
                for name, (a, b, *magnitude) in tensors.items()
                if magnitude
            }
        return LoraSet(tensors, norms)


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

    @property
    def matrix(self):
        """The frozen weight, [outputs, inputs]."""
        return self.base.weight.t() if isinstance(self.base, Conv1D) else self.base.weight

    def inverse_row_norms(self, a, b):
        """1 / n of the rows of W + scaling B A, [outputs], in single precision."""
        return 1 / torch.addmm(self.matrix.float(), b, a, alpha=self.scaling).norm(dim=1)

    def forward(self, x):
        a, b, *magnitude = self.state.leaves[self.name]
        rows = rows_of(x, self.state.sequences)
        if not self.base.weight.is_floating_point():
            return _AddLora.apply(self.base(x), x, a, b, self.scaling, rows)
        if magnitude:
            norms = self.state.inverse_norms[self.name]
            return _DenseWithDora.apply(x, self.matrix, self.base.bias, a, b, *magnitude, norms, self.scaling, rows)
        return _DenseWithLora.apply(x, self.matrix, self.base.bias, a, b, self.scaling, rows)


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


class _DenseWithDora(torch.autograd.Function):
    """A layer with a magnitude. The backward pass computes the product x V^T once more, which keeps no memory."""

    @staticmethod
    def forward(ctx, x, weight, bias, a, b, m, inverse_norms, scaling, rows):
        flat = x.reshape(-1, x.shape[-1])
        low = flat @ a[0].to(x.dtype).t()
        result = _adapted_product(flat, low, weight, b, scaling).mul_((m[0] * inverse_norms).to(x.dtype))
        if bias is not None:
            result.add_(bias)
        ctx.save_for_backward(flat, low, weight, a, b, m, inverse_norms)
        ctx.scaling, ctx.rows, ctx.shape = scaling, rows, x.shape
        return result.view(*x.shape[:-1], result.shape[-1])

    @staticmethod
    def backward(ctx, gradient):
        flat, low, weight, a, b, m, inverse_norms = ctx.saved_tensors
        gradient = gradient.reshape(-1, gradient.shape[-1])
        terms = gradient * _adapted_product(flat, low, weight, b, ctx.scaling)
        of_m = torch.stack([terms[own].sum(0, dtype=torch.float32) for own in ctx.rows]) * inverse_norms
        # From here on the layer is x V^T.
        gradient = gradient * (m[0] * inverse_norms).to(gradient.dtype)
        low_gradient = (gradient @ b[0].to(gradient.dtype)).mul_(ctx.scaling)
        of_x = None
        if ctx.needs_input_grad[0]:
            of_x = gradient @ weight
            of_x = of_x.addmm_(low_gradient, a[0].to(gradient.dtype)).view(ctx.shape)
        of_a, of_b = _lora_gradients(a, b, flat, low, gradient, low_gradient, ctx.scaling, ctx.rows)
        return of_x, None, None, of_a, of_b, of_m, None, None, None


def _adapted_product(flat, low, weight, b, scaling):
    """x V^T, from x and x A^T."""
    return torch.mm(flat, weight.t()).addmm_(low, b[0].to(flat.dtype).t(), alpha=scaling)


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
