"""What the encoder computes on, by the name of the setting `server.provider`."""

import ctypes
import platform

import torch

from airtune_torch.faults import Fault


def open_device(wanted):
    """The torch device, its name in settings, and the name of the hardware.

    `auto` takes CUDA where it is there, else the processor. ROCm, MPS and XPU are written as PyTorch documents them,
    and untried: no such machine was at hand.
    """
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() and torch.version.hip is None else "cpu"
    if wanted == "cpu":
        return torch.device("cpu"), "cpu", platform.processor() or platform.machine()
    if wanted in ("cuda", "rocm"):
        # PyTorch for ROCm uses the names of CUDA.
        fits = (torch.version.hip is not None) == (wanted == "rocm")
        if fits and torch.cuda.is_available():
            return torch.device("cuda", 0), wanted, torch.cuda.get_device_name(0)
    if wanted == "mps" and torch.backends.mps.is_available():
        return torch.device("mps"), "mps", "Apple's graphics card"
    if wanted == "xpu" and hasattr(torch, "xpu") and torch.xpu.is_available():
        return torch.device("xpu", 0), "xpu", torch.xpu.get_device_name(0)
    raise Fault(
        "config",
        "PyTorch %s finds no device for `%s`." % (torch.__version__, wanted),
        "Set server.provider to cpu, or install the PyTorch that is built for the device and its driver.",
    )


def pin_maps(memory, device):
    """Lets a card with CUDA read the shared memory itself, which copies several times as fast as through the driver's
    own buffer."""
    if device.type != "cuda" or torch.version.hip is not None:
        return

    def pin(new, old):
        runtime = torch.cuda.cudart()
        if old is not None:
            runtime.cudaHostUnregister(address_of(old))
        if int(runtime.cudaHostRegister(address_of(new), len(new), 0)) != 0:
            # Without it copies take longer. A refusal is reported again by the next kernel, which takes it back.
            memory.pin = None
            try:
                torch.zeros(1, device=device)
            except RuntimeError:
                pass

    memory.pin = pin


def address_of(mapped):
    return ctypes.addressof(ctypes.c_char.from_buffer(mapped))
