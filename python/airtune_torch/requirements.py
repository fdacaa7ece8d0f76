"""Versions of the packages that the engine needs. Imports none of them, so that their absence is one clear line."""

import importlib.metadata
import os
import re
import sys

from airtune_torch.faults import Fault

#: Oldest versions that the engine was tested with.
OLDEST = {"torch": (2, 11), "transformers": (5, 17)}
OLDEST_PYTHON = (3, 10)


def require_packages():
    """Raises a Fault for an interpreter or a package that is missing or too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise Fault(
            "config",
            "is Python %s; the torch engine needs %s or newer." % (dotted(sys.version_info[:3]), dotted(OLDEST_PYTHON)),
            "Name a newer one in server.python or AIRTUNE_PYTHON.",
        )
    for name, oldest in OLDEST.items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            raise Fault("config", "has no package %s." % name, install_command()) from None
        if numbers(version) < oldest:
            message = "has %s %s; the torch engine needs %s or newer." % (name, version, dotted(oldest))
            raise Fault("config", message, install_command())


def install_command():
    """The command that installs what is missing, as a remedy."""
    file = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "requirements-torch.txt")
    return "Run %s -m pip install -r %s" % (sys.executable, file)


def numbers(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def dotted(parts):
    return ".".join(str(part) for part in parts)
