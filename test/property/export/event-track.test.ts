import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventTracks } from '#export/trace-events/event-track.ts';

/** Distance of two neighbouring times of day in double precision, in this century. [ms] */
const STEP_MS = 2 ** -12;

it('boxes that touch still touch after their times are rounded, whenever the round began', () => {
  const lengthNs = fc.integer({ min: 1, max: 10_000_000 });
  const offsetSteps = fc.integer({ min: 0, max: 2 ** 24 });
  fc.assert(
    fc.property(offsetSteps, fc.array(lengthNs, { minLength: 2, maxLength: 8 }), (steps, lengths) => {
      const offsetMs = steps * STEP_MS;
      const tracks = new EventTracks();
      let endNs = 0;
      const boxes = lengths.map((length) => {
        const startMs = offsetMs + endNs / 1e6;
        endNs += length;
        return tracks.slice(1, 1, {
          name: 'box',
          category: 'compute',
          ...{ startMs, endMs: offsetMs + endNs / 1e6, args: {} },
        });
      });
      for (const [index, { ts }] of boxes.slice(1).entries()) {
        const before = boxes[index];
        expect(ts).toBeCloseTo(before.ts + before.dur, 4);
      }
    }),
    { examples: [[32, [1, 1, 1, 1, 1, 1, 1, 1]]], numRuns: 500 },
  );
});
