"""Entry point: checks the packages, then answers requests until standard input ends."""

import os
import signal
import sys

from airtune_torch.faults import Fault
from airtune_torch.frames import read_frames, write_frame
from airtune_torch.requirements import require_packages
from airtune_torch.shared_memory import SharedMemory


def main():
    # Ctrl-C goes to all processes of a terminal; airtune saves its work and then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    # What libraries print goes to standard error.
    os.dup2(2, 1)
    memory = SharedMemory(int(sys.argv[1])) if len(sys.argv) > 1 else None
    handler = None
    for body, slot in read_frames(sys.stdin.fileno(), memory):
        try:
            if handler is None:
                require_packages()
                from airtune_torch.server import Server

                handler = Server(memory)
            message, tensors = handler.handle(body)
        except Fault as fault:
            message = {"fault": {"kind": fault.kind, "message": fault.message, "remedy": fault.remedy}}
            tensors = {}
        write_frame(replies, memory, slot, message, tensors)


main()
