"""Number formats of the frozen weights and of the activations."""

import math

import torch

from airtune_torch.faults import Fault

#: Format of weights and activations, by the name of the setting `server.precision`.
COMPUTE_TYPES = {
    "float32": torch.float32,
    "tf32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    # Weights of 8 or 4 bits are multiplied in bfloat16.
    "int8": torch.bfloat16,
    "nf4": torch.bfloat16,
}

QUANTIZED = ("int8", "nf4")

#: Largest value of a feature gradient after scaling for float16, whose largest number is 65504.
LARGEST_SCALED = 2.0**10
#: A backward pass that overflows is repeated with a scale smaller by this factor, at most so often.
SMALLER_SCALE = 2.0**-4
SCALINGS = 8


def require_precision(name, device):
    """Raises a Fault for a precision that the device does not have."""
    if name == "tf32" and device.type != "cuda":
        raise Fault("config", "`tf32` needs a graphics card with CUDA.", "Use float32 or bfloat16.")
    if name in QUANTIZED:
        if device.type not in ("cuda", "cpu"):
            raise Fault("config", "`%s` needs a graphics card with CUDA, or a processor." % name, "Use bfloat16.")
        try:
            import bitsandbytes  # noqa: F401  transformers uses it.
        except ImportError:
            message = "`%s` needs the package bitsandbytes." % name
            raise Fault("config", message, "Run pip install bitsandbytes accelerate") from None
    if name == "bfloat16" and device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise Fault("config", "`bfloat16` is not in this graphics card.", "Use float16.")


def use_precision(name):
    """Sets the process's rule for single-precision products to that of a model."""
    allowed = name == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


def quantization(name):
    """transformers' configuration of weights in 8 or 4 bits; None for others."""
    if name not in QUANTIZED:
        return None
    from transformers import BitsAndBytesConfig

    if name == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)


def gradients(outputs, inputs, given):
    """Gradients of the inputs [...] from those given at the outputs, in single precision.

    In float16 the given gradients are scaled by a power of two that brings their largest value to a fixed size, so
    that small ones do not vanish. The scale depends on these gradients only, not on earlier passes.
    """
    if outputs[0].dtype != torch.float16:
        return torch.autograd.grad(outputs, inputs, [one.to(outputs[0].dtype) for one in given], retain_graph=True)
    largest = max(float(one.abs().max()) for one in given)
    exponent = math.floor(math.log2(LARGEST_SCALED / largest)) if largest > 0 and math.isfinite(largest) else 0
    scale = 2.0**exponent
    for _ in range(SCALINGS):
        scaled = [(one * scale).to(torch.float16) for one in given]
        found = torch.autograd.grad(outputs, inputs, scaled, retain_graph=True)
        if all(bool(torch.isfinite(one).all()) for one in found):
            return [one / scale for one in found]
        scale *= SMALLER_SCALE
    return found
