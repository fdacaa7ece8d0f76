import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import { bandwidthUntil } from '#shared/scheduling/context/finish-together.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { rounds } from './rounds.ts';

const parts = fc.infiniteStream(fc.constantFrom(0, 0.1, 0.5, 0.9, 1.5));

test('`fedcs` schedules of the asked devices those of least bandwidth while the band lasts, in the plain order', () => {
  fc.assert(
    fc.property(rounds(1, 30), parts, fc.nat({ max: 1000 }), (problem, drawn, seed) => {
      const count = problem.channelGain.length;
      const computeSeconds = Array.from(
        { length: count },
        () => drawn.next().value * problem.delayBudgetSeconds,
      );
      const order = randomPermutation(randomStream(seed, 'policy', 4), count);
      const needed = (device: number) =>
        bandwidthUntil(problem, device, problem.delayBudgetSeconds, computeSeconds[device]);
      const asked = [...order.subarray(0, Math.ceil(count / 2))].sort(
        (left, right) =>
          compare(needed(left), needed(right)) ||
          gammaOfDevice(problem, right) - gammaOfDevice(problem, left) ||
          left - right,
      );
      let usedHz = 0;
      const fitting = asked.findIndex((device) => {
        usedHz += needed(device);
        return !(usedHz <= problem.bandwidthHz);
      });
      const expected = asked.slice(0, fitting < 0 ? asked.length : fitting);
      const context = { seed, round: 4, deviceCount: 1, facts: { computeSeconds } };
      const { selected } = planRound('fedcs', { ...problem, minimumDevices: 0 }, context);
      expect(selected).toEqual(expected.sort((left, right) => left - right));
    }),
  );
});

/** Compares two numbers; the difference of two infinite ones would be NaN. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
