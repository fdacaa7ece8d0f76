"""Errors that a person can act on. airtune prints each as one line."""


class Fault(Exception):
    """`kind`: `config` (machine or settings), `model`, `memory`, or `diverged`; `remedy`: an imperative sentence."""

    def __init__(self, kind, message, remedy=""):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.remedy = remedy
