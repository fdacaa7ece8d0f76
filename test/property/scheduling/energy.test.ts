import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gammaOfDevice, powerOfDevice } from '#shared/channel/radio-channel.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { manyGains, rounds, roundsOf } from './rounds.ts';

const joules = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 10, noNaN: true }));

test('`energy` schedules the cheapest prefix of its order that meets the delay budget', () => {
  fc.assert(
    fc.property(
      rounds(1, 30),
      fc.infiniteStream(joules),
      fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1, noNaN: true })),
      (problem, drawn, energyV) => {
        const devices = Array.from(problem.channelGain, (_, device) => device);
        const energyQueues = devices.map(() => drawn.next().value);
        const computeJoules = devices.map(() => drawn.next().value);
        const context = {
          seed: 1,
          round: 0,
          deviceCount: 1,
          energyV,
          facts: { energyQueues, computeJoules },
        };
        const priority = (device: number) =>
          (energyQueues[device] * powerOfDevice(problem, device)) / gammaOfDevice(problem, device);
        const order = [...devices].sort(
          (left, right) =>
            priority(left) - priority(right) ||
            gammaOfDevice(problem, right) - gammaOfDevice(problem, left) ||
            left - right,
        );
        const costOf = (selected: readonly number[]): number => {
          const { delaySeconds } = splitBand(problem, selected);
          return selected.reduce((sum, device) => {
            const energy = powerOfDevice(problem, device) * delaySeconds + computeJoules[device];
            return sum + energyQueues[device] * energy - energyV;
          }, 0);
        };
        const costs = [0];
        for (let size = 1; size <= order.length; size++) {
          const prefix = order.slice(0, size);
          if (splitBand(problem, prefix).delaySeconds > problem.delayBudgetSeconds * (1 - 1e-9)) break;
          costs.push(costOf(prefix));
        }
        const { selected } = planRound('energy', { ...problem, minimumDevices: 0 }, context);
        const scale = costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), energyV * order.length);
        expect(costOf(selected)).toBeLessThanOrEqual(Math.min(...costs) + 1e-9 * scale);
      },
    ),
  );
});

test('`energy` of thousands of devices costs no more than any other prefix of its order', () => {
  const count = 12_000;
  fc.assert(
    fc.property(
      roundsOf(manyGains(count)),
      fc.nat(),
      fc.constantFrom(1e-3, 1, 1e3, count),
      fc.boolean(),
      (problem, seed, weight, anyIdle) => {
        const stream = randomStream(seed, 'policy');
        const energyQueues = Array.from({ length: count }, () =>
          anyIdle && stream.uniform() < 0.3 ? 0 : stream.uniform(),
        );
        const computeJoules = energyQueues.map(() => 0);
        const energyV = weight * 0.1 * problem.delayBudgetSeconds;
        const priority = energyQueues.map(
          (queue, device) => (queue * powerOfDevice(problem, device)) / gammaOfDevice(problem, device),
        );
        const order = priority
          .map((_, device) => device)
          .sort(
            (left, right) =>
              priority[left] - priority[right] || problem.channelGain[right] - problem.channelGain[left],
          );
        const cost = (devices: readonly number[]) => {
          const queued = devices.reduce(
            (sum, device) => sum + energyQueues[device] * powerOfDevice(problem, device),
            0,
          );
          return queued * splitBand(problem, devices).delaySeconds - energyV * devices.length;
        };
        const facts = { energyQueues, computeJoules };
        const plan = planRound(
          'energy',
          { ...problem, minimumDevices: 0 },
          {
            seed: 1,
            round: 0,
            deviceCount: 1,
            energyV,
            facts,
          },
        );
        expect(plan.selected).toEqual(
          order.slice(0, plan.selected.length).sort((left, right) => left - right),
        );
        const least = cost(plan.selected);
        for (let size = 1; size < count; size = Math.ceil(size * 1.7)) {
          const prefix = order.slice(0, size);
          if (splitBand(problem, prefix).delaySeconds > problem.delayBudgetSeconds * (1 - 1e-9)) break;
          expect(least).toBeLessThanOrEqual(cost(prefix) + 1e-9 * (energyV * count + Math.abs(least)));
        }
      },
    ),
    { numRuns: 12 },
  );
});
