"""Learns how many of the strongest devices to schedule, by the reward of airtune's Gymnasium environment.

    npm install airtune && pip install gymnasium
    PYTHONPATH=node_modules/airtune/python python gymnasium_agent.py

Words after the file's name start airtune in another way than `npx airtune`.
"""

import json
import sys

import numpy as np
from airtune_gym import AirtuneEnv

DEVICES, ROUNDS, EPISODES = 10, 20, 12


def strongest(observation, count):
    """The `count` devices with the highest gain, with equal shares of the band."""
    order = np.argsort(-observation["gain_db"])
    action = np.zeros((2, DEVICES), dtype=np.float32)
    action[0, order[:count]] = 1
    action[1] = 1
    return action


def main(command):
    random = np.random.default_rng(1)
    env = AirtuneEnv(devices=DEVICES, rounds=ROUNDS, **({"command": command} if command else {}))
    value, tried = np.zeros(DEVICES + 1), np.zeros(DEVICES + 1)
    observation, _ = env.reset(seed=1)
    for _ in range(EPISODES * ROUNDS):
        # One step in three explores; the others take the count with the best mean reward so far.
        count = random.integers(DEVICES + 1) if random.random() < 1 / 3 else int(np.argmax(value))
        observation, reward, over, _, _ = env.step(strongest(observation, count))
        tried[count] += 1
        value[count] += (reward - value[count]) / tried[count]
        if over:
            observation, _ = env.reset()
    best = int(np.argmax(value))
    print(json.dumps({"best": best, "learned": score(env, best), "all": score(env, DEVICES)}))
    env.close()


def score(env, count):
    """Sum of the rewards of an episode that always schedules this many devices."""
    observation, _ = env.reset(seed=7)
    total, over = 0.0, False
    while not over:
        observation, reward, over, _, _ = env.step(strongest(observation, count))
        total += reward
    return total


main(sys.argv[1:])
