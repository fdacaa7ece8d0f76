"""A policy in Python: the stronger half of the devices, in turns for the rest.

    npx airtune study --policy "python strongest_half.py,greedy,exact" --devices 100

The program that airtune starts finds the module airtune by itself.
"""

from airtune import Plan, run_policy


def plan(round, settings, state):
    order = sorted(range(round.devices), key=lambda device: -round.channel_gain[device])
    size = max(round.minimum_devices, round.devices // 2)
    # One of the weaker devices joins each round, each in its turn.
    turn = state or 0
    weaker = order[size:]
    joining = [weaker[turn % len(weaker)]] if settings["fair"] and weaker else []
    return Plan(selected=order[:size] + joining, state=turn + 1)


run_policy(plan, name="strongest-half", settings={"fair": True})
