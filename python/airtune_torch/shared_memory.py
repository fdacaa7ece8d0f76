"""Memory that this process shares with airtune's: an open file in which each request in flight has a slot.

`shared/model/engine/torch/shared-memory.ts` is the other side. A slot has a region for the request and one for the
reply; pages that nobody has written do not exist.
"""

import mmap
import os

REGION_BYTES = 2**33
SLOT_BYTES = 2 * REGION_BYTES
#: Value of a frame's slot for requests without one.
NO_SLOT = 0xFFFFFFFF
#: A map has at least this size, and doubles when a request is longer, so that few maps are made.
LEAST_MAPPED = 2**20


class SharedMemory:
    """`pin`, if set, is told of each new map [memoryview], and of the one that it replaces or None."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.maps = {}
        self.pin = None

    def request(self, slot, count):
        """The body of a request in its slot, as writable bytes that are valid until the reply is written."""
        known = self.maps.get(slot)
        if known is None or len(known) < count:
            size = LEAST_MAPPED
            while size < count:
                size *= 2
            self.maps[slot] = memoryview(mmap.mmap(self.descriptor, size, offset=slot * SLOT_BYTES))
            if self.pin is not None:
                self.pin(self.maps[slot], known)
        return self.maps[slot][:count]

    def write_reply(self, slot, parts):
        """Writes the body of a reply into the slot of its request. Returns whether there was room."""
        position = slot * SLOT_BYTES + REGION_BYTES
        if sum(len(part) for part in parts) > REGION_BYTES:
            return False
        try:
            for part in parts:
                rest = memoryview(part)
                while len(rest) > 0:
                    written = os.pwrite(self.descriptor, rest, position)
                    rest = rest[written:]
                    position += written
        except OSError:
            return False
        return True
