"""The `torch` engine: a process that runs airtune's encoder with PyTorch and transformers.

airtune starts it as `python -m airtune_torch` and asks it over standard input; `shared/model/engine/torch/` is the
other side. A frame is a length (unsigned 64 bits, little-endian) and a safetensors file of that many bytes, whose
metadata field `message` holds a JSON object. The first request is `hello`; every request gets one reply, in order.
"""

PROTOCOL_VERSION = 1
