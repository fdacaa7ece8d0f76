"""Frames on the pipes: a length, then a safetensors file with a JSON message in its metadata."""

import json
import os
import queue
import struct
import sys
import threading

LENGTH = struct.Struct("<Q")


def read_frames(descriptor):
    """Yields the bytes of each frame. The process ends when the pipe does, in the middle of a computation too.

    A thread reads, so that the end of airtune's process is noticed at once, however it ended.
    """
    frames = queue.SimpleQueue()

    def read():
        while True:
            head = read_exactly(descriptor, LENGTH.size)
            body = None if head is None else read_exactly(descriptor, LENGTH.unpack(head)[0])
            if body is None:
                os._exit(0)
            frames.put(body)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield frames.get()


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


def write_frame(stream, message, tensors):
    """Writes a message with tensors, which are single-precision and on the processor."""
    header = {"__metadata__": {"message": json.dumps(message)}}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    parts = [LENGTH.pack(LENGTH.size + len(text) + end), LENGTH.pack(len(text)), text]
    parts += [memoryview(tensor.contiguous().numpy()).cast("B") for tensor in tensors.values() if tensor.numel() > 0]
    for part in parts:
        rest = memoryview(part)
        while len(rest) > 0:
            try:
                rest = rest[stream.write(rest) :]
            except BrokenPipeError:
                sys.exit(0)
