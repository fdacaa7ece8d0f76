"""Algorithm 1 as in the paper, with SciPy. Adds devices by descending gain until the objective decreases. The delay of each
set follows by Brent's method from sum B_n(D) = B, with B_n from Lemma 3 (Lambert's W, lower branch).

Reads one round as JSON from standard input; prints {seconds, size, delaySeconds}, the fastest of the given number of
repetitions.
"""

import json
import sys
import time

import numpy as np
from scipy.optimize import brentq
from scipy.special import lambertw


def required_bandwidth(rate, gamma):
    """Lemma 3 for the common rate c = L ln2 / D [nat/s]."""
    a = rate / gamma
    return -rate / (lambertw(-a * np.exp(-a), -1).real + a)


def minimum_delay(gamma, bandwidth, payload_nats):
    excess = lambda rate: required_bandwidth(rate, gamma).sum() - bandwidth
    weakest = gamma.min()
    # Closer to the weakest device's limit, W_-1 is NaN, because -a exp(-a) rounds to below -1/e.
    rate = brentq(excess, 1e-12 * weakest, (1 - 1e-6) * weakest, rtol=1e-12, xtol=1e-300)
    return payload_nats / rate


def set_expansion(problem):
    gain = np.sort(np.asarray(problem["channelGain"]))[::-1]
    gamma = problem["powerWatts"] * gain / problem["noiseWattsPerHz"]
    payload_nats = problem["payloadBits"] * np.log(2)
    best, size, delay = 0.0, 0, 0.0
    while size < len(gamma):
        next_delay = minimum_delay(gamma[: size + 1], problem["bandwidthHz"], payload_nats)
        objective = problem["controlV"] * (size + 1) - problem["queueSeconds"] * next_delay
        if objective < best:
            break
        best, size, delay = objective, size + 1, next_delay
    return size, delay


def main():
    repetitions = int(sys.argv[1])
    problem = json.load(sys.stdin)
    seconds = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        size, delay = set_expansion(problem)
        seconds = min(seconds, time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "size": size, "delaySeconds": delay}))


main()
