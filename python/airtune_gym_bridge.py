"""The policy of an environment of `airtune_gym.py`: it asks the environment's process for each plan.

A program of its own, so that airtune starts it without waiting for gymnasium.
"""

import json
import socket
import sys

from airtune import Plan, run_policy


def main(port):
    opened = []

    def plan(current, settings, state):
        # Connects at the first round: airtune also starts the program only to learn its name.
        if not opened:
            opened.append(socket.create_connection(("127.0.0.1", port)).makefile("rw", encoding="utf-8"))
        lines = opened[0]
        lines.write(json.dumps(vars(current)) + "\n")
        lines.flush()
        selected, bandwidth = json.loads(lines.readline())
        return Plan(selected, bandwidth_hz=bandwidth)

    run_policy(plan, name="gymnasium")


if __name__ == "__main__":
    main(int(sys.argv[1]))
