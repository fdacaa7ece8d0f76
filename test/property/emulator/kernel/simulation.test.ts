import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';

type Action = { readonly time: number; readonly cancel: number | undefined };

describe('Simulation', () => {
  it('runs exactly the events that were not cancelled, in a stable order by time', () => {
    const action: fc.Arbitrary<Action> = fc.record({
      // Few distinct times, so that ties are common.
      time: fc.integer({ min: 0, max: 20 }),
      cancel: fc.option(fc.nat(400), { nil: undefined, freq: 3 }),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const simulation = new Simulation(0, 4);
        const seen: number[] = [];
        const kind = simulation.register(undefined, (index) => seen.push(index));
        const handles: number[] = [];
        const cancelled = new Set<number>();
        actions.forEach(({ time, cancel }, index) => {
          handles.push(
            index % 2 === 0
              ? simulation.post(time, kind, index)
              : simulation.at(time, () => seen.push(index)),
          );
          if (cancel !== undefined && cancel <= index) {
            expect(simulation.cancel(handles[cancel])).toBe(!cancelled.has(cancel));
            cancelled.add(cancel);
          }
        });
        expect(simulation.pending).toBe(actions.length - cancelled.size);
        simulation.run();
        const expected = actions
          .map(({ time }, index) => ({ time, index }))
          .filter(({ index }) => !cancelled.has(index))
          .sort((a, b) => a.time - b.time || a.index - b.index)
          .map(({ index }) => index);
        expect(seen).toEqual(expected);
      }),
    );
  });

  it('never runs time backwards while events schedule further events', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 60 }), (delays) => {
        const simulation = new Simulation(0, 2);
        let last = 0;
        let left = 300;
        const kind = simulation.register(undefined, (index) => {
          expect(simulation.nowMs).toBeGreaterThanOrEqual(last);
          last = simulation.nowMs;
          if (left-- > 0) {
            simulation.post(last + delays[index], kind, (index * 7 + 1) % delays.length);
            simulation.cancel(simulation.post(last + delays[index] / 2, kind, index));
          }
        });
        delays.forEach((delay, index) => {
          simulation.post(delay, kind, index);
        });
        simulation.run();
        expect(simulation.pending).toBe(0);
      }),
    );
  });
});
