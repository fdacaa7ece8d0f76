"""Frames: a head on the pipe, then a safetensors file with a JSON message in its metadata.

The head has the bytes of the body (unsigned, 64 bits), the request's slot in the shared memory and whether the body is
there (32 bits each), all little-endian. Bodies that are not there follow on the pipe. Replies use the slot of their
request.
"""

import json
import os
import queue
import struct
import sys
import threading

from airtune_torch.shared_memory import NO_SLOT

HEAD = struct.Struct("<QII")
LENGTH = struct.Struct("<Q")

#: Bytes from which a reply goes through the shared memory, as a request does (python-channel.ts).
SHARED_BYTES = 2**16


def read_frames(descriptor, memory):
    """Yields the body and the slot of each frame. The process ends when the pipe does, in the middle of a computation
    too.

    A thread reads, so that the end of airtune's process is noticed at once, however it ended.
    """
    frames = queue.SimpleQueue()

    def read():
        while True:
            head = read_exactly(descriptor, HEAD.size)
            if head is None:
                os._exit(0)
            count, slot, is_shared = HEAD.unpack(head)
            body = None if is_shared else read_exactly(descriptor, count)
            if body is None and not is_shared:
                os._exit(0)
            frames.put((count, slot, body))

    threading.Thread(target=read, daemon=True).start()
    while True:
        count, slot, body = frames.get()
        yield memory.request(slot, count) if body is None else body, slot


def read_exactly(descriptor, count):
    """`count` bytes, or None when the pipe ends before them."""
    body = bytearray(count)
    rest = memoryview(body)
    while len(rest) > 0:
        received = os.readv(descriptor, [rest])
        if received == 0:
            return None
        rest = rest[received:]
    return body


def decode(body):
    """The message and the tensors of a frame. The tensors share the frame's memory."""
    import torch

    types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I32": torch.int32}
    start = LENGTH.size + LENGTH.unpack_from(body)[0]
    header = json.loads(bytes(body[LENGTH.size : start]))
    message = json.loads(header.pop("__metadata__")["message"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = types[entry["dtype"]]
        count = (end - begin) // dtype.itemsize
        flat = torch.empty(0, dtype=dtype) if count == 0 else torch.frombuffer(body, dtype=dtype, count=count, offset=start + begin)
        tensors[name] = flat.reshape(entry["shape"])
    return message, tensors


def write_frame(stream, memory, slot, message, tensors):
    """Writes a message with tensors, which are single-precision and on the processor.

    `memory`: the shared memory, or None; `slot`: that of the request.
    """
    header = {"__metadata__": {"message": json.dumps(message)}}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    parts = [LENGTH.pack(len(text)), text]
    parts += [memoryview(tensor.contiguous().numpy()).cast("B") for tensor in tensors.values() if tensor.numel() > 0]
    count = LENGTH.size + len(text) + end
    is_shared = memory is not None and slot != NO_SLOT and count >= SHARED_BYTES and memory.write_reply(slot, parts)
    head = HEAD.pack(count, slot, is_shared)
    for part in [head] if is_shared else [head, *parts]:
        rest = memoryview(part)
        while len(rest) > 0:
            try:
                rest = rest[stream.write(rest) :]
            except BrokenPipeError:
                sys.exit(0)
