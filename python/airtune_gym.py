"""A Gymnasium environment of airtune's rounds. Needs gymnasium 1.0 or newer, and an installed airtune.

    from airtune_gym import AirtuneEnv

    env = AirtuneEnv(devices=20, rounds=50)
    observation, info = env.reset(seed=1)
    observation, reward, terminated, truncated, info = env.step(env.action_space.sample())

An episode is a run of a study: airtune draws the channel of each round and asks for a plan, over the pipe of
`airtune.py`. A step is a round.

Observation:  gain_db   power gain of each device [dB]
              queue     the virtual queue, in delay budgets
              account   delay of the rounds so far less their budgets, in delay budgets
              progress  fraction of the rounds that are over
Action:       two rows of numbers in [0, 1]. A device whose first number is at least 0.5 is scheduled; the band is
              split in proportion to the second numbers of the scheduled devices.
Reward:       drift plus penalty, V n - q (D - B), over the squared budget B: n devices, delay D, queue q, weight V.
"""

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile

import gymnasium
import numpy as np

__all__ = ["AirtuneEnv"]

#: The policy that airtune starts.
BRIDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "airtune_gym_bridge.py")

#: Episodes that one process of airtune plays, with consecutive seeds.
EPISODES = 999

#: Smallest share of the band of a scheduled device, relative to the largest: with none it would never finish.
LEAST_SHARE = 1e-3

#: Seconds between two checks whether airtune still runs.
CHECK_SECONDS = 0.5


class AirtuneEnv(gymnasium.Env):
    """Rounds of airtune as an environment; each episode has `rounds` steps.

    `settings` are settings of a study by their paths, such as {"channel.bandwidthHz": 5e6}; `config` is a settings
    file. `command` starts airtune.
    """

    metadata = {"render_modes": []}

    def __init__(self, devices=20, rounds=50, settings=None, config=None, command=("npx", "airtune")):
        self.observation_space = gymnasium.spaces.Dict(
            {
                "gain_db": gymnasium.spaces.Box(-400, 400, (devices,), np.float32),
                "queue": gymnasium.spaces.Box(0, np.inf, (1,), np.float32),
                "account": gymnasium.spaces.Box(-np.inf, np.inf, (1,), np.float32),
                "progress": gymnasium.spaces.Box(0, 1, (1,), np.float32),
            }
        )
        self.action_space = gymnasium.spaces.Box(0, 1, (2, devices), np.float32)
        self._rounds = rounds
        self._command = [
            *command,
            *("--quiet", "study", "--threads", "1", "--devices", str(devices), "--rounds", str(rounds)),
            *(() if config is None else ("--config", str(config))),
            *(text for path, value in (settings or {}).items() for text in ("--set", f"{path}={json.dumps(value)}")),
        ]
        self._game = None
        self._next_seed = None
        self._round = None

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if seed is not None:
            self._start(seed)
        elif self._game is None or self._round is not None or self._game.episodes == 0:
            # An episode that was not played to its end is abandoned with its process.
            self._start(int(self.np_random.integers(2**31)) if self._next_seed is None else self._next_seed)
        self._round = self._game.next_round()
        self._next_seed += 1
        return self._observation(self._round), {}

    def step(self, action):
        if self._round is None:
            raise gymnasium.error.ResetNeeded("the episode is over; call reset().")
        current = self._round
        selected, bandwidth, delay = _decide(current, np.asarray(action, dtype=float))
        budget = current["delay_budget_seconds"]
        drift = current["queue_seconds"] * (delay - budget)
        reward = (current["control_v"] * len(selected) - drift) / budget**2
        self._game.answer(selected, bandwidth)
        info = {"scheduled": len(selected), "delay_seconds": delay, "delay_budget_seconds": budget}
        terminated = current["round"] + 1 == self._rounds
        if terminated:
            self._round = None
            following = {
                **current,
                "round": self._rounds,
                "queue_seconds": max(current["queue_seconds"] + delay - budget, 0),
                "account_seconds": current["account_seconds"] + delay - budget,
            }
        else:
            self._round = following = self._game.next_round()
        return self._observation(following), float(reward), terminated, False, info

    def close(self):
        if self._game is not None:
            self._game.close()
            self._game = None

    def _start(self, seed):
        self.close()
        self._game = _Game(self._command, seed)
        self._next_seed = seed
        self._round = None

    def _observation(self, current):
        budget = current["delay_budget_seconds"]
        return {
            "gain_db": (10 * np.log10(current["channel_gain"])).astype(np.float32),
            "queue": np.array([current["queue_seconds"] / budget], dtype=np.float32),
            "account": np.array([current["account_seconds"] / budget], dtype=np.float32),
            "progress": np.array([current["round"] / self._rounds], dtype=np.float32),
        }


def _decide(current, action):
    """Scheduled devices, their bandwidths [Hz], and the delay of the slowest of them [s]."""
    wanted, shares = action
    order = np.argsort(-wanted, kind="stable")
    count = max(int(np.sum(wanted >= 0.5)), current["minimum_devices"])
    selected = np.sort(order[:count])
    if count == 0:
        return [], [], 0.0
    weights = np.maximum(shares[selected], max(LEAST_SHARE * float(np.max(shares[selected])), LEAST_SHARE))
    bandwidth = current["bandwidth_hz"] * weights / np.sum(weights)
    gain = np.asarray(current["channel_gain"])[selected]
    power = np.asarray(current["power_watts"])[selected]
    ratio = power * gain / (current["noise_watts_per_hz"] * bandwidth)
    delay = current["payload_bits"] / (bandwidth * np.log1p(ratio) / math.log(2))
    return selected.tolist(), bandwidth.tolist(), float(np.max(delay))


class _Game:
    """A process of airtune whose policy asks this process for its plans."""

    def __init__(self, command, seed):
        self.episodes = EPISODES
        self._folder = tempfile.mkdtemp(prefix="airtune-gym-")
        self._errors = open(os.path.join(self._folder, "errors.txt"), "w+", encoding="utf-8")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(CHECK_SECONDS)
        self._lines = None
        port = self._listener.getsockname()[1]
        bridge = " ".join(f'"{word}"' for word in (sys.executable, BRIDGE, str(port)))
        self._process = subprocess.Popen(
            [
                *command,
                *("--policy", bridge, "--seed", str(seed), "--repeat", str(EPISODES)),
                # A step of an agent may take longer than a policy usually does.
                *("--set", "scheduling.policyTimeoutSeconds=86400"),
                *("--out", os.path.join(self._folder, "study")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def next_round(self):
        """The next round that airtune asks about."""
        if self._lines is None:
            self._lines = self._accepted().makefile("rw", encoding="utf-8")
        line = self._lines.readline()
        if line == "":
            self._fail()
        current = json.loads(line)
        if current["round"] == 0:
            self.episodes -= 1
        return current

    def answer(self, selected, bandwidth):
        self._lines.write(json.dumps([selected, bandwidth]) + "\n")
        self._lines.flush()

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._listener.close()
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accepted(self):
        while True:
            try:
                connection, _ = self._listener.accept()
                connection.settimeout(None)
                return connection
            except TimeoutError:
                if self._process.poll() is not None:
                    self._fail()

    def _fail(self):
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        raise RuntimeError(lines[-1] if lines else "airtune ended.")
