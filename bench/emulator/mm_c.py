"""The M/M/c queue in SimPy: wall time and mean sojourn as one line of JSON. Started by mm-c.ts."""

import json
import random
import sys
import time

import simpy

customers, servers, arrival_rate = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])


def customer(env, resource, rng, sojourns):
    arrived = env.now
    with resource.request() as request:
        yield request
        yield env.timeout(rng.expovariate(1.0))
    sojourns[0] += env.now - arrived


def arrivals(env, resource, rng, sojourns):
    for _ in range(customers):
        env.process(customer(env, resource, rng, sojourns))
        yield env.timeout(rng.expovariate(arrival_rate))


started = time.perf_counter()
env = simpy.Environment()
sojourns = [0.0]
env.process(arrivals(env, simpy.Resource(env, capacity=servers), random.Random(1), sojourns))
env.run()
print(json.dumps({"seconds": time.perf_counter() - started, "meanSojourn": sojourns[0] / customers}))
