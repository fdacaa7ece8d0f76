"""The `torch` engine: a process that runs airtune's encoder with PyTorch and transformers.

airtune starts it as `python -m airtune_torch [DESCRIPTOR]` and asks it over standard input and, with the descriptor of
an open file, shared memory (frames.py, shared_memory.py); `shared/model/engine/torch/` is the other side. The first
request is `hello`; every request gets one reply, in order.
"""

PROTOCOL_VERSION = 2
