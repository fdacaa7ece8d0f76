"""Policies and channels for airtune in Python. Needs Python 3.9 or newer and no packages.

    from airtune import run_policy

    def plan(round, settings, state):
        order = sorted(range(round.devices), key=lambda device: -round.channel_gain[device])
        return order[: round.devices_per_round]

    run_policy(plan, name="strongest")

    npx airtune study --policy "python my_policy.py,greedy" --devices 100

airtune starts the program, writes one JSON object a line to its standard input, and reads one a line from its
standard output. What the program prints goes to standard error instead (`airtune --verbose` shows it).
"""

import json
import math
import os
import sys
import traceback

INTERFACE_VERSION = 1

__all__ = ["INTERFACE_VERSION", "Plan", "Round", "run_channel", "run_policy"]


class Round:
    """A round as a policy or a channel sees it. `docs/plug-ins.md` lists the fields; here their names are in snake_case.

    `facts` maps the names of the policy's needs to lists; math.inf where a device never reported a value.
    """

    def __init__(self, fields):
        for name, value in fields.items():
            if name == "facts":
                value = {
                    _snake(fact): [math.inf if one is None else one for one in column]
                    for fact, column in value.items()
                }
            setattr(self, _snake(name), value)


class Plan:
    """The scheduled devices, and optionally bandwidths [Hz], gradient weights and a state, in plain JSON."""

    def __init__(self, selected, bandwidth_hz=None, weights=None, state=None):
        self.selected = selected
        self.bandwidth_hz = bandwidth_hz
        self.weights = weights
        self.state = state

    def fields(self):
        fields = {"selected": _plain(self.selected)}
        for name, value in (
            ("bandwidthHz", self.bandwidth_hz),
            ("weights", self.weights),
            ("state", self.state),
        ):
            if value is not None:
                fields[name] = _plain(value)
        return fields


def run_policy(plan, name, needs=(), settings=None):
    """Answers airtune until it has no more rounds.

    plan(round, settings, state) returns a Plan, or the scheduled devices alone. `needs` are names of facts in
    snake_case. `settings` are the policy's settings with their defaults.
    """

    def answer(question, given):
        decided = plan(Round(question["round"]), given, question.get("state"))
        return (decided if isinstance(decided, Plan) else Plan(decided)).fields()

    fields = {"name": name, "needs": [_camel(fact) for fact in needs]}
    _run("scheduling.policySettings", fields, dict(settings or {}), "plan", answer)


def run_channel(gains, name, settings=None, memory=False):
    """Answers airtune until it has no more rounds.

    gains(round, settings) returns the power gain of every device in the round. Draw random numbers from
    round.seed and round.round, so that the same round always has the same gains. `memory` says that a round's
    gains tell of those of the next rounds.
    """

    def answer(question, given):
        return _plain(gains(Round(question["round"]), given))

    _run("channel.modelSettings", {"name": name, "memory": memory}, dict(settings or {}), "gains", answer)


def _run(path, fields, defaults, function, answer):
    """Describes the plug-in, then answers one question a line until there are no more."""
    questions, answers = _streams()
    for line in questions:
        question = json.loads(line)
        given = question.get("settings") or {}
        if "kind" in question:
            said = _description(path, fields, defaults, given)
        else:
            said = _answered(function, answer, question, given)
        answers.write(json.dumps(said) + "\n")
        answers.flush()


def _description(path, fields, defaults, given):
    unknown = [key for key in given if key not in defaults]
    if unknown:
        known = ", ".join(defaults) or "none"
        message = f"unknown setting {path}.{unknown[0]}; the plug-in has {known}."
        return {"error": message, "cause": "settings"}
    return {"interfaceVersion": INTERFACE_VERSION, "settings": {**defaults, **given}, **fields}


def _answered(function, answer, question, given):
    try:
        return answer(question, given)
    except Exception as error:  # noqa: BLE001  Every fault of the plug-in is reported to airtune.
        traceback.print_exc()
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
        return {"error": f"{function}() raised {type(error).__name__}: {error} ({place})."}


def _streams():
    """Standard input, and a copy of standard output; later output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return sys.stdin, answers


def _plain(value):
    """A value with arrays of numpy or torch as lists."""
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, range)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        # JSON has no such number; airtune names it.
        return repr(value)
    return value


def _snake(name):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def _camel(name):
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
