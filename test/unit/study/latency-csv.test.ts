import { expect, test } from 'vitest';
import { runPoint } from '#study/model/run-point.ts';
import { latencyCsv } from '#study/output/latency-csv.ts';
import { makePoints } from '#study/points/points.ts';

test('times of any length are plain decimal numbers that keep every nanosecond', () => {
  const points = makePoints({ training: { devices: 5, rounds: 1 } }, [], 'grid');
  const result = runPoint(points[0].settings);
  const [round] = result.rounds;
  const at = (nanoseconds: number): string => {
    const latency = { ...round.latency, roundNanoseconds: nanoseconds };
    const csv = latencyCsv(points, [[{ ...result, rounds: [{ ...round, latency }] }]]);
    const [header, row] = csv.split('\n');
    return row.split(',')[header.split(',').indexOf('round_ms')];
  };
  expect(at(0)).toBe('0.000000');
  expect(at(12)).toBe('0.000012');
  expect(at(1_234_567)).toBe('1.234567');
  expect(at(1e21)).toBe('1000000000000000.000000');
  expect(at(1.5e23)).toMatch(/^150000000000000\d{3}\.\d{6}$/);
});

test('no cell of a study that takes an age has an exponent from which on numbers are large', () => {
  const points = makePoints({ training: { devices: 5, rounds: 1 } }, [], 'grid');
  const result = runPoint(points[0].settings);
  const [round] = result.rounds;
  const csv = latencyCsv(points, [
    [{ ...result, rounds: [{ ...round, commitMs: 1e21, delaySeconds: 3e25 }] }],
  ]);
  expect(csv).not.toMatch(/e\+/);
});
