import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bandwidthUntil, finishTogether } from '#shared/scheduling/context/finish-together.ts';
import { participationFactor } from '#shared/scheduling/convergence-bound.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';

/** Gains and computing times of few values each, so that equal devices and equal times are common. */
const device = fc.record({
  gain: fc.integer({ min: 0, max: 12 }).map((halvings) => 1e-12 * 2 ** -halvings),
  compute: fc.integer({ min: 0, max: 8 }),
});

/** The devices that the rule chooses when every step asks all devices that are left. */
function chosenByAll(problem: RoundProblem, compute: Float64Array): number[] {
  const count = compute.length;
  const left = new Set(compute.keys());
  const cost = (size: number, seconds: number) => (1 + participationFactor(size, count)) * seconds;
  let selected: number[] = [];
  let endSeconds = 0;
  while (left.size > 0) {
    const price = (one: number) =>
      selected.length === 0
        ? finishTogether(problem, [one], compute).endSeconds
        : bandwidthUntil(problem, one, endSeconds, compute[one]);
    let [best, least] = [Number.NaN, Number.POSITIVE_INFINITY];
    for (const one of left) {
      const asked = price(one);
      if (Number.isNaN(best) || asked < least) [best, least] = [one, asked];
    }
    const next = finishTogether(problem, [...selected, best], compute).endSeconds;
    const rises = selected.length > 0 && cost(selected.length + 1, next) > cost(selected.length, endSeconds);
    if (rises && selected.length >= (problem.minimumDevices ?? 0)) break;
    selected = [...selected, best];
    endSeconds = next;
    left.delete(best);
  }
  return selected.sort((one, other) => one - other);
}

type Case = readonly [devices: { gain: number; compute: number }[], secondsPerStep: number, minimum: number];

/** 40 devices whose computing takes far longer than their radio: the rule takes most of them. */
const MANY_STEPS: Case = [
  Array.from({ length: 40 }, (_, one) => ({ gain: 1e-12 * 2 ** -(one % 13), compute: 1 + (one % 2) })),
  10,
  1,
];

function planned([devices, secondsPerStep, minimum]: Case) {
  const computeSeconds = Float64Array.from(devices, (one) => secondsPerStep * one.compute);
  const problem: RoundProblem = {
    channelGain: Float64Array.from(devices, (one) => one.gain),
    powerWatts: 0.1,
    noiseWattsPerHz: 3.98e-21,
    bandwidthHz: 1e6,
    payloadBits: 1e5,
    delayBudgetSeconds: 1,
    queueSeconds: 1,
    controlV: 1,
    minimumDevices: Math.min(minimum % 4 === 0 ? minimum : 0, devices.length),
  };
  const facts = { computeSeconds };
  const plan = planRound('latency-budgeted', problem, { seed: 1, round: 0, deviceCount: 10, facts });
  return { selected: [...plan.selected], expected: () => chosenByAll(problem, computeSeconds) };
}

test('latency-budgeted chooses the same devices as a search over all devices in every step', () => {
  fc.assert(
    fc.property(
      fc.array(device, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(0, 1e-3, 0.1, 10),
      fc.nat(40),
      (...drawn) => {
        const { selected, expected } = planned(drawn);
        expect(selected).toEqual(expected());
      },
    ),
    { examples: [[...MANY_STEPS]] },
  );
});

test('a case of the property takes many steps', () => {
  expect(planned(MANY_STEPS).selected.length).toBeGreaterThan(10);
});
